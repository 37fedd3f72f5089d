"""A model's reply becomes sentences with their citations, however it comes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reply import LONGEST, Reply, Sentence


def read(*pieces: str, meant: bool = True) -> list[Sentence]:
    reply = Reply()
    found = [sentence for piece in pieces for sentence in reply.add(piece)]
    return [*found, *reply.close(meant=meant)]


@pytest.mark.parametrize(
    ("written", "cited"),
    [
        ("Elle recrute des salariés [1].", (1,)),
        ("Elle recrute des salariés. [1]", (1,)),
        ("Elle recrute des salariés.[1]", (1,)),
        ("Elle recrute des salariés [1][3].", (1, 3)),
        ("Elle recrute des salariés [1, 3].", (1, 3)),
        ("Elle recrute des salariés [1 et 3].", (1, 3)),
        ("Elle recrute des salariés [passage 2].", (2,)),
        ("Elle recrute des salariés [Source n° 2].", (2,)),
        ("Elle recrute des salariés 【2】.", (2,)),
        ("Elle recrute des salariés 【2†source】.", (2,)),
        ("Elle recrute des salariés. [1].", (1,)),
        ("Elle recrute [1] des salariés [1].", (1,)),
        ("**Elle recrute** des `salariés` [1].", (1,)),
        ("- Elle recrute des salariés [1].", (1,)),
        ("<think>[9] Voyons. Rien.</think>Elle recrute des salariés [1].", (1,)),
        ("Elle recrute des salariés.", ()),
        ("Elle recrute des salariés [].", ()),
        ("Elle recrute des salariés [abc].", ()),
        ("Elle recrute des salariés [12345].", ()),
        ("Elle recrute des salariés [1", ()),
    ],
)
def test_marks_are_read_in_every_usual_form_and_leave_no_trace(
    written: str, cited: tuple[int, ...]
) -> None:
    [sentence] = read(written)
    assert sentence.text.removesuffix(".") == "Elle recrute des salariés"
    assert sentence.cited == cited


WORDS = st.sampled_from(
    ["Le GE recrute", "l'art. L. 1253-1", "[1]", "[2, 3]", ".", " ", "\n", "« oui »", "!", "[", "]",
     "2025", "**gras**", "1. ", "- ", "# Titre", "<think>", "</think>", "HORS_CORPUS", "p. 12", "é"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=30).map("".join), st.data())
def test_the_same_text_gives_the_same_sentences_however_it_is_cut(
    text: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    edges = [0, *cuts, len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]
    assert read(*pieces) == read(text)


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    reply = Reply()
    assert list(reply.add("Elle recrute. [1]")) == []
    assert list(reply.add(" ")) == []
    assert list(reply.add("Il")) == [Sentence("Elle recrute.", (1,))]


def test_an_unfinished_sentence_is_left_out_unless_the_model_meant_to_stop_there() -> None:
    written = "Elle recrute des salariés [1]. Elle les met à"
    assert len(read(written, meant=False)) == 1
    assert len(read(written, meant=True)) == 2


def test_markup_scripts_and_terminal_codes_do_not_come_through() -> None:
    evil = "<b>Elle</b> \x1b[31mrecrute\x1b[0m <script>alert('x')</script>des\x00 salariés [1]."
    assert read(evil) == [Sentence("Elle recrute des salariés.", (1,))]


@pytest.mark.parametrize("text", ["", " \n ", "[1] [2]", "<think>je cherche", "***"])
def test_a_reply_that_says_nothing_is_empty(text: str) -> None:
    reply = Reply()
    list(reply.add(text))
    assert reply.empty or not list(reply.close(meant=True))


@pytest.mark.parametrize(
    "loop", ["la la ", "le groupement d'employeurs est un groupement d'employeurs qui ", "a"]
)
def test_going_round_in_circles_is_seen(loop: str) -> None:
    reply = Reply()
    list(reply.add(loop * (1200 // len(loop))))
    assert reply.endless


def test_an_answer_of_usual_length_is_not_endless() -> None:
    reply = Reply()
    list(reply.add(
        "Toute personne physique ou morale peut créer un groupement d'employeurs, à condition de "
        "le déclarer à l'inspection du travail dans le mois qui suit sa création [1]. Ses membres "
        "répondent solidairement de ses dettes envers les salariés et les organismes sociaux [2]. "
        "Une convention collective doit être choisie, et chaque salarié reçoit un contrat écrit "
        "qui nomme les utilisateurs possibles [1]. Les adhérents paient le temps passé chez eux, "
        "frais de gestion compris [3]. Le groupement ne fait pas de bénéfices pour lui-même [2]."
    ))  # fmt: skip
    assert not reply.endless
    list(reply.add("x" * LONGEST))
    assert reply.endless
