"""Two harder sets than the cases, used to tune nothing: what is refused, and what is found.

    python -m evals.apart.measure --documents DIR

`near_misses.tsv` has questions on the right subject whose answer is in none of the documents, with
the document they were written beside. `of_others.tsv` has questions on PDFs of others in words that
are not those of the text, with the document and the opening words of the sentences that answer, the
best first.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.dialogue import Assistant
from corpus.letters import letters
from evals.set_commands import open_bench
from evals.verdicts import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.types import Answer

HERE: Final = Path(__file__).parent


class Apart(NamedTuple):
    """A question, the document it was written beside, and how the sentences that answer open."""

    question: str
    document: str
    answers: tuple[str, ...]


def read(name: str) -> list[Apart]:
    """The questions of a file of this folder."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return [Apart(question, document, tuple(answers)) for question, document, *answers in rows]


def says(answer: Answer, openings: Sequence[str], first: int | None = None) -> bool:
    """Whether one of the first statements (of all by default) holds a sentence that answers."""
    wanted = [letters(opening).text for opening in openings]
    said = [letters(statement.text).text for statement in answer.statements[:first]]
    return any(opening in text for opening in wanted for text in said)


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, help="a folder with the PDFs of others")
    library = open_bench(parser.parse_args().documents).library
    assistant = Assistant(lambda: library)
    missed = [assistant.ask(apart.question) for apart in read("near_misses.tsv")]
    _print("near misses refused", [answer.refused for answer in missed])
    held = [apart for apart in read("of_others.tsv") if apart.document in library.documents]
    asked = [(apart, assistant.ask(apart.question)) for apart in held]
    _print("questions of others answered", [not answer.refused for _, answer in asked])
    told = [(apart, answer) for apart, answer in asked if not answer.refused]
    _print("... first statement right", [says(answer, a.answers, 1) for a, answer in told])
    _print("... some statement right", [says(answer, a.answers) for a, answer in told])


def _print(label: str, verdicts: Iterable[bool]) -> None:
    counted = list(verdicts)
    if not counted:
        print(f"{label}: nothing to ask")
        return
    low, high = wilson(sum(counted), len(counted))
    share = sum(counted) / len(counted)
    print(f"{label}: {share:.1%} [{low:.1%}, {high:.1%}], n = {len(counted)}")


if __name__ == "__main__":
    main()
