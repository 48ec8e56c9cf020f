"""GUIDs: made from what a thing is, so that two exports of one review name it alike."""

from __future__ import annotations

import hashlib
import re

_GUID = re.compile(r"\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?")


def guid(*parts: str) -> str:
    """Make the GUID of a thing from its kind and ids (RFC 9562, version 8: a custom hash).

    Examples
    --------
    >>> guid("code", "themes", "T01")
    '44756a5c-6a58-88fe-ba9e-c2afa2ee6b16'
    >>> guid("code", "themes", "T01") == guid("code", "themes", "T01")
    True
    """
    digest = hashlib.sha256("\x1f".join(("themeweave", *parts)).encode("utf-8", "surrogatepass"))
    h = digest.hexdigest()
    return f"{h[:8]}-{h[8:12]}-8{h[13:16]}-{'89ab'[int(h[16], 16) % 4]}{h[17:20]}-{h[20:32]}"


def plain(text: str) -> str:
    """Bring a GUID into the form in which GUIDs are compared; empty for what is none.

    Examples
    --------
    >>> plain("{5215CC69-B628-4E02-AFB9-9BEEAEE55808}"), plain("12")
    ('5215cc69-b628-4e02-afb9-9beeaee55808', '')
    """
    found = _GUID.fullmatch(text.strip().lower())
    return found[1] if found else ""
