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
    loaded = set(done.stderr.splitlines()[-1].strip("[]").replace("'", "").split(", "))
    assert "click" in loaded
    assert loaded & set(HEAVY.split()) == set()
