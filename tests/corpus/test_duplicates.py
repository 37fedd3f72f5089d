from __future__ import annotations

from corpus.duplicates import alike, folded
from corpus.types import Hit, Passage

TEXT = (
    "Les membres d'un groupement d'employeurs sont solidairement responsables de ses dettes à "
    "l'égard des salariés et des organismes créanciers de cotisations obligatoires."
)


def passage(document: str, text: str, name: str = "1") -> Passage:
    return Passage(f"{document}-{name}", document, (), text, ())


def test_the_same_words_in_another_typography_are_alike() -> None:
    shouted = TEXT.upper().replace("'", "’")
    assert alike(passage("a", TEXT), passage("b", shouted))


def test_another_amount_makes_another_passage() -> None:
    old, new = (f"{TEXT} L'abattement est de {amount} € par an." for amount in (24041, 24256))
    assert not alike(passage("a", old), passage("b", new))


def test_other_words_make_another_passage() -> None:
    assert not alike(
        passage("a", TEXT), passage("b", TEXT.replace("dettes", "actes") + " Et plus.")
    )
    assert not alike(passage("a", ""), passage("b", TEXT))


def test_what_is_said_twice_is_shown_once_with_the_other_noted() -> None:
    hits = [Hit(passage("a", TEXT), 0.9), Hit(passage("b", TEXT), 0.8), Hit(passage("c", "x"), 0.7)]
    found = folded(hits, 2, lambda _: False)
    assert [hit.passage.document_id for hit in found] == ["a", "c"]
    assert [p.document_id for p in found[0].also] == ["b"]
    assert found[0].score == 0.9


def test_somebody_elses_document_is_shown_before_ours() -> None:
    hits = [Hit(passage("fiche", TEXT), 0.9), Hit(passage("guide", TEXT), 0.8)]
    (found,) = folded(hits, 5, lambda document: document == "fiche")
    assert found.passage.document_id == "guide"
    assert [p.document_id for p in found.also] == ["fiche"]


def test_no_more_hits_are_drawn_than_needed() -> None:
    texts = iter([Hit(passage("a", word), 1.0) for word in ("un", "deux", "trois", "quatre")])
    assert len(folded(texts, 2, lambda _: False)) == 2
    assert len(list(texts)) == 1
