"""Files made to hurt whoever opens them: what `evals.fuzz` puts to ingestion.

Each kind is a function of a random generator and of the real files at hand, which some of them
damage; it gives the bytes of a file. The others are written byte by byte: no library would make
most of them.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from evals.raw_pdf import TEXT, encrypted_file, pages, stream, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random


Files: TypeAlias = "Sequence[bytes]"
"""The bytes of real PDFs."""


# --- real files, damaged ------------------------------------------------------------------------


def cut(rng: Random, real: Files) -> bytes:
    """Truncated anywhere; one time in three with its end put back."""
    body = rng.choice(real)
    kept = body[: rng.randrange(len(body))]
    return kept + body[-1024:] if rng.random() < 1 / 3 else kept


def flipped(rng: Random, real: Files) -> bytes:
    """With some bytes changed."""
    body = bytearray(rng.choice(real))
    for _ in range(rng.choice([1, 10, 100, 1000])):
        body[rng.randrange(len(body))] = rng.randrange(256)
    return bytes(body)


def shuffled(rng: Random, real: Files) -> bytes:
    """With pieces moved, doubled, or wiped out."""
    body = rng.choice(real)
    size = rng.choice([16, 256, 4096])
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    for _ in range(rng.randint(1, 8)):
        a, b = rng.randrange(len(pieces)), rng.randrange(len(pieces))
        pieces[a] = rng.choice([pieces[b], bytes(size), pieces[a] * 2, b""])
    return b"".join(pieces)


_NUMBER = re.compile(rb"(?<=[ \[])-?\d+(?:\.\d+)?(?=[ \]\n/>])")
_NAME = re.compile(rb"/[A-Z]\w+")


def reworded(rng: Random, _real: Files) -> bytes:
    """With numbers out of all proportion, or names of the format exchanged; the streams stay."""
    pieces = re.split(rb"(stream\r?\n.*?endstream)", _unpacked(rng), flags=re.DOTALL)
    names = sorted(set(_NAME.findall(b"".join(pieces[::2]))))
    numbers = [b"-1", b"0", b"1", b"99999999999", b"1e38", b"-2147483648", b"4294967295", b"65536"]
    share = rng.choice([0.002, 0.02, 0.2])

    def changed(values: Sequence[bytes]) -> Callable[[re.Match[bytes]], bytes]:
        return lambda match: rng.choice(values) if rng.random() < share else match.group()

    pieces[::2] = [_NUMBER.sub(changed(numbers), piece) for piece in pieces[::2]]
    pieces[::2] = [_NAME.sub(changed(names), piece) for piece in pieces[::2]]
    return b"".join(pieces)


# --- files written to hurt ----------------------------------------------------------------------


def encrypted(rng: Random, _real: Files) -> bytes:
    """Encrypted with a password, or with the empty one; one time in four, badly."""
    password = rng.choice([b"", b"secret", bytes(rng.randrange(256) for _ in range(40))])
    body = encrypted_file(password, pages([TEXT]))
    if rng.random() < 0.25:
        body = re.sub(rb"/(R|V|P) -?\d+", lambda m: b"/%s %d" % (m[1], rng.randint(-9, 99)), body)
    return body


def bomb(rng: Random, _real: Files) -> bytes:
    """Streams that unfold a thousandfold and more: as content, image, font, or objects."""
    size = rng.choice([20, 100, 400]) << 20
    filling = rng.choice([bytes(1 << 20), b"0 0 m 1 1 l S " * 75_000, b"(aaaa) Tj " * 105_000])
    folded = _folded(filling, size)
    filters = b"/Filter /FlateDecode"
    if rng.random() < 0.3:
        folded, filters = zlib.compress(folded, 9), b"/Filter [/FlateDecode /FlateDecode]"
    where = rng.choice(["content", "image", "font", "objects"])
    if where == "content":
        return written(pages([TEXT]) | {4: stream(folded, filters)})
    if where == "image":
        side = int((size / 3) ** 0.5)
        kind = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8"
        head = b"%s /Width %d /Height %d %s" % (kind, side, side, filters)
        resources = b"<< /XObject << /I 9 0 R >> >>"
        objects = pages([b"500 0 0 500 0 0 cm /I Do"], resources=resources)
        return written(objects | {9: stream(folded, head)})
    if where == "font":
        font = b"<< /Type /Font /Subtype /Type1 /BaseFont /F /ToUnicode 9 0 R >>"
        objects = pages([TEXT]) | {3: font, 9: stream(folded, filters)}
        return written(objects)
    head = b"/Type /ObjStm /N %d /First %d %s" % (rng.choice([1, 10**6]), 10, filters)
    return written(pages([TEXT]) | {9: stream(folded, head)})


def cyclic(rng: Random, _real: Files) -> bytes:
    """What refers to itself: pages, outline, labels, forms, lengths, the file's own table."""
    objects = pages([TEXT])
    trailer = b""
    match rng.randrange(7):
        case 0:
            objects[2] = b"<< /Type /Pages /Kids [2 0 R 5 0 R] /Count 2 >>"
        case 1:
            deep = {n: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (n + 1, n - 1)
                    for n in range(10, 3000)}  # fmt: skip
            objects |= deep | {2: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"}
            objects[3000] = objects[5]
        case 2:
            objects[1] = b"<< /Type /Catalog /Pages 2 0 R /Outlines 9 0 R >>"
            objects[9] = b"<< /First 10 0 R /Last 10 0 R >>"
            objects[10] = b"<< /Title (A) /Next 10 0 R /First 10 0 R /Parent 10 0 R >>"
        case 3:
            objects[1] = b"<< /Type /Catalog /Pages 2 0 R /PageLabels 9 0 R >>"
            objects[9] = b"<< /Kids [9 0 R 9 0 R] /Nums [0 9 0 R] >>"
        case 4:
            itself = b"<< /XObject << /X 9 0 R >> >>"
            objects = pages([b"/X Do"], resources=itself)
            form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %s" % itself
            objects[9] = stream(b"/X Do /X Do", form)
        case 5:
            objects[4] = b"<< /Length 4 0 R /Filter 4 0 R >>\nstream\nx\nendstream"
        case _:
            trailer = b" /Prev 9 /XRefStm 9"
    return written(objects, trailer=trailer)


def countless(rng: Random, _real: Files) -> bytes:
    """A million tiny objects, glyphs or strokes; ten thousand pages."""
    match rng.randrange(5):
        case 0:
            count = rng.choice([200_000, 1_000_000])
            body = b"".join(b"%d 0 obj\n1\nendobj\n" % n for n in range(10, 10 + count))
            return written(pages([TEXT]), before=body)
        case 1:
            words = b"BT /F1 8 Tf 20 800 Td 0 -0.01 TD " + b"(abcdefgh ij)' " * 90_000 + b"ET"
            return written(pages([words]))
        case 2:
            strokes = b"".join(
                b"%d %d m %d 9 l S " % (n % 595, n % 842, n % 77) for n in range(300_000)
            )
            return written(pages([strokes]))
        case 3:
            letters = b"".join(
                b"BT /F1 9 Tf %d %d Td (%c) Tj ET " % (n * 7 % 595, n * 13 % 842, 97 + n % 26)
                for n in range(150_000)
            )
            return written(pages([letters]))
        case _:
            return written(pages([TEXT] * 10_000))


def fonts(rng: Random, _real: Files) -> bytes:
    """Fonts without encodings, with wrong ones, or that are none."""
    told = rng.choice([
        b"/TrueType /BaseFont /Nulle",
        b"/Type0 /BaseFont /Nulle /Encoding /Identity-H /DescendantFonts [9 0 R]",
        b"/Type3 /FontMatrix [0 0 0 0 0 0] /CharProcs << /a 4 0 R >> /FontBBox [0 0 0 0]",
        b"/Type1 /BaseFont /Helvetica /Encoding << /Differences [0 /g1 /g2 300 /x] >>",
        b"/Type1 /BaseFont /Helvetica /FirstChar -9 /LastChar 99999999 /Widths [1]",
        b"/Type1 /BaseFont /Helvetica /ToUnicode 9 0 R",
    ])  # fmt: skip
    font = b"<< /Type /Font /Subtype %s >>" % told
    font = rng.choice([font, font, font, b"null", b"3 0 R", b"[/Type /Font]"])
    wild = re.sub(rb"\(.*\)", b"<%s>" % rng.randbytes(200).hex().encode(), TEXT)
    objects = pages([rng.choice([TEXT, wild])])
    return written(objects | {3: font, 9: stream(rng.randbytes(400), b"")})


def sizes(rng: Random, _real: Files) -> bytes:
    """Pages of ten metres, of no size, of a negative one; type of all sizes."""
    box = rng.choice([
        b"[0 0 28346 28346]", b"[0 0 0 0]", b"[595 842 0 0]", b"[-1e9 -1e9 1e9 1e9]",
        b"[0 0 1e38 1e38]", b"[0 0 595]", b"[/a /b /c /d]", b"[0 0 3 20000]",
    ])  # fmt: skip
    size = rng.choice([b"12", b"0", b"-12", b"1e9", b"0.0001", b"20000"])
    more = rng.choice([b"", b"/UserUnit 1000", b"/Rotate 45", b"/CropBox [9e9 9e9 9e9 9e9]"])
    content = TEXT.replace(b" 12 Tf", b" %s Tf" % size)
    return written(pages([content], box=box, more=more))


def active(rng: Random, _real: Files) -> bytes:
    """What asks to run a script or a program, to open an address, or to be unpacked."""
    action = rng.choice([
        b"<< /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\);) >>",
        b"<< /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >> >>",
        b"<< /S /URI /URI (http://127.0.0.1:9/) >>",
        b"<< /S /SubmitForm /F (http://127.0.0.1:9/) >>",
        b"<< /S /GoToR /F (//127.0.0.1/partage/a.pdf) /D [0 /Fit] >>",
        b"<< /S /ImportData /F (/etc/passwd) >>",
    ])  # fmt: skip
    objects = pages([TEXT], more=b"/AA << /O 9 0 R >>")
    objects[1] = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 9 0 R /AcroForm << /XFA 10 0 R /Fields [] >> "
        b"/Names << /EmbeddedFiles << /Names [(a.exe) 11 0 R] >> "
        b"/JavaScript << /Names [(a) 9 0 R] >> >> >>"
    )
    objects |= {9: action, 10: stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>", b"")}
    objects[11] = b"<< /Type /Filespec /F (../../a.exe) /EF << /F 12 0 R >> >>"
    objects[12] = stream(b"MZ" + rng.randbytes(500), b"/Type /EmbeddedFile")
    image = b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /F (http://127.0.0.1:9/i.png)"
    return written(objects | {13: stream(b"", image)})


def strangers(rng: Random, _real: Files) -> bytes:
    """Empty files, and what is no PDF at all."""
    return rng.choice([
        b"", b"\n", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n0\n%%EOF",
        b"<!doctype html><title>Erreur 404</title><p>%PDF</p>", b"PK\x03\x04" + rng.randbytes(2000),
        b"\x89PNG\r\n\x1a\n" + rng.randbytes(2000), rng.randbytes(5000),
        b"%PDF-1.7\n" + rng.randbytes(5000) + b"\nstartxref\n9\n%%EOF", b"\x00" * 100_000,
    ])  # fmt: skip


def names(rng: Random, real: Files) -> bytes:
    """A good file, to be put under an odd name."""
    return rng.choice(real)


ODD_NAMES: Final = (
    "-rf.pdf", "a\nb.pdf", "é\u0301 à \u202efdp.exe.pdf", "😀.pdf", "a" * 230 + ".pdf", "..pdf",
    "$(touch x).pdf", "'; drop table pages; --.pdf", "%s%n.pdf", "CON.pdf", " .pdf", "a\\b.PDF",
)  # fmt: skip
"""Names that a file may have, and that a careless program stumbles over."""

KINDS: Final[dict[str, Callable[[Random, Files], bytes]]] = {
    kind.__name__: kind
    for kind in (
        cut, flipped, shuffled, reworded, encrypted, bomb, cyclic, countless, fonts, sizes, active,
        strangers, names,
    )
}  # fmt: skip
"""All kinds, by name; the docstring of each says what it is."""

RARE: Final = frozenset({"bomb", "countless"})
"""Kinds whose files are large: a few of them are enough."""


# --- what they are made of ------------------------------------------------------------------------


def _unpacked(rng: Random) -> bytes:
    """A small file all of whose objects stand in plain sight."""
    return written(pages([TEXT] * rng.randint(1, 5)))


@cache
def _folded(filling: bytes, size: int) -> bytes:
    """So many bytes, a block over and over, compressed."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(filling) for _ in range(max(1, size // len(filling)))]
    return b"".join([*pieces, packer.flush()])
