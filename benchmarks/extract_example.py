"""Measure the extraction of findings: agreement on the worked example, speed and memory.

    python benchmarks/extract_example.py [COPIES]      # 200 articles, unless another number stands

Needs ../shared/example. Agreement is counted at a span overlap of 0.8 (characters shared by both
spans, of those in either); each candidate answers for one marked finding at most. The articles of
our own (tests/findings/marked) were marked before the rules were tried on them; what they gave then
stands in tests/findings/marked_articles.py, and is the estimate for articles not seen before.
"""

import csv
import importlib.util
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from themeweave.corpus.readers import read_document
from themeweave.findings.extract import extract
from themeweave.review import candidates, documents

EXAMPLE = Path(__file__).resolve().parents[2] / "shared" / "example"
TESTS = Path(__file__).resolve().parents[1] / "tests" / "findings"
WIDER = ("effects", "discussion", "tables")
ARTICLES = ("cooper-2024.md", "white-2020.md", "shalaby-2020.md")


def overlap(candidate, row):
    start, end = int(row["char_start"]), int(row["char_end"])
    shared = min(candidate.end, end) - max(candidate.start, start)
    return max(0, shared) / (max(candidate.end, end) - min(candidate.start, start))


def agreement(document, gold):
    found = [c for c in extract(document) if c.kind == "finding"]
    paired = {}
    for number, row in enumerate(gold):
        best, place = max((overlap(c, row), n) for n, c in enumerate(found))
        if best >= 0.8 and place not in paired.values():
            paired[number] = place
    inside = {n for n, c in enumerate(found) if "RQ 2" in c.section or "RQ 3" in c.section}
    cited = sum(
        set(found[n].cited) == set((gold[g]["cited_refs"] or gold[g]["inherited_refs"]).split(";"))
        for g, n in paired.items()
    )
    return {
        "recall": len(paired) / len(gold),
        "precision, RQ2 and RQ3": len(inside & set(paired.values())) / max(1, len(inside)),
        "precision, whole article": len(paired) / len(found),
        "citations exact": cited / max(1, len(paired)),
    }


def silent(document):
    """The same article where no heading says that a part is about effectiveness."""
    words = ("effectiveness", "outcomes", "meta-anal")
    sections = tuple(
        replace(s, heading=s.heading[:4]) if any(w in s.heading.lower() for w in words) else s
        for s in document.sections
    )
    return replace(document, sections=sections)


def agreements():
    raw = (EXAMPLE / "corpus" / ARTICLES[0]).read_bytes()
    document = read_document(raw, ARTICLES[0])
    with (EXAMPLE / "gold" / "cooper_findings.csv").open(encoding="utf-8", newline="") as file:
        gold = list(csv.DictReader(file))
    for name, one in (("as it is", document), ("effect headings silent", silent(document))):
        print(f"{ARTICLES[0]}, {name}")
        for what, share in agreement(one, gold).items():
            print(f"  {what:26} {share:.3f}")
    for name in ARTICLES:
        document = read_document((EXAMPLE / "corpus" / name).read_bytes(), name)
        found = extract(document)
        more = extract(document, wider=(*WIDER, "rest"))
        exact = all(c.text == document.text[c.start : c.end] for c in (*found, *more))
        kinds = Counter(c.kind for c in more)
        print(f"{name:18} {len(found):4} candidates, all spans verbatim: {exact}; asked for more:")
        print("   ", ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())))


def own_articles():
    spec = importlib.util.spec_from_file_location("marked", TESTS / "marked_articles.py")
    articles = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(articles)
    for words, wider in (("findings", ()), ("with effects, conclusions and tables", WIDER)):
        counts = [0, 0, 0, 0]
        for name in articles.NAMES:
            document, findings, others = articles.marked(name)
            sought = [*findings, *others] if wider else findings
            found = extract(document, wider=wider)
            hit, good = articles.agreement(found, sought)
            now = (hit, len(sought), good, len(found))
            counts = [a + b for a, b in zip(counts, now, strict=True)]
        hit, sought, good, found = counts
        print(f"eleven articles of our own, {words}")
        print(f"  recall                     {hit / sought:.3f} ({hit} of {sought})")
        print(f"  precision                  {good / found:.3f} ({good} of {found})")


def quiet(_doing):
    """Report no progress."""


def speed(copies):
    """Add copies of the three articles to a review and extract from all of them."""
    texts = [(EXAMPLE / "corpus" / name).read_text("utf-8") for name in ARTICLES]
    with tempfile.TemporaryDirectory() as name:
        folder, source = Path(name) / "review", Path(name) / "in"
        folder.mkdir()
        source.mkdir()
        (folder / "review.toml").write_text("[review]\ntitle = 'Speed'\n", "utf-8")
        for number in range(copies):
            text = f"{texts[number % 3]}\n<!-- copy {number} -->\n"
            (source / f"{number:04}.md").write_text(text, "utf-8")
        start = time.perf_counter()
        documents.add(folder, [source], quiet)
        added = time.perf_counter()
        made = candidates.extract_folder(folder, quiet)
        done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{copies:4} articles: added in {added - start:4.1f} s, read in {done - added:4.1f} s, "
        f"{60 * copies / (done - start):6.0f} articles a minute, {len(made.rows)} candidates, "
        f"peak memory {peak:.0f} MB"
    )


if __name__ == "__main__":
    if not EXAMPLE.is_dir():
        sys.exit("benchmarks/extract_example.py needs ../shared/example")
    agreements()
    own_articles()
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for number in (total // 4, total // 2, total):
        speed(number)
