"""Layouts that magazines, guides and slides are full of, read as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pdf_factory import LOREM, Drawn, drawn_pdf, typst_pdf

from ingest.cleaning import resolve_hyphen
from ingest.mending import mend_words
from ingest.pages import read_document
from ingest.passages import cut_passages
from ingest.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.pages import Reading, ReadPage

FRENCH = '#set text(lang: "fr")\n#set smartquote(enabled: false)\n'
FIRST = "La coopération commence par une rencontre, et par un besoin que nul ne comble seul."
SECOND = "Une charte engage peu. Elle dit l’intention et se signe vite, puis se relit chaque année."
THIRD = "Le comité se réunit trois fois par an, et chaque membre y dispose de la même voix."


def read(path: Path) -> Reading:
    return read_document(path, "essai")


def typeset(tmp_path: Path, source: str) -> tuple[ReadPage, ...]:
    return read(typst_pdf(tmp_path / "essai.pdf", FRENCH + source)).pages


def drawn(tmp_path: Path, *strings: Drawn) -> ReadPage:
    return read(drawn_pdf(tmp_path / "essai.pdf", strings)).pages[0]


def told(page: ReadPage) -> list[tuple[str, str]]:
    return [(block.kind, page.page.text[block.start : block.end]) for block in page.blocks]


def lines(page: ReadPage) -> list[str]:
    return page.page.text.split("\n")


# --- letters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("initial", "rest", "text"),
    [
        ("L", "es membres décident", "Les membres décident"),
        ("À", "la mairie de répondre", "À la mairie de répondre"),
        ("L’", "union fait la force", "L’union fait la force"),
    ],
)
def test_a_drop_capital_opens_its_paragraph(
    tmp_path: Path, initial: str, rest: str, text: str
) -> None:
    page = drawn(
        tmp_path,
        Drawn(72, 124, initial, 30),
        Drawn(106, 112, f"{rest} ensemble de ce", 10),
        Drawn(106, 124, "qui est mis en commun entre elles", 10),
        Drawn(72, 136, "et de la façon de le payer chaque année.", 10),
    )
    end = (
        " ensemble de ce qui est mis en commun entre elles et de la façon de le payer chaque année."
    )
    assert lines(page) == [text + end]
    first = page.page.glyphs[0]
    assert page.page.text[first.start : first.end] == initial
    assert first.box.left == pytest.approx(72, abs=1)


def test_titles_in_spaced_letters_are_words(tmp_path: Path) -> None:
    (page,) = typeset(tmp_path, f"#text(14pt, tracking: 0.4em)[LES OUTILS DU RÉSEAU]\n\n{LOREM}")
    assert lines(page)[0] == "LES OUTILS DU RÉSEAU"


def test_a_thin_space_between_figures_is_a_space(tmp_path: Path) -> None:
    page = drawn(
        tmp_path, Drawn(72, 100, "jusqu’à 81"), Drawn(124.5, 100, "051 euros par an de recettes.")
    )
    assert lines(page) == ["jusqu’à 81 051 euros par an de recettes."]


def test_text_stretched_over_two_lines_is_no_table(tmp_path: Path) -> None:
    text = (
        "Les structures manquent de temps et d’espaces pour se connaître, alors que la confiance "
        "précède toute coopération. Visites, portes ouvertes et moments informels construisent "
        "l’interconnaissance entre structures. Quelqu’un doit lancer l’invitation."
    )
    (page,) = typeset(
        tmp_path,
        f"#set text(8.5pt, hyphenate: false)\n#set par(justify: true)\n#block(width: 93pt)[{text}]",
    )
    assert lines(page) == [text]


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("non-", "lucrativité", "non-lucrativité"),
        ("re-", "mutualisation", "remutualisation"),
        ("semi-", "coopératif", "semi-coopératif"),
        ("rapi-", "dement", "rapidement"),
        ("rendez-", "vous", "rendez-vous"),
    ],
)
def test_prefixes_tell_a_break_from_a_compound(left: str, right: str, whole: str) -> None:
    assert resolve_hyphen(left, right, Vocabulary()) == whole


def mended(words: str, excess: list[float] | None = None) -> str:
    found = mend_words(words.split(), Vocabulary(), lossy=True, excess=excess or ())
    return " ".join(word.text for word in found)


def test_a_rare_word_is_half_of_a_common_one_where_ligatures_are_lost() -> None:
    assert mended("la scale est lourde") == "la fiscale est lourde"
    assert mended("un montant xe") == "un montant fixe"


def test_wide_white_tells_where_a_ligature_was_lost() -> None:
    assert mended("le chef de le signe") == "le chef de le signe"
    assert mended("le chef de le signe", [0, 0, 0, 0.5, 0]) == "le chef de file signe"
    assert mended("un a aires", [0, 0, 0]) == "un a aires"
    assert mended("un a aires", [0, 0, 0.3]) == "un affaires"


# --- asides, captions ---------------------------------------------------------------------------


def test_what_stands_beside_an_upright_rule_is_an_aside(tmp_path: Path) -> None:
    aside = "*POINT DE VIGILANCE*\n\n" + SECOND
    (page,) = typeset(
        tmp_path,
        f"{FIRST}\n\n#block(stroke: (left: 1.5pt + blue), inset: (left: 9pt))[{aside}]\n\n{THIRD}",
    )
    boxed = [page.page.text[block.start : block.end] for block in page.blocks if block.box]
    assert boxed == ["POINT DE VIGILANCE", SECOND]
    assert [line for line in lines(page) if line not in boxed] == [FIRST, THIRD]
    passages = cut_passages("essai", [page])
    (apart,) = [p for p in passages if SECOND in p.text]
    assert apart.heading_path[-1:] == ("POINT DE VIGILANCE",)
    assert all(THIRD not in p.text or p.heading_path == () for p in passages)


def test_a_rule_between_columns_makes_no_aside(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        f"#grid(columns: 2, column-gutter: 1cm, grid.vline(x: 1), [{FIRST} {SECOND}], [{THIRD}])",
    )
    assert not any(block.box for block in page.blocks)
    assert lines(page) == [f"{FIRST} {SECOND}", THIRD]


def test_a_caption_stands_apart_and_the_text_it_interrupts_reads_on(tmp_path: Path) -> None:
    caption = "Figure 2. La carte des structures du canton."
    halves = (
        "La coopération commence par une rencontre entre des équipes et par",
        "un besoin que personne ne saurait combler seul, ce que chacun dit.",
    )
    page = drawn(
        tmp_path,
        Drawn(72, 100, halves[0]),
        Drawn(72, 150, caption, 8),
        Drawn(72, 200, halves[1]),
    )
    assert told(page) == [
        ("paragraph", f"{halves[0]} {halves[1]}"),
        ("caption", caption),
    ]
    assert [p.text for p in cut_passages("essai", [page])][1:] == [caption]


# --- tables -------------------------------------------------------------------------------------

TABLE = "#table(columns: (3cm, 2cm), [*Forme*], [*Règle*], {})"


def test_wide_white_in_a_ruled_cell_parts_nothing(tmp_path: Path) -> None:
    rules = " ".join(
        f"{x} {842 - bottom} m {x} {842 - top} l S"
        for top, bottom in ((90, 110), (110, 140))
        for x in (70, 150, 220)
    )
    rules += " ".join(f" 70 {842 - y} m 220 {842 - y} l S" for y in (90, 110, 140))
    path = drawn_pdf(
        tmp_path / "essai.pdf",
        [
            Drawn(74, 104, "Lot"),
            Drawn(154, 104, "Forme"),
            Drawn(74, 124, "Premier"),
            Drawn(154, 124, "Bons"),
            Drawn(200, 124, "de"),
            Drawn(154, 134, "commande"),
        ],
        graphics=rules,
    )
    assert lines(read(path).pages[0]) == ["Lot : Forme", "Premier : Bons de commande"]


def test_rows_far_from_the_names_of_their_columns_have_them_in_their_path(tmp_path: Path) -> None:
    cells = ", ".join(f"[Forme {n}], [{LOREM}]" for n in range(6))
    pages = typeset(
        tmp_path, f"= Les formes\n#table(columns: (3cm, 1fr), [*Forme*], [*Règle*], {cells})"
    )
    passages = cut_passages("essai", pages)
    assert len(passages) > 1
    assert passages[0].text.startswith("Forme : Règle")
    assert passages[0].heading_path == ("Les formes",)
    assert {p.heading_path for p in passages[1:]} == {("Les formes", "Forme : Règle")}


def test_a_table_that_goes_on_overleaf_keeps_the_names_of_its_columns(tmp_path: Path) -> None:
    row = "[Une forme], [Une règle qui vaut pour elle, et pour elle seulement]"
    table = "#table(columns: (3cm, 1fr), {})"
    pages = typeset(
        tmp_path,
        table.format(f"[*Forme*], [*Règle*], {row}") + "\n#pagebreak()\n" + table.format(row),
    )
    passages = cut_passages("essai", pages)
    (whole,) = [p for p in passages if p.spans[0].page_index == 0]
    assert {span.page_index for span in whole.spans} == {0, 1}
    assert "Forme : Règle" in whole.text


def test_a_title_and_its_text_between_two_tables_part_them(tmp_path: Path) -> None:
    table = "#table(columns: (4cm, 8cm), [*Forme*], [*{}*], [GIE], [{}], [SCIC], [{}])\n"
    (page,) = typeset(
        tmp_path,
        "#set table(stroke: (x, y) => (top: 0.5pt, bottom: 0.5pt))\n"
        f"== Les salariés\n{FIRST}\n"
        + table.format("Salariés", "Un prêt", "Des associés")
        + "== Les impôts\nLe texte suit la forme.\n"
        + table.format("Impôts", "Chaque membre", "La société"),
    )
    assert told(page)[2:] == [
        ("columns", "Forme : Salariés"),
        ("row", "GIE : Un prêt"),
        ("row", "SCIC : Des associés"),
        ("heading", "Les impôts"),
        ("paragraph", "Le texte suit la forme."),
        ("columns", "Forme : Impôts"),
        ("row", "GIE : Chaque membre"),
        ("row", "SCIC : La société"),
    ]


def test_names_of_columns_above_the_first_rule_belong_to_the_table(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        f"{FIRST}\n\n#table(columns: (4cm, 8cm), stroke: (x, y) => (bottom: 0.5pt), [*Forme*], "
        "[*Règle*], [Association], [Deux personnes], [Groupement], [Membres solidaires])",
    )
    assert told(page)[1:] == [
        ("columns", "Forme : Règle"),
        ("row", "Association : Deux personnes"),
        ("row", "Groupement : Membres solidaires"),
    ]


# --- pages --------------------------------------------------------------------------------------


def test_two_printed_pages_on_one_are_labelled_with_both_numbers(tmp_path: Path) -> None:
    days = ("Lundi", "Mardi", "Jeudi")
    texts = [(f"{day} matin. {FIRST}", f"{day} soir. {SECOND}") for day in days]
    sheets = [
        f"#grid(columns: 2, column-gutter: 2cm, [{left}], [{right}])\n"
        f"#place(bottom + left, dx: 6cm, dy: 1.6cm)[{12 + 2 * number}]\n"
        f"#place(bottom + left, dx: 19cm, dy: 1.6cm)[{13 + 2 * number}]"
        for number, (left, right) in enumerate(texts)
    ]
    source = '#set page("a4", flipped: true, margin: 2cm)\n' + "\n#pagebreak()\n".join(sheets)
    pages = typeset(tmp_path, source)
    assert [page.page.label for page in pages] == ["12-13", "14-15", "16-17"]
    assert [tuple(lines(page)) for page in pages] == texts


IMPRINT = """Directrice de la publication : Anne Lenoir

