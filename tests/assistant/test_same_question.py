"""Two questions are the same, or they are not: nothing in between."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.same_question import is_certain, question_key
from corpus.query import understand
from corpus.vocabulary import Vocabulary

QUESTIONS = (
    "Qui peut créer un groupement d'employeurs ?",
    "C'est quoi la différence entre un GE et un GIE ?",
    "Une association peut-elle devenir une SCIC ?",
    "Peut-on créer un GIE sans capital ?",
    "Que doit contenir une convention de partenariat ?",
    "Combien de temps dure une mise à disposition de salariés ?",
    "L'art. L. 1253-1 s'applique-t-il aux 80 000 € de cotisations ?",
)
NOUNS = "membre groupement association salarié mairie bénévole apport dette contrat local".split()
VERBS = "emploie contrôle rembourse finance prête refuse".split()


def key(question: str) -> tuple[str, ...]:
    return question_key(understand(question).text)


def unaccented(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


@given(
    st.sampled_from(QUESTIONS),
    st.booleans(),
    st.sampled_from(["", "Bonjour, ", "svp "]),
    st.sampled_from(["", " ?", " !!", "...", " merci"]),
    st.sampled_from(["'", "’"]),
)
def test_typing_does_not_make_another_question(
    question: str, accents: bool, before: str, after: str, apostrophe: str
) -> None:
    typed = before + question.rstrip(" ?").replace("'", apostrophe) + after
    assert key(typed if accents else unaccented(typed)) == key(question)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Qui peut créer un GE ?", "un ge, qui peut le creer"),
        ("Qui peut créer un GE ?", "QUI PEUT CRÉER UN GROUPEMENT D'EMPLOYEURS"),
        ("C'est quoi un GE ?", "Qu'est-ce que c'est, un groupement d'employeurs ?"),
        ("C'est quoi un GE ?", "kezaco un ge"),
        ("Qu'est-ce qu'un GE ?", "c koi un GE stp"),
        ("Différence entre GE et GIE", "différence entre un GIE et un GE ?"),
        ("GE ou GIE : que choisir ?", "Que choisir : GIE ou GE ?"),
        (
            "Une association peut-elle créer un GE ?",
            "Est-ce que les associations peuvent créer un GE ?",
        ),
        ("Que doit contenir une convention ?", "Qu'est-ce que doit contenir une convention ?"),
        ("On ne peut pas sortir du GE ?", "on peut pas sortir du GE"),
        ("Qui répond des dettes d'un GE ?", "Dettes d'un GE : qui répond ?"),
        ("Seuil de 80 000 € ?", "le seuil de 80000 €"),
    ],
)
def test_what_cannot_change_the_answer_does_not_count(first: str, second: str) -> None:
    assert key(first) == key(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Peut-on créer un GIE sans capital ?", "Peut-on créer un GIE avec capital ?"),
        ("Peut-on sortir du GE ?", "Ne peut-on pas sortir du GE ?"),
        ("Peut-on ne pas adhérer ?", "On ne peut pas adhérer ?"),
        ("Peut-on sortir du GE ?", "On ne peut sortir du GE ?"),
        ("Faut-il 2 membres ?", "Faut-il 3 membres ?"),
        ("Faut-il 10 membres ?", "Faut-il 100 membres ?"),
        ("Le taux est-il de 1,5 % ?", "Le taux est-il de 15 % ?"),
        ("Qui peut créer un GE ?", "Comment créer un GE ?"),
        ("Qui peut créer un GE ?", "Pourquoi créer un GE ?"),
        ("Qui peut créer un GE ?", "Qui doit créer un GE ?"),
        ("Peut-on créer un GE ?", "Qui peut créer un GE ?"),
        ("C'est quoi un GE ?", "C'est quoi un GIE ?"),
        ("C'est quoi un GE ?", "C'est quoi un GEIQ ?"),
        (
            "Une association peut-elle devenir une SCIC ?",
            "Une SCIC peut-elle devenir une association ?",
        ),
        ("Que doit le membre au groupement ?", "Que doit le groupement au membre ?"),
        ("Fiscalité d'une coopérative ?", "Fiscalité d'une coopération ?"),
        ("Qui sont les associés d'une SCIC ?", "Qui sont les associations d'une SCIC ?"),
        ("Quel est le statut d'un GE ?", "Quels sont les statuts d'un GE ?"),
        ("Que dit l'art. L. 1253-1 ?", "Que dit l'art. L. 1253-2 ?"),
        ("Plus de 10 salariés ?", "Moins de 10 salariés ?"),
        ("Avant ou après la fusion ?", "Après la fusion ?"),
        ("Qui contrôle le GIE ?", "Le GIE contrôle qui ?"),
    ],
)
def test_what_changes_the_answer_counts(first: str, second: str) -> None:
    assert key(first) != key(second)


def phrases() -> st.SearchStrategy[list[str]]:
    """Words of a question of which each means something else."""
    return st.tuples(
        st.lists(st.sampled_from(NOUNS), min_size=2, max_size=4, unique=True),
        st.sampled_from(VERBS),
    ).map(lambda drawn: [*drawn[0][:1], drawn[1], *drawn[0][1:]])


@given(phrases(), st.data())
def test_another_word_one_more_or_one_less_is_another_question(
    words: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from([w for w in [*NOUNS, *VERBS] if w not in words]))
    more = data.draw(st.sampled_from([*NOUNS, "pas", "sans", "aucun", "jamais", "sauf", "12"]))
    asked = key(" ".join(words))
    assert key(" ".join([*words[:place], other, *words[place + 1 :]])) != asked
    assert key(" ".join([*words[:place], more, *words[place:]])) != asked
    assert key(" ".join(words[:place] + words[place + 1 :])) != asked


@given(phrases(), st.data())
def test_who_does_what_to_whom_is_kept_and_the_part_that_comes_first_is_not(
    words: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    turned = words[at:] + words[:at]
    assert key(", ".join(turned)) == key(" ".join(words))
    mixed = data.draw(st.permutations(words))
    turns = [words[n:] + words[:n] for n in range(len(words))]
    assert (key(" ".join(mixed)) == key(" ".join(words))) == (mixed in turns)


@given(st.text(max_size=80))
def test_any_text_has_a_key(text: str) -> None:
    assert key(text) == key(f"  {text} ")


def test_a_name_taken_for_another_word_is_not_certain() -> None:
    vocabulary = Vocabulary({"groupement": (9, "group"), "montreuil": (4, "montreuil")})
    assert is_certain(understand("un grouppement", vocabulary))
    assert not is_certain(understand("à Montreuul", vocabulary))
    assert is_certain(understand("Pk un groupement", vocabulary))
