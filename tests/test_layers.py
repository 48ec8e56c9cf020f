"""The house's rules on imports: rooms point one way, and a heavy library has one door."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "themeweave"
# A room may import itself and the rooms before it; cli and web never each other.
ORDER = (
    "errors",
    "plugins",
    "corpus",
    "findings",
    "codes",
    "themes",
    "evidence",
    "effects",
    "report",
    "exchange",
    "review",
    "cli",
)
BESIDE = {"web": "cli"}  # stands beside, so neither imports the other
# The files or folders through which a library enters, inside functions unless it is listed light.
DOORS = {
    "bibtexparser": ("corpus/references/",),
    "distributed": ("review/cluster.py",),
    "docx": ("report/writers/docx.py", "corpus/readers/docx.py"),
    "jinja2": ("report/writers/html.py", "web/pages.py"),
    "matplotlib": ("report/figures/canvas.py",),
    "networkx": ("themes/graph.py",),
    "onnxruntime": ("findings/encoder.py",),
    "openpyxl": ("corpus/sheets.py",),
    "pandas": ("effects/",),
    "pypdfium2": ("corpus/readers/",),
    "rispy": ("corpus/references/",),
    "pyarrow": ("corpus/grown.py", "corpus/rows.py", "corpus/sheets.py"),
    "pydantic": ("review/settings.py",),
    "rich": ("cli/terminal.py",),
    "ruamel": ("codes/nodes.py",),
    "sklearn": ("themes/propose.py",),
    "starlette": ("web/",),
    "spacy": ("codes/cues.py", "corpus/segments_spacy.py"),
    "threadpoolctl": ("review/workers.py",),
    "uvicorn": ("web/serve.py",),
    "yaml": ("codes/nodes.py",),
    "xlsxwriter": ("report/writers/xlsx.py", "corpus/sheets.py"),
}
AT_THE_TOP = {"pydantic", "jinja2", "starlette"}  # of modules that no start of the program imports
FREE = {"click", "numpy", "scipy", "lxml"}  # arrays everywhere; click is the command line


def imports(code: str) -> list[tuple[str, bool]]:
    """Every imported module, and whether it is imported while the file itself loads."""
    tree = ast.parse(code)
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, at_top: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend((name.name, at_top) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module, at_top))
            found.extend((f"{node.module}.{name.name}", at_top) for name in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            visit(child, at_top and not inside)

    visit(tree, True)
    return found


def room_of(module: str) -> str:
    """The room of a dotted name inside the package; empty for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def wrong_ways(path: str, code: str) -> list[str]:
    """Imports that point from a room to one that stands after it, or across."""
    own = path.split("/")[0].removesuffix(".py")
    wrong = []
    for module, _ in imports(code):
        if not module.startswith("themeweave."):
            continue
        room = room_of(module)
        if room == own or (room not in ORDER and room not in BESIDE):
            continue
        place = ORDER.index(BESIDE.get(own, own)) if own != "__init__" else 0
        if ORDER.index(BESIDE.get(room, room)) >= place:
            wrong.append(f"{path} imports {module}")
    return wrong


def wrong_doors(path: str, code: str) -> list[str]:
    """Heavy libraries imported elsewhere than through their door, or before they are needed."""
    wrong = []
    for module, at_top in imports(code):
        library = module.split(".")[0]
        if library not in DOORS:
            continue
        if not any(
            path == door or (door[-1] == "/" and path.startswith(door)) for door in DOORS[library]
        ):
            wrong.append(f"{path} imports {library}, whose door is {' or '.join(DOORS[library])}")
        elif at_top and library not in AT_THE_TOP:
            wrong.append(f"{path} imports {library} at the top, before a function needs it")
    return wrong


def files() -> list[tuple[str, str]]:
    return [
        (path.relative_to(SOURCE).as_posix(), path.read_text("utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    ]


def test_imports_point_up_the_list_of_rooms():
    assert [fault for path, code in files() for fault in wrong_ways(path, code)] == []


def test_each_heavy_library_enters_through_its_door():
    assert [fault for path, code in files() for fault in wrong_doors(path, code)] == []


def test_every_library_has_a_door_or_is_free():
    import sys

    known = {*DOORS, *FREE, *sys.stdlib_module_names, "themeweave", "fcntl", "msvcrt"}
    used = {module.split(".")[0] for _, code in files() for module, _ in imports(code)}
    assert used - known == set()


def test_no_room_before_review_looks_at_clock_or_chance():
    early = ORDER[: ORDER.index("review")]
    found = [
        f"{path} imports {module}"
        for path, code in files()
        for module, _ in imports(code)
        if path.split("/")[0].removesuffix(".py") in early
        and module.split(".")[0] in {"random", "secrets", "time", "uuid", "getpass", "socket"}
    ]
    assert found == []


def test_modules_import_each_other_in_no_circle():
    known = {_dotted(path): code for path, code in files()}
    points = {name: _modules(code, known) - {name} for name, code in known.items()}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            return [" -> ".join((*path[path.index(name) :], name))]
        if name in done:
            return []
        circles = [c for other in sorted(points[name]) for c in walk(other, (*path, name))]
        done.add(name)
        return circles

    assert [circle for name in points for circle in walk(name, ())] == []


def _modules(code: str, known: dict[str, str]) -> set[str]:
    """The package's own modules that code imports: of `from package import module`, the module."""
    named = {module for module, _ in imports(code) if module in known}
    return {m for m in named if not any(other.startswith(f"{m}.") for other in named)}


def _dotted(path: str) -> str:
    return ("themeweave." + path.removesuffix(".py").replace("/", ".")).removesuffix(".__init__")


@pytest.mark.parametrize(
    ("path", "code", "fault"),
    [
        pytest.param(
            "codes/cues.py",
            "def read():\n    from themeweave.report.tables import Table",
            ["codes/cues.py imports themeweave.report.tables"],
            id="a room that stands after, inside a function",
        ),
        pytest.param(
            "web/app.py",
            "import themeweave.cli.folder",
            ["web/app.py imports themeweave.cli.folder"],
            id="web imports cli",
        ),
        pytest.param("codes/cues.py", "import themeweave.errors", [], id="a room before"),
    ],
)
def test_the_rule_on_rooms_sees_a_planted_fault(path, code, fault):
    assert wrong_ways(path, code)[: len(fault) or None][:1] == fault


@pytest.mark.parametrize(
    ("path", "code", "fault"),
    [
        pytest.param(
            "report/figures/forest.py",
            "def draw():\n    import matplotlib.pyplot",
            ["imports matplotlib, whose door is report/figures/canvas.py"],
            id="through another door",
        ),
        pytest.param(
            "report/figures/canvas.py",
            "import matplotlib",
            ["imports matplotlib at the top, before a function needs it"],
            id="while the file loads",
        ),
        pytest.param(
            "report/figures/canvas.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import matplotlib",
            [],
            id="for types only",
        ),
    ],
)
def test_the_rule_on_doors_sees_a_planted_fault(path, code, fault):
    assert wrong_doors(path, code) == [f"{path} {words}" for words in fault]
