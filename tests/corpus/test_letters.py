from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.letters import Slice, find_on_pages, find_quote

PAGES = (
    "Un GIE n’a pas de capital. Ses membres sont",
    "tenus de ses dettes. Le taux est de 1,5 % et le plafond de 10\u00a0000 €.",
    "Un GIE n'a pas de capital.",
)


def test_a_quote_is_found_with_the_stop_that_closes_it() -> None:
    text = "Voici. Un GIE n’a pas de capital !  Ensuite."
    place = find_quote("un GIE n'a pas  de capital", text)
    assert place is not None
    assert text[slice(*place)] == "Un GIE n’a pas de capital !"
    assert find_quote("absent", text) is None
    assert find_quote("…", text) is None


@pytest.mark.parametrize(
    "quote",
    ["Le taux est de 15 %", "le plafond de 10", "IE n’a pas de capital", "pas de capita"],
)
def test_a_part_of_a_word_or_of_a_number_is_no_quote(quote: str) -> None:
    assert find_on_pages(quote, PAGES, 0) == ()


def test_the_likely_page_comes_first_then_the_letters_alone_anywhere() -> None:
    assert find_on_pages("Un GIE n'a pas de capital.", PAGES, 2) == (Slice(2, 0, 26),)
    assert find_on_pages("Un GIE n’a pas de capital.", PAGES, 0) == (Slice(0, 0, 26),)
    assert find_on_pages("UN GIE N A PAS DE CAPITAL", PAGES, 7)[0].page_index == 0
    assert find_on_pages("Le taux est de 1,5 %", (), 0) == ()


def test_a_quote_that_crosses_a_page_break_gives_a_slice_a_page() -> None:
    found = find_on_pages("Ses membres sont tenus de ses dettes.", PAGES, 0)
    cut = [PAGES[index][start:end] for index, start, end in found]
    assert cut == ["Ses membres sont", "tenus de ses dettes."]


@given(st.data())
def test_every_run_of_words_is_found_where_it_stands(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(PAGES) - 1))
    words = PAGES[index].split(" ")
    first = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    if any(c.isalnum() for c in quote):
        (found,) = find_on_pages(quote, PAGES, index)
        assert PAGES[found.page_index][found.start : found.end].startswith(quote)
