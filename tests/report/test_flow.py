import io

from themeweave.evidence.flow import flow
from themeweave.report.figures.flow import flow_diagram
from themeweave.review.flow import flow_document, flow_table

ROWS = [
    ("identified", "<MEDLINE>", 1200),
    ("removed", "", None),
    ("screened", "", 1500),
    ("other sought", "", 3),
    ("included", "", 35),
    ("reports", "", 36),
]


def test_boxes_that_are_given_are_drawn_and_no_others():
    svg = flow_diagram(flow(ROWS[1:])).svg.decode()
    for name in ("removed", "screened", "other-sought", "included"):
        assert f'id="box-{name}"' in svg
    assert 'id="box-sought"' not in svg


def test_the_same_flow_gives_the_same_bytes():
    data = flow(ROWS[1:])
    assert flow_diagram(data, "T") == flow_diagram(data, "T")
    assert flow_document(data) == flow_document(data)


def test_the_word_document_holds_the_picture_and_the_numbers():
    import docx

    document = docx.Document(io.BytesIO(flow_document(flow(ROWS[1:]), "studies")))
    assert len(document.inline_shapes) == 1
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells == [
        ["Step", "n"],
        ["Records removed before screening", "not reported"],
        ["Records screened", "1,500"],
        ["Reports sought for retrieval (other methods)", "3"],
        ["Studies included", "35"],
        ["Reports of included studies", "36"],
    ]


def test_the_table_lists_parts_below_their_box():
    table = flow_table(flow([("excluded full text", "Wrong design", 4)]))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Reports excluded", "4"],
        ["   Wrong design", "4"],
    ]
