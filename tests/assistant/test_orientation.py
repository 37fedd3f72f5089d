"""Whom to ask."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.orientation import actors, orient
from corpus import french

FACTS = Path(__file__).parents[3] / "shared" / "facts"
SEED = FACTS.parent / "seed"


def names(question: str) -> str:
    return " | ".join(orientation.actor for orientation in orient(question))


@pytest.mark.parametrize(
    ("question", "actor"),
    [
        ("Qui peut créer un groupement d'employeurs ?", "CRGE"),
        ("c koi un ge", "CRGE"),
        ("Comment partager des salariés entre deux centres sociaux ?", "CRGE"),
        ("Comment monter une SCIC ?", "URSCOP"),
        ("La TVA s'applique-t-elle à nos refacturations ?", "finances publiques"),
        ("Comment financer un projet à plusieurs ?", "France Active"),
        ("On est en désaccord avec l'autre association", "Médiateur"),
        ("Nous n'avons pas de salarié, à qui parler ?", "Guid'Asso"),
        ("Le prêt de main-d'œuvre est-il permis ?", "Avocat"),
        ("Comment monter un PTCE ?", "CRESS"),
    ],
)
def test_a_question_calls_the_actor_of_its_subject_first(question: str, actor: str) -> None:
    assert actor in orient(question)[0].actor


def test_a_question_without_a_subject_goes_to_the_dla_and_the_cress() -> None:
    assert "DLA" in names("Quelle est la recette du couscous ?")
    assert "CRESS" in names("Quelle est la recette du couscous ?")


def test_lending_a_worker_is_not_taken_for_lending_money() -> None:
    assert "France Active" not in names("Peut-on prêter un salarié à une autre association ?")


def test_the_subject_named_most_precisely_comes_first() -> None:
    found = orient("Quel impôt pour un groupement d'employeurs ?")
    assert [orientation.actor[:9] for orientation in found] == ["Centre de", "Direction"]


def test_an_answer_given_adds_nobody_whom_the_question_does_not_call() -> None:
    assert orient("Quelle est la recette du couscous ?", refused=False) == ()
    assert len(orient("Comment monter une SCIC ?", refused=False)) == 1


@given(st.text(max_size=300))
def test_any_text_gets_two_or_three_different_actors(text: str) -> None:
    found = orient(text)
    assert 2 <= len(found) <= 3
    assert len({orientation.actor for orientation in found}) == len(found)


def test_every_trigger_has_a_word_that_finds() -> None:
    for actor in actors():
        assert all(trigger.strip() for trigger in actor.triggers), actor.orientation.actor


def test_every_actor_has_a_reason_and_a_site() -> None:
    for actor in actors():
        assert actor.orientation.why.endswith(".")
        assert urlsplit(actor.orientation.url).scheme in {"http", "https"}
        assert urlsplit(actor.orientation.url).hostname


@pytest.mark.skipif(not FACTS.is_dir(), reason="the fact base is not beside the checkout")
def test_every_site_is_one_the_fact_base_names() -> None:
    files = [*FACTS.rglob("*.md"), *SEED.glob("*.txt")]
    text = " ".join(path.read_text(encoding="utf-8") for path in files)
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    for actor in actors():
        assert urlsplit(actor.orientation.url).hostname in hosts, actor.orientation.url


def test_cooperating_is_not_taken_for_founding_a_cooperative() -> None:
    assert "URSCOP" not in names("Par quoi commencer quand on veut coopérer ?")


def test_a_trigger_matches_whole_phrases_only() -> None:
    assert french.terms("groupement d'employeurs") != french.terms("groupement")
    assert "CRGE" not in names("Un groupement d'intérêt économique")
