"""Real files of other programs, where they are beside the project, and small ones made here."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "interop" / "refi_qda"
GUID = "00000000-0000-4000-8000-{:012d}".format


@pytest.fixture
def real():
    """Give the bytes of a real file by its name; the test is skipped where it is not there."""

    def give(name):
        if not (SHARED / name).is_file():
            pytest.skip(f"needs ../shared/interop/refi_qda/{name}")
        return (SHARED / name).read_bytes()

    return give


def packed(files):
    """An archive of files, given by name as text or bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def qdpx(sources="", text="", codes="", rest="", origin="Some program 1.0", **files):
    """A small project: one code, one text with what stands in it, and whatever else is given."""
    codes = codes or f'<Code guid="{GUID(1)}" name="Hope" isCodable="true"/>'
    qde = (
        f'<Project name="Small" origin="{origin}" xmlns="urn:QDA-XML:project:1.0">'
        f'<Users><User guid="{GUID(9)}" name="Ana"/></Users>'
        f"<CodeBook><Codes>{codes}</Codes></CodeBook><Sources>{sources}</Sources>{rest}</Project>"
    )
    beside = {f"sources/{GUID(2)}.txt": text} if text else {}
    return packed({"project.qde": qde, **beside, **files})


def source(inside, name="Interview"):
    return (
        f'<TextSource guid="{GUID(2)}" name="{name}" plainTextPath="internal://{GUID(2)}.txt">'
        f"{inside}</TextSource>"
    )


def selection(start, end, number=100, name="", code="00000000-0000-4000-8000-000000000001"):
    coding = (
        f'<Coding guid="{GUID(number + 500)}" creatingUser="{GUID(9)}">'
        f'<CodeRef targetGUID="{code}"/></Coding>'
        if code
        else ""
    )
    return (
        f'<PlainTextSelection guid="{GUID(number)}" name="{name}" startPosition="{start}" '
        f'endPosition="{end}" creatingUser="{GUID(9)}">{coding}</PlainTextSelection>'
    )


@pytest.fixture(scope="session")
def make():
    """The makers of small files."""
    return SimpleNamespace(
        packed=packed, qdpx=qdpx, source=source, selection=selection, guid=GUID, shared=SHARED
    )
