"""How good suggestions are: with and without each source of knowledge, and beside the alternatives.

Six sets of findings that no engine was taught. The left-out topics of codebooks/examples: whole
topics that the engines never saw, by the people who wrote what they did see. unseen_findings.csv:
421 findings in the manner of 24 published articles, by somebody who knew neither; a domain counts
as right if it is the one where such an article's authors would file the finding or its place in
CFIR 2022. later_findings.csv: 432 findings of twelve more such articles by another writer, on which
nothing was chosen: an engine first read them when the third engines were ready.
ordinary_findings.csv: 470 rambling quotations and dry entries of tables on eight more topics, by
writers of what the fourth engines were taught besides, read blind a second time.
plain_findings.csv: 442 plain entries of tables and plain quotations, most without a word of praise
or blame; the reader was taught the like by four other writers. And, where
../shared/example stands beside the project, the 100 findings of a published umbrella review as its
authors placed them (their domain and perspective; a curator's construct).

A table a set, one row for all sources together and one for each that is taken away or added; then
the other engines, and what one would pick instead: likeness of words (TF-IDF), likeness of vectors
(MiniLM as it came, where its folder is given), logistic regression on TF-IDF taught the same
examples. A source that a set does not have has no row there.

    python benchmarks/coding_examples.py [--model-dir FOLDER ...] [--only SET]

FOLDER holds an engine like the reader's, such as training/build.py writes: `write-large` the larger
one, `write-plain` MiniLM. SET is left-out, unseen, later, ordinary, plain or published. Takes some
five minutes of processor time, half of it for the regression, and two more for the larger engine.

Columns: domain, domain within two, construct; calib, the mean gap between belief and truth of the
domain over ten bands; sure, the share not marked unsure, and how often these are right; way,
barrier or facilitator where it is one of them; view, whose view it is where it is somebody's and
both readers say the same.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from themeweave.codes.codebook import Codebook
from themeweave.codes.heads import shares
from themeweave.codes.likeness import nearness
from themeweave.codes.reading import Reading, shares_below
from themeweave.codes.suggest import choose, is_unsure
from themeweave.corpus.records import Review
from themeweave.findings.encoder import Encoder, shipped
from themeweave.findings.records import Finding
from themeweave.findings.vectors import fit_pair
from themeweave.review.batch import findings_of, sampled_reviews
from themeweave.review.readings import FOLDER, READER, read
from themeweave.review.settings import MARGIN
from themeweave.review.shipped import codebook

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT.parent / "shared" / "example"
FRAME, WAY, VIEW = "cfir-2022", "valence", "perspectives"
BOOKS = {name: codebook(name) for name in (FRAME, WAY, VIEW)}
WORDS = {FRAME: "blend", WAY: "valence", VIEW: "voice"}  # suggesters that know words alone
THEIR_VIEWS = {
    "peer_support_workers": "peer_workers",
    "non_peer_staff": "staff",
    "peer_support_group_members": "group_members",
    "mixed_samples": "mixed",
    "service_users": "service_users",
}
THEIR_WAYS = {"benefit": "facilitator", "challenge": "barrier"}
DECIDED = 200  # findings at most that people decide, where that is tried
PARTS = ("domains", "way", "view")  # of what people say, that a set may have
Readings = Mapping[str, Sequence[Reading]]  # by codebook, one a finding


@dataclass(frozen=True)
class Gold:
    """What people say of a finding; what is empty is not asked."""

    domains: Collection[str] = ()  # any of them is right
    constructs: Collection[str] = ()  # likewise; a whole construct stands for its parts
    way: str = ""
    view: str = ""


@dataclass(frozen=True)
class Set:
    """Findings with what people say of them."""

    name: str
    findings: tuple[Finding, ...]
    gold: tuple[Gold, ...]
    reviews: tuple[Review, ...] = ()
    groups: tuple[str, ...] = ()  # a topic or review each: decided or left out as a whole


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a sheet."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def own_set(name: str, rows: Sequence[Mapping[str, str]]) -> Set:
    """Make a set of our own examples, none of which goes on from the one before it."""
    frame = BOOKS[FRAME]
    gold = []
    for row in rows:
        code = row.get("construct", "")
        known = code in frame.by_id
        same = row.get("perspective_2", row["perspective"]) in ("", row["perspective"])
        gold.append(
            Gold(
                {frame.top(code), row.get("domain") or frame.top(code)} if known else (),
                {code} if known else (),
                row["valence"] if row["valence"] in THEIR_WAYS.values() else "",
                row["perspective"] if same and row["perspective"] != "unclear" else "",
            )
        )
    findings = [Finding(row["id"], row["text"], section=f"{n}") for n, row in enumerate(rows)]
    return Set(name, tuple(findings), tuple(gold), groups=tuple(row["topic"] for row in rows))


def published_set() -> Set:
    """Make the set of the published umbrella review, with its samples and without its headings."""
    sheet = EXAMPLE / "inputs" / "findings_cited.csv"
    findings, _ = findings_of(sheet.read_bytes(), sheet.name, ".csv")
    reviews = sampled_reviews((EXAMPLE / "inputs" / "reviews.csv").read_bytes(), "reviews", ".csv")
    named = {row["finding_id"]: row for row in rows_of(EXAMPLE / "gold" / "cooper_findings.csv")}
    gold = []
    for finding in findings:
        row = named[finding.id]
        way = THEIR_WAYS.get(row["valence"], row["valence"])
        codes = {row["cfir_construct"], row["cfir_construct_alt"]} - {""}
        gold.append(
            Gold(
                {row["cfir_domain"]} if row["cfir_domain"] else (),
                {code.split(".")[0] for code in codes} if row["cfir_domain"] else (),
                way if way in THEIR_WAYS.values() else "",
                THEIR_VIEWS.get(row["perspective"], ""),
            )
        )
    groups = tuple(min(finding.cited, default=finding.id) for finding in findings)
    return Set("published review", tuple(findings), tuple(gold), reviews, groups)


def with_headings(those: Set) -> Set:
    """Put the published review's headings above its findings: they are what is asked for."""
    named = {row["finding_id"]: row for row in rows_of(EXAMPLE / "gold" / "cooper_findings.csv")}
    findings = [replace(f, section=named[f.id]["section_path"]) for f in those.findings]
    return replace(those, findings=tuple(findings))


