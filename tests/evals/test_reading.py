"""The gold set of pages, its measures, and a short run of the benchmark."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

import coop
from corpus.types import Box
from evals.baselines.readers import pdfium_pages, pypdf_pages
from evals.reading.benchmark import Score, measure_born, measure_scans
from evals.reading.gold import GOLD, Ends, GoldPage, load_gold, locate
from evals.reading.measures import (
    comparable,
    intersection_over_union,
    kendall_tau,
    reading_order,
    text_accuracy,
    whole_blocks,
    without_furniture,
)
from evals.reading.repairs import Repairs, repairs
from evals.reading.tables import lines, rows
from ingest.pages import read_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corpus.types import Page

GOLD_SET = load_gold()
SHORT = ("cadres", "encadres", "lettrines", "revue", "tableaux", "tournees", "composes")
PAGE = GoldPage(
    3,
    "12",
    "Un titre\n"
    "La coopération commence par une rencontre entre des personnes qui se font confiance.\n"
    "> À noter : un encadré.\n"
    "Elle dure si chacun y trouve son compte, année après année, et le dit.",
    ("Revue 12",),
)


def ours(path: Path) -> Sequence[Page]:
    return [item.page for item in read_document(path, path.stem).pages]


# --- the gold set -------------------------------------------------------------------------------


def test_the_gold_set_has_the_pages_quotes_and_line_ends_it_promises() -> None:
    pages = [page for document in GOLD_SET for page in document.pages]
    assert len(pages) >= 30
    assert sum(not document.made for document in GOLD_SET for _ in document.pages) >= 12
    assert sum(len(page.quotes) for page in pages) >= 200
    ends = [page.ends for page in pages if page.ends]
    assert sum(len(end.breaks) + len(end.compounds) for end in ends) >= 1000


@pytest.mark.parametrize("document", GOLD_SET, ids=lambda document: document.id)
def test_made_pdfs_are_those_whose_truth_was_written_and_others_are_not_shipped(
    document: object,
) -> None:
    from evals.reading.gold import GoldDocument

    assert isinstance(document, GoldDocument)
    path = GOLD / document.file
    assert path.exists() == document.made
    if document.made:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == document.sha256
    assert document.licence
    assert document.attribution


def test_a_file_of_another_author_counts_only_if_it_is_the_very_one(tmp_path: Path) -> None:
    others = [document for document in GOLD_SET if not document.made]
    (tmp_path / others[0].file).write_bytes(b"%PDF-1.7 another")
    assert set(locate(GOLD_SET, tmp_path)) == {d.id for d in GOLD_SET if d.made}


def test_events_stand_on_hyphens_and_letters_of_the_text() -> None:
    for page in (page for document in GOLD_SET for page in document.pages if page.ends):
        assert page.ends is not None
        assert all(page.text[place] == "-" for place in page.ends.compounds)
        assert all(page.text[place].isalnum() for place in page.ends.breaks)
        assert all(page.text[place] == "f" for place in page.ends.ligatures)


# --- measures -----------------------------------------------------------------------------------


def test_typography_that_says_nothing_is_not_compared() -> None:
    assert comparable("• La ﬁche\u00a0:  oui ;\n☐|non") == "La fiche oui; ☐ non"
    assert comparable("1. Créer ........ 7") == "1. Créer 7"


def test_a_page_read_as_it_stands_is_right_wherever_its_asides_are() -> None:
    aside_first = "À noter : un encadré.\n" + "\n".join(PAGE.blocks)
    assert text_accuracy(PAGE, "Revue 12\n" + aside_first) == 1.0
    assert text_accuracy(PAGE, "\n".join([*PAGE.blocks, "À noter : un encadré."])) == 1.0


def test_one_wrong_character_in_a_hundred_costs_one_percent() -> None:
    page = GoldPage(1, "1", "a" * 100)
    assert text_accuracy(page, "a" * 99 + "b") == pytest.approx(0.99)
    assert text_accuracy(page, "") == 0.0


def test_only_lines_that_are_wholly_furniture_are_taken_off() -> None:
    said = "Revue 12\nLa revue 12 est parue.\n12"
    assert without_furniture(said, ("Revue", "12")) == "La revue 12 est parue."


def test_a_block_counts_as_whole_when_it_is_one_line() -> None:
    assert whole_blocks(PAGE, "\n".join(PAGE.blocks)) == 1.0
    assert whole_blocks(PAGE, "\n".join(PAGE.blocks).replace(" par ", "\npar ")) == 2 / 3


@given(st.lists(st.integers(0, 999), min_size=2, max_size=30, unique=True))
def test_tau_is_kendalls(places: list[int]) -> None:
    expected = kendalltau(range(len(places)), places).statistic
    assert kendall_tau(places) == pytest.approx(expected)


def test_order_is_of_lines_and_falls_when_halves_are_swapped() -> None:
    title, first, second = PAGE.blocks
    assert reading_order(PAGE, "\n".join(PAGE.blocks)) == 1.0
    swapped = reading_order(PAGE, f"{second}\n{first}\n{title}")
    assert swapped is not None
    assert swapped < 0.5
    assert reading_order(GoldPage(1, "1", "Un mot"), "Un mot") is None


def test_overlap_is_area_shared_over_area_covered() -> None:
    left, half, other = Box(0, 0, 10, 10), Box(5, 0, 15, 10), Box(20, 0, 30, 10)
    assert intersection_over_union([left], [left]) == 1.0
    assert intersection_over_union([left], [half]) == pytest.approx(1 / 3)
    assert intersection_over_union([left, other], [left]) == pytest.approx(0.5)
    assert intersection_over_union([], [left]) == 0.0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("rapidement le rendez-vous fixé", Repairs(2, 0, 0, 2)),
        ("rapi-dement le rendez-vous xé", Repairs(0, 0, 2, 2)),
        ("rapi- dement le rendez- vous fixé", Repairs(1, 0, 1, 2)),
        ("rapidement le rendezvous fixé", Repairs(2, 1, 0, 2)),
        ("rapidement le rendez-vous flxé", Repairs(1, 1, 1, 2)),
        ("rapidement la rendez-vous fixé", Repairs(2, 1, 0, 2)),
    ],
)
def test_repairs_are_right_wrong_or_missed(said: str, expected: Repairs) -> None:
    ends = Ends(breaks=(4,), compounds=(20,), ligatures=(26,))
    assert repairs("rapidement le rendez-vous fixé", ends, said, lossy=True) == expected


def test_precision_and_recall_of_repairs() -> None:
    counted = Repairs(8, 2, 0, 10) + Repairs(0, 0, 2, 2)
    assert (counted.precision, counted.recall) == (0.8, 0.8)
    assert (Repairs().precision, Repairs().recall) == (None, None)


# --- the benchmark, short -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def short() -> dict[str, Score]:
    documents = [document for document in GOLD_SET if document.id in SHORT]
    return measure_born(ours, documents, locate(documents, None))


def test_the_text_of_born_digital_pages_is_read_right(short: dict[str, Score]) -> None:
    assert short["born"].text >= 0.99
    assert min(short["born"].texts.values()) >= 0.98
    assert short["born"].whole >= 0.97


def test_pages_are_read_in_the_order_of_a_person(short: dict[str, Score]) -> None:
    assert short["born"].order >= 0.98


def test_physical_and_printed_numbers_are_right(short: dict[str, Score]) -> None:
    assert short["born"].numbers == 1.0


def test_line_ends_are_mended_surely(short: dict[str, Score]) -> None:
    done = short["born"].repairs
    assert done.line_ends > 300
    assert (done.precision or 0) >= 0.995
    assert (done.recall or 0) >= 0.95


def test_quotes_are_marked_where_they_stand(short: dict[str, Score]) -> None:
    assert short["born"].marked >= 0.95


def test_each_library_alone_reads_worse(short: dict[str, Score]) -> None:
    documents = [document for document in GOLD_SET if document.id in {"cadres", "revue"}]
    places = locate(documents, None)
    for reader in (pypdf_pages, pdfium_pages):
        alone = measure_born(reader, documents, places)["born"]
        assert alone.text < short["born"].text
        assert alone.numbers < 1.0


def test_a_scan_is_measured_by_what_its_reader_makes_of_it() -> None:
    documents = [document for document in GOLD_SET if document.id == "encadres"]
    places = locate(documents, None)
    blind = measure_scans(pdfium_pages, documents, places, 72)
    assert (blind.pages, blind.text) == (2, 0.0)
    assert not blind.overlaps


# --- the command --------------------------------------------------------------------------------


def test_the_table_shows_readers_goals_and_what_was_not_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(d for d in GOLD_SET if d.id in {"cadres", "livre-blanc"})
    monkeypatch.setattr("evals.reading.gold.load_gold", lambda: few)
    assert coop.run(["eval", "reading", "--no-scans"]) == 0
    shown = capsys.readouterr().out
    assert "pypdfium2" in shown
    assert "≥ 99,00 %" in shown
    assert "Non mesuré, PDF absent" in shown
    assert coop.run(["eval", "reading", "--no-scans", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["readers"] == ["coop", "pypdfium2", "pypdf"]
    assert set(told["pages"]["coop"]) == {"cadres, 1", "cadres, 2"}


def test_a_goal_that_is_missed_is_marked() -> None:
    scores = {"born": Score(texts={"a": 0.5}), "made": Score(texts={"a": 0.5})}
    found = rows({"ours": scores, "other": {}})
    assert found[0].met is False
    table = lines(found, ("ours", "other"))
    assert table[1][:3] == ("texte, 1 − CER, pages nées numériques", "50,00 %", "—")
    assert table[1][-1] == "✗"
