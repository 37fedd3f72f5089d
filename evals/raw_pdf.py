"""PDFs written byte by byte, so that they can be as wrong as one likes.

A file is a mapping of object numbers to what stands between "obj" and "endobj".
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT: Final = b"BT /F1 12 Tf 72 700 Td (Une convention de partenariat engage ses membres.) Tj ET"
FONT: Final = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
A4: Final = b"[0 0 595 842]"


def pages(
    contents: Sequence[bytes],
    *,
    box: bytes = A4,
    resources: bytes = b"<< /Font << /F1 3 0 R >> >>",
    more: bytes = b"",
) -> dict[int, bytes]:
    """The objects of a file with these contents on its pages: 1 is its root, 3 its font."""
    numbers = [5, *range(100_000, 100_000 + len(contents) - 1)]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        3: FONT,
        4: stream(contents[0], b""),
    }
    told = {contents[0]: 4}
    for number, content in zip(numbers, contents, strict=True):
        if content not in told:
            told[content] = number + 1_000_000
            objects[told[content]] = stream(content, b"")
        head = b"/Type /Page /Parent 2 0 R /MediaBox %s /Resources %s" % (box, resources)
        objects[number] = b"<< %s /Contents %d 0 R %s >>" % (head, told[content], more)
    return objects


def stream(body: bytes, head: bytes) -> bytes:
    """A stream, with what its dictionary says beside its length."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(body), body)


def written(objects: dict[int, bytes], *, trailer: bytes = b"", before: bytes = b"") -> bytes:
    """A file of objects, with its table; `before` holds objects that stand in none."""
    body = bytearray(b"%PDF-1.7\n" + before)
    places = {}
    for number, content in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        body += b"%d 1\n%010d 00000 n \n" % (number, place)
    body += b"trailer\n<< /Root 1 0 R /Size %d%s >>\n" % (max(places) + 1, trailer)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


_PADDING: Final = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_FILE_ID: Final = b"0123456789abcdef"


def encrypted_file(password: bytes, objects: dict[int, bytes]) -> bytes:
    """A file encrypted by the oldest handler of the format (RC4, 40 bits: ISO 32000-1, 7.6.3)."""
    owner = _rc4(hashlib.md5((b"owner" + _PADDING)[:32]).digest()[:5], (password + _PADDING)[:32])  # noqa: S324 — the format's own
    permissions = (-4).to_bytes(4, "little", signed=True)
    secret = (password + _PADDING)[:32] + owner + permissions + _FILE_ID
    key = hashlib.md5(secret).digest()[:5]  # noqa: S324
    user = _rc4(key, _PADDING)
    hidden = {}
    for number, content in objects.items():
        salted = key + number.to_bytes(3, "little") + bytes(2)
        own = hashlib.md5(salted).digest()[:10]  # noqa: S324
        head, found, rest = content.partition(b"stream\n")
        clear = rest.removesuffix(b"\nendstream")
        hidden[number] = head + found + _rc4(own, clear) + b"\nendstream" if found else content
    told = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
    ids = b" /ID [<%s> <%s>]" % (_FILE_ID.hex().encode(), _FILE_ID.hex().encode())
    encryption = told % (owner.hex().encode(), user.hex().encode())
    return written(hidden, trailer=b" /Encrypt %s%s" % (encryption, ids))


def _rc4(key: bytes, text: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    found, i, j = bytearray(), 0, 0
    for byte in text:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        found.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(found)