def apart(those: Set) -> Set:
    """Give each finding a heading of its own, so that none goes on from the one before it."""
    findings = [replace(f, section=f"{n}") for n, f in enumerate(those.findings)]
    return replace(those, findings=tuple(findings))


def read_all(
    those: Set,
    engine: str | Mapping[str, str] = READER,
    change: Callable[[Codebook], Codebook] = lambda book: book,
    decided: Collection[int] = (),
) -> Readings:
    """Read a set as `themeweave code` and `run` do."""
    found = {}
    for name, book in BOOKS.items():
        suggester = engine if isinstance(engine, str) else engine[name]
        ruled = {those.findings[row].id: ruling(those.gold[row], name) for row in decided}
        cited = [
            replace(f, cited=(g,)) if decided else f
            for f, g in zip(those.findings, those.groups, strict=True)
        ]
        found[name] = read(suggester, cited, change(book), those.reviews, ruled).readings
    return found


def ruling(gold: Gold, book: str) -> tuple[str, ...]:
    """Give the code that a person would have accepted."""
    if book == FRAME:
        return tuple(gold.domains) if len(gold.domains) == 1 else ()
    return tuple(filter(None, [gold.way if book == WAY else gold.view]))


def decided_in_halves(those: Set) -> Readings:
    """Read each half of the groups with some findings of the other half decided by people."""
    of_half = {group: n % 2 for n, group in enumerate(sorted(set(those.groups)))}
    halves = np.array([of_half[group] for group in those.groups])
    others = [np.flatnonzero(halves != half) for half in (0, 1)]
    both = [read_all(those, decided=o[:: max(1, len(o) // DECIDED)].tolist()) for o in others]
    return {
        name: [both[half][name][row] for row, half in enumerate(halves.tolist())] for name in BOOKS
    }


def without(*parts: str) -> Callable[[Codebook], Codebook]:
    """Take parts of every code out of a codebook."""

    def change(book: Codebook) -> Codebook:
        nothing = {part: "" if part == "definition" else () for part in parts}
        return replace(book, codes=tuple(replace(code, **nothing) for code in book.codes))

    return change


def encoder_alone(those: Set) -> Readings:
    """Read with the encoder's heads and nothing else."""
    answers = shipped()([f.text for f in those.findings])
    found = {}
    for name, book in BOOKS.items():
        codes = list(book.suggestible())
        believed = shares(answers, shipped().description, book, codes)
        assert believed is not None
        found[name] = as_readings(believed, [code.id for code in codes])
    return found


def likeness_of_vectors(those: Set, encoder: Encoder) -> Readings:
    """Liken an encoder's vectors to the codebook's sentences, and nothing else."""
    vectors = encoder([f.text for f in those.findings]).vectors
    found = {}
    for name, book in BOOKS.items():
        codes = list(book.suggestible())
        near = np.exp(12 * nearness(vectors, codes, encoder, encoder.centre))
        found[name] = as_readings(near / near.sum(1, keepdims=True), [code.id for code in codes])
    return found


def likeness_of_words(those: Set) -> Readings:
    """Liken words, by TF-IDF, to the codebook's names, definitions and rules, and nothing else."""
    found = {}
    for name, book in BOOKS.items():
        codes = list(book.suggestible())
        said = [" ".join([f"{code.name}.", code.definition, *code.include]) for code in codes]
        near = np.exp(20 * fit_pair(said)([f.text for f in those.findings]))
        found[name] = as_readings(near / near.sum(1, keepdims=True), [code.id for code in codes])
    return found


def as_readings(rows: np.ndarray, ids: Sequence[str]) -> list[Reading]:
    """Turn rows of shares into readings."""
    return [Reading(dict(zip(ids, row.tolist(), strict=True))) for row in rows]


@cache
def regressions() -> Mapping[str, Any]:
    """Teach logistic regression on TF-IDF the examples that the engines learned, by codebook."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    models = {}
    for name, column in ((FRAME, "construct"), (WAY, "valence"), (VIEW, "perspective")):
        known = [row for row in examples(left_out=False) if row.get(column)]
        models[name] = make_pipeline(
            TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2),
            LogisticRegression(C=10, max_iter=200),
        ).fit([row["text"] for row in known], [row[column] for row in known])
    return models


def regression(those: Set) -> Readings:
    """Read with logistic regression on TF-IDF."""
    texts = [f.text for f in those.findings]
    return {
        name: as_readings(model.predict_proba(texts), [str(c) for c in model.classes_])
        for name, model in regressions().items()
    }


def score(those: Set, readings: Readings) -> str:
    """Score readings, as a line of the table."""
    frame = BOOKS[FRAME]
    tops = [code.id for code in frame.roots()]
    domain, two, construct, belief, sure = [], [], [], [], []
    for gold, reading in zip(those.gold, readings[FRAME], strict=True):
        if not gold.domains:
            continue
        known = {code: share for code, share in reading.shares.items() if code in frame.by_id}
        choice = choose(Reading(known), frame)
        sums = shares_below(Reading(known), frame, tops)
        first_two = sorted(tops, key=lambda top: -sums[top])[:2]
        domain.append(choice.branch in gold.domains)
        two.append(bool(set(gold.domains) & set(first_two)))
        construct.append(bool({choice.code_id, choice.code_id.split(".")[0]} & {*gold.constructs}))
        belief.append(choice.score)
        sure.append(not is_unsure(choice, MARGIN))
    right = np.array(domain)
    cells = [f"{np.mean(hits):10.3f}" for hits in (domain, two, construct)]
    cells.append(f"{calibration(np.array(belief), right):10.3f}{np.mean(sure):7.0%}")
    cells.append(f"{right[np.array(sure)].mean() if any(sure) else np.nan:8.3f}")
    for name, asked in ((WAY, "way"), (VIEW, "view")):
        hits = [
            max(reading.shares, key=lambda code: reading.shares[code]) == getattr(gold, asked)
            for gold, reading in zip(those.gold, readings[name], strict=True)
            if getattr(gold, asked)
        ]
        cells.append(f"{np.mean(hits):8.3f}")
    return "".join(cells)


def calibration(belief: np.ndarray, right: np.ndarray) -> float:
    """Give the expected calibration error over ten bands (Guo C et al. 2017, ICML)."""
    bands = np.minimum((belief * 10).astype(int), 9)
    return float(
        sum(
            (bands == band).mean() * abs(right[bands == band].mean() - belief[bands == band].mean())
            for band in np.unique(bands)
        )
    )


def rows(those: Set, folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Give the lines of a set's table, each with what it is called."""

    def line(label: str, readings: Readings) -> tuple[str, str]:
        return label, score(those, readings)

    full = read_all(those)
    yield line("all sources", full)
    yield line("  without the reader: words", read_all(those, WORDS))
    yield line("  without the codebook's words", encoder_alone(those))
    yield line("    without cues", read_all(those, change=without("cues")))
    yield line(
        "    without definitions, rules", read_all(those, change=without("definition", "include"))
    )
    yield line("    without its examples", read_all(those, change=without("examples")))
    if those.reviews:
        yield line("  without samples", read_all(replace(those, reviews=())))
        yield line("  without the finding before", read_all(apart(those)))
        alone = apart(replace(those, reviews=()))
        yield line("  without both: words alone", read_all(alone))
        yield line("  with headings (the answers)", read_all(with_headings(those)))
    yield line(f"  with up to {DECIDED} decided", decided_in_halves(those))
    yield line("fast engine", read_all(those, "fast"))
    for folder in folders:
        encoder = Encoder(folder)
        about = encoder.description
        if about.heads:
            yield line(f"{about.name} engine (--model-dir)", read_all(those, f"{FOLDER}{folder}"))
        else:
            yield line(f"likeness of vectors: {about.name}", likeness_of_vectors(those, encoder))
    yield line("likeness of vectors: reader", likeness_of_vectors(those, shipped()))
    yield line("likeness of words (TF-IDF)", likeness_of_words(those))
    shown = [
        'like "' in reading.notes.get(choose(reading, BOOKS[FRAME]).code_id, "")
        for reading in full[FRAME]
    ]
    yield line("regression on TF-IDF", regression(those))
    yield f"An example is shown with {np.mean(shown):.0%} of suggestions; it moves none.", ""


def examples(*, left_out: bool) -> list[dict[str, str]]:
    """Read our own examples: of the topics that were left out, or of all others."""
    out = set((ROOT / "training" / "left_out.txt").read_text("utf-8").splitlines())
    folder = ROOT / "codebooks" / "examples"
    every = [row for name in ("cfir", "experiences") for row in rows_of(folder / f"{name}.csv")]
    return [row for row in every if (row["topic"] in out) == left_out]


def sets() -> Iterator[Set]:
    """Give the sets that are here."""
    yield own_set("left-out topics", examples(left_out=True))
    yield own_set("unseen articles", rows_of(ROOT / "benchmarks" / "unseen_findings.csv"))
    yield own_set("later articles", rows_of(ROOT / "benchmarks" / "later_findings.csv"))
    ordinary = rows_of(ROOT / "benchmarks" / "ordinary_findings.csv")
    yield own_set("ordinary wording", ordinary)
    yield own_set("plain", rows_of(ROOT / "benchmarks" / "plain_findings.csv"))
    if EXAMPLE.is_dir():
        yield published_set()


def main() -> None:
    """Print a table a set."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--model-dir", type=Path, action="append", default=[])
    asked.add_argument("--only", default="", metavar="SET")
    given = asked.parse_args()
    folders = [folder.resolve() for folder in given.model_dir]
    for those in sets():
        if not those.name.startswith(given.only):
            continue
        counts = [sum(bool(getattr(g, part)) for g in those.gold) for part in PARTS]
        print(
            f"\n{those.name}: " + ", ".join(f"{n} {p}" for n, p in zip(counts, PARTS, strict=True))
        )
        heads = ("domain", "in two", "construct", "calib")
        print(f"{'':<34}" + "".join(f"{h:>10}" for h in heads) + "   sure   right     way    view")
        with threadpool_limits(1):  # as workers do
            for label, cells in rows(those, folders):
                print(f"{label:<34}{cells}", flush=True)


if __name__ == "__main__":
    main()
