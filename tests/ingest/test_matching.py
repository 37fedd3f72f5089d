"""Which document of the catalogue a file is, judged by the real catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pdf_factory import text_pdf, typst_pdf
from stand_ins import guide, magazine, scan

from corpus.catalogue import load_catalogue
from ingest.matching import BY_CHECKSUM, BY_NAME, BY_TITLE, Traces, match, read_traces

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = load_catalogue()
GUIDE = next(e.document.title for e in CATALOGUE if e.document.id == "avise-changer-echelle-2014")
SUPPLIED_BY_USERS = [entry.document for entry in CATALOGUE if not entry.document.own]


def matched(name: str = "export.pdf", sha256: str = "0", title: str = "", opening: str = "") -> str:
    """The id and the reason of a match, or ""."""
    found = match(Traces(name, sha256, title, opening), CATALOGUE)
    return f"{found.entry.document.id} {found.by}" if found else ""


# --- what is recognised -------------------------------------------------------------------------


def test_a_checksum_tells_a_document_whatever_the_name() -> None:
    fiche = next(entry.document for entry in CATALOGUE if entry.document.own)
    assert matched(sha256=fiche.sha256) == f"{fiche.id} {BY_CHECKSUM}"


def test_a_file_name_tells_a_document() -> None:
    name = "201412_avise_strategiepourchangerdechelle_0.pdf"
    assert matched(name) == f"avise-changer-echelle-2014 {BY_NAME}"


@pytest.mark.parametrize("document", SUPPLIED_BY_USERS, ids=lambda d: d.id)
def test_the_first_page_tells_a_document_by_its_title_and_publisher(document: object) -> None:
    title, publisher, id_ = (getattr(document, name) for name in ("title", "publisher", "id"))
    opening = f"{publisher.upper()}\nÉdition numérique\n{title.upper()}\nSommaire p. 3"
    assert matched(opening=opening) == f"{id_} {BY_TITLE}"


@pytest.mark.parametrize(
    "title",
    [
        GUIDE,
        GUIDE.upper().replace("É", "E").replace("'", "’").replace(".", " -"),
        GUIDE.replace(".", "\n")[:-1],
    ],
)
def test_a_title_is_recognised_folded_and_almost_whole(title: str) -> None:
    assert matched(title=title) == f"avise-changer-echelle-2014 {BY_TITLE}"
    assert matched(opening=f"Avise\n{title}\n2014") == f"avise-changer-echelle-2014 {BY_TITLE}"


def test_the_longest_title_wins_where_one_holds_another() -> None:
    opening = "Conseil économique, social et environnemental\nAvise\nLes groupements d'employeurs"
    assert matched(opening=opening).startswith("cese-groupements-employeurs-2018")
    longer = f"{opening} du secteur non marchand"
    assert matched(opening=longer).startswith("avise-reperes-ge-2014")


# --- what is not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "opening",
    [
        "Les groupements d'employeurs\nNote de la fédération locale",
        "Vadémécum de la coopération\nRéseau des associations du canton",
        "La coopération en commun(s)\nMémoire de fin d'études",
        "Repères coopérer",
        "Nous présentons des stratégies de coopération pour entreprises sociales qui se lancent.",
        "La coopération inter associative au niveau national et international",
        "",
    ],
)
def test_a_common_title_without_its_publisher_proves_nothing(opening: str) -> None:
    assert matched(opening=opening) == ""


def test_a_fiche_of_ours_is_never_taken_over_by_a_title() -> None:
    assert matched("gie.pdf", title="Le groupement d'intérêt économique (GIE)") == ""


def test_a_document_that_has_its_file_is_not_matched_again() -> None:
    held = {"avise-changer-echelle-2014"}
    name = "201412_avise_strategiepourchangerdechelle_0.pdf"
    assert match(Traces(name, "0", "", ""), CATALOGUE, held) is None


# --- the traces of a file -----------------------------------------------------------------------


def test_the_guide_is_recognised_by_its_cover(tmp_path: Path) -> None:
    found = match(read_traces(guide(tmp_path / "a.pdf", GUIDE)), CATALOGUE)
    assert found
    assert found.entry.document.id == "avise-changer-echelle-2014"


def test_the_magazine_is_recognised_by_its_title_and_running_head(tmp_path: Path) -> None:
    path = magazine(tmp_path / "a.pdf", "La coopération en commun(s)", "jurisassociations")
    found = match(read_traces(path), CATALOGUE)
    assert found
    assert found.entry.document.id == "juris-cooperation-communs-2017"


def test_a_picture_of_a_cover_tells_nothing(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", "Association & Coopération, jouez collectif !")
    assert match(read_traces(path), CATALOGUE) is None


@pytest.mark.parametrize(
    ("told", "usable"),
    [
        ("Le carnet des coopérations rurales", "Le carnet des coopérations rurales"),
        ("Microsoft Word - carnet.docx", ""),
        ("Mise en page 1", ""),
        ("carnet_v12_DEF", ""),
        ("carnet.indd", ""),
        ("Document 3", ""),
        ("2014-12", ""),
        ("Court", ""),
    ],
)
def test_a_title_made_by_the_software_is_no_title(tmp_path: Path, told: str, usable: str) -> None:
    path = typst_pdf(tmp_path / "a.pdf", f'#set document(title: "{told}")\nBonjour à tous.')
    assert read_traces(path).title == usable


def test_a_file_without_a_title_gives_its_first_page(tmp_path: Path) -> None:
    traces = read_traces(text_pdf(tmp_path / "a.pdf", "Un premier mot.", "Un second mot."))
    assert traces.title == ""
    assert traces.opening == "Un premier mot."
