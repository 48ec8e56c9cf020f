"""Texts that the suggesters cannot read are said to be so, and English ones never are."""

import csv
from pathlib import Path

import pytest

from themeweave.codes.language import foreign

EXAMPLES = Path(__file__).parents[2] / "codebooks" / "examples"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Les infirmières ont dit que le temps ne suffit pas pour les patients.", "French"),
        ("El personal no tenía tiempo para la formación.", "Spanish"),
        ("Das Personal hatte keine Zeit, sich auf die Gruppe vorzubereiten.", "German"),
        ("Medarbejderne havde ikke tid til at deltage i kurset", "Danish or Norwegian"),
        ("Pracownicy nie mieli czasu na szkolenie i nie wiedzieli jak", "Polish"),
        ("Kami tidak punya waktu untuk pelatihan ini", "Indonesian"),
        ("職員には時間がなかった", "a language in another alphabet"),
        ("Медсёстры боялись", "a language in another alphabet"),
        ("لم يكن لدى الموظفين وقت", "a language in another alphabet"),
    ],
)
def test_another_language_is_named(text, language):
    assert foreign(text) == language


@pytest.mark.parametrize("text", ["", "12 %", "Zeitmangel", "Time!", "😀 😀", "Men's clinics"])
def test_what_is_too_short_to_tell_passes_as_english(text):
    assert foreign(text) == ""


def test_no_example_finding_is_taken_for_another_language():
    found = []
    for path in sorted(EXAMPLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["text"] for row in csv.DictReader(file) if foreign(row["text"])]
    assert found == []
