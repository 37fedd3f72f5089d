"""A small world to evaluate in: pages, cases on them, and answerers whose scores are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.case import Case, Evidence, Point
from evals.replies import Cited, Found, Reply, Said

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = {
    ("ge", 1): (
        "Un groupement d’employeurs recrute des salariés et les met à disposition de ses membres. "
        "Toute personne physique ou morale peut créer un groupement d’employeurs."
    ),
    ("ge", 2): (
        "Les membres d’un groupement d’employeurs répondent solidairement de ses dettes. "
        "La DREETS a 30 jours pour s’opposer à la création du groupement."
    ),
    ("gie", 1): (
        "Un GIE peut être constitué sans capital. "
        "Un GIE réunit au moins 2 personnes et prolonge leur activité."
    ),
    ("gie", 2): "Le contrat de GIE est publié. Un commissaire contrôle les GIE de 100 salariés.",
}
DEBTS = "Les membres d’un groupement d’employeurs répondent solidairement de ses dettes."
DELAY = "La DREETS a 30 jours pour s’opposer à la création du groupement."
CAPITAL = "Un GIE peut être constitué sans capital."
PEOPLE = "Un GIE réunit au moins 2 personnes et prolonge leur activité."
AUDITOR = "Un commissaire contrôle les GIE de 100 salariés."


def case(name: str, question: str, *gold: Evidence, points: tuple[str, ...] = ()) -> Case:
    return Case(
        id=name,
        theme="formes",
        question=question,
        kind="yes_no" if gold else "refusal",
        answerable=bool(gold),
        split="dev",
        source="essai",
        points=tuple(Point(text) for text in points),
        evidence=gold,
        orientation="" if gold else "Avocat",
    )


CASES = (
    case(
        "dettes",
        "Qui répond des dettes d'un GE ?",
        Evidence("ge", 2, DEBTS),
        points=("les membres répondent solidairement des dettes",),
    ),
    case(
        "delai",
        "Quel délai d'opposition pour la DREETS ?",
        Evidence("ge", 2, DELAY),
        points=("30 jours",),
    ),
    case(
        "gie",
        "Faut-il un capital pour un GIE, et combien de personnes ?",
        Evidence("gie", 1, CAPITAL),
        Evidence("gie", 1, PEOPLE),
        points=("sans capital", "au moins 2 personnes"),
    ),
    case(
        "controle",
        "Quand un GIE a-t-il un commissaire ?",
        Evidence("gie", 2, AUDITOR),
        points=("100 salariés",),
    ),
    case("recette", "Quelle est la recette du gratin ?"),
    case("proces", "Allons-nous gagner notre procès ?"),
)


def text(document: str, number: int) -> str | None:
    """The pages, as the measures ask for them."""
    return PAGES.get((document, number))


def perfect(case: Case) -> Reply:
    """Says what the gold says, cites it, refuses what must be refused."""
    if not case.answerable:
        return refuser(case)
    return Reply(
        case=case.id,
        statements=tuple(
            Said(e.quote, (Cited(e.document, e.page, e.quote),)) for e in case.evidence
        ),
        found=tuple(Found(document, (page,)) for document, page in sorted(case.pages)),
        confidence=0.9,
        seconds=0.1,
    )


def refuser(case: Case) -> Reply:
    """Refuses everything."""
    return Reply(case.id, refused=True, orientation=("Avocat",), seconds=0.1)


def random_citer(case: Case) -> Reply:
    """Says the right thing and cites a page of another document, in the words of the right one."""
    return _recited(
        case, lambda cited: replace(cited, document={"ge": "gie"}.get(cited.document, "ge"))
    )


def swapped_citer(case: Case) -> Reply:
    """Says the right thing and cites the other page of the right document."""
    return _recited(case, lambda cited: replace(cited, page=3 - cited.page))


def copier(case: Case) -> Reply:
    """Answers every question with everything there is, rightly cited."""
    statements = tuple(
        Said(sentence, (Cited(document, page, sentence),))
        for (document, page), whole in PAGES.items()
        for sentence in whole.replace(". ", ".\n").splitlines()
    )
    return Reply(case.id, statements=statements, found=tuple(Found(d, (p,)) for d, p in PAGES))


def miscounter(case: Case) -> Reply:
    """Changes every figure of what it says, and keeps the right quotes."""
    reply = perfect(case)
    return replace(
        reply,
        statements=tuple(
            replace(said, text=said.text.translate(str.maketrans("0123456789", "1234567890")))
            for said in reply.statements
        ),
    )


def forger(case: Case) -> Reply:
    """Changes every figure, in the quotes too."""
    reply = miscounter(case)
    return replace(
        reply,
        statements=tuple(
            replace(said, citations=tuple(replace(c, quote=said.text) for c in said.citations))
            for said in reply.statements
        ),
    )


def _recited(case: Case, change: Callable[[Cited], Cited]) -> Reply:
    reply = perfect(case)
    return replace(
        reply,
        statements=tuple(
            replace(said, citations=tuple(map(change, said.citations))) for said in reply.statements
        ),
    )
