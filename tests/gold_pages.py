"""The made pages of the gold set: layouts in typst, and what a person reads on them, in order.

The words are those of the project's fiches (CC BY 4.0). `gold_maker.py` makes the files.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

from corpus.fiche import FICHES, parse_fiche, plain
from corpus.typeset import french_spacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ASIDE: Final = "> "
"""Opens a block of the gold text that may stand anywhere on its page, as long as it is whole."""


@dataclass(slots=True)
class MadePage:
    """A page: its typst source, its blocks in reading order, what is printed on it besides."""

    source: str
    blocks: list[str]
    label: str
    furniture: tuple[str, ...] = ()


@dataclass(slots=True)
class MadeDocument:
    """Pages under one preamble; `turned` tells by how many degrees each is shown turned."""

    name: str
    title: str
    preamble: str
    pages: list[MadePage]
    turned: tuple[int, ...] = ()
    lossy: bool = False  # ligatures read as spaces, line-end hyphens as plain ones
    labels: tuple[str, int, int] | None = None  # style, first page, first number
    events: bool = False  # line ends and ligatures are recorded
    fonts: bool = field(default=False)  # of the system, besides those of typst

    @property
    def source(self) -> str:
        """The whole in typst."""
        return self.preamble + "\n#pagebreak()\n".join(page.source for page in self.pages)


_SENTENCE_BREAK = re.compile(r"(?<=[.?!…]) (?=[A-ZÀÉÊÎÔ«])")


def typed(text: str) -> str:
    """A text as typst takes it literally."""
    escaped = re.sub(r"([\\#*_`$@<\[\]~/-])", r"\\\1", text)
    return re.sub(r"^(\d+)\.", r"\1\\.", escaped)  # no item of a list


class Supply:
    """Paragraphs and titles of the fiches, each given once."""

    def __init__(self) -> None:
        self._sections = self._read()

    def sentences(self) -> Iterator[str]:
        """All sentences of the fiches, those given before included."""
        for _, texts in self._read():
            for text in texts:
                yield from _SENTENCE_BREAK.split(text)

    def _read(self) -> Iterator[tuple[str, list[str]]]:
        for path in sorted(FICHES.glob("*.md")):
            for section in parse_fiche(path).sections:
                blocks = [b for b in section.blocks if b.kind == "paragraph"]
                said = [french_spacing(plain(block.text)) for block in blocks]
                texts = [text for text in said if len(text.split()) >= 18]
                if texts and not section.silent:
                    yield french_spacing(section.title), texts

    def paragraphs(self, words: int, *, longest: int = 90) -> list[str]:
        """Paragraphs of about as many words together, none longer than that."""
        found: list[str] = []
        while sum(len(text.split()) for text in found) < words:
            _, texts = next(self._sections)
            found += [_shortened(text, longest) for text in texts]
        while len(found) > 1 and sum(len(text.split()) for text in found[:-1]) >= words:
            found.pop()
        return found

    def title(self) -> str:
        """A title."""
        return next(self._sections)[0]


def _shortened(text: str, longest: int) -> str:
    """The first sentences of a text, as many as do not make it longer than that many words."""
    kept = ""
    for sentence in _SENTENCE_BREAK.split(text):
        if kept and len(f"{kept} {sentence}".split()) > longest:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


FRENCH: Final = (
    '#set text(lang: "fr", hyphenate: true, size: 10pt)\n'
    "#set par(justify: true)\n#set smartquote(enabled: false)\n"
)


def flow(blocks: list[str]) -> str:
    """Paragraphs one under the other."""
    return "\n\n".join(map(typed, blocks))


def columns(supply: Supply) -> MadeDocument:
    """Two columns and three, under a title over the whole width."""
    pages: list[MadePage] = []
    for number, words in ((2, 420), (3, 430)):
        title, texts = supply.title(), supply.paragraphs(words)
        source = f'#text(18pt, weight: "bold")[{typed(title)}]\n\n#columns({number})[{flow(texts)}]'
        pages.append(MadePage(source, [title, *texts], str(len(pages) + 1)))
    return MadeDocument("colonnes", "Deux et trois colonnes", FRENCH, pages)


def frames(supply: Supply) -> MadeDocument:
    """Frames of text that the file holds in another order than a person reads them."""
    pages: list[MadePage] = []
    for number in range(2):
        title, head = supply.title(), "Les cahiers de la coopération"
        left, right = supply.paragraphs(170), supply.paragraphs(170)
        caption = supply.paragraphs(12, longest=20)[0]
        folio = str(number + 88)
        drawn = [
            f"#place(top + left, dx: 8.7cm, dy: 3cm, block(width: 8cm)[{flow(right)}])",
            f"#place(bottom + left, dy: -1cm, text(8pt)[{typed(caption)}])",
            f"#place(bottom + right, dy: 1cm)[{folio}]",
            f"#place(top + left, dy: 3cm, block(width: 8cm)[{flow(left)}])",
            f"#place(top + left, dy: -1cm, text(8pt)[{head}])",
            f'#place(top + left, dy: 1cm, text(20pt, weight: "bold")[{typed(title)}])',
        ]
        blocks = [title, *left, *right, f"> {caption}"]
        pages.append(MadePage("\n".join(drawn), blocks, folio, (head, folio)))
    return MadeDocument("cadres", "Cadres dans le désordre", FRENCH, pages)


def sidebars(supply: Supply) -> MadeDocument:
    """A side column written before the main text, a box in it, running head and folio."""
    head, pages = "Coopérer, repères", []
    for number in range(2):
        title, main = supply.title(), supply.paragraphs(260)
        side, box = supply.paragraphs(35, longest=45)[0], supply.paragraphs(30, longest=40)[0]
        half, folio = len(main) // 2, number + 41
        source = f"""
