"""The trials of a service, in short: load, kills, malformed requests, injections."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from evals.hostile import strike
from evals.injections import EVIL, MarkupReader, tried
from evals.kills import kill_servers
from evals.load import asker, drive
from evals.serving import send

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder


def test_a_server_killed_at_work_forgets_nothing_that_it_acknowledged(
    ready: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(ready, tmp_path / "home")
    outcome = kill_servers(home, tmp_path, 1)
    assert outcome == (1, [])


def test_many_people_at_once_are_all_answered(chat_url: str) -> None:
    questions = ["Qui peut créer un groupement d'employeurs ?", "C'est quoi un GIE ?", "Et ?"]
    load = drive(asker(chat_url, "/api/ask"), (questions, 12, 0.5, 2.0))
    assert set(load.statuses) == {200}
    assert load.statuses[200] >= 36
    assert set(load.figures()) >= {"answers", "errors", "wait, p95 ms"}


def test_malformed_requests_by_the_hundred_get_no_server_error(chat_url: str) -> None:
    statuses, faults = strike(chat_url, 300)
    assert faults == []
    assert statuses.total() >= 300
    assert send(chat_url, "GET", "/readyz").status == 200


def test_two_hundred_injections_are_harmless(tmp_path: Path, embedder: Embedder) -> None:
    trials = list(tried(tmp_path, embedder))
    assert len(trials) == 200
    assert [trial for trial in trials if trial.faults] == []


@pytest.mark.parametrize(
    "markup",
    [
        "<script>1</script>",
        "<svg onload=alert(1)>",
        "<a href='javascript:1'>x</a>",
        f"<img src='https://{EVIL}/p.png'>",
    ],
)
def test_the_trial_of_injections_sees_live_markup(markup: str) -> None:
    reader = MarkupReader()
    reader.feed(markup)
    assert reader.faults
