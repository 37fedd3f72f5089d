"""What is remembered: conversations and feedback, with their evidence."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.answer_json import as_json
from assistant.memory import LONGEST_REASON, LONGEST_TITLE, Memory
from corpus.errors import SettingError

if TYPE_CHECKING:
    from assistant.types import Answer
    from corpus.home import Home


def test_feedback_keeps_question_answer_and_evidence(home: Home, answer: Answer) -> None:
    memory = Memory.in_home(home)
    number = memory.add_feedback(answer, "down", "  Hors sujet ")
    (kept,) = memory.feedback()
    assert (kept.id, kept.verdict, kept.reason) == (number, "down", "Hors sujet")
    assert kept.question == answer.question
    assert kept.answer == json.loads(json.dumps(as_json(answer)))
    assert kept.answer["citations"][0]["quote"] == answer.citations[0].quote
    assert kept.created.endswith("+00:00")


def test_feedback_survives_a_restart_and_the_latest_comes_first(home: Home, answer: Answer) -> None:
    first = Memory.in_home(home)
    first.add_feedback(answer, "up")
    first.close()
    second = Memory.in_home(home)
    second.add_feedback(answer, "down")
    assert [kept.verdict for kept in second.feedback()] == ["down", "up"]


def test_readers_may_give_feedback_at_once(home: Home, answer: Answer) -> None:
    memory = Memory.in_home(home)
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: memory.add_feedback(answer, "up"), range(24)))
    assert len(set(ids)) == len(memory.feedback()) == 24


def test_a_long_reason_is_cut(home: Home, answer: Answer) -> None:
    memory = Memory.in_home(home)
    memory.add_feedback(answer, "up", "x" * 10_000)
    assert len(memory.feedback()[0].reason) == LONGEST_REASON


def test_an_unknown_verdict_is_refused(home: Home, answer: Answer) -> None:
    with pytest.raises(ValueError, match="sideways"):
        Memory.in_home(home).add_feedback(answer, "sideways")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["pas une adresse", "oracle9://x", "sqlite:////nulle/part/m.sqlite"]
)
def test_a_memory_that_cannot_be_used_says_so_in_french(url: str, answer: Answer) -> None:
    with pytest.raises(SettingError, match="mémoire"):
        Memory(url).add_feedback(answer, "up")


def test_a_password_is_not_shown(answer: Answer) -> None:
    with pytest.raises(SettingError) as error:
        Memory("sqlite://someone:secret@host/m.sqlite").add_feedback(answer, "up")
    assert "secret" not in str(error.value)


def test_a_conversation_comes_back_with_its_evidence_in_another_process(
    home: Home, answer: Answer
) -> None:
    first = Memory.in_home(home)
    kept = first.begin("me", "  GE   ou GIE ? ")
    first.add_turn("me", kept.id, answer)
    turn = first.add_turn("me", kept.id, replace(answer, question="Et après ?"))
    assert turn is not None
    first.judge(turn, "down")
    first.close()
    second = Memory.in_home(home)
    assert [c.title for c in second.conversations("me")] == ["GE ou GIE ?"]
    one, two = second.turns("me", kept.id)
    assert one.answer == replace(answer, hits=())
    assert (one.verdict, two.verdict, two.answer.question) == (None, "down", "Et après ?")


def test_nobody_reaches_the_conversation_of_another(home: Home, answer: Answer) -> None:
    memory = Memory.in_home(home)
    mine = memory.begin("me", "À moi")
    memory.add_turn("me", mine.id, answer)
    assert memory.conversations("you") == []
    assert memory.turns("you", mine.id) == []
    assert memory.conversation("you", mine.id) is None
    assert memory.add_turn("you", mine.id, answer) is None
    assert not memory.rename("you", mine.id, "Pris")
    assert not memory.forget("you", mine.id)
    assert memory.conversation("me", mine.id) == memory.conversations("me")[0]
    assert len(memory.turns("me", mine.id)) == 1


def test_a_conversation_is_renamed_moves_up_when_used_and_is_deleted(
    home: Home, answer: Answer
) -> None:
    memory = Memory.in_home(home)
    old, new = memory.begin("me", "Ancienne"), memory.begin("me", "Récente")
    assert memory.add_turn("me", old.id, answer) is not None
    assert memory.rename("me", new.id, "x" * 500)
    assert [c.title for c in memory.conversations("me")] == ["Ancienne", "x" * LONGEST_TITLE]
    assert memory.forget("me", old.id)
    assert not memory.forget("me", old.id)
    assert memory.add_turn("me", old.id, answer) is None
    assert [c.id for c in memory.conversations("me")] == [new.id]


def test_a_memory_made_before_conversations_takes_them_up(home: Home, answer: Answer) -> None:
    with sqlite3.connect(home.root / "memory.sqlite") as old:
        old.execute(
            "create table feedback (id integer primary key, created text, verdict text,"
            " reason text, question text, answer json)"
        )
    memory = Memory.in_home(home)
    memory.add_feedback(answer, "up")
    assert memory.begin("me", "Nouvelle").id
