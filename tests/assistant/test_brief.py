"""Briefs: what states something is a quote, the minutes sum, no edit passes as a quote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.brief import Brief, Line, Part, prepare, read_length
from assistant.brief.edits import Edit, apply, read_edit
from assistant.brief.handout import EDITED, brief_handout
from assistant.brief.kept import KeptBriefs
from assistant.brief.needs import needs, needs_of
from assistant.brief.outline import LONGEST, SHORTEST, outline, told_length
from assistant.export import as_markdown
from assistant.memory import Memory
from corpus.errors import ConflictError, UsageError
from corpus.home import Home
from corpus.library import Library
from corpus.subjects import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder

SITUATIONS = {
    "trois associations sportives veulent partager une comptable et un local": {
        "groupement-employeurs",
        "mise-a-disposition",
    },
    "deux structures médico-sociales envisagent une fusion, les salariés sont inquiets": {
        "fusion-scission-apa",
        "gcsms",
    },
    "cinq associations veulent acheter un bâtiment pour en faire un tiers-lieu": {
        "tiers-lieu",
        "sci-fonciere",
    },
    "quatre ressourceries veulent répondre ensemble à un marché public": {"groupement-momentane"},
    "une dizaine d'associations veulent se fédérer pour peser face à la région": {
        "union-federation"
    },
    "des habitants et la commune veulent ouvrir une épicerie coopérative": {"scic"},
    "trois centres sociaux veulent organiser un festival commun": {"convention-partenariat"},
    "cinq employeurs n'arrivent pas à recruter des agents qualifiés": {"geiq"},
}
"""Situations, and the forms that an adviser would expect to compare."""


@pytest.fixture(scope="module")
def library(ready: Path, embedder: Embedder) -> Library:
    return Library.open(Home(ready), embedder)


@pytest.fixture(scope="module")
def brief(library: Library) -> Brief:
    return prepare(next(iter(SITUATIONS)), "Deux personnes par club", 120, library)


def part(brief: Brief, id_: str) -> Part:
    return next(part for part in brief.parts if part.id == id_)


def ids(lines: tuple[Line, ...]) -> list[str]:
    return [line.id for line in lines]


# --- preparing ---


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_brief_states_nothing_but_quotes_of_pages(situation: str, library: Library) -> None:
    made = prepare(situation, "", 120, library)
    for line in made.kept_lines():
        assert (line.kind == "quote") == bool(line.citations)
        assert not line.citations or line.text == " ".join(c.quote for c in line.citations)
        for cited in line.citations:
            page = library.page(cited.document.id, cited.page_index)
            assert page is not None
            assert page.text[cited.start : cited.end] == cited.quote


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_forms_that_a_situation_calls_for_are_compared(
    situation: str, library: Library
) -> None:
    made = prepare(situation, "", 120, library)
    forms = {p.id.removeprefix("option-") for p in made.parts if p.id.startswith("option-")}
    assert SITUATIONS[situation] <= forms
    assert 2 <= len(forms) <= 4


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_brief_does_not_say_the_same_twice(situation: str, library: Library) -> None:
    made = prepare(situation, "", 480, library)
    texts = [line.text for line in made.kept_lines() if line.kind == "quote"]
    assert len(texts) == len(set(texts))


def test_a_brief_has_all_its_parts(brief: Brief) -> None:
    kept = {p.id for p in brief.parts if p.lines or p.level == 1}
    assert {"aims", "corpus", "questions", "options", "risks", "outline", "actors"} <= kept
    assert all(line.text.endswith("?") for line in part(brief, "questions").lines)
    assert all(line.url.startswith("http") for line in part(brief, "actors").lines)
    assert [c.number for c in brief.citations] == list(range(1, len(brief.citations) + 1))


def test_an_option_says_when_to_choose_it_and_when_not(brief: Brief) -> None:
    told = " ".join(line.text for line in part(brief, "option-groupement-employeurs").lines)
    assert "convient quand" in told
    assert "Évitez" in told


def test_a_short_session_hears_less(library: Library, brief: Brief) -> None:
    short = prepare(brief.situation, "", 30, library)
    assert len(short.citations) < len(brief.citations)
    assert len(part(short, "questions").lines) < len(part(brief, "questions").lines)


def test_what_the_corpus_does_not_know_is_said(library: Library) -> None:
    made = prepare("La recette de la tarte aux pommes", "", 60, library)
    assert "ne dit rien" in made.notice
    assert "Aucune forme ne ressort" in part(made, "options").note
    assert part(made, "risks").note.startswith("Rien trouvé")
    assert len(part(made, "actors").lines) >= 2
    assert sum(line.minutes for line in part(made, "outline").lines) == 60


def test_a_library_without_fiches_gives_a_brief_without_evidence(
    build: Callable[..., None], home: Home, embedder: Embedder
) -> None:
    build(notes=("Le jardin partagé ouvre le mardi.",))
    made = prepare(next(iter(SITUATIONS)), "", 60, Library.open(home, embedder))
    assert made.citations == ()
    assert part(made, "questions").note.startswith("Rien trouvé")


def test_what_a_supplied_document_says_of_the_situation_comes_first(
    build: Callable[..., None], home: Home, embedder: Embedder
) -> None:
    build(
        guide=(
            "Trois associations sportives peuvent partager une comptable et un local.",
            "Une convention écrite dit alors qui paie la comptable.",
        ),
        potager=("Le jardin ouvre le mardi.", "Les outils sont rangés dans la cabane du fond."),
        conte=("Il était une fois une princesse qui dormait.", "Un dragon gardait la tour."),
    )
    made = prepare(next(iter(SITUATIONS)), "", 60, Library.open(home, embedder))
    assert "peuvent partager une comptable" in part(made, "closest").lines[0].text


@pytest.mark.parametrize(
    ("situation", "participants", "said"),
    [
        ("", "", "La situation manque"),
        ("  <br> ", "", "manque|vide"),
        ("a" * 1001, "", "1000 au plus"),
        ("Nous voulons coopérer", "a" * 301, "participants"),
        ("We would like to share an accountant between clubs", "", "en français"),
    ],
)
def test_what_cannot_be_prepared_is_refused(
    library: Library, situation: str, participants: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        prepare(situation, participants, 60, library)


# --- needs ---


def test_a_need_is_recognised_in_any_inflection_but_not_in_another_word() -> None:
    def said(situation: str) -> set[str]:
        return {need.label for need in needs_of(situation)}

    assert "partager un emploi" in said("On cherche une directrice commune")
    assert "partager un local" in said("Ils cherchent un local")
    assert "partager un local" not in said("un réseau local d'entraide")
    assert "travailler avec une collectivité" not in said("un fichier commun")
    assert "partager du matériel" not in said("leurs équipes de football")
    assert "collecter des dons ensemble" not in said("partager des données")
    assert said("La recette de la tarte aux pommes") == set()


def test_every_need_asks_something_of_a_known_theme() -> None:
    for need in needs():
        assert need.asks
        assert set(need.asks) <= set(THEMES)
        assert need.triggers | need.exact


# --- the outline ---


@given(st.integers(SHORTEST, LONGEST))
def test_the_minutes_of_an_outline_sum_to_the_session(minutes: int) -> None:
    steps = outline(minutes)
    assert sum(step.minutes for step in steps) == minutes
    assert all(step.minutes > 0 for step in steps)
    assert steps[0].text.startswith("Accueil")


def test_a_long_session_has_breaks_and_a_day_has_lunch() -> None:
    def texts(minutes: int) -> list[str]:
        return [step.text for step in outline(minutes)]

    assert "Pause." not in texts(90)
    assert texts(180).count("Pause.") == 1
    assert texts(420).count("Pause.") == 2
    assert texts(420).count("Déjeuner.") == 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("", "manque"),
        ("deux heures", "nombre de minutes"),
        ("5", "écrivez 300"),
        ("-5", "nombre de minutes"),
        ("600", "plusieurs séances"),
        ("9" * 40, "plusieurs séances"),
    ],
)
def test_a_length_that_no_session_has_is_refused_with_a_way_out(told: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_length(told)


def test_a_length_is_told_as_french_does() -> None:
    assert [told_length(m) for m in (45, 60, 95)] == ["45 min", "1 h", "1 h 35"]


# --- edits ---


def test_an_edited_quote_is_no_quote_until_it_is_itself_again(brief: Brief) -> None:
    line = part(brief, "theme-emploi").lines[0]
    changed = apply(brief, Edit("text", line.id, "Autre chose.", line.text))
    edited = part(changed, "theme-emploi").lines[0]
    assert (edited.verbatim, edited.edited) == (False, True)
    assert edited.citations == line.citations
    told = as_markdown(brief_handout(changed, "01/12/2026"))
    assert f"Autre chose. ({EDITED})" in told
    assert "« Autre chose" not in told
    back = apply(changed, Edit("text", line.id, line.text, "Autre chose."))
    assert part(back, "theme-emploi").lines[0] == line


def test_a_line_changed_meanwhile_is_not_overwritten(brief: Brief) -> None:
    line = part(brief, "aims").lines[0]
    with pytest.raises(ConflictError, match="autre fenêtre"):
        apply(brief, Edit("text", line.id, "Autre chose.", "ce qui était là avant"))


def test_lines_move_past_those_that_were_removed(brief: Brief) -> None:
    first, second, third = ids(part(brief, "aims").lines)[:3]
    without = apply(brief, Edit("remove", second))
    moved = apply(without, Edit("down", first))
    assert ids(part(moved, "aims").kept)[:2] == [third, first]
    assert apply(brief, Edit("up", first)) == brief
    assert apply(without, Edit("restore", second)) == brief


def test_a_heading_takes_along_what_stands_under_it(brief: Brief) -> None:
    moved = apply(brief, Edit("up", "corpus"))
    order = [p.id for p in moved.parts]
    assert order[0] == "corpus"
    assert order.index("theme-emploi") < order.index("aims")
    again = apply(moved, Edit("down", "theme-methode"))
    assert [p.id for p in again.parts][1] != "theme-methode"
    assert len(again.parts) == len(brief.parts)


def test_what_stands_under_a_removed_heading_goes_with_it(brief: Brief) -> None:
    without = apply(brief, Edit("remove", "options"))
    assert not [p for p in without.kept if p.id.startswith("option")]
    cited = {c.number for c in without.citations}
    assert cited < {c.number for c in brief.citations}
    assert "Options à comparer" not in as_markdown(brief_handout(without, "01/12/2026"))
    assert apply(without, Edit("restore", "options")) == brief


def test_lines_are_added_with_ids_of_their_own(brief: Brief) -> None:
    changed = apply(brief, Edit("add", "questions", "  Qui garde\tles clés ? \n\n Et quand ? "))
    changed = apply(changed, Edit("add", "outline", "Photo de groupe."))
    assert part(changed, "questions").lines[-1].text == "Qui garde les clés ?\nEt quand ?"
    assert part(changed, "outline").lines[-1].kind == "step"
    lines = [line.id for p in changed.parts for line in p.lines]
    assert len(lines) == len(set(lines))


def test_titles_and_minutes_are_changed_too(brief: Brief) -> None:
    step = part(brief, "outline").lines[0]
    changed = apply(brief, Edit("minutes", step.id, "25", str(step.minutes)))
    assert part(changed, "outline").lines[0].minutes == 25
    assert apply(brief, Edit("text", "title", "Réunion", brief.title)).title == "Réunion"
    people = apply(brief, Edit("text", "participants", "Dix personnes", brief.participants))
    assert people.participants == "Dix personnes"
    named = apply(brief, Edit("text", "aims", "Buts", "Objectifs de la séance"))
    assert part(named, "aims").title == "Buts"


@pytest.mark.parametrize(
    "edit",
    [
        Edit("text", "l1", "   "),
        Edit("text", "l1", "a" * 1501),
        Edit("minutes", "l1", "beaucoup", "0"),
        Edit("remove", "l9999"),
        Edit("add", "l1", "Une ligne sous une ligne."),
        Edit("remove", "title"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(brief: Brief, edit: Edit) -> None:
    with pytest.raises(UsageError):
        apply(brief, replace(edit, was=edit.was or part(brief, "aims").lines[0].text))


@pytest.mark.parametrize("fields", [None, [], {"act": "burn"}, {"act": "text", "target": 3}])
def test_an_unreadable_edit_is_refused(fields: object) -> None:
    with pytest.raises(UsageError, match="illisible"):
        read_edit(fields)


ACTS = st.lists(st.tuples(st.sampled_from(["up", "down", "remove", "restore"]), st.integers(0)))


@given(ACTS)
def test_no_sequence_of_moves_loses_a_line(brief: Brief, acts: list[tuple[str, int]]) -> None:
    targets = [p.id for p in brief.parts] + [line.id for p in brief.parts for line in p.lines]
    changed = brief
    for act, number in acts:
        changed = apply(changed, read_edit({"act": act, "target": targets[number % len(targets)]}))
    before = sorted(line.id for p in brief.parts for line in p.lines)
    assert sorted(line.id for p in changed.parts for line in p.lines) == before
    assert sorted(p.id for p in changed.parts) == sorted(p.id for p in brief.parts)


# --- kept, handed over ---


def test_a_brief_comes_back_as_it_was_kept_and_to_its_owner_alone(
    brief: Brief, tmp_path: Path
) -> None:
    memory = Memory(f"sqlite:///{tmp_path / 'memory.sqlite'}")
    mine, theirs = KeptBriefs(memory, "moi"), KeptBriefs(memory, "autre")
    kept = mine.add(brief)
    assert mine.get(kept.id).brief == brief
    changed = mine.change(kept.id, lambda b: replace(b, title="Réunion"))
    assert (changed.version, mine.get(kept.id).brief.title) == (2, "Réunion")
    assert [listed.title for listed in mine.all()] == ["Réunion"]
    assert theirs.all() == []
    assert not theirs.forget(kept.id)
    with pytest.raises(UsageError, match="n'existe pas"):
        theirs.get(kept.id)
    assert mine.forget(kept.id)
    with pytest.raises(UsageError, match="n'existe pas"):
        mine.change(kept.id, lambda b: b)


def test_changes_from_two_windows_add_up(brief: Brief, tmp_path: Path) -> None:
    mine = KeptBriefs(Memory(f"sqlite:///{tmp_path / 'memory.sqlite'}"), "moi")
    kept = mine.add(brief)
    overtaken: list[int] = []

    def add_slowly(seen: Brief) -> Brief:
        if not overtaken:
            overtaken.append(
                mine.change(
                    kept.id, lambda b: apply(b, Edit("add", "aims", "La première."))
                ).version
            )
        return apply(seen, Edit("add", "questions", "La seconde ?"))

    after = mine.change(kept.id, add_slowly)
    assert (overtaken, after.version) == ([2], 3)
    assert part(after.brief, "aims").lines[-1].text == "La première."
    assert part(after.brief, "questions").lines[-1].text == "La seconde ?"


def test_a_handout_tells_quotes_from_method_and_ends_on_its_sources(brief: Brief) -> None:
    told = as_markdown(brief_handout(brief, "01/12/2026"))
    assert "Dossier de séance, 01/12/2026. Une orientation, pas un conseil juridique." in told
    quote = part(brief, "theme-emploi").lines[0]
    assert f"- « {quote.text} » [" in told
    assert f"- {part(brief, 'aims').lines[0].text}" in told
    assert "| 0 h 00 | 5 min | Accueil" in told
    assert len(told.split("## Sources")[1].split("\n1. ")) == 2
