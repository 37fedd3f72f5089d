from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import acronyms
from corpus.errors import LibraryCorruptError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "acronym", "words"),
    [
        ("La gestion par consentement (GPC) lève", "GPC", "gestion par consentement"),
        ("pratiquer la gestion par consentement [GPC]", "GPC", "gestion par consentement"),
        ("au cahier des clauses techniques (CCT)", "CCT", "cahier des clauses techniques"),
        ("l'Agence d’appui à l’économie (AAE)", "AAE", "Agence d'appui à l'économie"),
        ("Un CCT (cahier des clauses techniques)", "CCT", "cahier des clauses techniques"),
        ("des plans de relance (PR)", "PR", "plans de relance"),
    ],
)
def test_an_acronym_explained_in_brackets_is_learnt(text: str, acronym: str, words: str) -> None:
    assert acronyms.explained([text]) == {acronym: words}


@pytest.mark.parametrize(
    "text",
    [
        "un marché public (BOAMP)",
        "le délégué à la protection des données (DPO)",
        "une association (loi 1901)",
        "(GPC)",
        "",
    ],
)
def test_letters_that_are_not_the_initials_are_not_believed(text: str) -> None:
    assert acronyms.explained([text]) == {}


def test_of_two_expansions_the_commoner_is_kept() -> None:
    texts = ["pôle social (PS)", "parti socialiste (PS)", "un parti socialiste (PS)"]
    assert acronyms.explained(texts) == {"PS": "parti socialiste"}


@given(st.text(alphabet="AGPagp ()[]'-é.", max_size=80))
def test_any_text_can_be_searched_for_acronyms(text: str) -> None:
    for name, words in acronyms.explained([text]).items():
        assert name.isupper()
        assert words


def test_acronyms_read_back_as_they_were_saved(tmp_path: Path) -> None:
    acronyms.save({"GPC": "gestion par consentement"}, tmp_path / "a.json")
    assert acronyms.load(tmp_path / "a.json") == {"GPC": "gestion par consentement"}
    (tmp_path / "a.json").write_text("[")
    with pytest.raises(LibraryCorruptError, match=r"a\.json"):
        acronyms.load(tmp_path / "a.json")
