"""The lights of risk of bias: a circle for each judgement, told apart by its sign too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from themeweave.errors import ReviewError
from themeweave.report.figures.canvas import INK, SOFT
from themeweave.report.figures.drawing import EDGE, Page
from themeweave.report.figures.estimates import Effect

ACROSS = 0.235  # inches, of one light
SIGNS = {  # judgement: sign and colour, which differ in brightness too
    "low": ("+", "#7cc4be"),
    "some concerns": ("–", "#f2d98b"),
    "moderate": ("–", "#f2d98b"),
    "unclear": ("?", "#d6d6d2"),
    "no information": ("?", "#d6d6d2"),
    "high": ("×", "#bf4a30"),
    "serious": ("×", "#bf4a30"),
    "critical": ("!", "#5f1a1a"),
}


def judgement(word: str) -> str:
    """Find the judgement in words such as 'High risk' or 'Serious/High'; empty if there is none."""
    first = word.lower().replace(" risk of bias", "").replace(" risk", "").split("/")[0].strip()
    return first if first in SIGNS else ""


def check_judgements(studies: Iterable[Effect], domains: Sequence[str]) -> None:
    """Refuse judgements that are unknown or do not fit the domains."""
    faults = []
    for study in studies:
        if study.bias and len(study.bias) != len(domains):
            counts = f"{len(study.bias)} judgements for {len(domains)} domains"
            faults.append(f"{study.label}: {counts}")
        for word in study.bias:
            if word.strip() and not judgement(word):
                near = get_close_matches(word.lower(), SIGNS, 1)
                nearest = f", nearest: {near[0]}" if near else ""
                faults.append(f"{study.label}: '{word}' is no judgement{nearest}")
    if faults:
        raise ReviewError(
            "risk of bias cannot be shown",
            "forest plot",
            f"Give one judgement a domain: {', '.join(SIGNS)}, or leave it empty.",
            faults=faults,
        )


def letters(domains: Sequence[str]) -> list[str]:
    """Give each domain the letter that stands above its lights."""
    return [chr(ord("A") + place % 26) for place in range(len(domains))]


def domain_words(domains: Sequence[str]) -> str:
    """Say which letter stands for which domain; nothing where there is none."""
    names = zip(letters(domains), domains, strict=True)
    said = "; ".join(f"{letter}\u00a0{name}" for letter, name in names)
    return f"Risk of bias: {said}" if said else ""


def light(page: Page, x: float, y: float, word: str, gid: str) -> None:
    """Draw the light of a judgement."""
    sign, color = SIGNS[judgement(word)]
    page.axes.plot(
        [x], [y], marker="o", ms=11, mfc=color, mec=INK, mew=0.4, ls="", zorder=3, gid=gid
    )
    ink = "#ffffff" if sign in "×!" else INK
    page.text(x, y - 0.02, sign, ha="center", weight="bold", size=8, color=ink)


def key(page: Page, y: float, studies: Iterable[Effect]) -> None:
    """Say what the lights mean, those that are there."""
    used = {judgement(word) for study in studies for word in study.bias}
    x = EDGE + 0.12
    for word in SIGNS:
        if word in used:
            light(page, x, y, word, "key")
            page.text(x + 0.15, y, word, size=8, color=SOFT)
            x += 0.4 + 0.075 * len(word)
