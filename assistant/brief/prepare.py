"""From a situation to a brief. Lines that state something are quotes; the others are method."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.brief.evidence import About, by_theme, questions, risks, told
from assistant.brief.needs import needs_of
from assistant.brief.options import options
from assistant.brief.outline import outline
from assistant.brief.sections import Said
from assistant.brief.types import Brief, Line, Part
from assistant.orientation import orient
from assistant.question import cleaned, foreign_language
from assistant.units import citations
from corpus.errors import UsageError
from corpus.subjects import THEMES
from corpus.typeset import french_spacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.brief.needs import Need
    from assistant.brief.options import Option
    from assistant.brief.sections import Found
    from assistant.brief.types import Kind
    from assistant.types import Citation, Statement
    from assistant.units import Unit
    from corpus.library import Library
    from corpus.types import Document

LONGEST_SITUATION = 1_000
LONGEST_PARTICIPANTS = 300
LONGEST_TITLE = 90
"""Characters."""

_MOST_BESIDE = 6
"""Documents cited beside the options whose questions and risks are read."""

NOTHING = "Le corpus ne dit rien de cette situation. Ce qui suit n'est qu'une trame de méthode."
NO_THEME = "Rien trouvé dans le corpus."
NO_OPTION = (
    "Aucune forme ne ressort : dites ce que les structures veulent partager ou faire ensemble, "
    "ou choisissez les formes vous-même."
)
TO_VERIFY = (
    "À vérifier auprès des personnes nommées plus bas : ce dossier oriente, il ne conseille pas."
)
OPTION = "option-"
"""What the id of an option begins with; the rest is a key of `FORMS`."""

_AIMS = (
    "Faire dire à chaque structure ce qu'elle attend, et ce qu'elle refuse.",
    "Mettre à plat les besoins : {needs}.",
    "Écrire un objectif commun en deux phrases, sans nommer de statut.",
    "Comparer sans trancher : {options}.",
    "Repartir avec une décision, un responsable et une date.",
)


def prepare(situation: str, participants: str, minutes: int, library: Library) -> Brief:
    """The brief of a session of so many minutes (see `outline.read_length`).

    Raises:
        UsageError: the situation is empty, too long or not French, or participants too long.
        LibraryError: the library cannot be read.
    """
    situation, participants = _read(situation, participants)
    wanted = needs_of(situation)
    forms = options(situation, wanted, library)
    said = Said()
    for statement in [statement for option in forms for statement in option.statements]:
        said.add(statement.text)
    closest = told(situation, wanted, library, said)
    known = bool(wanted or forms or closest)
    themes = by_theme(wanted, library, said, _of_a_theme(minutes)) if known else {}
    documents = [option.document for option in forms]
    beside = [d for d in _cited([closest, *themes.values()]) if d not in documents]
    about = About(wanted, documents, beside[:_MOST_BESIDE])
    asked = questions(about, min(max(minutes // 12, 3), 12), library, said)
    watched = risks(about, 7, library, said)
    writing = Writing(library)
    parts = (
        Part("aims", "Objectifs de la séance", writing.method(_aims(wanted, forms))),
        *_corpus(writing, closest, themes),
        *_options(writing, forms),
        _found(writing, "questions", "Questions à poser au groupe", asked),
        _found(writing, "risks", "Points de vigilance", watched, TO_VERIFY),
        _outline(writing, forms, minutes),
        _actors(writing, situation, wanted, forms),
    )
    notice = "" if known else french_spacing(NOTHING)
    return Brief(_title(situation), situation, participants, minutes, parts, notice)


def _read(situation: str, participants: str) -> tuple[str, str]:
    """Both texts, clean."""
    if not any(c.isalnum() for c in situation):
        raise UsageError(
            "La situation manque.",
            "Dites en une phrase qui veut faire quoi, par exemple : « Trois clubs sportifs veulent "
            "partager une comptable. »",
        )
    situation = cleaned(situation)
    if len(situation) > LONGEST_SITUATION:
        raise UsageError(
            f"La situation compte {len(situation)} caractères ; {LONGEST_SITUATION} au plus sont "
            "lus.",
            "Gardez l'essentiel : qui, pour faire quoi, avec quelles contraintes.",
        )
    if language := foreign_language(situation):
        raise UsageError(f"La situation semble écrite en {language}.", "Décrivez-la en français.")
    participants = " ".join(participants.split())
    if len(participants) > LONGEST_PARTICIPANTS:
        raise UsageError(
            f"La liste des participants dépasse {LONGEST_PARTICIPANTS} caractères.",
            "Abrégez-la : les structures et leur nombre suffisent.",
        )
    return situation, participants


class Writing:
    """Numbers lines and citations as they are written: a quote cited twice has one number."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lines = 0
        self._numbers: dict[tuple[str, int, str], int] = {}

    def line(self, kind: Kind, text: str, *, minutes: int = 0, url: str = "") -> Line:
        """A line of our own wording."""
        text = french_spacing(text)
        return Line(self._id(), kind, text, text, minutes=minutes, url=url)

    def method(self, texts: Iterable[str]) -> tuple[Line, ...]:
        """Lines of a method."""
        return tuple(self.line("method", text) for text in texts)

    def quote(self, text: str, cited: Iterable[Citation]) -> Line:
        """A line of the corpus."""
        numbered = tuple(replace(c, number=self._number(c)) for c in cited)
        return Line(self._id(), "quote", text, text, numbered)

    def statements(self, statements: Iterable[Statement]) -> tuple[Line, ...]:
        """Statements of the corpus."""
        return tuple(self.quote(s.text, s.citations) for s in statements)

    def units(self, units: Iterable[Unit]) -> tuple[Line, ...]:
        """Sentences of the corpus."""
        quoted = [citations(unit, self._library, 1) for unit in units]
        return tuple(self.quote(text, cited) for cited, text in quoted)

    def _id(self) -> str:
        self._lines += 1
        return f"l{self._lines}"

    def _number(self, citation: Citation) -> int:
        key = (citation.document.id, citation.page_index, citation.quote)
        return self._numbers.setdefault(key, len(self._numbers) + 1)


