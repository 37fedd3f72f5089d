"""What is asked: a clean, standalone question, its form, and what it compares."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.wanted import CARRIED_SHARE, forms_named
from corpus import french
from corpus.errors import UsageError
from corpus.query import Query, lexicon
from corpus.subjects import FORM_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Answer
    from corpus.library import Library

LONGEST = 2_000
"""Characters a question may have."""


class Form(StrEnum):
    """The form of a question, which decides what a good first sentence looks like."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    WHO = "who"
    HOW_MUCH = "how_much"
    WHEN = "when"
    WHY = "why"
    YES_NO = "yes_no"
    STEPS = "steps"
    LIST = "list"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be answered.

    `asked` is what was typed, cleaned; `text` is standalone (follow-ups resolved); `query` is what
    is searched; `subjects` are the things compared, or the one thing asked about, when recognised;
    `carried` are the stems that a follow-up takes from the conversation.
    """

    asked: str
    text: str
    query: Query
    form: Form
    subjects: tuple[str, ...] = ()
    carried: frozenset[str] = frozenset()


# The first pattern that matches, in this order, gives the form; patterns see folded text.
_FORMS: dict[Form, str] = {
    Form.COMPARISON: (
        r"\b(difference|differe|distingu|compar|versus|\bvs\b|par rapport a|plutot qu|mieux vaut"
        r"|(choisir|hesite).* (entre|ou) )"
    ),
    Form.DEFINITION: (
        r"(c'est quoi|qu'est[- ]ce qu(e|') ?(c'est )?(qu')?(un|une|le|la|l'|les|des)?\b|\bdefini"
        r"|que (signifie|veut dire)|\bkezaco|ca veut dire quoi|a quoi (ca )?sert|^quoi\b)"
    ),
    Form.HOW_MUCH: (
        r"\b(combien|quel(le)? (est (le |la |l'))?(montant|cout|seuil|taux|plafond|prix|nombre|part"
        r"|budget|tarif|salaire|numero|effectif"
        r"|pourcentage|duree|delai|minimum|maximum))"
    ),
    Form.WHEN: (
        r"\b(quand|a partir de quand|depuis quand|quelle date|en quelle annee|jusqu'a quand)"
    ),
    Form.WHY: r"\b(pourquoi|pour quelles? raisons?)",
    Form.WHO: r"\b(qui|lesquels)\b",
    Form.STEPS: (
        r"\b(comment|quelles? (sont les )?(etapes|demarches|formalites)|marche a suivre"
        r"|par (ou|quoi) commencer|mode d'emploi)"
    ),
    Form.LIST: r"\b(quel(le)?s\b|lister?|enumer|donne[rz]?[- ]?(moi )?(des|les|quelques))",
    Form.YES_NO: (
        r"(est[- ]ce qu(e|')|\b(peut|doit|est|sont|ont|faut|a|peuvent|doivent)-(t-)?(il|elle|ils"
        r"|elles|on)\b|\b(peut|peuvent|doit|doivent|faut|oblige\w*|a le droit|ont le droit)\b)"
    ),
}


def read_question(asked: str, library: Library, history: Sequence[Answer] = ()) -> Question:
    """Clean a question, make it standalone, and recognise its form.

    `history` holds the answers given so far, oldest first.

    Raises:
        UsageError: it is empty or too long.
    """
    clean = cleaned(asked)
    text, topic = _standalone(clean, library, history)
    query, carried = _lightened(library.understand(text), text, topic, library)
    folded = french.fold(query.text.partition(BESIDE)[0])
    form = next((form for form, cue in _FORMS.items() if re.search(cue, folded)), Form.OPEN)
    subjects = tuple(dict.fromkeys(query.acronyms)) or ()
    if form is Form.COMPARISON:
        subjects = _compared(query) or subjects
        if len(subjects) < 2:
            form = Form.OPEN
    return Question(clean, query.text, query, form, subjects, carried)


# What a terminal or a web page left in a pasted question: colour codes, scripts, tags.
_MARKUP = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|<(script|style)\b.*?</\1\s*>|</?[a-zA-Z][^<>]{0,200}>",
    re.IGNORECASE | re.DOTALL,
)


def cleaned(asked: str) -> str:
    """The question without control characters and doubled spaces.

    Raises:
        UsageError: nothing is left, or too much.
    """
    asked = _MARKUP.sub(" ", asked)
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in asked)
    clean = " ".join(kept.split())
    if not any(c.isalnum() for c in clean):
        raise UsageError(
            "La question est vide.",
            "Écrivez une phrase, par exemple : « Qui peut créer un groupement d'employeurs ? »",
        )
    if len(clean) > LONGEST:
        raise UsageError(
            f"La question compte {len(clean)} caractères ; {LONGEST} au plus sont lus.",
            "Posez une question plus courte, un sujet à la fois.",
        )
    return clean


def _lightened(
    query: Query, text: str, topic: str, library: Library
) -> tuple[Query, frozenset[str]]:
    """The query of a follow-up, where what is carried on counts less than what was just typed.

    Also gives the stems that are carried on.
    """
    if not topic:
        return query, frozenset()
    typed = library.understand(text.partition(BESIDE)[0])
    carried = frozenset(stem for stem, weight in query.terms.items() if weight == 1.0)
    carried -= typed.terms.keys()
    lighter = replace(
        query,
        text=f"{typed.text}{BESIDE}{topic} ?",
        terms={t: w if t in typed.terms else w * CARRIED_SHARE for t, w in query.terms.items()},
        grams={g: w if g in typed.grams else w * CARRIED_SHARE for g, w in query.grams.items()},
    )
    return lighter, carried


# --- follow-ups ---------------------------------------------------------------------------------

_FOLLOWS = re.compile(r"^(et|mais|ok|d'accord|alors|puis|sinon|oui|non|bon)\b[ ,]*", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(il|ils|elle|elles|celui-ci|celle-ci|ceux-ci|celui-la|ca|cela|dessus|dedans|leur|leurs|lui"
    r"|en|y|ce (cas|statut|type|groupement|contrat|montage|regroupement|dispositif|delai|seuil)"
    r"|cette? (forme|structure|solution|option|convention|obligation|regle|somme|aide)"
    r"|(le|la|les) (\w+ez|\w+er|quitte|ferme|dissout|cree|gere|finance|rejoint|paie|signe|rompt)"
    r"|dans ce cas|idem|pareil)\b"
)
_IMPERSONAL = re.compile(
    r"\b(y a[ -]t[ -]il|il y a|y a|s'il y a|il faut|faut[ -]il|en cas|en \w+ant|en france|en \d{4}"
    r"|est-il (possible|obligatoire|necessaire|permis|interdit)|s'il vous|ca veut dire|en place"
    r"|en commun|en tant|en droit|en plus|en fait|c'est quoi)\b"
)
BESIDE = " — "
"""What stands between a follow-up and what it is about, in a question as understood."""

SHORT = 3
"""Content words up to which a question in a conversation is taken for a follow-up."""


def _standalone(clean: str, library: Library, history: Sequence[Answer]) -> tuple[str, str]:
    """A follow-up completed by what the conversation is about, and that topic.

    Other questions are left as they are, with no topic.
    """
    if not history:
        return clean, ""
    follows = _FOLLOWS.match(clean)
    rest = clean[follows.end() :] if follows else clean
    asked, _, topic = history[-1].understood_question.rstrip(" ?!.").partition(BESIDE)
    before, now = _subject(asked, library), _subject(rest, library)
    content = set(french.terms(rest))
    if now and before and follows and content <= set(french.terms(now)):
        return _swapped(asked, before, now), ""
    if now and forms_named(now):
        return rest, ""
    if not (follows or len(content) <= SHORT or _points_back(rest)):
        return clean, ""
    topic = topic or asked
    return f"{rest.rstrip(' ?!.')}{BESIDE}{topic} ?", topic


def _points_back(text: str) -> bool:
    """Whether a question leans on what was said before: a pronoun, "dans ce cas"."""
    return bool(_POINTS_BACK.search(_IMPERSONAL.sub(" ", french.fold(text))))


def _subject(text: str, library: Library) -> str:
    """The legal form, else the acronym, that a text names, as written there; "" for none.

    Of several the longest: "GEIQ" before "GE", "groupement d'employeurs" before either.
    """
    names = [name for names in FORM_NAMES.values() for name in names]
    names += [lexicon().acronyms[name] for name in library.understand(text).acronyms]
    names += library.understand(text).acronyms
    found = [
        match.group()
        for name in names
        if (match := re.search(rf"\b{re.escape(name)}s?(?!\w)", text, re.IGNORECASE))
    ]
    return max(found, key=lambda name: (bool(forms_named(name)), len(name)), default="")


def _swapped(question: str, before: str, now: str) -> str:
    """The last question asked about another topic: "Qui peut créer un GE ?" -> "... une SCIC ?"."""
    name = re.escape(before)
    unfolded = rf"\b{name}(?: \([^)]*\))?|\b\w+ \({name}\)"
    return f"{re.sub(unfolded, now, question, count=1)} ?"


# --- comparisons --------------------------------------------------------------------------------

_BETWEEN = re.compile(
    r"(?:entre|comparer|compare[rz]?|distingu\w+|choisir|hesite)\s+(?P<a>.{2,60}?)\s+"
    r"(?:et|ou|avec|de|d')\s*(?P<b>.{2,60}?)\s*(?:\?|$|,|pour\b|quand\b|si\b)"
)
_VERSUS = re.compile(
    r"(?P<a>[\w' -]{2,50}?)\s+(?:vs|versus|ou|plutot que?)\s+(?P<b>[\w' -]{2,50}?)\s*(?:[?:,;.]|$)"
)
_ARTICLE = re.compile(r"^(?:un|une|le|la|les|des|du|de|l'|d'|de la|de l')\s*")


def _compared(query: Query) -> tuple[str, ...]:
    if len(query.acronyms) >= 2:
        return tuple(query.acronyms)
    folded = re.sub(r"\([^)]*\)", "", french.fold(query.text))
    match = _BETWEEN.search(folded) or _VERSUS.search(folded)
    if match is None:
        return ()
    return tuple(_ARTICLE.sub("", match[side].strip()) for side in ("a", "b"))


# --- language -----------------------------------------------------------------------------------

_FOREIGN = {
    "anglais": "the what is are how who can of to and for which does do a an in with between my",
    "espagnol": "el los las que es como quien puede una del para con por entre cual cuales",
    "allemand": "der die das ist was wie wer kann ein eine und von zu fur zwischen welche",
    "italien": "il gli che come chi puo una di per con tra quale quali sono della",
}
_FRENCH = frozenset(
    "le la les un une des du de et est que qui quoi quel quelle comment pour dans avec sur c'est "
    "ce qu'est ou a au aux on peut faire entre pourquoi combien quand nous mon notre".split()
)


def foreign_language(text: str) -> str | None:
    """The language of a question that is clearly not French, or None."""
    tokens = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", french.fold(text))
    letters = [c for c in text if c.isalpha()]
    latin = [c for c in letters if unicodedata.name(c, "").startswith("LATIN")]
    if letters and len(latin) < len(letters) / 2:
        return "une autre écriture"
    own = sum(token in _FRENCH for token in tokens)
    counts = {
        name: sum(token in set(words.split()) for token in tokens)
        for name, words in _FOREIGN.items()
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 3 and counts[best] > 2 * own else None
