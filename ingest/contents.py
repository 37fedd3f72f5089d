"""Tells the pages that answer no question: contents, indexes, imprints, advertisements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.french import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLES: Final = frozenset(
    {
        "sommaire", "table des matieres", "contents", "table of contents", "index",
        "index thematique", "index alphabetique", "table des illustrations", "liste des figures",
        "liste des tableaux",
    }
)  # fmt: skip
_IMPRINT = re.compile(
    r"\bisbn\b|\bissn\b|depot legal|acheve d'imprimer|imprime (?:par|en|sur)\b|\bimprimerie\b"
    r"|direct(?:eur|rice)s? de (?:la )?publication|redact(?:eur|rice)s? en chef|\bmaquette\b"
    r"|conception graphique|mise en pages?|credits? photo|commission paritaire|droits reserves"
    r"|mentions legales|secretari?at de redaction|couverture :|©"
)
_ADVERTISEMENT = re.compile(
    r"abonnez-vous|je m'abonne|bulletin d'abonnement|offre (?:speciale|decouverte|d'abonnement)"
    r"|bon de commande|a (?:renvoyer|retourner)|par cheque|a l'ordre de|code postal|€ ttc"
    r"|commandez|reservez|numeros? par an|carte bancaire|frais de port"
)
_SIGNS: Final = 3  # of an imprint or an advertisement, each another one
_SHORT_PAGE: Final = 300  # words: such pages say little else
LEADERS = re.compile(r"(?:\. ?){4,}|…{2,}|_{4,}")  # from a title to its page number
_NUMBER_LAST = re.compile(r"(?:\D|^)\d{1,4}\s*$")


def kind_of_page(lines: Sequence[str]) -> str:
    """What a page is that answers nothing: contents, imprint or advertisement; "" for any other."""
    if is_contents(lines):
        return "contents"
    text = fold(" ".join(lines))
    if len(text.split()) > _SHORT_PAGE:
        return ""
    if len(set(_IMPRINT.findall(text))) >= _SIGNS:
        return "imprint"
    return "advertisement" if len(set(_ADVERTISEMENT.findall(text))) >= _SIGNS else ""


def is_contents(lines: Sequence[str]) -> bool:
    """Whether the lines of a page list its document's parts with their page numbers."""
    if len(lines) < 3:
        return False
    led = sum(LEADERS.search(line) is not None for line in lines)
    numbered = sum(_NUMBER_LAST.search(line) is not None for line in lines)
    titled = any(fold(line).strip(" .:") in _TITLES for line in lines[:3])
    return led >= 0.5 * len(lines) or (titled and numbered >= 0.5 * len(lines))
