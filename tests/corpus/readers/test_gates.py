import io
import struct
import warnings
import zipfile

import pytest

from themeweave.corpus.readers import xml_gate, zip_gate
from themeweave.corpus.readers.zip_gate import Limits, open_archive
from themeweave.errors import ReviewError


def zipped(members, **how):
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def test_members_are_read_by_name():
    archive = open_archive(zipped([("a/b.txt", b"peers"), ("c.docx", b"x")]), "a.zip")
    assert archive.read("a/b.txt") == b"peers"
    assert archive.nested == ("c.docx",)
    with pytest.raises(ReviewError, match=r"the archive has no '\.\./b'"):
        archive.read("../b")


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "a/../../evil", "/etc/passwd", "C:\\evil", "C:evil", "a\\b", "a\nb"],
)
def test_names_that_leave_the_archive_are_refused(name):
    with pytest.raises(ReviewError, match="not safe to read") as caught:
        open_archive(zipped([("good", b""), (name, b"x")]), "a.zip")
    assert "is no plain name inside the archive" in caught.value.faults[0]


@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("caf\u00e9", "cafe\u0301")])
def test_two_members_of_one_name_are_refused(names):
    with pytest.raises(ReviewError, match="have one name"):
        open_archive(zipped([(name, b"x") for name in names]), "a.zip")


def test_links_are_refused():
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    with pytest.raises(ReviewError, match="'link' is a link"):
        open_archive(zipped([(info, b"/etc/passwd")]), "a.zip")


def test_locked_members_are_refused():
    raw = bytearray(zipped([("a", b"x")]))
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ReviewError, match="locked with a password"):
        open_archive(bytes(raw), "a.zip")


def test_a_bomb_is_stopped_by_its_ratio():
    with pytest.raises(ReviewError, match="more than 200 times its size"):
        open_archive(zipped([("a", bytes(5_000_000))]), "a.zip")


def test_a_bomb_is_stopped_by_its_size():
    with pytest.raises(ReviewError, match="would unpack to 2 MB") as caught:
        open_archive(
            zipped([("a", bytes(1_000_000)), ("b", bytes(1_000_000))]),
            "a.zip",
            Limits(bytes_each=900_000, bytes_all=1_500_000, ratio=10_000),
        )
    assert len(caught.value.faults) == 3


def test_a_member_that_lies_about_its_size_is_stopped():
    raw = bytearray(zipped([("a", b"peer" * 1000)]))
    raw[22:26] = struct.pack("<I", 10)
    at = raw.rfind(b"PK\x01\x02") + 24
    raw[at : at + 4] = struct.pack("<I", 10)
    archive = open_archive(bytes(raw), "a.zip")
    with pytest.raises(ReviewError, match="is damaged"):
        archive.read("a")


def test_a_member_that_would_stand_before_the_files_start_is_damaged():
    raw = zipped([("a", b"peers")])
    archive = open_archive(raw[9:], "a.zip")  # nine bytes are gone: the directory points too far
    with pytest.raises(ReviewError, match="'a' in the archive is damaged"):
        archive.read("a")


def test_a_member_that_grows_past_what_it_says_is_stopped(monkeypatch):
    archive = open_archive(zipped([("a", b"peer" * 1000)]), "a.zip")
    monkeypatch.setattr(
        zipfile.ZipFile, "open", lambda *_: io.BytesIO(b"peer" * 2000), raising=True
    )
    with pytest.raises(ReviewError, match="'a' is larger than it says"):
        archive.read("a")


def test_members_without_end_are_stopped_before_the_directory_is_read():
    raw = zipped([(str(number), b"") for number in range(30)])
    assert len(open_archive(raw, "a.zip").members) == 30
    with pytest.raises(ReviewError, match="more than 29 members"):
        open_archive(raw, "a.zip", Limits(members=29))


