"""The questions that people may ask of a fiche, foreseen and written down beside it.

`fiches/questions/<id>.tsv` has one question a line, then after tabs the opening words of the
sentence that answers it best, and of others that a whole answer needs. Questions help to find and
to choose sentences (document expansion, Nogueira and Lin 2019); they are never shown or quoted.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.errors import CatalogueError
from corpus.fiche import FICHES, block_sentences, parse_fiche, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corpus.fiche import Fiche

QUESTIONS: Final = FICHES / "questions"


class FicheQuestion(NamedTuple):
    """A question, and the sentences that answer it as they stand in the fiche, the best first."""

    question: str
    answers: tuple[str, ...]


def fiche_questions(id_: str, folder: Path = FICHES) -> tuple[FicheQuestion, ...]:
    """The questions foreseen for a fiche, in the order of its file; none when it has no file.

    Raises:
        CatalogueError: a line has no answer, or its opening words open no sentence of the fiche.
    """
    path = folder / "questions" / f"{id_}.tsv"
    if not path.is_file():
        return ()
    known = answering_sentences(parse_fiche(folder / f"{id_}.md"))
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        question, *openings = line.split("\t")
        answers = [_opened_by(opening, known) for opening in openings]
        if not question.strip() or not answers or None in answers:
            raise CatalogueError(
                f"« {path} », ligne {number} : la phrase qui répond n'est pas dans la fiche.",
                "Écrivez : question, tabulation, premiers mots d'une phrase de la fiche.",
            )
        found.append(FicheQuestion(question, tuple(answer for answer in answers if answer)))
    return tuple(found)


def answering_sentences(fiche: Fiche) -> list[str]:
    """The sentences of a fiche that can answer, each once; a table row is one, as its page reads.

    Silent sections are left out.
    """
    found: list[str] = []
    for section in fiche.sections:
        for block in () if section.silent else section.blocks:
            if block.kind == "row":
                found.append(" : ".join(cell for cell in map(plain, block.cells) if cell))
            else:
                found.extend(sentence.text for sentence in block_sentences(block))
    return list(dict.fromkeys(found))


def _opened_by(opening: str, known: Sequence[str]) -> str | None:
    if opening in known:
        return opening
    return next((text for text in known if opening and text.startswith(opening)), None)


@cache
def questions_digest() -> str:
    """A short name of all the questions by their content: part of what a library is built with."""
    digest = hashlib.sha256()
    for path in sorted(QUESTIONS.glob("*.tsv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
