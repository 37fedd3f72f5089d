from __future__ import annotations

from corpus.fiche import FicheSentence
from corpus.types import Page
from ingest.references import with_references


def pages(*texts: str) -> list[Page]:
    return [Page("d", index, str(index + 1), text) for index, text in enumerate(texts)]


def test_a_sentence_gets_its_keys_whatever_the_typography() -> None:
    marked, missing = with_references(
        pages("En bref\nL’association « loi 1901 » est libre. Autre phrase."),
        [FicheSentence("L'association « loi 1901 » est libre.", ("loi-1901: art. 1",))],
    )
    (reference,) = marked[0].references
    assert marked[0].text[reference.start : reference.end].startswith("L’association")
    assert marked[0].text[reference.start : reference.end].endswith("libre")
    assert reference.keys == ("loi-1901: art. 1",)
    assert missing == []


def test_a_sentence_across_a_page_break_is_marked_on_both_pages() -> None:
    marked, missing = with_references(
        pages("Le groupement réunit des", "membres solidaires. Fin."),
        [FicheSentence("Le groupement réunit des membres solidaires.", ("k",))],
    )
    assert [len(page.references) for page in marked] == [1, 1]
    assert missing == []


def test_the_same_sentence_twice_is_marked_twice_in_order() -> None:
    sentence = FicheSentence("Le GIE est souple.", ("a",))
    other = FicheSentence("Le GIE est souple.", ("b",))
    marked, _ = with_references(pages("Le GIE est souple. Le GIE est souple."), [sentence, other])
    assert [r.keys for r in marked[0].references] == [("a",), ("b",)]
    assert marked[0].references[0].end < marked[0].references[1].start


def test_a_sentence_that_is_nowhere_is_reported() -> None:
    _, missing = with_references(pages("Rien."), [FicheSentence("Autre chose.", ("k",))])
    assert missing == ["Autre chose."]


def test_questions_without_sources_are_not_looked_for() -> None:
    assert with_references(pages("Rien."), [FicheSentence("Qui décide ?", ())])[1] == []
