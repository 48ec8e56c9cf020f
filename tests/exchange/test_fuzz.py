"""Readers meet files that nobody would write: they refuse them in words, or read them, in time.

The suite tries a few hundred. ``python tests/exchange/test_fuzz.py 600`` goes on for 600 seconds
and prints what it saw.
"""

import contextlib
import io
import json
import random
import sqlite3
import sys
import time
import zipfile
from collections import Counter

from themeweave.codes.files import read_codebook
from themeweave.codes.written import write_codebook
from themeweave.corpus.readers.text import read as read_text
from themeweave.errors import ReviewError
from themeweave.exchange.formats import read_any
from themeweave.exchange.losses import Losses
from themeweave.exchange.merge import There, plan
from themeweave.exchange.refi.read import read_refi
from themeweave.exchange.refi.write import write_qdpx

GUID = "00000000-0000-4000-8000-{:012d}".format
TAGS = (
    *("Users", "User", "CodeBook", "Codes", "Code", "Variables", "Variable", "Cases", "Case"),
    *("Sources", "TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource"),
    *("PlainTextSelection", "PDFSelection", "PictureSelection", "Coding", "CodeRef", "NoteRef"),
    *("Representation", "Transcript", "SyncPoint", "TranscriptSelection", "PlainTextContent"),
    *("Notes", "Note", "Links", "Link", "Sets", "Set", "MemberCode", "MemberSource", "Graphs"),
    *("Graph", "Vertex", "Edge", "Description", "VariableValue", "VariableRef", "TextValue"),
    *("SourceRef", "Weird"),
)
NAMES = (
    *("guid", "name", "isCodable", "color", "targetGUID", "startPosition", "endPosition"),
    *("plainTextPath", "richTextPath", "path", "creatingUser", "creationDateTime", "origin"),
    *("page", "firstX", "firstY", "representedGUID", "sourceVertex", "targetVertex", "position"),
    *("fromSyncPoint", "toSyncPoint", "originGUID", "direction", "typeOfVariable"),
)
TEXTS = (
    "",
    "hope",
    "Peers 😀 gave\r\nhope",
    "e\u0301 A\u030a",
    "a" * 300,
    "\u2028x\t",
    "希望 😀😀",
)
SLOWEST = 20.0  # seconds for one file, on a machine that does other work


def value(chance):
    kinds = (
        lambda: GUID(chance.randrange(12)),
        lambda: "{" + GUID(chance.randrange(12)).upper() + "}",
        lambda: str(chance.choice([-5, 0, 1, 2, 5, 9, 300, 10**9, "9" * 400])),
        lambda: f"internal://{chance.choice(['a', 'b', 'c', '../a'])}.txt",
        lambda: chance.choice(TEXTS),
        lambda: chance.choice(["true", "#ff00ff", "2026-01-02T03:04:05Z", "NVivo", "OneWay"]),
    )
    return chance.choice(kinds)()


def escaped(text):
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;"), ("\t", "&#9;")):
        text = text.replace(sign, name)
    return text


def element(chance, depth):
    tag = chance.choice(TAGS)
    names = chance.sample(NAMES, chance.randrange(6)) + ["guid"] * chance.randrange(2)
    attributes = "".join(f' {n}="{escaped(value(chance))}"' for n in dict.fromkeys(names))
    inner = escaped(chance.choice(TEXTS)) if chance.random() < 0.3 else ""
    if depth < 6:
        inner += "".join(element(chance, depth + 1) for _ in range(chance.choice([0, 0, 1, 2, 4])))
    return f"<{tag}{attributes}>{inner}</{tag}>"