def _title(situation: str) -> str:
    """The situation as a title, cut at a word."""
    cut = situation[:LONGEST_TITLE]
    if len(situation) > LONGEST_TITLE and " " in cut:
        cut = f"{cut.rsplit(' ', 1)[0]}…"
    return cut[:1].upper() + cut[1:]


def _of_a_theme(minutes: int) -> int:
    """How much of a theme a session has the time to hear."""
    return 2 if minutes < 60 else 3 if minutes < 180 else 4


def _aims(wanted: Sequence[Need], forms: Sequence[Option]) -> list[str]:
    told_needs = ", ".join(need.label for need in wanted)
    aims = [aim for aim in _AIMS if wanted or "{needs}" not in aim]
    aims = [aim for aim in aims if forms or "{options}" not in aim]
    return [aim.format(needs=told_needs, options=_names(forms)) for aim in aims]


def _names(forms: Sequence[Option]) -> str:
    return ", ".join(option.called for option in forms)


def _cited(statements: Iterable[Sequence[Statement]]) -> list[Document]:
    """The documents that statements cite, the most cited first."""
    cited = [c.document for found in statements for s in found for c in s.citations]
    counts = Counter(document.id for document in cited)
    return sorted(dict.fromkeys(cited), key=lambda document: -counts[document.id])


def _corpus(
    writing: Writing, closest: Sequence[Statement], themes: Mapping[str, Sequence[Statement]]
) -> Iterable[Part]:
    """What the corpus says, theme by theme."""
    yield Part("corpus", "Ce que dit le corpus", note="" if themes else NO_THEME)
    if closest:
        told_ = writing.statements(closest)
        yield Part("closest", "Sur cette situation même", told_, level=2)
    for theme, found in themes.items():
        lines = writing.statements(found)
        note = "" if lines else NO_THEME
        yield Part(f"theme-{theme}", THEMES[theme], lines, level=2, note=note)


def _options(writing: Writing, forms: Sequence[Option]) -> Iterable[Part]:
    """The options, each with what is quoted of it."""
    yield Part("options", "Options à comparer", note="" if forms else french_spacing(NO_OPTION))
    for option in forms:
        told_ = writing.statements(option.statements)
        yield Part(f"{OPTION}{option.form}", option.name, told_, level=2)


def _found(writing: Writing, id_: str, title: str, found: Sequence[Found], note: str = "") -> Part:
    lines = writing.units(item.unit for item in found)
    return Part(id_, title, lines, note=french_spacing(note) if lines else NO_THEME)


def _outline(writing: Writing, forms: Sequence[Option], minutes: int) -> Part:
    steps = outline(minutes, _names(forms))
    lines = [writing.line("step", step.text, minutes=step.minutes) for step in steps]
    return Part("outline", "Déroulé", tuple(lines))


def _actors(
    writing: Writing, situation: str, wanted: Sequence[Need], forms: Sequence[Option]
) -> Part:
    asked = " ; ".join([situation, *(need.label for need in wanted), *(o.name for o in forms)])
    lines = [
        writing.line("actor", f"{actor} : {why}", url=url)
        for actor, why, url in orient(asked, refused=True)
    ]
    return Part("actors", "Qui associer", tuple(lines))