#place(top + right, dx: 0.6cm, dy: 1cm, block(width: 4.4cm, fill: rgb("#e3eef2"), inset: 8pt,
  align(left, text(8pt)[*À noter*\n\n{typed(side)}])))
#place(bottom + center, dy: 1.4cm)[– {folio} –]
#place(top + left, dy: -1.4cm)[#text(8pt)[{head}]]
#block(width: 11.4cm)[
#text(17pt, weight: "bold", fill: rgb("#0b5563"))[{typed(title)}]

{flow(main[:half])}

#block(width: 100%, fill: rgb("#f6f1e4"), inset: 9pt)[*En pratique*\n\n{typed(box)}]

{flow(main[half:])}
]"""
        blocks = [title, *main[:half], f"> En pratique {box}", *main[half:], f"> À noter {side}"]
        pages.append(MadePage(source, blocks, str(folio), (head, f"– {folio} –")))
    return MadeDocument("encadres", "Encadrés et colonne de côté", FRENCH, pages)


def bars(supply: Supply) -> MadeDocument:
    """Asides told by a rule at their left, as white papers have them."""
    pages: list[MadePage] = []
    for number in range(2):
        main, box = supply.paragraphs(280), supply.paragraphs(60)
        title = supply.title()
        aside = "\n\n".join([f"*{typed(title.upper())}*", flow(box)])
        source = (
            f"{flow(main[:2])}\n\n"
            '#block(stroke: (left: 1.5pt + rgb("#3a3ad0")), inset: (left: 9pt), '
            f'text(fill: rgb("#3a3ad0"), 9pt)[{aside}])\n\n{flow(main[2:])}'
        )
        blocks = [*main[:2], "> " + " ".join([title.upper(), *box]), *main[2:]]
        pages.append(MadePage(source, blocks, str(number + 1)))
    preamble = FRENCH + "#set page(footer: align(right)[#context counter(page).display()])\n"
    for number, page in enumerate(pages, 1):
        page.furniture = (str(number),)
    return MadeDocument("filets", "Encadrés à filet", preamble, pages)


def magazine(supply: Supply) -> MadeDocument:
    """Three narrow columns, ligatures lost, folios that are not the pages of the file."""
    pages: list[MadePage] = []
    for folio in (23, 24):
        title, texts = supply.title(), supply.paragraphs(520)
        head = f"15 avril 2011 – revue des coopérations 437 {folio}"
        source = (
            f"#place(top, dy: -1.2cm, text(8pt)[{head}])\n"
            f'#text(22pt, weight: "bold")[{typed(title)}]\n\n#columns(3)[{flow(texts)}]'
        )
        pages.append(MadePage(source, [title, *texts], str(folio), (head,)))
    preamble = FRENCH + "#set page(width: 21cm, height: 24cm)\n#set text(size: 9pt)\n"
    return MadeDocument("revue", "Revue aux ligatures perdues", preamble, pages, lossy=True)


def initials(supply: Supply) -> MadeDocument:
    """Drop capitals of two and three lines, titles in spaced letters, a caption under a figure."""
    titles = ("LES OUTILS", "LA MÉTHODE")
    pages: list[MadePage] = []
    for number, title in enumerate(titles):
        texts = supply.paragraphs(230)
        caption = "Figure 1. La carte des structures qui coopèrent dans le département."
        deep = 2 + number
        source = f"""
