"""How much memory a large REFI-QDA project takes to read, as a ratio to its size.

Builds a project of some 100 MB (texts with emoji, CRLF, a byte-order mark, 45,000 codings), reads
it in a process of its own, and prints peak memory and time per MB.

    python benchmarks/exchange_size.py
"""

from __future__ import annotations

import io
import random
import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from time import perf_counter

from themeweave.exchange.refi.read import read_refi

GUID = "00000000-0000-4000-8000-{:012d}".format
WORDS = ("peer", "hope", "nurse", "time", "ward", "mentor", "😀", "não", "recovery", "staff")
SOURCES, CODINGS, CODES = 45, 1000, 300


def build() -> tuple[bytes, int]:
    """Build the project: its bytes, and how many they unpack to."""
    chance = random.Random(1)
    stream = io.BytesIO()
    archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
    codes = (f'<Code guid="{GUID(n)}" name="c{n}" isCodable="true"/>' for n in range(CODES))
    parts = ['<Project xmlns="urn:QDA-XML:project:1.0" name="Big"><CodeBook><Codes>', *codes]
    parts.append("</Codes></CodeBook><Sources>")
    size = 0
    for number in range(SOURCES):
        words = (f"{chance.choice(WORDS)}{chance.randrange(10**6)}" for _ in range(180_000))
        text = " ".join(words).replace(" time", "\r\ntime")
        raw = b"\xef\xbb\xbf" + text.encode()
        size += len(raw)
        own = GUID(1000 + number)
        archive.writestr(f"sources/{own}.txt", raw)
        parts.append(f'<TextSource guid="{own}" plainTextPath="internal://{own}.txt">')
        for n in range(CODINGS):
            start = text.find(" ", chance.randrange(len(text) - 400)) + 1
            place = f'startPosition="{start}" endPosition="{text.find(" ", start + 100)}"'
            key = 10**6 + number * CODINGS + n
            parts.append(
                f'<PlainTextSelection guid="{GUID(key)}" {place}><Coding guid="{GUID(10 * key)}">'
                f'<CodeRef targetGUID="{GUID(n % CODES)}"/></Coding></PlainTextSelection>'
            )
        parts.append("</TextSource>")
    xml = "".join([*parts, "</Sources></Project>"])
    archive.writestr("project.qde", xml)
    archive.close()
    return stream.getvalue(), size + len(xml)


def main() -> None:
    """Build, read in a process of its own, and print ratios."""
    if len(sys.argv) > 1:
        raw = Path(sys.argv[1]).read_bytes()
        began = perf_counter()
        project, _ = read_refi(raw, "big.qdpx")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(len(project.applied), peak, perf_counter() - began)
        return
    raw, size = build()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "big.qdpx"
        file.write_bytes(raw)
        told = subprocess.run(
            [sys.executable, __file__, str(file)], capture_output=True, text=True, check=True
        ).stdout.split()
    read, peak, took = int(told[0]), float(told[1]), float(told[2])
    print(f"{size / 1e6:.0f} MB unpacked, {read} of {SOURCES * CODINGS} codings read")
    print(f"peak memory {peak / (size / 1e6):.1f} times its size; {took / (size / 1e6):.2f} s a MB")


if __name__ == "__main__":
    main()