@pytest.mark.parametrize("cut", [0, 2, 60, -30])
def test_a_cut_archive_is_refused(cut):
    with pytest.raises(ReviewError, match="not a ZIP archive, or it is cut short"):
        open_archive(zipped([("a", b"peers"), ("b", b"staff")])[:cut], "a.zip")


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(f"<?xml version='1.0'?>{LAUGHS}<r>&b;</r>".encode(), id="laughs"),
        pytest.param(f"<!-- <r> -->\n{LAUGHS}<r>&b;</r>".encode(), id="behind a comment"),
        pytest.param(f"\ufeff{LAUGHS}<r/>".encode(), id="behind a mark"),
        pytest.param(
            f"<?xml version='1.0' encoding='UTF-16'?>{LAUGHS}<r>&b;</r>".encode("utf-16"),
            id="in UTF-16",
        ),
        pytest.param(
            b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>", id="outside file"
        ),
        pytest.param(
            b"<!DOCTYPE r PUBLIC '-//NLM//DTD X' 'x.dtd' [<!ENTITY % x 'y'>]><r/>",
            id="behind a name that is let in",
        ),
    ],
)
def test_xml_that_declares_entities_is_refused(xml):
    with pytest.raises(ReviewError, match="declares entities of its own"):
        xml_gate.parse(xml, "a.xml", ("-//NLM//DTD",))


@pytest.mark.parametrize("names", ["SYSTEM 'http://localhost/x.dtd'", "PUBLIC '-//W3C//X' 'x'"])
def test_a_document_type_that_is_not_known_is_refused(names):
    with pytest.raises(ReviewError, match="names a document type"):
        xml_gate.parse(f"<!DOCTYPE r {names}><r/>".encode(), "a.xml", ("-//NLM//DTD",))
    with pytest.raises(ReviewError, match="names a document type"):
        xml_gate.parse(f"<!DOCTYPE r {names}><r/>".encode(), "a.xml")


def test_a_known_document_type_is_let_in_and_its_dtd_never_read():
    xml = "<!DOCTYPE r PUBLIC '-//NLM//DTD X' 'http://localhost:9/x.dtd'><r>a&nbsp;b &lt;</r>"
    assert xml_gate.parse(xml.encode(), "a.xml", ("-//NLM//DTD",)).text == "a\u00a0b <"


def test_a_name_that_no_dtd_explains_is_an_error():
    with pytest.raises(ReviewError, match="Entity 'foo' not defined"):
        xml_gate.parse(b"<r>&foo;</r>", "a.xml")


@pytest.mark.parametrize("depth", [xml_gate.DEEPEST + 1, 100_000])
def test_deep_xml_is_refused(depth):
    with pytest.raises(ReviewError, match="nested deeper than 200 levels"):
        xml_gate.parse(b"<a>" * depth + b"</a>" * depth, "a.xml")
    assert xml_gate.parse(b"<a>" * 200 + b"</a>" * 200, "a.xml").tag == "a"


def test_xml_has_caps_on_bytes_and_tags(monkeypatch):
    monkeypatch.setattr(xml_gate, "MOST_TAGS", 10)
    with pytest.raises(ReviewError, match="more than 10 tags"):
        xml_gate.parse(b"<r>" + b"<a/>" * 10 + b"</r>", "a.xml")
    monkeypatch.setattr(xml_gate, "MOST_BYTES", 10)
    with pytest.raises(ReviewError, match="the XML is larger than"):
        xml_gate.parse(b"<r>" + b" " * 10 + b"</r>", "a.xml")


def test_cut_xml_is_an_error_in_words():
    with pytest.raises(ReviewError, match="not well formed") as caught:
        xml_gate.parse(b"<r><p>Peers", "a.xml")
    assert caught.value.next_step == "The file may be cut short; fetch it again."


def test_xml_follows_its_declared_encoding():
    xml = "<?xml version='1.0' encoding='windows-1252'?><r>“é”</r>".encode("cp1252")
    assert xml_gate.parse(xml, "a.xml").text == "“é”"
    with pytest.raises(ReviewError, match="'utf-7' is not one that is read"):
        xml_gate.parse(b"<?xml version='1.0' encoding='utf-7'?><r/>", "a.xml")


def test_the_limits_of_an_archive_are_those_that_are_stated():
    limits = zip_gate.LIMITS
    assert (limits.members, limits.ratio) == (5_000, 200)
    assert limits.bytes_each < limits.bytes_all == 400_000_000