#text(15pt, tracking: 0.4em)[{title}]

{_initial(texts[0], deep)}

{flow(texts[1:3])}

#rect(width: 7cm, height: 3cm, fill: rgb("#cccccc"))
#text(8pt, style: "italic")[{typed(caption)}]

{flow(texts[3:])}
"""
        blocks = [title, *texts[:3], f"> {caption}", *texts[3:]]
        pages.append(MadePage(source, blocks, str(number + 1)))
    return MadeDocument("lettrines", "Lettrines et titres espacés", FRENCH, pages)


def _initial(text: str, deep: int) -> str:
    """A paragraph whose first letter is as deep as some of its lines."""
    size = {2: 29, 3: 45}[deep]
    shift = 0.82 * size
    lines = textwrap.wrap(text[1:], 82)
    drawn = [
        f"#h({shift}pt){typed(line)}" if number < deep else typed(line)
        for number, line in enumerate(lines)
    ]
    letter = f'#text({size}pt, top-edge: "cap-height")[{text[0]}]'
    body = " \\\n".join(drawn)
    return f"#block[#place(top + left, {letter[1:]})\n#par(justify: false)[{body}]]"


ROWS: Final = (  # cells of a table
    ("Association", "Deux personnes au moins", "Statuts déposés", "Sans but lucratif"),
    ("GIE", "Deux personnes au moins", "Contrat écrit et immatriculation", "Membres solidaires"),
    ("SCIC", "Trois catégories d’associés", "Statuts et agrément", "Réserves impartageables"),
    ("SCOP", "Deux salariés associés", "Statuts de société coopérative", "Une personne, une voix"),
    ("GIP", "Une personne publique", "Convention approuvée par l’État", "Comptable public parfois"),
    ("GCSMS", "Un établissement médico-social", "Convention constitutive", "Moyens mis en commun"),
    ("UES", "Des coopératives surtout", "Statuts d’union", "Activité au profit des membres"),
    ("Fondation", "Un ou plusieurs fondateurs", "Dotation affectée", "Œuvre d’intérêt général"),
)  # fmt: skip
COLUMNS: Final = ("Forme", "Membres", "Formalité", "Point de vigilance")


def _table(rows: list[tuple[str, ...]], stroke: str) -> str:
    head = "table.header(" + ", ".join(f"[*{name}*]" for name in COLUMNS) + ")"
    cells = ", ".join(f"[{typed(cell)}]" for row in rows for cell in row)
    return f"#table(columns: (auto, 1fr, 1fr, 1fr), stroke: {stroke}, {head}, {cells})"


def tables(supply: Supply) -> MadeDocument:
    """A ruled table that goes on overleaf, and one without upright rules."""
    rows = [tuple(map(french_spacing, row)) for row in ROWS]
    caption = "Tableau 1. Les formes juridiques comparées."
    texts = supply.paragraphs(150)
    after = supply.paragraphs(80)
    joined = [" | ".join(row) for row in [COLUMNS, *rows]]
    first = MadePage(
        f"{flow(texts)}\n\n#text(9pt)[*{typed(caption)}*]\n\n{_table(rows[:4], '0.5pt')}",
        [*texts, caption, *joined[:5]],
        "1",
    )
    second = MadePage(
        f"{_table(rows[4:], '0.5pt')}\n\n{flow(after)}", [joined[0], *joined[5:], *after], "2"
    )
    texts = supply.paragraphs(120)
    third = MadePage(
        f"{flow(texts[:1])}\n\n{_table(rows[:6], '(x, y) => (bottom: 0.5pt)')}\n\n"
        f"{flow(texts[1:])}",
        [*texts[:1], *joined[:7], *texts[1:]],
        "3",
    )
    return MadeDocument("tableaux", "Tableaux", FRENCH, [first, second, third])


def notes(supply: Supply) -> MadeDocument:
    """Footnotes with their calls, superiors that stay."""
    pages: list[MadePage] = []
    for number in range(2):
        texts = supply.paragraphs(330)
        foot = [supply.paragraphs(14, longest=20)[0] for _ in range(2)]
        called = list(map(typed, texts))
        for place, note in enumerate(foot):
            called[place] = f"{called[place]}#footnote[{typed(note)}]"
        last = "Le 1#super[er] juin, le local de 20 m#super[2] sera loué au n#super[o] 12."
        source = "\n\n".join([*called, last])
        said = "Le 1er juin, le local de 20 m² sera loué au n° 12."
        blocks = [*texts, said, *(f"> {note}" for note in foot)]
        pages.append(MadePage(source, blocks, str(number + 1)))
    return MadeDocument("notes", "Notes de bas de page", FRENCH, pages)


def turned(supply: Supply) -> MadeDocument:
    """Pages shown turned, and a page whose text is drawn on its side."""
    pages: list[MadePage] = []
    for number in range(3):
        title, texts = supply.title(), supply.paragraphs(220)
        source = f'#text(15pt, weight: "bold")[{typed(title)}]\n\n{flow(texts)}'
        if number == 2:
            source = f"#rotate(-90deg, reflow: true)[#block(width: 20cm)[{source}]]"
        pages.append(MadePage(source, [title, *texts], str(number + 1)))
    return MadeDocument("tournees", "Pages tournées", FRENCH, pages, turned=(90, 270, 0))


def two_up(supply: Supply) -> MadeDocument:
    """Two printed pages on each page of the file, each with its folio."""
    pages: list[MadePage] = []
    for sheet in range(2):
        folios = (12 + 2 * sheet, 13 + 2 * sheet)
        halves = [supply.paragraphs(190) for _ in folios]
        drawn = ", ".join(
            f"[#block(height: 16.3cm)[{flow(texts)}]\n#align(center)[{folio}]]"
            for texts, folio in zip(halves, folios, strict=True)
        )
        source = f"#grid(columns: 2, column-gutter: 2.4cm, {drawn})"
        blocks = [text for half in halves for text in half]
        label = f"{folios[0]}-{folios[1]}"
        pages.append(MadePage(source, blocks, label, tuple(map(str, folios))))
    preamble = FRENCH + '#set page("a4", flipped: true, margin: 2cm)\n'
    return MadeDocument("deux-en-une", "Deux pages par feuille", preamble, pages)


SLIDES: Final = (
    ("POURQUOI COOPÉRER ?", "Trois raisons souvent citées",
     ("Partager un poste que nul ne peut payer seul", "Répondre ensemble à un appel d’offres",
      "Garder une présence locale")),
    ("PAR OÙ COMMENCER", "Un premier pas modeste",
     ("Se rencontrer sans ordre du jour", "Nommer trois besoins communs",
      "Fixer une durée d’essai et une sortie")),
)  # fmt: skip


def slides(supply: Supply) -> MadeDocument:
    """Slides: a title, a line under it, bullets, and a text beside them."""
    del supply
    pages: list[MadePage] = []
    for number, (bare_title, under, bullets) in enumerate(SLIDES, 1):
        title = french_spacing(bare_title)
        items = "\n".join(f"- {typed(bullet)}" for bullet in bullets)
        beside = "Repère : chaque point se discute dix minutes, puis se note au tableau."
        source = f"""
