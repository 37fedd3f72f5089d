"""Pages → passages along headings, each slice of which knows its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.french import sentences
from corpus.home import BUNDLED_DOCUMENTS
from corpus.types import Page
from ingest.pages import Block, PageState, ReadPage, read_document
from ingest.passages import TARGET, cut_passages

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.types import Passage

SENTENCE = "Les membres du groupement décident ensemble de la répartition des heures et des coûts."


def page(
    *blocks: tuple[str, str] | tuple[str, str, int],
    index: int = 0,
    state: PageState = PageState.READ,
) -> ReadPage:
    """A page made of blocks: kind or "h1", "h2" for headings, text, number of the aside."""
    text, made = "", []
    for kind, content, *box in blocks:
        start = len(text) + bool(text)
        text = f"{text}\n{content}" if text else content
        level = int(kind[1]) if kind in {"h1", "h2", "h3"} else 0
        made.append(
            Block("heading" if level else kind, level, start, len(text), box[0] if box else 0)
        )
    return ReadPage(Page("doc", index, str(index + 23), text), tuple(made), state)


def cut(*pages: ReadPage, own: bool = False) -> tuple[Passage, ...]:
    return cut_passages("doc", pages, own=own)


def slices_back(passage: Passage, pages: list[ReadPage]) -> bool:
    return all(
        passage.text[span.start : span.end]
        == pages[span.page_index].page.text[
            span.page_start : span.page_start + span.end - span.start
        ]
        and span.page_label == pages[span.page_index].page.label
        for span in passage.spans
    )


blocks = st.lists(
    st.tuples(
        st.sampled_from(["h1", "h2", "paragraph", "paragraph", "item", "row", "note", "contents"]),
        st.lists(
            st.sampled_from([SENTENCE, "Un mot.", "et la suite", "Voici :", "• un point ;", "1."]),
            min_size=1,
            max_size=12,
        ).map(" ".join),
        st.sampled_from([0, 0, 0, 1]),
    ),
    max_size=8,
)


# --- slices ---------------------------------------------------------------------------------------


@given(st.lists(blocks, max_size=4))
def test_every_span_slices_back_exactly(made: list[list[tuple[str, str, int]]]) -> None:
    pages = [page(*content, index=index) for index, content in enumerate(made)]
    for passage in cut(*pages):
        assert slices_back(passage, pages)


@given(st.lists(blocks, max_size=4))
def test_spans_cover_all_but_the_joints(made: list[list[tuple[str, str, int]]]) -> None:
    for passage in cut(*(page(*content, index=index) for index, content in enumerate(made))):
        end = 0
        for span in passage.spans:
            assert passage.text[end : span.start] in ({"\n", " "} if end else {""})
            assert span.start < span.end
            end = span.end
        assert end == len(passage.text)


@given(st.lists(blocks, max_size=3))
def test_ids_are_unique_and_the_same_each_time(made: list[list[tuple[str, str, int]]]) -> None:
    pages = [page(*content, index=index) for index, content in enumerate(made)]
    ids = [passage.id for passage in cut(*pages)]
    assert len(set(ids)) == len(ids)
    assert ids == [passage.id for passage in cut(*pages)]


@given(st.lists(blocks, max_size=3))
def test_no_sentence_is_cut(made: list[list[tuple[str, str, int]]]) -> None:
    pages = [page(*content, index=index) for index, content in enumerate(made)]
    # A bullet in the middle of a line belongs to its sentence, at the head of a slice it does not.
    whole = {
        item.page.text[start:end].lstrip("• ")
        for item in pages
        for start, end in sentences(item.page.text)
    }
    for passage in cut(*pages):
        for span in passage.spans:
            text = passage.text[span.start : span.end]
            assert all(text[s:e].lstrip("• ") in whole for s, e in sentences(text))


def test_the_same_text_has_the_same_id_whatever_stands_around() -> None:
    text = ("paragraph", SENTENCE)
    (alone,) = cut(page(("h1", "Gouvernance"), text))
    found = cut(
        page(("h1", "Autre"), ("paragraph", f"Avant. {SENTENCE}"), ("h1", "Gouvernance"), text)
    )
    assert alone.id == found[-1].id
    assert alone.id.startswith("doc-")


def test_duplicates_are_counted() -> None:
    first, second = cut(
        page(("h1", "A"), ("paragraph", SENTENCE), ("h1", "A"), ("paragraph", SENTENCE))
    )
    assert second.id == f"{first.id}-2"


# --- headings -------------------------------------------------------------------------------------


def test_headings_are_the_path_and_not_the_text() -> None:
    (passage,) = cut(page(("h1", "Le GIE"), ("h2", "Créer"), ("paragraph", SENTENCE)))
    assert passage.heading_path == ("Le GIE", "Créer")
    assert passage.text == SENTENCE


def test_a_heading_closes_those_of_its_level_and_below() -> None:
    found = cut(
        page(
            ("h1", "Le GIE"),
            ("h2", "Créer"),
            ("paragraph", SENTENCE),
            ("h1", "La SCIC"),
            ("paragraph", SENTENCE),
        )
    )
    assert [passage.heading_path for passage in found] == [("Le GIE", "Créer"), ("La SCIC",)]


def test_a_path_holds_over_the_page_break() -> None:
    found = cut(
        page(("h1", "Le GIE"), ("paragraph", SENTENCE)), page(("paragraph", SENTENCE), index=1)
    )
    assert {passage.heading_path for passage in found} == {("Le GIE",)}


def test_a_title_on_two_lines_is_one() -> None:
    (passage,) = cut(page(("h1", "Le groupement"), ("h1", "d’employeurs"), ("paragraph", SENTENCE)))
    assert passage.heading_path == ("Le groupement d’employeurs",)


def test_a_heading_that_heads_nothing_but_says_something_is_kept() -> None:
    slide = "Comment pensez-vous que Léa, habituée au projet, s’y prend ?"
    found = cut(page(("h1", slide)), page(("h1", "Suite"), ("paragraph", SENTENCE), index=1))
    assert [passage.text for passage in found] == [slide, SENTENCE]


def test_an_aside_is_apart_under_its_own_title() -> None:
    found = cut(
        page(
            ("h1", "Le GE"),
            ("paragraph", "Avant l’encadré, le texte court."),
            ("h1", "À retenir", 1),
            ("paragraph", SENTENCE, 1),
            ("paragraph", "Après l’encadré, il continue."),
        )
    )
    assert [(passage.heading_path, passage.text) for passage in found] == [
        (("Le GE",), "Avant l’encadré, le texte court.\nAprès l’encadré, il continue."),
        (("Le GE", "À retenir"), SENTENCE),
    ]


def test_notes_stand_apart_from_the_text_that_they_interrupt() -> None:
    found = cut(
        page(
            ("h1", "Le GE"),
            ("paragraph", "Une phrase qui court encore"),
            ("note", "Voir la loi de 1985."),
        ),
        page(("paragraph", "sur la page qui suit."), index=1),
    )
    assert [passage.text for passage in found] == [
        "Une phrase qui court encore sur la page qui suit.",
        "Voir la loi de 1985.",
    ]


# --- cutting --------------------------------------------------------------------------------------


def test_a_short_section_is_one_passage() -> None:
    assert len(cut(page(("h1", "A"), *[("paragraph", SENTENCE)] * 8))) == 1


def test_a_long_section_is_cut_near_the_target_at_paragraphs() -> None:
    paragraph = " ".join([SENTENCE] * 3)
    found = cut(page(("h1", "A"), *[("paragraph", paragraph)] * 20))
    assert all(0.6 * TARGET <= len(p.text.split()) <= 1.5 * TARGET for p in found)
    assert all(p.text.split("\n")[0] == paragraph for p in found)


def test_one_endless_sentence_stays_whole() -> None:
    endless = "mot " * 700 + "fin."
    (passage,) = cut(page(("h1", "A"), ("paragraph", endless)))
    assert passage.text == endless


def test_a_short_list_stays_under_the_line_that_opens_it() -> None:
    items = [("item", f"• Un point numéro {n} de la liste, en quelques mots ;") for n in range(6)]
    long = ("paragraph", " ".join([SENTENCE] * 7))
    found = cut(page(("h1", "A"), long, ("paragraph", "Il faut :"), *items, long))
    (listed,) = [p for p in found if "Il faut :" in p.text]
    assert all(text in listed.text for _, text in items)


def test_a_sentence_that_crosses_a_page_break_is_joined_by_a_space() -> None:
    pages = [
        page(("h1", "A"), ("paragraph", "La convention précise les moyens mis en")),
        page(("paragraph", "commun par les membres."), index=1),
    ]
    (passage,) = cut(*pages)
    assert passage.text == "La convention précise les moyens mis en commun par les membres."
    assert [(span.page_index, span.page_label) for span in passage.spans] == [(0, "23"), (1, "24")]
    assert slices_back(passage, pages)


def test_blocks_that_follow_on_two_pages_are_joined_by_a_line() -> None:
    found = cut(
        page(("h1", "A"), ("paragraph", "Une phrase finie.")),
        page(("paragraph", "Une autre phrase."), index=1),
    )
    assert [passage.text for passage in found] == ["Une phrase finie.\nUne autre phrase."]


# --- what is left out -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [PageState.EMPTY, PageState.WAITING, PageState.FAILED])
def test_pages_that_were_not_read_give_no_passage(state: PageState) -> None:
    assert cut(page(("paragraph", SENTENCE), state=state)) == ()


def test_contents_pages_and_silent_sections_give_no_passage() -> None:
    assert not cut(
        page(("contents", "Créer un GIE : 12")),
        page(
            ("h1", "Fiscalité"), ("paragraph", "Les sources réunies ne le précisent pas."), index=1
        ),
    )


def test_scraps_without_words_give_no_passage() -> None:
    assert cut(page(("paragraph", "12"), ("paragraph", "W"), ("paragraph", "• ▪"))) == ()


def test_the_imprint_and_the_sources_of_our_own_fiches_are_left_out() -> None:
    fiche = page(
        ("h1", "Le GIE"),
        ("paragraph", "Version du 23 novembre 2026, non relue."),
        ("h2", "En bref"),
        ("paragraph", SENTENCE),
        ("h2", "Sources"),
        ("paragraph", "Code de commerce, articles L. 251-1 et suivants."),
    )
    assert [passage.text for passage in cut(fiche, own=True)] == [SENTENCE]
    assert len(cut(fiche)) == 3


@pytest.mark.parametrize(
    "path", sorted(BUNDLED_DOCUMENTS.glob("*.pdf"))[::12], ids=lambda p: p.stem
)
def test_our_fiches_are_cut_into_passages_of_a_good_length(path: Path) -> None:
    pages = list(read_document(path, path.stem).pages)
    found = cut_passages(path.stem, pages, own=True)
    assert found
    assert all(slices_back(passage, pages) for passage in found)
    assert all(len(passage.text.split()) <= 2.2 * TARGET for passage in found)
    assert all(len(passage.heading_path) >= 2 for passage in found)
