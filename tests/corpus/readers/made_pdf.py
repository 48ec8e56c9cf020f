"""PDFs made by hand, sound and hostile, for tests of whatever reads or shows them."""

import hashlib
import io
import zlib

FONTS = ("Helvetica", "Helvetica-Bold")


def pdf(objects, trailer=b""):
    """Bytes of a file of numbered objects, the first of which is its catalogue."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%s"
        b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


def stream(data, extra=b""):
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def page_of(lines):
    """Draw lines: (x, y, text, size=10, bold=False, turned=False)."""
    parts = []
    for x, y, text, *rest in lines:
        size, bold, turned = (*rest, *(10, False, False)[len(rest) :])
        shown = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(")
        matrix = "0 1 -1 0" if turned else "1 0 0 1"
        parts.append(
            b"BT /F%d %g Tf %s %g %g Tm (%s) Tj ET"
            % (int(bold), size, matrix.encode(), x, y, shown.replace(b")", rb"\)"))
        )
    return b"\n".join(parts)


def placed(*pages, encrypt=None):
    """A PDF whose pages are lists of placed lines; one page may be None, which is empty."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * place) for place in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
        *(
            b"<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/%s>>" % name.encode()
            for name in FONTS
        ),
    ]
    for place, lines in enumerate(pages):
        content = page_of(lines or [])
        if encrypt:
            content = encrypt(6 + 2 * place, content)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
            b"/Resources<</Font<</F0 3 0 R/F1 4 0 R>>>>>>" % (6 + 2 * place)
        )
        objects.append(stream(content))
    return objects


PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key, data):
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def encrypted(password, *pages):
    """The pages under a password: 40-bit RC4, revision 2 (ISO 32000-1, 7.6.3)."""
    padded = (password.encode() + PAD)[:32]
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    name, rights = b"0123456789abcdef", (-4 & 0xFFFFFFFF).to_bytes(4, "little")
    key = hashlib.md5(padded + owner + rights + name).digest()[:5]

    def encrypt(number, data):
        salted = key + number.to_bytes(3, "little") + b"\0\0"
        return rc4(hashlib.md5(salted).digest()[:10], data)

    shown = name.hex().encode()
    return pdf(
        placed(*pages, encrypt=encrypt),
        b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
        % (shown, shown, owner.hex().encode(), rc4(key, PAD).hex().encode()),
    )


LEFT, RIGHT = 60, 320
PROSE = [
    "Peer workers were met with warmth in most",
    "of the services, and with doubt in some of",
    "them. The doubt was strongest where no one",
    "had explained the role beforehand, and was",
    "weakest where a manager had worked beside",
    "a peer. Pay was low in nearly all of these.",
]


def column(x, y, lines, step=12, size=10):
    return [(x, y - step * place, line, size) for place, line in enumerate(lines)]


def doubling_forms(depth):
    """A page whose form draws a form ten times, which draws the next one ten times, and so on."""
    objects = placed([(60, 700, "Harmless")])
    objects[4] = objects[4].replace(b"/Font", b"/XObject<</X 7 0 R>>/Font")
    objects[5] = stream(b"/X Do")
    for level in range(depth):
        inside = b"/X Do " * 10 if level + 1 < depth else b"BT /F0 9 Tf (word) Tj ET"
        objects.append(
            stream(
                inside,
                b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources"
                b"<</Font<</F0 3 0 R>>/XObject<</X %d 0 R>>>>" % (8 + level),
            )
        )
    return pdf(objects)


def bomb():
    """A page of some kilobytes that unpacks to gigabytes of drawing."""
    objects = placed([(60, 700, "Harmless")])
    packer, text = zlib.compressobj(9), b"BT /F0 9 Tf 60 700 Td (word) Tj ET\n" * 30_000
    packed = b"".join(packer.compress(text) for _ in range(500)) + packer.flush()
    objects[5] = stream(zlib.compress(packed, 9), b"/Filter[/FlateDecode/FlateDecode]")
    return pdf(objects)


def copies(count):
    import pypdfium2

    source = pypdfium2.PdfDocument(pdf(placed(column(LEFT, 700, PROSE * 4, step=11))))
    target = pypdfium2.PdfDocument.new()
    for _ in range(count):
        target.import_pages(source)
    out = io.BytesIO()
    target.save(out)
    return out.getvalue()
