import subprocess
import sys

import pytest

HEAVY = "dask distributed onnxruntime starlette uvicorn "
HEAVY += "docx jinja2 lxml matplotlib networkx numpy openpyxl pandas pyarrow pydantic rich ruamel"
HEAVY += " scipy sklearn spacy xlsxwriter"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["effects", "pool", "--help"],
        ["serve", "--help"],
        ["weave"],
    ],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(arguments):
    loaded = loaded_by(arguments)
    assert "click" in loaded
    assert loaded & set(HEAVY.split()) == set()


def test_coding_a_sheet_loads_no_library_that_it_can_do_without(tmp_path):
    sheet = tmp_path / "findings.csv"
    sheet.write_text("id,text\nF1,Pay was low.\n", "utf-8")
    loaded = loaded_by(["code", str(sheet), "-o", str(tmp_path / "coded.csv")])
    assert {"spacy", "onnxruntime"} <= loaded
    assert loaded & {"sklearn", "pandas", "matplotlib", "networkx", "ruamel", "openpyxl"} == set()


def loaded_by(arguments):
    """Run a command line in a process of its own: the packages that it imports."""
    code = (
        "import sys\n"
        "from themeweave.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines()[-1].strip("[]").replace("'", "").split(", "))
