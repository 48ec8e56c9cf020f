"""How much of the reference results is compared: every number in the files is counted.

The comparisons themselves stand in the tests of each module. Here they run once more with a ledger,
and what they touched is held against all that the files contain, counted without their help.
"""

import importlib.util
import inspect
import json
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path

import pytest

HERE = Path(__file__).parent
META = HERE.parents[1].parent / "shared" / "reference" / "meta"
ABOUT = {  # keys that describe a result and are none
    *("note", "notes", "formula", "variable", "levels", "optimizer_rel_tol", "cluster", "order"),
    *("rule", "p_note", "engine", "why"),
}


@dataclass(frozen=True)
class Block:
    """Part of the reference, and the test that compares it."""

    name: str
    files: str
    keys: tuple[str, ...]
    module: str
    test: str
    arguments: tuple[str, ...] = ("",)  # of a parametrised test


DATASETS = ("umbrella_hr_example", "umbrella_or_example", "umbrella_own_binary")
DATASETS += ("umbrella_radua2019_or", "umbrella_smd_example")
SINGLE, SECOND = "*/expected.json", "*/expected_metafor5.json"
FIRST, FIFTH = ("expected.json",), ("expected_metafor5.json",)
BLOCKS = (
    Block("effect sizes", SINGLE, ("effects",), "reference", "effect_sizes", FIRST),
    Block("effect sizes, metafor 5", SECOND, ("effects",), "reference", "effect_sizes", FIFTH),
    Block("pooling", SINGLE, ("pool",), "reference", "pooled_results", FIRST),
    Block("pooling, metafor 5", SECOND, ("pool",), "reference", "pooled_results", FIFTH),
    Block("Mantel-Haenszel, Peto", SINGLE, ("mantel_haenszel", "peto"), "reference", "mantel"),
    Block("zero cells", SINGLE, ("zero_cell_variants_logOR_DL",), "reference", "every_zero"),
    Block("small-study effects", SINGLE, ("bias",), "bias", "bias_block"),
    Block("influence", SINGLE, ("influence",), "influence", "influence_block"),
    Block("subgroups", SINGLE, ("subgroup",), "moderators", "subgroup_block"),
    Block("meta-regression", SINGLE, ("metaregression",), "moderators", "metaregression_block"),
    Block("multilevel", SINGLE, ("multilevel", "multilevel_mods"), "multilevel", "multilevel_bl"),
    Block(
        "umbrella", "umbrella_*/expected.json", ("factors",), "umbrella", "umbrella_rows", DATASETS
    ),
    Block("conversions", "*/cases.json", ("expected",), "reference", "every_conversion"),
    Block("quantiles", "*/quantile_cases.json", ("expected",), "reference", "means_and_sds"),
)

pytestmark = pytest.mark.skipif(
    not META.is_dir(), reason="the reference results (../shared/reference/meta) are not at hand"
)


class Ledger:
    """Stands in for a tally: keeps the name of every single result that was compared."""

    def __init__(self, tally):
        self.tally, self.seen = tally, set()
        self.faults, self.not_offered = tally.faults, tally.not_offered

    def walk(self, where, ours, theirs, rel, floor=1e-11):
        self.tally.walk(where, ours, theirs, rel, floor)
        if isinstance(theirs, dict) and set(theirs) == {"n_cluster", "k"}:
            # Stated once, compared with every model.
            where = ".".join(where.split(".")[:2])
        if not where.endswith(".fixed"):  # compared twice, to two tolerances
            self.seen |= set(leaves(theirs, where, ours))

    def compare(self, where, *numbers):
        self.tally.compare(where, *numbers)
        self.seen.add(where)

    def settle(self, *_, **__):
        """Judge nothing: the test does."""


class PlainTally(Ledger):
    """The same for `test_reference`, whose tally is its own."""

    def __init__(self, tally):
        self.tally, self.seen, self.faults = tally, set(), tally.faults


def leaves(theirs, where="", ours=None):
    """Name every single result; with ours given, of those that ours has."""
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            if key not in ABOUT and (ours is None or key in ours):
                yield from leaves(value, f"{where}.{key}", None if ours is None else ours[key])
    elif isinstance(theirs, list):
        for i, value in enumerate(theirs):
            yield from leaves(value, f"{where}[{i}]", None if ours is None else ours[i])
    else:
        yield where


def results_in(block):
    """Count the single results that a block holds, over all datasets."""
    count = 0
    for path in sorted(META.glob(block.files)):
        found = json.loads(path.read_text(encoding="utf-8"))
        found = found.get("cases", found) if isinstance(found, dict) else found
        for entry in found if isinstance(found, list) else [found]:
            count += sum(1 for key in block.keys if key in entry for _ in leaves(entry[key]))
    return count


def compare_again(block, references, make_tally):
    """Run a block's test with ledgers: the names of what it compared, and its faults."""
    spec = importlib.util.spec_from_file_location(
        f"again_{block.module}", HERE / f"test_{block.module}.py"
    )
    again = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(again)
    test = next(f for name, f in vars(again).items() if name.startswith(f"test_{block.test}"))
    ledgers = []
    plain = getattr(again, "Tally", None)

    def ledger():
        ledgers.append(PlainTally(plain()) if plain else Ledger(make_tally()))
        return ledgers[-1]

    if plain:
        again.Tally = ledger
    for argument in block.arguments:
        offered = {"references": references, "record_property": None}
        offered |= {"file": argument, "name": argument}
        wanted = inspect.signature(test).parameters
        given = {name: offered[name] for name in wanted if name in offered}
        test(**given, **({"tally": ledger()} if "tally" in wanted else {}))
    seen = {(number, where) for number, one in enumerate(ledgers) for where in one.seen}
    return len(seen), [fault for one in ledgers for fault in one.faults]


def test_nearly_all_of_the_reference_is_offered_and_all_of_that_matches(
    references, tally, capsys, record_property
):
    lines, faults = [], []
    for block in BLOCKS:
        there = results_in(block)
        seen, wrong = compare_again(block, references, type(tally))
        assert seen <= there, f"{block.name}: {seen} compared, but {there} in the files"
        lines.append((block.name, there, seen, seen - len(wrong), there - seen))
        faults += wrong
    lines.append(("all", *map(sum, list(zip(*lines, strict=True))[1:])))
    row = "{:26}{:>9}{:>10}{:>9}{:>14}".format
    text = [
        row("reference", "results", "compared", "matched", "not compared"),
        *starmap(row, lines),
    ]
    record_property("coverage", "\n".join(text))
    with capsys.disabled():
        print("", *text, sep="\n")
    assert faults == []
    _, there, compared, _, _ = lines[-1]
    assert compared >= 0.95 * there
    assert there > 100_000
