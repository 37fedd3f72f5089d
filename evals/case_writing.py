"""Cases written to the files of the set, readable by people, and the test cases frozen."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import yaml

from evals.case import CASES, CHECKSUM, Case, checksum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def write_cases(cases: Iterable[Case], folder: Path = CASES) -> None:
    """Write cases to the file of their theme, in the order given, and freeze the test cases."""
    themes: dict[str, list[Case]] = {}
    for case in cases:
        themes.setdefault(case.theme, []).append(case)
    for theme, members in themes.items():
        write_file(folder / f"{theme}.yaml", members)
    freeze(folder, [case for members in themes.values() for case in members])


def write_file(path: Path, cases: Iterable[Case]) -> None:
    """Write the cases of one file, readable, without the fields that are empty."""
    entries = [_entry(case) for case in cases]
    body = yaml.dump_all([entries], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    path.write_text(body, encoding="utf-8")


_ORDER = (
    "id theme split question turns kind answerable points evidence also orientation requires"
    " source tags"
).split()


def _entry(case: Case) -> dict[str, Any]:
    fields = json.loads(json.dumps(asdict(case)))
    for point in fields["points"]:
        if not point["variants"]:
            del point["variants"]
    return {name: fields[name] for name in _ORDER if fields[name] not in ([], "")}


class _Dumper(yaml.SafeDumper):
    """Indents lists under their field, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def freeze(folder: Path, cases: Sequence[Case]) -> None:
    """Record the test cases as they are: a deliberate act, seen in the history."""
    (folder / CHECKSUM).write_text(checksum(cases) + "\n", encoding="utf-8")