def likely(chance):
    """A project as programs write it, with a few things wrong."""
    codings = "".join(
        f'<PlainTextSelection guid="{GUID(100 + n)}" name="{escaped(chance.choice(TEXTS))}" '
        f'startPosition="{value(chance) if chance.random() < 0.1 else chance.randrange(30)}" '
        f'endPosition="{chance.randrange(40)}">'
        f'<Coding guid="{GUID(200 + n)}" creatingUser="{GUID(9)}">'
        f'<CodeRef targetGUID="{GUID(chance.randrange(5))}"/></Coding></PlainTextSelection>'
        for n in range(chance.randrange(12))
    )
    codes = "".join(
        f'<Code guid="{GUID(n)}" name="{escaped(chance.choice(TEXTS))}" isCodable="true"/>'
        for n in range(4)
    )
    more = element(chance, 3) if chance.random() < 0.5 else ""
    return (
        f'<Users><User guid="{GUID(9)}" name="Ana"/></Users><CodeBook><Codes>{codes}</Codes>'
        f'</CodeBook><Sources><TextSource guid="{GUID(50)}" name="S" '
        f'plainTextPath="internal://a.txt">{codings}</TextSource>{more}</Sources>'
    )


def project(chance):
    inner = "".join(element(chance, 0) for _ in range(chance.randrange(6)))
    inner = likely(chance) if chance.random() < 0.5 else inner
    namespace = chance.choice([' xmlns="urn:QDA-XML:project:1.0"', "", ' xmlns="urn:x"'])
    root = chance.choice(["Project", "Project", "CodeBook", "Other"])
    xml = f'<{root}{namespace} name="P">{inner}</{root}>'
    if chance.random() < 0.2:
        return xml.encode(), "x.qde"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(chance.choice(["project.qde", "My project.qde"]), xml)
        for name in ("a", "b"):
            text = "".join(chance.choice(TEXTS) + " " for _ in range(chance.randrange(8)))
            raw = chance.choice([b"", b"\xef\xbb\xbf"]) + text.encode()
            archive.writestr(f"{chance.choice(['sources', 'Sources'])}/{name}.txt", raw)
        if chance.random() < 0.2:
            archive.writestr("themeweave.json", json.dumps(any_json(chance, 0)))
    return stream.getvalue(), "x.qdpx"


