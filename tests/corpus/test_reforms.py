from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import subjects
from corpus.errors import CatalogueError
from corpus.fiche import FICHES, fiche_sentences, load_sources, parse_fiche
from corpus.reforms import Reform, load_reforms, reforms_after, reforms_on
from corpus.types import Document

SHARED_STAFF = (
    "Entre associations, la mise à disposition de personnel au prix coûtant est exonérée de TVA."
)
ENTRY = """\
[[reform]]
date = "2016-01-01"
title = "fin d'une tolérance"
themes = ["fiscalite"]
source = "fisc-mad"
signs = [["TVA", "prix coûtant"]]
"""


def dated(published: str, reviewed: str = "") -> Document:
    return Document("guide", "Guide", "Éditeur", published=published, reviewed=reviewed)


def dates(reforms: tuple[Reform, ...]) -> list[str]:
    return [reform.date for reform in reforms]


# --- the file -----------------------------------------------------------------------------------


def test_each_reform_has_a_source_a_subject_and_signs() -> None:
    reforms = load_reforms()
    assert len(reforms) >= 30
    assert list(reforms) == sorted(reforms, key=lambda reform: reform.since)
    for reform in reforms:
        assert reform.source in load_sources()
        assert reform.themes or reform.forms
        assert set(reform.themes) <= set(subjects.THEMES)
        assert set(reform.forms) <= set(subjects.FORMS)
        assert reform.signs


def test_no_title_is_given_twice() -> None:
    titles = [reform.title for reform in load_reforms()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ('"2016-01-01"', '"1er janvier"', "date"),
        ('"2016-01-01"', '"2016-13-01"', "date"),
        ("[[reform]]\ndate", "[[reform]]\nday", "day"),
        ("title =", "titre =", "titre"),
        ('"fin d\'une tolérance"', "12", "title"),
        ('["fiscalite"]', '["impots"]', "impots"),
        ('"fisc-mad"', '"inconnue"', "inconnue"),
        ('[["TVA", "prix coûtant"]]', '["TVA"]', "signs"),
        ('[["TVA", "prix coûtant"]]', '[["TVA", "…"]]', "sans mot"),
        ('signs = [["TVA", "prix coûtant"]]', "", "signs"),
    ],
)
def test_a_wrong_reform_is_refused_naming_the_line_and_the_field(
    tmp_path: Path, right: str, wrong: str, named: str
) -> None:
    path = tmp_path / "reformes.toml"
    path.write_text("\n" + ENTRY.replace(right, wrong), encoding="utf-8")
    with pytest.raises(CatalogueError, match=named) as caught:
        load_reforms(path)
    assert "ligne 2" in caught.value.message
    assert caught.value.remedy


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reformes.toml"
    path.write_text("[[reform]\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"reformes\.toml"):
        load_reforms(path)


# --- what is touched ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (SHARED_STAFF, "2016-01-01"),
        ("Le groupement est exonéré de TVA au titre de l’article 261 B du CGI.", "2023-01-01"),
        ("Le comité d'entreprise est consulté avant la fusion.", "2018"),
        ("L'article L. 236-16 du code de commerce règle l'apport.", "2023-07-01"),
        ("La SCIC demande un agrément du préfet.", "2012"),
        ("Le droit fixe dû pour la fusion est de 375 €.", "2019-01-01"),
        ("Les aides « de minimis » ne dépassent pas 200 000 € sur trois exercices.", "2023-12-13"),
        ("Le CRIB reçoit les bénévoles le mardi.", "2024-04-15"),
    ],
)
def test_an_old_passage_on_the_theme_is_touched(text: str, date: str) -> None:
    assert date in dates(reforms_after(dated("2010"), text))


@pytest.mark.parametrize(
    "text",
    [
        "La coopération demande du temps, de la confiance et un animateur.",
        "La convention de mise à disposition fixe les horaires du salarié.",
        "L'association paie la TVA sur ses ventes de livres.",
        "La banque accorde un prêt à l'association pour ses travaux.",
        "Le groupement d'employeurs partage un comptable entre quatre associations.",
        "La fusion fait peur aux équipes, qui craignent pour leur identité.",
        "Le mécénat apporte 0,5 % du budget du festival.",
        "Les 375 adhérents se retrouvent chaque printemps.",
    ],
)
def test_a_passage_beside_the_theme_is_not_touched(text: str) -> None:
    assert reforms_on(text) == ()


def test_headings_complete_a_sign_but_do_not_make_one() -> None:
    heading = "TVA et mises à disposition au prix coûtant"
    assert reforms_on("Ces refacturations restent exonérées.", heading)
    assert not reforms_on("Réunissez vos partenaires chaque mois.", heading)


def test_no_sentence_of_the_collection_is_older_than_a_reform() -> None:
    fired = []
    for path in sorted(FICHES.glob("*.md")):
        document = dated(parse_fiche(path).header.version.isoformat())
        fired += [s.text for s in fiche_sentences(path) if reforms_after(document, s.text)]
    assert fired == []


# --- how old the document is --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "touched"),
    [
        ("2013", True),
        ("2015", True),
        ("2015-12-31", True),
        ("2016-01-01", False),
        ("2016", False),
        ("2024-05", False),
        ("", False),
    ],
)
def test_only_what_was_published_before_the_reform_is_touched(
    published: str, *, touched: bool
) -> None:
    assert ("2016-01-01" in dates(reforms_after(dated(published), SHARED_STAFF))) is touched


def test_a_bare_year_counts_as_its_end() -> None:
    loan = "Une convention de trésorerie règle les avances entre les structures."
    assert dates(reforms_after(dated("2024"), loan)) == ["2025-08-09"]
    assert dates(reforms_after(dated("2024-03"), loan)) == ["2024-04-15", "2025-08-09"]


def test_a_document_reviewed_since_knows_of_the_reform() -> None:
    assert reforms_after(dated("2013", reviewed="2017"), SHARED_STAFF) == ()


def test_a_text_that_announces_the_reform_knows_of_it() -> None:
    text = f"Jusqu'au 1er janvier 2016 : {SHARED_STAFF}"
    assert reforms_after(dated("2015-11"), text) == ()


@given(st.text(), st.sampled_from(["2026-12-31", "2027", "2030-02"]))
def test_a_document_newer_than_every_reform_is_never_touched(text: str, published: str) -> None:
    assert reforms_after(dated(published), f"{SHARED_STAFF} {text}") == ()
