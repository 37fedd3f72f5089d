"""PDF files → pages of clean text in reading order, whatever the file."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_factory import (
    LOREM,
    Drawn,
    blank_pdf,
    drawn_pdf,
    encrypted_pdf,
    image_pdf,
    labelled_pdf,
    rotated_pdf,
    text_pdf,
    typst_pdf,
)
from PIL import Image

from corpus.errors import DocumentError, EncryptedError
from corpus.home import BUNDLED_DOCUMENTS
from corpus.pdfium import render_page
from ingest.pages import PageState, count_pages, read_document

if TYPE_CHECKING:
    from corpus.types import Page
    from ingest.pages import Reading, ReadPage

SHARED = Path(__file__).parents[3] / "shared" / "pdfs"  # real PDFs, where they are at hand
FRENCH = '#set text(lang: "fr", hyphenate: true)\n#set par(justify: true)\n'
PARAGRAPHS = """\
La coopération commence quand des structures voisines découvrent qu’elles ont un besoin commun et \
que chacune, seule, ne saurait y répondre durablement.
Le groupement d’employeurs recrute des salariés et les met à disposition de ses membres, qui \
répondent ensemble de ses dettes sociales devant les tribunaux.
La convention de partenariat précise les responsabilités, le financement, les rendez-vous et la \
façon de se séparer sans se fâcher, c’est-à-dire en respectant les engagements.
Une société coopérative d’intérêt collectif associe des salariés, des bénéficiaires et des \
collectivités autour d’une activité qui présente une utilité sociale reconnue.""".split("\n")


def read(path: Path) -> Reading:
    return read_document(path, "essai")


def typeset(tmp_path: Path, source: str) -> tuple[ReadPage, ...]:
    return read(typst_pdf(tmp_path / "essai.pdf", FRENCH + source)).pages


def lines(page: ReadPage) -> list[str]:
    return page.page.text.split("\n")


def kinds(page: ReadPage) -> list[tuple[str, str]]:
    return [(block.kind, page.page.text[block.start : block.end]) for block in page.blocks]


# --- text -----------------------------------------------------------------------------------------


def test_a_paragraph_is_one_line_with_its_broken_words_mended(tmp_path: Path) -> None:
    (page,) = typeset(tmp_path, "#set page(width: 7cm)\n" + "\n\n".join(PARAGRAPHS))
    assert lines(page) == PARAGRAPHS


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    body = "\n\n".join(PARAGRAPHS * 3)
    (page,) = typeset(tmp_path, f"= Un titre sur toute la largeur\n#columns(2)[{body}]")
    assert lines(page) == ["Un titre sur toute la largeur", *PARAGRAPHS * 3]


def test_three_columns_under_a_full_width_paragraph_are_read_in_order(tmp_path: Path) -> None:
    columns = ", ".join(f"[{text}]" for text in PARAGRAPHS[1:])
    (page,) = typeset(
        tmp_path,
        f"{PARAGRAPHS[0]}\n#grid(columns: 3, column-gutter: 8mm, {columns})\n{LOREM}",
    )
    assert lines(page) == [*PARAGRAPHS, LOREM]


def test_an_aside_on_a_coloured_ground_is_kept_whole_and_told(tmp_path: Path) -> None:
    aside = (
        "#rect(fill: aqua, width: 100%)[*À retenir*\n\nUne charte engage peu. "
        "Elle dit l’intention et se signe vite.]"
    )
    text = "\n\n".join([PARAGRAPHS[0], aside, *PARAGRAPHS[1:3]])
    (page,) = typeset(tmp_path, f"#columns(2)[{text}]")
    boxed = [page.page.text[b.start : b.end] for b in page.blocks if b.box]
    assert boxed == ["À retenir", "Une charte engage peu. Elle dit l’intention et se signe vite."]
    assert [text for text in lines(page) if text not in boxed] == PARAGRAPHS[:3]


def test_running_heads_feet_and_folios_are_no_text(tmp_path: Path) -> None:
    pages = typeset(
        tmp_path,
        "#set page(header: [Revue des coopérations], footer: context [15 avril 2011 - revue 437 "
        "#(counter(page).get().first() + 22)])\n" + "\n#pagebreak()\n".join(PARAGRAPHS),
    )
    assert [lines(page) for page in pages] == [[text] for text in PARAGRAPHS]


def test_calls_of_notes_go_and_notes_are_told_apart(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        "Le plafond est relevé.#footnote[Loi de finances, article 12, dans sa version en vigueur.] "
        "Il vaut pour tous." + "\n\n" + LOREM,
    )
    assert kinds(page)[0] == ("paragraph", "Le plafond est relevé. Il vaut pour tous.")
    assert kinds(page)[-1] == ("note", "Loi de finances, article 12, dans sa version en vigueur.")


def test_raised_letters_and_powers_of_units_stay(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path, "Le 1#super[er] juin, n#super[o] 3, un local de 20 m#super[2] loué."
    )
    assert lines(page) == ["Le 1er juin, n° 3, un local de 20 m² loué."]


def test_items_are_told_with_their_bullets_and_numbers(tmp_path: Path) -> None:
    (page,) = typeset(tmp_path, f"Trois étapes :\n- choisir ;\n- signer.\n\n+ Un.\n+ {LOREM}")
    assert kinds(page) == [
        ("paragraph", "Trois étapes :"),
        ("item", "• choisir ;"),
        ("item", "• signer."),
        ("item", "1. Un."),
        ("item", f"2. {LOREM}"),
    ]


def test_a_table_is_given_row_by_row(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        f"{LOREM}\n#table(columns: 2, [*Point*], [*Règle*], [Membres], [Deux au moins, même si "
        f"les statuts en prévoient davantage pour la suite], [Dettes], [Solidaires])\n{LOREM}",
    )
    assert [(kind, text) for kind, text in kinds(page) if kind != "paragraph"] == [
        ("columns", "Point : Règle"),
        (
            "row",
            "Membres : Deux au moins, même si les statuts en prévoient davantage pour la suite",
        ),
        ("row", "Dettes : Solidaires"),
    ]


def test_headings_are_ranked_by_their_look(tmp_path: Path) -> None:
    pages = typeset(tmp_path, f"= Formes\n{LOREM}\n== Le GIE\n{LOREM}\n= Méthode\n{LOREM}")
    found = [
        (pages[0].page.text[block.start : block.end], block.level)
        for block in pages[0].blocks
        if block.kind == "heading"
    ]
    levels = dict(found)
    assert [title for title, _ in found] == ["Formes", "Le GIE", "Méthode"]
    assert levels["Formes"] == levels["Méthode"] < levels["Le GIE"]


def test_articles_of_law_stand_under_their_chapter_whatever_their_size(tmp_path: Path) -> None:
    (page,) = typeset(
        tmp_path,
        '#let h(size, body) = block(text(size: size, weight: "bold", body))\n'
        f"#h(11pt)[TITRE Ier]\n#h(9pt)[CHAPITRE II]\n#h(12pt)[Article 1er]\n{LOREM}\n"
        f"#h(12pt)[Article 2]\n{LOREM}",
    )
    levels = [block.level for block in page.blocks if block.kind == "heading"]
    assert levels[0] < levels[1] < levels[2] == levels[3]


def test_contents_pages_are_told(tmp_path: Path) -> None:
    pages = typeset(
        tmp_path,
        "#outline(title: [Sommaire])\n#pagebreak()\n"
        + "\n".join(f"= Partie {number}\n{LOREM}" for number in "abcdef"),
    )
    assert {block.kind for block in pages[0].blocks} == {"contents"}


def test_a_word_cut_by_a_page_break_is_whole_on_the_page_where_it_begins(tmp_path: Path) -> None:
    path = drawn_pdf(
        tmp_path / "essai.pdf",
        [Drawn(72, 100, "La convention précise la coopé-")],
        [Drawn(72, 100, "ration entre les membres.")],
    )
    assert [page.page.text for page in read(path).pages] == [
        "La convention précise la coopération",
        "entre les membres.",
    ]


def test_a_drop_of_ligatures_is_repaired(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "essai.pdf", [Drawn(72, 100, "Le béné ciaire signe en premier.")])
    assert read(path).pages[0].page.text == "Le bénéficiaire signe en premier."


def test_what_hangs_outside_the_page_is_not_read(tmp_path: Path) -> None:
    path = drawn_pdf(
        tmp_path / "essai.pdf", [Drawn(-400, 100, "Caché."), Drawn(72, 120, "Un texte visible.")]
    )
    assert read(path).pages[0].page.text == "Un texte visible."


def test_turned_pages_are_read_like_straight_ones(tmp_path: Path) -> None:
    straight = typst_pdf(tmp_path / "a.pdf", FRENCH + "\n\n".join(PARAGRAPHS))
    for angle in (90, 180, 270):
        turned = read(rotated_pdf(tmp_path / "b.pdf", straight, angle)).pages[0]
        assert sorted(turned.page.text.split()) == sorted(" ".join(PARAGRAPHS).split())


# --- boxes ----------------------------------------------------------------------------------------


def darkest(page: Page, image: Image.Image, start: int, end: int, scale: float) -> int:
    runs = [run for run in page.glyphs if run.start < end and run.end > start]
    levels = []
    for run in runs:
        left, top, right, bottom = (round(side * scale) for side in run.box)
        levels.append(min(image.crop((left, top, right, bottom)).tobytes()))
    return max(levels, default=255)


@pytest.mark.parametrize("angle", [0, 90])
def test_every_word_has_a_box_that_holds_ink(tmp_path: Path, angle: int) -> None:
    path = typst_pdf(tmp_path / "a.pdf", FRENCH + "#set page(width: 9cm)\n" + PARAGRAPHS[2])
    if angle:
        path = rotated_pdf(tmp_path / "b.pdf", path, angle)
    page = read(path).pages[0].page
    image = Image.open(io.BytesIO(render_page(path, 0, scale=2).png)).convert("L")
    for word in re.finditer(r"\S+", page.text):
        assert darkest(page, image, word.start(), word.end(), 2) < 128, word.group()


def test_a_word_broken_at_a_line_end_has_two_boxes(tmp_path: Path) -> None:
    path = drawn_pdf(
        tmp_path / "a.pdf", [Drawn(72, 100, "Elle fut rapi-"), Drawn(72, 112, "dement signée.")]
    )
    page = read(path).pages[0].page
    assert page.text == "Elle fut rapidement signée."
    places = {page.text[run.start : run.end]: run.box for run in page.glyphs}
    assert places["rapi"].bottom < places["dement"].bottom
    assert places["dement"].left == pytest.approx(72, abs=1)


def test_runs_are_in_order_apart_and_inside_the_text(tmp_path: Path) -> None:
    for item in typeset(tmp_path, "#columns(2)[" + "\n\n".join(PARAGRAPHS * 2) + "]"):
        end = 0
        for run in item.page.glyphs:
            assert end <= run.start < run.end <= len(item.page.text)
            end = run.end


@pytest.mark.parametrize("path", sorted(BUNDLED_DOCUMENTS.glob("*.pdf"))[:4], ids=lambda p: p.stem)
def test_blocks_partition_the_text_of_a_page(path: Path) -> None:
    for item in read(path).pages:
        texts = [item.page.text[block.start : block.end] for block in item.blocks]
        assert "\n".join(texts) == item.page.text


# --- numbers --------------------------------------------------------------------------------------


def test_the_label_is_the_folio_printed_on_the_page(tmp_path: Path) -> None:
    pages = typeset(
        tmp_path,
        "#set page(footer: context [15 avril 2011 - revue 437 "
        "#(counter(page).get().first() + 22)])\n" + "\n#pagebreak()\n".join(PARAGRAPHS),
    )
    assert [page.page.label for page in pages] == ["23", "24", "25", "26"]
    assert [page.page.index for page in pages] == [0, 1, 2, 3]


def test_the_labels_of_the_file_win_over_folios(tmp_path: Path) -> None:
    source = text_pdf(tmp_path / "a.pdf", "Un.", "Deux.", "Trois.")
    path = labelled_pdf(tmp_path / "b.pdf", source, prefix="A-", start=7)
    assert [page.page.label for page in read(path).pages] == ["A-7", "A-8", "A-9"]


def test_without_label_or_folio_the_place_is_the_label(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", "En 2015 encore.", "En 1901 déjà.")
    assert [page.page.label for page in read(path).pages] == ["1", "2"]


def numbered(*folios: str) -> str:
    """Typst source of pages with such folios, of which the file itself tells nothing."""
    placed = "#place(bottom + center, dy: 1.5cm)[{}]\n{}"
    texts = [PARAGRAPHS[n % len(PARAGRAPHS)] for n in range(len(folios))]
    return "\n#pagebreak()\n".join(map(placed.format, folios, texts))


def test_pages_before_the_first_figure_are_numbered_in_roman_where_they_say_so(
    tmp_path: Path,
) -> None:
    pages = typeset(tmp_path, numbered("iii", "", "v", "– 1 –", "– 2 –"))
    assert [page.page.label for page in pages] == ["iii", "iv", "v", "1", "2"]
    assert not any(re.search(r"\b[iv]+\n|– \d –", f"{page.page.text}\n") for page in pages)


def test_a_foot_that_names_the_page_numbers_it_however_else_it_varies(tmp_path: Path) -> None:
    feet = [
        f"{words}, page n° {number}/41" for words, number in zip("abcd", range(11, 15), strict=True)
    ]
    pages = typeset(tmp_path, numbered(*feet))
    assert [page.page.label for page in pages] == ["11", "12", "13", "14"]
    assert not any("/41" in page.page.text for page in pages)


@pytest.mark.parametrize("folios", [("iii", "ix", "1", "2"), ("iv", "", "1", "2")])
def test_roman_numbers_that_do_not_agree_number_nothing(
    tmp_path: Path, folios: tuple[str, ...]
) -> None:
    pages = typeset(tmp_path, numbered(*folios))
    assert [page.page.label for page in pages] == ["[1]", "[2]", "1", "2"]


def test_pages_that_say_the_same_are_not_taken_for_furniture(tmp_path: Path) -> None:
    pages = typeset(tmp_path, f"#v(-1cm)\n{LOREM}\n#pagebreak()\n#v(-1cm)\n{LOREM}")
    assert [page.state for page in pages] == [PageState.READ] * 2


def test_an_unnumbered_cover_does_not_take_the_number_of_another_page(tmp_path: Path) -> None:
    pages = typeset(
        tmp_path,
        "Couverture\n#pagebreak()\n#counter(page).update(1)\n"
        "#set page(footer: context counter(page).display())\n"
        + "\n#pagebreak()\n".join(PARAGRAPHS),
    )
    assert [page.page.label for page in pages] == ["[1]", "1", "2", "3", "4"]


# --- states ---------------------------------------------------------------------------------------


def test_a_picture_of_text_waits_for_ocr_and_says_so(tmp_path: Path) -> None:
    pages = read(image_pdf(tmp_path / "scan.pdf", pages=2)).pages
    assert [page.state for page in pages] == [PageState.WAITING] * 2
    assert "OCR" in pages[0].reason


def test_a_blank_page_is_empty(tmp_path: Path) -> None:
    (page,) = read(blank_pdf(tmp_path / "blanc.pdf")).pages
    assert (page.state, page.page.text, page.blocks) == (PageState.EMPTY, "", ())


def test_one_bad_page_takes_no_other_down(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", "Une première page.", "Une page abîmée.", "Une troisième.")
    writer = pypdf.PdfWriter(path)
    writer.pages[1][pypdf.generic.NameObject("/Contents")] = pypdf.generic.NumberObject(12)
    writer.write(path)
    states = [page.state for page in read(path).pages]
    assert len(states) == 3
    assert states[0] is states[2] is PageState.READ
    assert states[1] is not PageState.READ


# --- the file -------------------------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"absent\.pdf.*n'existe pas"):
        read(tmp_path / "absent.pdf")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "est vide"),
        (b"<!doctype html><p>Bonjour</p>", "n'est pas un PDF"),
        (b"%PDF-1.7\nrien qui vaille\n%%EOF", "ne s'ouvre pas"),
    ],
)
def test_what_is_no_pdf_is_refused_in_french(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "é t'range (1).pdf"
    path.write_bytes(content)
    for attempt in (count_pages, read):
        with pytest.raises(DocumentError, match=message) as caught:
            attempt(path)
        assert path.name in caught.value.message
        assert caught.value.remedy


def test_a_truncated_file_is_refused_rather_than_read_in_part(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "coupe.pdf", *PARAGRAPHS)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DocumentError, match="tronqué"):
        count_pages(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="ne peut pas être lu"):
        count_pages(tmp_path)


def test_a_password_is_asked_for_and_the_empty_one_tried(tmp_path: Path) -> None:
    with pytest.raises(EncryptedError, match=r"secret\.pdf.*mot de passe"):
        read(encrypted_pdf(tmp_path / "secret.pdf", "sésame"))
    assert "rucher" in read(encrypted_pdf(tmp_path / "ouvert.pdf", "")).pages[0].page.text


def test_the_title_and_the_outline_of_the_file_are_told(tmp_path: Path) -> None:
    reading = read(
        typst_pdf(
            tmp_path / "a.pdf", f'#set document(title: "Le GE")\n= Créer\n{LOREM}\n== Qui\n{LOREM}'
        )
    )
    assert reading.title == "Le GE"
    assert [(entry.title, entry.level, entry.page) for entry in reading.outline] == [
        ("Créer", 1, 0),
        ("Qui", 2, 0),
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=30),
    st.floats(0.3, 1),
)
def test_a_mutated_file_is_read_or_refused_with_our_error(
    tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    source = tmp_path / "source.pdf"
    body = bytearray((source if source.exists() else text_pdf(source, *PARAGRAPHS)).read_bytes())
    for place, value in changes:
        body[int(place * (len(body) - 1))] = value
    path = tmp_path / "mutant.pdf"
    path.write_bytes(bytes(body[: int(kept * len(body))] if kept < 0.5 else body))
    try:
        count = len(read(path).pages)
    except DocumentError as error:
        count = error.message.count("mutant.pdf")
    assert count >= 1


# --- real files -----------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sibling folder of real PDFs is not there")
@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("gp_kit2.pdf", PageState.READ),
        ("jo_20220414.pdf", PageState.READ),
        ("cdla_outils_animer_groupe_SCAN.pdf", PageState.WAITING),
    ],
)
def test_real_pages_are_all_accounted_for(name: str, state: PageState) -> None:
    assert Counter(page.state for page in read(SHARED / name).pages).most_common(1)[0][0] is state


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sibling folder of real PDFs is not there")
def test_a_real_page_of_two_columns_and_an_aside_reads_like_a_person() -> None:
    text = read(SHARED / "gp_collectivites_locales.pdf").pages[1].page.text
    marks = [
        "Les commissions thématiques",
        "Les Groupes Action-Projet",
        "le groupe en exprime le besoin et d’un animateur.",
        "Quelques exemples de GAP",
        "les places de stationnement",
        "La validation des projets",
    ]
    assert [text.find(mark) for mark in marks] == sorted(text.find(mark) for mark in marks)
    assert all(mark in text for mark in marks)
