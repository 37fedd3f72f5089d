"""A file of thousands of pages put to ingestion: how long it takes, in how much memory.

    python -m evals.long_document [--pages 5000]

The pages are those of a book: chapters and sections of paragraphs of the fiches, a running head, a
folio. Memory is the largest that a process had at once, in MiB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from random import Random

from corpus.fiche import FICHES, parse_fiche, plain
from evals.raw_pdf import pages, written

_LINES, _WIDTH = 44, 92  # of a page, and of a line in characters
_HEAD = "Le grand recueil de la coopération"
_MEASURED = """
import json, resource, sys, coop
code = coop.run(["ingest", "--json", sys.argv[1]])
peak = [resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"code": code, "peak": peak}))
"""


def main() -> int:
    """Make the file, have it ingested in a fresh home, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5000)
    count = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recueil.pdf")
        path.write_bytes(book(count))
        started = time.perf_counter()
        printed = subprocess.run(
            [sys.executable, "-c", _MEASURED, str(path)],
            env=os.environ | {"COOP_HOME": str(Path(folder, "home"))},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.splitlines()
        seconds = time.perf_counter() - started
    report, measured = json.loads(printed[-2]), json.loads(printed[-1])
    (read,) = [d for d in report["documents"] if d["file"] == "recueil.pdf"]
    print(f"pages          {read['pages']}")
    print(f"passages       {read['passages']}, library included {report['passages']}")
    print(f"seconds        {seconds:.0f}, all included")
    print("peak MiB       {} main process, {} the largest that reads".format(*measured["peak"]))
    return int(measured["code"])


def book(count: int) -> bytes:
    """A PDF of so many pages of French prose; the same count gives the same file."""
    rng = Random(count)  # noqa: S311 — nothing secret
    supply = [
        plain(block.text)
        for path in sorted(FICHES.glob("*.md"))
        for section in parse_fiche(path).sections
        for block in section.blocks
        if block.kind == "paragraph"
    ]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    contents = [_page(number, rng, supply) for number in range(1, count + 1)]
    return written(pages(contents) | {3: font})


def _page(number: int, rng: Random, supply: list[str]) -> bytes:
    lines: list[str] = []
    while len(lines) < _LINES:
        lines += [*textwrap.wrap(rng.choice(supply), _WIDTH), ""]
    body = b"".join(b"(%s) '\n" % _escaped(line) for line in lines[:_LINES])
    title = _escaped(f"Section {number}")
    head = b"BT /F1 8 Tf 60 815 Td (%s) Tj ET\n" % _escaped(_HEAD)
    folio = b"BT /F1 8 Tf 290 30 Td (%d) Tj ET\n" % number
    heading = b"BT /F1 16 Tf 60 770 Td (%s) Tj ET\n" % title
    return head + folio + heading + b"BT /F1 10 Tf 60 750 Td 15 TL\n" + body + b"ET"


def _escaped(text: str) -> bytes:
    code = text.encode("cp1252", "replace")
    for sign in (b"\\", b"(", b")"):
        code = code.replace(sign, b"\\" + sign)
    return code


if __name__ == "__main__":
    sys.exit(main())
