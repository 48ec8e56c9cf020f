"""The outputs: every table that a review can have, and the addresses of its cells."""

import re
from pathlib import Path

import pytest

from themeweave.report.addresses import address, addresses, cell_at
from themeweave.report.tables import grid, markers, marks, printable
from themeweave.report.writers import write_table
from themeweave.review.files import quiet
from themeweave.review.flow import flow_table
from themeweave.review.folder import open_folder
from themeweave.review.outputs import tables_of
from themeweave.review.synthesis import synthesise
from themeweave.review.theme_evidence import standard_crosstabs

from ..report.reading_back import READERS

ROOT = Path(__file__).parents[2]
FOLDERS = {"sample": ROOT, "teaching": ROOT / "docs" / "teaching"}


@pytest.fixture(scope="module", params=FOLDERS)
def synthesis(request):
    """Give the synthesis of each review that comes with the project."""
    return synthesise(open_folder(FOLDERS[request.param]), quiet)


@pytest.fixture(scope="module")
def tables(synthesis):
    """Give every table of a run, by name."""
    made = [*tables_of(synthesis), *standard_crosstabs(synthesis)]
    if synthesis.folder.flow:
        made.append(flow_table(synthesis.folder.flow))
    assert len({table.name for table in made}) == len(made)
    return {table.name: table for table in made}


def test_every_cell_of_every_table_is_found_again_by_its_address(tables):
    for table in tables.values():
        assert len(table.keys) == len(table.rows), table.name
        assert len(set(table.keys)) == len(table.keys), table.name
        keys = [column.key for column in table.columns]
        assert all(keys), table.name
        assert len(set(keys)) == len(keys), table.name
        assert all(cell_at(table, place) is cell for place, cell in addresses(table).items())


def test_a_covered_place_has_the_address_of_its_cover_in_every_table(tables):
    table = tables.get("theme_table")
    for row, cells in enumerate(grid(table)):
        for column, cell in enumerate(cells):
            assert cell_at(table, address(table, row, column)) is cell


def test_cells_name_only_findings_that_there_are(tables, synthesis):
    known = {finding.id for finding in synthesis.folder.findings}
    for table in tables.values():
        for place, cell in addresses(table).items():
            assert set(cell.sources) <= known, place


@pytest.mark.parametrize(
    "name",
    ["theme_table", "cfir_table", "evidence_base", "theme_sureness", "contradictions", "bridges"],
)
def test_every_cell_of_a_table_of_findings_leads_back_to_findings(tables, name):
    if name not in tables:
        pytest.skip(f"this review has no {name}")
    told = [place for place, cell in addresses(tables[name]).items() if cell.text]
    assert [place for place in told if not addresses(tables[name])[place].sources] == []


@pytest.mark.parametrize("suffix", READERS)
def test_every_table_shows_the_same_words_in_every_format_cell_by_cell(tables, suffix):
    for table in tables.values():
        shown = READERS[suffix](write_table(table, suffix), len(table.columns))
        wanted = [[column.heading for column in table.columns]]
        known = markers(table)
        wanted += [[_shown(cell, known, suffix) for cell in row] for row in grid(table)]
        if suffix == ".md":
            wanted = [[_trimmed(text) for text in row] for row in wanted]
        assert shown[: len(wanted)] == wanted, table.name


def _shown(cell, known, suffix):
    """Give a cell's text with the markers of its notes, as the format sets them."""
    marker = marks(cell, known)
    text = printable(cell.text)
    form = {".xlsx": " [{}]", ".md": "<sup>{}</sup>", ".csv": ""}.get(suffix, "{}")
    return text + form.format(marker) if marker else text


def _trimmed(text):
    """A line of a pipe table begins and ends without blanks."""
    return "\n".join(line.strip() for line in text.split("\n"))


@pytest.mark.parametrize("name", ["base", "confirmed"])
def test_every_table_states_its_base_and_tables_of_codes_how_much_is_confirmed(tables, name):
    of_codes = (
        *("theme_table", "cfir_table", "theme_detail", "framework_matrix", "key_findings"),
        *("coding_frame", "evidence_base", "theme_sureness"),
    )
    for table in tables.values():
        notes = " ".join(table.notes)
        if name == "base" and table.name not in ("overlap", "contradictions", "bridges", "flow"):
            assert "Base: " in notes, table.name
        if name == "confirmed" and (
            table.name in of_codes or table.name.startswith(("codebook_", "theme_by"))
        ):
            assert re.search(r"confirmed|by a person|a person placed", notes), table.name