def any_json(chance, depth):
    keys = ("CodeSets", "References", "Attributes", "AttributesList", "AttributeId", "Codes")
    keys += ("AttributeName", "ItemId", "findings", "codebooks", "rejections", "codes", "id")
    kind = chance.randrange(6) if depth < 6 else chance.randrange(3)
    if kind < 3:
        return chance.choice([None, True, 1, -2.5, "x", *TEXTS])
    if kind == 3:
        return [any_json(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(keys): any_json(chance, depth + 1) for _ in range(chance.randrange(5))}


EPPI = {
    "CodeSets": [
        {
            "SetName": "T",
            "Attributes": {"AttributesList": [{"AttributeId": 1, "AttributeName": "W"}]},
        }
    ],
    "References": [
        {
            "ItemId": 9,
            "ShortTitle": "Ng",
            "Codes": [
                {
                    "AttributeId": 1,
                    "AdditionalText": "n",
                    "ItemAttributeFullTextDetails": [{"Text": 'Page 3:\n[¬s]"hope"[¬e]'}],
                }
            ],
        }
    ],
}


def replaced(chance, held, rate):
    """A record with some of its parts replaced by anything."""
    if chance.random() < rate:
        return any_json(chance, 4)
    if isinstance(held, dict):
        return {key: replaced(chance, value, rate) for key, value in held.items()}
    return [replaced(chance, value, rate) for value in held] if isinstance(held, list) else held


def an_export(chance):
    held = any_json(chance, 0) if chance.random() < 0.2 else replaced(chance, EPPI, 0.05)
    return json.dumps(held).encode(), "x.json"


def a_sheet(chance):
    headings = ("id", "document", "tag", "content", "Name", "Files", "References", "Code", "Memo")
    headings += ("Media Title", "Excerpt Copy", "Code: A\\B Applied", "text", "title", "authors")
    headings += ("included", "finding", "illustration", "key", "notes", "Study", "Covidence #")
    width = chance.randrange(1, 7)
    lines = [",".join(chance.sample(headings, width))]
    cells = ("", "x", "True", "1", '"a, b"', '"', "=1+1", "A > B", "x\\y", *(t for t in TEXTS))
    lines += [
        ",".join(chance.choice(cells) for _ in range(chance.randrange(1, 8)))
        for _ in range(chance.randrange(6))
    ]
    return "\n".join(lines).encode(), "x.csv"


def a_database(chance):
    with sqlite3.connect(":memory:") as base:
        page = "".join(chance.choice(["<p>", "</p>", "<br>", "&amp;", *TEXTS]) for _ in range(9))
        base.executescript(
            "CREATE TABLE documents (id, name, contents); CREATE TABLE tags (id, path);"
            "CREATE TABLE highlights (id, document_id, start_offset, end_offset, snippet);"
            "CREATE TABLE highlight_tags (highlight_id, tag_id);"
            "INSERT INTO tags VALUES (1, 'Hope'), (2, NULL)"
        )
        base.execute("INSERT INTO documents VALUES (1, 'd', ?)", (page,))
        for n in range(5):
            numbers = n, 1, chance.choice([0, 3, -1, "x", None, 2**62]), chance.randrange(60)
            base.execute(
                "INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", (*numbers, chance.choice(TEXTS))
            )
            base.execute("INSERT INTO highlight_tags VALUES (?, ?)", (n, chance.choice([1, 2, 7])))
        base.commit()
        return base.serialize(), "x.sqlite3"


MAKERS = (project, project, project, an_export, a_sheet, a_database)


def broken(chance, raw):
    """Change bytes, cut, double: what a bad disk or an ill will does."""
    raw = bytearray(raw)
    for _ in range(chance.randrange(1, 12)):
        if not raw:
            break
        at = chance.randrange(len(raw))
        act = chance.randrange(4)
        if act == 0:
            raw[at] = chance.randrange(256)
        elif act == 1:
            del raw[at : at + chance.randrange(1, 50)]
        elif act == 2:
            raw[at:at] = raw[max(0, at - 40) : at]
        else:
            raw[at] ^= 1 << chance.randrange(8)
    return bytes(raw)


def attempt(chance, saw):
    raw, name = chance.choice(MAKERS)(chance)
    if chance.random() < 0.5:
        raw = broken(chance, raw)
    began = time.monotonic()
    try:
        made, losses = read_any(raw, name)
    except ReviewError:
        saw[f"{name.rpartition('.')[2]}: refused"] += 1
    else:
        texts = {source.id: source.text for source in made.sources}
        for s in made.selections:
            assert s.start is None or texts[s.source][s.start : s.end] == s.text
        codes = {code.id for code in made.codes}
        assert all(a.code in codes for a in made.applied)
        losses.json()
        documents = {}
        for source in made.sources:
            with contextlib.suppress(ReviewError):
                documents[source.id] = read_text(source.text.encode(), source.name)
        planned = plan(made, losses, There({}, (), {}), documents, "themes", "Themes")
        for own, book in planned.new_books.items():
            assert read_codebook(write_codebook(book), own) == book
        again, _ = read_refi(write_qdpx(made, Losses()), "again.qdpx")
        assert len(again.codes) == len(made.codes)
        saw[f"{name.rpartition('.')[2]}: read"] += 1
        saw["repaired or dropped, in lines"] += losses.count("repaired") + losses.count("dropped")
    took = time.monotonic() - began
    assert took < SLOWEST, f"{name} took {took:.1f} s"
    saw["slowest, ms"] = max(saw["slowest, ms"], int(1000 * took))


def test_no_file_hangs_a_reader_or_meets_an_uncaught_error():
    saw = Counter()
    for seed in range(400):
        try:
            attempt(random.Random(seed), saw)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
    assert saw["qdpx: read"] > 20
    assert saw["qdpx: refused"] > 20


if __name__ == "__main__":
    saw, failed, seed = Counter(), Counter(), 1_000_000
    until = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < until:
        seed += 1
        try:
            attempt(random.Random(seed), saw)
        except Exception as error:
            failed[f"{type(error).__name__}: {str(error)[:100]}"] += 1
            print(f"seed {seed}: {type(error).__name__}: {str(error)[:300]}", flush=True)
    print(f"{seed - 1_000_000} files in {sys.argv[1]} s; uncaught errors: {sum(failed.values())}")
    for kind, times in sorted(saw.items()):
        print(f"  {times:8} {kind}")
