"""Every session shown in README and docs runs as shown; ... stands for any lines."""

import io
import re
import shlex
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from themeweave.cli import main
from themeweave.review.log import Entry, append

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHEETS = {
    "article.md": "# Mentors on wards: an umbrella review\n\n## Results\n\n### Staff views\n\n"
    "Nurses felt that mentors eased their workload [ 1 ]. Patients reported that mentors gave "
    "them hope and made recovery seem possible [ 1 , 2 ].\n\n## References\n\n"
    "1. Ng A, Roe B. Mentors on wards: a review. J Care. 2020.\n"
    "2. Ode C. Hope and mentors: a scoping review. J Hope. 2021.\n",
    "extraction.csv": "id,text,cited\n"
    "N1,Nurses had no time to attend the training sessions,R1\n"
    "N2,Patients trusted mentors who had lived through the same illness,R1;R2\n"
    "N3,Managers backed the programme and gave it a budget,R2\n"
    "N4,The national policy did not recognise the certificate,R3\n"
    "N5,Staff feared that mentors would replace them,R1\n"
    "N6,Mentors gained confidence through the work,R3\n",
    "extraction-decided.csv": "id,valence\nN1,barrier\nN2,facilitator\nN3,facilitator\n",
    "trials.csv": "study,events_1,n_1,events_2,n_2\n"
    "A,4,123,11,139\nB,6,306,29,303\nC,3,231,11,220\n",
    "rulings.csv": "finding,code,accepted,reason\nF037,T07,yes,both sides gain\n",
    "ana.csv": "finding,code,reason\nF067,T02,\nF070,T02,they ask what it is for\nF073,T07,\n",
    "ben.csv": "finding,code,reason\nF067,T02,\nF070,T07,\nF073,T07,\n",
    "quotes.csv": "Paper,Key quote,Theme,Who\nNg 2020,Pay was low,Work > Pay,ana\n",
    "mapping.toml": '[columns]\ntext = "Key quote"\ncode = "Theme"\nsource = "Paper"\n'
    'coder = "Who"\n',
}


BENS = {"finding": "F037", "codebook": "themes", "code": "T07", "accepted": True}


def own_codebook() -> str:
    """The codebook that the page on coding shows."""
    page = (ROOT / "docs" / "coding.md").read_text("utf-8")
    return re.search(r"```yaml\n(codebook: sleep-barriers\n.*?)```", page, re.DOTALL)[1]


WARD = (
    "Peers gave hope to many. One said 😀 and meant it.\r\n"
    "Nurses had no time for the training. Managers left the ward.\r\n"
)


def team_project():
    """A project as NVivo for Windows writes it: UTF-16 units, CRLF, a byte-order mark."""
    guid = "00000000-0000-4000-8000-{:012d}".format
    codes = "".join(
        f'<Code guid="{guid(n)}" name="{name}" isCodable="true"/>'
        for n, name in ((11, "Living example"), (12, "No time"))
    )
    chosen = ""
    for n, words, code in ((1, "Peers gave hope to many", 11), (2, "Nurses had no time", 12)):
        start = len(WARD[: WARD.index(words)].encode("utf-16-le")) // 2
        chosen += (
            f'<PlainTextSelection guid="{guid(20 + n)}" name="" startPosition="{start}" '
            f'endPosition="{start + len(words)}"><Coding guid="{guid(30 + n)}" '
            f'creatingUser="{guid(5)}"><CodeRef targetGUID="{guid(code)}"/></Coding>'
            "</PlainTextSelection>"
        )
    xml = (
        '<Project name="Ward study" origin="NVivo for Windows 12.6" '
        'xmlns="urn:QDA-XML:project:1.0">'
        f'<Users><User guid="{guid(5)}" name="Ana"/></Users><CodeBook><Codes>'
        f'<Code guid="{guid(10)}" name="Hope" isCodable="true">{codes}</Code></Codes></CodeBook>'
        f'<Sources><TextSource guid="{guid(2)}" name="Ng 2020" '
        f'plainTextPath="internal://{guid(2)}.txt" richTextPath="internal://{guid(2)}.docx">'
        f"{chosen}</TextSource></Sources></Project>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("project.qde", xml)
        archive.writestr(f"Sources/{guid(2)}.txt", "\ufeff" + WARD)
    return stream.getvalue()


def sessions(page: Path) -> list[list[tuple[str, str]]]:
    """The console blocks of a page, each as commands with what they are said to print."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [
        [
            (command, said)
            for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
        ]
        for block in blocks
    ]


def as_pattern(said: str) -> str:
    return re.escape(said).replace(r"\.\.\.", ".*")


@pytest.fixture
def review(tmp_path, monkeypatch):
    """A copy of the sample review, with the sheets that the sessions name beside it."""
    for name in ("review.toml", "corpus", "codebooks", "decisions"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    shutil.copytree(ROOT / "docs" / "teaching", tmp_path / "docs" / "teaching")
    for name, text in SHEETS.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "sleep.yaml").write_text(own_codebook(), "utf-8")

    for name in ("review.toml", "corpus", "codebooks", "decisions"):  # as Ben took it home
        copy = shutil.copytree if (tmp_path / name).is_dir() else shutil.copy
        (tmp_path / "from-ben").mkdir(exist_ok=True)
        copy(tmp_path / name, tmp_path / "from-ben" / name)
    entry = Entry("b1", "2026-01-02T03:04:05Z", "decision", BENS)
    append(tmp_path / "from-ben" / "decisions" / "ben.jsonl", "ben", [entry])
    (tmp_path / "team.qdpx").write_bytes(team_project())
    shutil.copy(ROOT / "corpus" / "findings.csv", tmp_path / "findings.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(session, id=f"{page.name}-{number}")
        for page in PAGES
        for number, session in enumerate(sessions(page), start=1)
    ],
)
def test_a_session_runs_as_shown(session, review):
    for command, said in session:
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, f"{command}\n{result.output}"
        assert re.fullmatch(as_pattern(said), result.stdout, re.DOTALL), (
            f"{command}\n{result.stdout}"
        )


def test_every_page_named_in_the_readme_exists():
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_settings_page_lists_every_key():
    from themeweave.review.settings import Settings

    page = (ROOT / "docs" / "settings.md").read_text("utf-8")

    def keys(model):
        for name, field in model.model_fields.items():
            inner = field.annotation
            if hasattr(inner, "model_fields"):
                yield from keys(inner)
            else:
                yield name

    named = set(keys(Settings)) - {"coders", "codebooks"}
    assert {key for key in named if key not in page} == set()