#text(26pt, weight: "bold")[{typed(title)}]

#text(15pt, fill: rgb("#555555"))[{typed(under)}]
#v(1cm)
#grid(columns: (15cm, 8cm), column-gutter: 1.5cm, [#text(16pt)[{items}]],
  [#text(12pt, style: "italic")[{typed(beside)}]])
#place(bottom + right, dy: 1cm)[#text(9pt)[{number}]]
"""
        blocks = [title, under, *(f"• {bullet}" for bullet in bullets), f"> {beside}"]
        pages.append(MadePage(source, blocks, str(number), (str(number),)))
    preamble = FRENCH + "#set page(width: 29.7cm, height: 16.7cm, margin: 2cm)\n"
    preamble += "#set par(justify: false)\n#set text(hyphenate: false)\n"
    return MadeDocument("diapositives", "Diapositives", preamble, pages)


def report(supply: Supply) -> MadeDocument:
    """A preface under roman numbers, contents with leaders, and a body that begins again at 1."""
    preface, titles = supply.paragraphs(160), [supply.title() for _ in range(6)]
    preface_page = MadePage(
        f'#text(16pt, weight: "bold")[Préface]\n\n{flow(preface)}', ["Préface", *preface], "iii"
    )
    lines = " \\\n".join(
        f"{typed(title)} #box(width: 1fr, repeat[.]) {number}"
        for number, title in enumerate(titles, 1)
    )
    contents = MadePage(
        f'#text(16pt, weight: "bold")[Sommaire]\n\n{lines}',
        ["Sommaire", *(f"{title} … {number}" for number, title in enumerate(titles, 1))],
        "iv",
    )
    pages = [preface_page, contents]
    for number in (1, 2):
        texts = supply.paragraphs(250)
        title = f"{number}. {titles[number - 1]}"
        source = f'#text(16pt, weight: "bold")[{typed(title)}]\n\n{flow(texts)}'
        pages.append(MadePage(source, [title, *texts], str(number)))
    for page in pages:
        page.source += f"\n#place(bottom + center, dy: 1.2cm)[{page.label}]"
        page.furniture = (page.label,)
    return MadeDocument("rapport", "Préface en chiffres romains", FRENCH, pages, labels=("r", 2, 3))


def contract(supply: Supply) -> MadeDocument:
    """Numbered articles, lists in letters, lines to sign on."""
    pages: list[MadePage] = []
    article = count(1)
    for number in range(2):
        source, blocks = "", []
        for _ in range(3):
            title = f"Article {next(article)} – {supply.title()}"
            text = supply.paragraphs(45, longest=60)[0]
            items = [
                f"{letter}) {supply.paragraphs(12, longest=16)[0].rstrip('.;,')} ;"
                for letter in "abc"
            ]
            source += f"*{typed(title)}*\n\n{typed(text)}\n\n"
            source += "\n\n".join(map(typed, items)) + "\n\n"
            blocks += [title, text, *items]
        pages.append(MadePage(source, blocks, str(number + 1)))
    return MadeDocument("convention", "Convention en articles", FRENCH, pages)


def mixed(supply: Supply) -> MadeDocument:
    """Pages of several sizes in one file, one of them with the sans serif of an office."""
    pages: list[MadePage] = []
    for number, paper in enumerate(("a5", "a3", "a4"), 1):
        title, texts = supply.title(), supply.paragraphs(150)
        source = f'#text(15pt, weight: "bold")[{typed(title)}]\n\n{flow(texts)}'
        pages.append(MadePage(f'#set page("{paper}")\n{source}', [title, *texts], str(number)))
    preamble = FRENCH + '#set text(font: "Liberation Sans")\n'
    return MadeDocument("formats", "Formats mêlés", preamble, pages, fonts=True)


def breaks(supply: Supply) -> list[MadeDocument]:
    """Narrow columns full of broken words; in the second file, ligatures are lost too."""
    made = []
    for name, title, number, lossy in (
        ("cesures", "Mots coupés en fin de ligne", 4, False),
        ("cesures-ligatures", "Mots coupés, ligatures perdues", 6, True),
    ):
        pages: list[MadePage] = []
        for page in range(number):
            texts = supply.paragraphs(1050)
            pages.append(MadePage(f"#columns(5, gutter: 4mm)[{flow(texts)}]", texts, str(page + 1)))
        made.append(MadeDocument(name, title, _NARROW, pages, lossy=lossy, events=True))
    return made


_NARROW: Final = FRENCH + '#set page("a4", margin: 1.5cm)\n#set text(size: 8.5pt)\n'
_COMPOUND = re.compile(r"(?<=[a-zéèêà]-)(?=[a-zéèêà])")
_RAGGED_PAGE: Final = 36  # sentences


def compounds(supply: Supply) -> MadeDocument:
    """Ragged columns in which lines end on the hyphen of a compound, one in each sentence."""
    said = list(dict.fromkeys(filter(_COMPOUND.search, supply.sentences())))
    pages: list[MadePage] = []
    for start in range(0, len(said), _RAGGED_PAGE):
        texts = said[start : start + _RAGGED_PAGE]
        drawn = "\n\n".join(
            "#linebreak()".join(map(typed, _COMPOUND.split(text, 1))) for text in texts
        )
        source = f"#columns(4, gutter: 5mm)[{drawn}]"
        pages.append(MadePage(source, texts, str(len(pages) + 1)))
    preamble = _NARROW + "#set par(justify: false)\n"
    return MadeDocument("composes", "Mots composés en fin de ligne", preamble, pages, events=True)


def documents() -> list[MadeDocument]:
    """All made documents."""
    supply = Supply()
    layouts: list[Callable[[Supply], MadeDocument]] = [
        columns, frames, sidebars, bars, magazine, initials, tables, notes, turned, two_up, slides,
        report, contract, mixed,
    ]  # fmt: skip
    made = [layout(supply) for layout in layouts]
    return [*made, *breaks(supply), compounds(supply)]
