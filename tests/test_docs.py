"""Every session shown in README and docs runs as shown; ... stands for any lines."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from themeweave.cli import main

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
}


def own_codebook() -> str:
    """The codebook that the page on coding shows."""
    page = (ROOT / "docs" / "coding.md").read_text("utf-8")
    return re.search(r"```yaml\n(codebook: sleep-barriers\n.*?)```", page, re.DOTALL)[1]


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