Rédacteur en chef : Paul Roux

Imprimerie du Canal, à Nantes

ISSN 1234-5678, dépôt légal : mai 2017"""
ADVERTISEMENT = """*Abonnez-vous à la revue !*

Bulletin d’abonnement à retourner à la rédaction

Onze numéros par an pour 90 euros, par chèque"""


@pytest.mark.parametrize(("text", "kind"), [(IMPRINT, "imprint"), (ADVERTISEMENT, "advertisement")])
def test_pages_that_answer_nothing_are_told_and_left_out(
    tmp_path: Path, text: str, kind: str
) -> None:
    pages = typeset(tmp_path, f"{FIRST}\n#pagebreak()\n{text}")
    assert {block.kind for block in pages[1].blocks} == {kind}
    assert [passage.text for passage in cut_passages("essai", pages)] == [FIRST]


def test_a_page_that_speaks_of_an_imprint_is_none(tmp_path: Path) -> None:
    (page,) = typeset(tmp_path, f"Le dépôt légal est gratuit. {FIRST}")
    assert {block.kind for block in page.blocks} == {"paragraph"}


def slides(tmp_path: Path, *between: str) -> dict[str, tuple[str, ...]]:
    """The heading path of each passage of a deck of titled slides, with other pages among them."""
    titled = [
        f'#text(30pt, weight: "bold")[Titre {name}]\n\nCas {name}. {FIRST}' for name in "abcdef"
    ]
    pages = typeset(
        tmp_path,
        "#set page(width: 25cm, height: 14cm)\n#set text(14pt)\n"
        + "\n#pagebreak()\n".join([*titled[:3], *between, *titled[3:]]),
    )
    return {passage.text: passage.heading_path for passage in cut_passages("essai", pages)}


def test_the_title_of_a_slide_does_not_reach_the_next(tmp_path: Path) -> None:
    assert slides(tmp_path, SECOND)[SECOND] == ()


def test_the_slide_that_opens_a_part_is_the_title_of_bare_slides(tmp_path: Path) -> None:
    part = '#text(34pt, weight: "bold")[Retenir l’essentiel]'
    assert slides(tmp_path, part, SECOND)[SECOND] == ("Retenir l’essentiel",)


def test_ornaments_and_lone_bullets_are_no_text(tmp_path: Path) -> None:
    (page,) = typeset(tmp_path, f"{FIRST}\n\n#align(center)[\\* \\* \\*]\n\n{THIRD}")
    assert lines(page) == [FIRST, THIRD]


# --- paragraphs ---------------------------------------------------------------------------------


def test_a_name_in_bold_at_a_line_start_breaks_no_sentence(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        "#set page(width: 9cm)\n#set par(justify: false)\nLes outils ont aidé les équipes à voir "
        "clair, à l’image de \\\n*Réseau Solidaire du Canton Nord* qui les tient à jour.",
    )
    assert len(lines(page)) == 1


def test_an_item_goes_on_under_its_text_after_a_sentence_in_bold(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        "#set page(width: 9cm)\n#set par(justify: true)\n- La feuille de route appelle à une "
        "*mutation profonde des services publics de tout le pays.* L’objectif est de produire des "
        "services plus simples et plus proches.",
    )
    assert [kind for kind, _ in told(page)] == ["item"]


def test_an_underlined_line_heads_what_follows(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path, f"{FIRST}\n\n#underline(offset: 2pt)[Animer les membres]\n\n{THIRD}"
    )
    assert [kind for kind, _ in told(page)] == ["paragraph", "heading", "paragraph"]
