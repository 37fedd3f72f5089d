"""The image of a page with the quoted lines marked."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from assistant.page_view import (
    MOST_PIXELS,
    Place,
    fingerprint,
    merged_lines,
    page_image,
    quote_lines,
)
from corpus.errors import DocumentError
from corpus.types import Box, GlyphRun, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.types import Citation
    from corpus.library import Library


def is_yellow(image: Image.Image, x: float, y: float) -> bool:
    """Whether a spot, in fractions of the page, has much less blue than red, or is ink on it."""
    around = [
        image.getpixel((int(x * image.width) + dx, int(y * image.height) + dy))
        for dx in range(-6, 7)
        for dy in range(-6, 7)
    ]
    return any(isinstance(p, tuple) and p[0] > 200 and p[2] < 140 for p in around)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_the_quoted_lines_are_marked_and_the_others_are_not(
    shelf: Library, cite: Callable[..., Citation]
) -> None:
    citation = cite("ge", 1, "Ses membres")
    page = page_image(shelf, Place.of(citation))
    image = opened(page.png)
    assert page.marks
    for mark in page.marks:
        assert is_yellow(image, (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2)
    assert not is_yellow(image, 0.5, 0.9)
    blank = opened(page_image(shelf, Place("ge", 1)).png)
    assert not any(is_yellow(blank, (m.left + m.right) / 2, m.top + 0.01) for m in page.marks)


def test_a_quote_over_several_lines_gets_one_mark_a_line(
    shelf: Library, cite: Callable[..., Citation]
) -> None:
    citation = cite("ge", 0, "Un groupement")
    marks = page_image(shelf, Place.of(citation)).marks
    assert 2 <= len(marks) <= 4
    assert all(low.top < high.top for low, high in itertools.pairwise(marks))


def test_a_page_that_no_longer_says_the_quote_is_shown_unmarked(
    shelf: Library, cite: Callable[..., Citation]
) -> None:
    place = Place.of(cite("ge", 0, "Un groupement"))
    assert page_image(shelf, place._replace(start=place.start + 1)).marks == ()
    assert page_image(shelf, place._replace(check="")).marks == ()


def test_a_page_whose_boxes_are_unknown_is_shown_unmarked(
    shelf: Library, cite: Callable[..., Citation]
) -> None:
    citation = cite("ge", 0, "Un groupement")
    page = shelf.page("ge", 0)
    assert page is not None
    assert quote_lines(page, Place.of(citation))
    assert quote_lines(replace(page, glyphs=()), Place.of(citation)) == ()


@pytest.mark.parametrize(
    "place",
    [
        Place("ge", 99),
        Place("nowhere", 0),
        Place("../../etc/passwd", 0),
    ],
)
def test_a_page_that_is_not_in_the_library_is_refused(shelf: Library, place: Place) -> None:
    with pytest.raises(DocumentError, match="bibliothèque"):
        page_image(shelf, place)


@pytest.fixture
def path(shelf: Library) -> Iterator[Path]:
    """The file of the document "gie", put back afterwards."""
    path = shelf.home.documents / "essai-gie.pdf"
    content = path.read_bytes()
    yield path
    path.write_bytes(content)


def test_a_file_that_was_removed_is_named(shelf: Library, path: Path) -> None:
    path.unlink()
    with pytest.raises(DocumentError, match=path.name):
        page_image(shelf, Place("gie", 0))


def test_a_file_that_is_no_pdf_any_more_is_named(shelf: Library, path: Path) -> None:
    path.write_bytes(b"not a PDF")
    with pytest.raises(DocumentError, match=path.name):
        page_image(shelf, Place("gie", 0))


def test_a_file_that_was_replaced_is_drawn_anew(shelf: Library, path: Path) -> None:
    before = page_image(shelf, Place("gie", 0)).png
    path.write_bytes(typst.compile(b'#set page("a5")\nAutre chose'))
    assert page_image(shelf, Place("gie", 0)).png != before


def test_a_page_ten_metres_wide_is_drawn_small(shelf: Library, path: Path) -> None:
    path.write_bytes(typst.compile(b"#set page(width: 1000cm, height: 400cm)\nAffiche"))
    image = opened(page_image(shelf, Place("gie", 0), scale=4).png)
    assert image.width * image.height <= MOST_PIXELS * 1.01


def test_a_mark_on_dark_paper_is_seen(shelf: Library, path: Path) -> None:
    page = shelf.page("gie", 0)
    assert page is not None
    path.write_bytes(typst.compile(b'#set page("a5", fill: black)\n#set text(white)\nNuit'))
    marked = page_image(shelf, Place("gie", 0, 0, 30, fingerprint(page.text[:30])))
    image = opened(marked.png)
    mark = marked.marks[0]
    left, middle = mark.left * image.width + 1, (mark.top + mark.bottom) / 2 * image.height
    assert isinstance(pixel := image.getpixel((int(left), int(middle))), tuple)
    assert pixel[0] > 60


words = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
        lambda at: Box(at[0] * 30.0, at[1] * 14.0, at[0] * 30.0 + 26, at[1] * 14.0 + 10)
    ),
    max_size=30,
)


@given(words)
def test_merged_lines_cover_every_word_and_no_more_than_all_of_them(boxes: list[Box]) -> None:
    lines = merged_lines(boxes)
    assert len(lines) <= len(boxes)
    for box in boxes:
        assert any(
            line.left <= box.left
            and line.top <= box.top
            and line.right >= box.right
            and line.bottom >= box.bottom
            for line in lines
        )
    assert all(line.bottom - line.top <= 10 for line in lines)


def test_words_across_a_column_gap_are_not_joined() -> None:
    left, right = Box(50, 100, 90, 112), Box(300, 100, 340, 112)
    assert merged_lines([left, right]) == (left, right)


@pytest.mark.parametrize("upwards", [False, True])
def test_lines_set_up_or_down_a_page_get_one_mark_each(upwards: bool) -> None:
    along = [(100, 140), (144, 180), (184, 230)]
    first = [Box(300, top, 312, bottom) for top, bottom in along]
    second = [Box(286, top, 298, bottom) for top, bottom in along]
    if upwards:
        first, second = second[::-1], first[::-1]
    marks = merged_lines([*first, *second])
    assert sorted(marks) == [Box(286, 100, 298, 230), Box(300, 100, 312, 230)]


def test_words_on_a_page_upside_down_are_joined_from_right_to_left() -> None:
    words = [Box(left, 100, left + 30, 112) for left in (200, 166, 132)]
    assert merged_lines(words) == (Box(132, 100, 230, 112),)


def test_short_words_on_lines_of_their_own_are_not_joined_from_line_to_line() -> None:
    words = [Box(200, 100, 205, 112), Box(208, 100, 214, 112), Box(200, 114, 207, 126)]
    assert merged_lines(words) == (Box(200, 100, 214, 112), Box(200, 114, 207, 126))


def test_only_runs_inside_the_quote_are_marked() -> None:
    runs = tuple(GlyphRun(i, i + 1, Box(i * 10, 0, i * 10 + 9, 10)) for i in range(6))
    page = Page("d", 0, "1", "abcdef", runs)
    lines = quote_lines(page, Place("d", 0, 2, 4, fingerprint("cd")))
    assert lines == (Box(20, 0, 39, 10),)
