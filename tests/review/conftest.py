"""A small review: eight findings of three reviews, three codebooks, no decision yet."""

import sys
from pathlib import Path

import pytest

SETTINGS = """\
[review]
title = "A small review"
framework = "cfir-mini"

[coders.eve]
role = "adjudicator"

[codebooks.themes]
margin = 0.1
"""
FINDINGS = """\
id,text,cited,strand
F1,Peer workers felt that sharing their story gave others hope.,R1;R2,experiences
F2,Managers were unsure what the role was meant to do.,R1,implementation
F3,Pay was low and contracts were short.,R2,implementation
F4,People trusted somebody who had been through the same.,R3,experiences
F5,Training before the start prepared peer workers well.,R2;R3,implementation
F6,Nobody on the ward had been told about the new role.,R1,implementation
F7,Peer workers relapsed when the work became too much.,R3,experiences
F8,Meeting a role model made recovery seem possible.,R1;R3,experiences
"""
REVIEWS = """\
id,label,role,sampled
R1,Ng 2020,included,staff
R2,Ode 2021,included,
R3,Pal 2022,included,users
"""
CITATIONS = "review,study,label\nR1,S1,Abe 2001\nR1,S2,Bo 2002\nR2,S1,Abe 2001\n"
EFFECTS = """\
id,level,source,study,outcome,estimate,yi,vi
E1,pooled,R1,,hope,0.20,,
E2,study,R1,Abe 2001,hope,,0.10,0.04
E3,study,R2,Bo 2002,hope,,0.30,0.05
"""
PERSPECTIVES = """\
codebook: perspectives
title: Whose voice
exclusive: true
codes:
  - id: users
    name: Service users
    cues: [people, others]
  - id: staff
    name: Staff
    cues: [managers, ward]
  - id: mixed
    name: Mixed
"""
THEMES = """\
codebook: themes
title: Themes
exclusive: true
codes:
  - id: T01
    name: What the role brings
    level: overarching
  - id: T02
    name: Hope through a living example
    level: subtheme
    parent: T01
    cues: [gave others hope, role model]
  - id: mixed
    name: Mixed feelings
    level: overarching
"""
CFIR = """\
codebook: cfir-mini
title: A small framework
codes:
  - id: inner
    name: Inner setting
    level: domain
  - id: training
    name: Training
    level: construct
    parent: inner
    cues: [training]
"""
FILES = {
    "review.toml": SETTINGS,
    "corpus/findings.csv": FINDINGS,
    "corpus/reviews.csv": REVIEWS,
    "corpus/citations.csv": CITATIONS,
    "corpus/effects.csv": EFFECTS,
    "codebooks/perspectives.yaml": PERSPECTIVES,
    "codebooks/themes.yaml": THEMES,
    "codebooks/cfir-mini.yaml": CFIR,
}


@pytest.fixture
def review(tmp_path):
    """The folder of the small review; tests may change what is in it."""
    folder = tmp_path / "review"
    for name, text in FILES.items():
        put(folder, name, text)
    return folder


@pytest.fixture(scope="session")
def small_review():
    """Write the small review into a folder, for fixtures that several tests share."""

    def build(folder):
        for name, text in FILES.items():
            put(folder, name, text)
        return folder

    return build


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file of a folder, and give its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def write(review):
    """Write a file of the review: ``write("corpus/findings.csv", "id,text\\n")``."""
    return lambda name, content: put(review, name, content)


@pytest.fixture
def snapshot(review):
    """Tell what the folder holds, byte for byte: ``before = snapshot()``."""

    def holds():
        files = (path for path in review.rglob("*") if path.is_file() and path.suffix != ".lock")
        return {path.relative_to(review).as_posix(): path.read_bytes() for path in files}

    return holds


PLANTED = '''\
"""A suggester that does what the findings' words tell it to."""
import os, time
from pathlib import Path
from themeweave.codes.reading import Reading

VERSION = "planted@7"
HERE = Path(__file__).parent

def read(texts, book):
    codes = [code.id for code in book.suggestible()]
    return [Reading(dict(zip(codes, shares(text, len(codes))))) for text in texts]

def shares(text, number):
    if "POISON" in text:
        os._exit(9)
    if "RAISE" in text:
        raise ValueError("no number in it")
    if "ONCE" in text and not (HERE / "died").exists():
        (HERE / "died").touch()
        os._exit(9)
    if "WAIT" in text and not (HERE / "go").exists():
        (HERE / "waiting").touch()
        while not (HERE / "go").exists():
            time.sleep(0.02)
    first = 0.51 + len(text) % 40 / 100
    return [first] + [(1 - first) / (number - 1)] * (number - 1)
'''
FRAMEWORK = """\
codebook: small
codes:
- {id: pay, name: Pay}
- {id: time, name: Time}
"""


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """A folder with a suggester named planted, installed for this process and its children."""
    site = tmp_path / "site"
    (site / "planted-7.dist-info").mkdir(parents=True)
    (site / "planted.py").write_text(PLANTED, "utf-8")
    (site / "planted-7.dist-info" / "METADATA").write_text("Name: planted\nVersion: 7\n", "utf-8")
    (site / "planted-7.dist-info" / "entry_points.txt").write_text(
        "[themeweave.suggesters]\nplanted = planted:read\n", "utf-8"
    )
    (site / "small.yaml").write_text(FRAMEWORK, "utf-8")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.delitem(sys.modules, "planted", raising=False)
    return site
