"""The container: a .qdpx archive, a .qdc codebook or a bare .qde, opened with care.

The archive is checked before anything is unpacked (`corpus.readers.zip_gate`), the XML by
`corpus.readers.xml_gate`. Paths are never followed outside the archive: a text is found by its
name among the members, whatever the capitals of its folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from themeweave.corpus.readers.canonical import decode
from themeweave.corpus.readers.xml_gate import parse
from themeweave.corpus.readers.zip_gate import UNSAFE, Archive, Limits, open_archive
from themeweave.errors import ReviewError
from themeweave.exchange.losses import Losses
from themeweave.exchange.positions import Stored

NAMESPACES = ("urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0")
SIDECAR = "themeweave.json"
# Media may be large, as they are never unpacked; what is unpacked may not.
LIMITS = Limits(bytes_each=4_000_000_000, bytes_all=40_000_000_000)
LARGEST = 200_000_000  # bytes of a text or of the XML
_LARGEST_SIDECAR = 50_000_000


class Container:
    """An opened file: its XML and, in an archive, the texts beside it."""

    def __init__(self, raw: bytes, name: str, losses: Losses) -> None:
        self.name = name
        self.losses = losses
        self.archive: Archive | None = None
        self.sidecar = b""
        xml, shown = raw, name
        if raw[:2] == b"PK":
            self.archive = open_archive(raw, name, LIMITS)
            inner = self._inner()
            if self.archive.members[inner].file_size > LARGEST:
                what = f"the project would unpack to more than {LARGEST // 1_000_000} MB of XML"
                raise ReviewError(what, f"{name}, {inner}", UNSAFE)
            xml, shown = self.archive.read(inner), f"{name}, {inner}"
            if inner != "project.qde":
                losses.repaired("file", inner, "read as the project: its name is not project.qde")
            if SIDECAR in self.archive.members:
                if self.archive.members[SIDECAR].file_size > _LARGEST_SIDECAR:
                    losses.dropped("file", SIDECAR, "larger than a sidecar can be")
                else:
                    self.sidecar = self.archive.read(SIDECAR)
        self.root = parse(xml, shown)
        self._check_root(shown)
        self._used: set[str] = set()

    def text(self, path: str) -> Stored | str:
        """Give a text that a source names, or in words why it cannot be read."""
        scheme, _, rest = path.rpartition("://")
        scheme = scheme.casefold()
        if scheme not in ("", "internal"):
            return f"its text lies outside the file ({scheme}) and is not sought there"
        wanted = rest.replace("\\", "/").rsplit("/", 1)[-1].casefold()
        if self.archive is None:
            return "its text is not in the file"
        members = self._members
        if wanted not in members:
            return "its text is not in the archive"
        member = members[wanted]
        self._used.add(member)
        if self.archive.members[member].file_size > LARGEST:
            return f"its text is larger than {LARGEST // 1_000_000} MB"
        try:
            raw = self.archive.read(member)
            decoded, notes = decode(raw, member)
            for note in notes:
                self.losses.repaired("file", member, note)
            return Stored(decoded, raw.startswith(b"\xef\xbb\xbf"))
        except ReviewError as error:
            return f"its text cannot be read: {error.what}"

    def unused(self) -> Iterator[str]:
        """Name the members that nothing asked for."""
        for member in self.archive.members if self.archive else ():
            known = member in self._used or member.lower().endswith((".qde", ".qdc"))
            if not known and member != SIDECAR and not member.endswith("/.root"):
                yield member

    @cached_property
    def _members(self) -> dict[str, str]:
        members = self.archive.members if self.archive else {}
        return {member.rsplit("/", 1)[-1].casefold(): member for member in members}

    def _inner(self) -> str:
        members = self.archive.members if self.archive else {}
        inner = [m for m in members if m.lower().endswith((".qde", ".qdc")) and "/" not in m]
        named = [m for m in inner if m.lower() == "project.qde"]
        if len(named or inner) != 1:
            many = f"several projects: {', '.join(sorted(inner)[:5])}" if inner else "no project"
            raise ReviewError(
                f"the archive holds {many}",
                self.name,
                "A .qdpx file has one file project.qde inside. Export the project again.",
            )
        return (named or inner)[0]

    def _check_root(self, shown: str) -> None:
        from lxml.etree import QName

        found = QName(self.root)
        if found.localname not in ("Project", "CodeBook"):
            raise ReviewError(
                f"the file is no REFI-QDA project or codebook: it begins with <{found.localname}>",
                shown,
                "Export it from the other program as a REFI-QDA project (.qdpx) or codebook "
                "(.qdc).",
            )
        if found.namespace not in NAMESPACES:
            self.losses.repaired(
                found.localname,
                found.namespace or "without a namespace",
                "read as if it were in the standard's namespace",
            )
