"""What becomes of a file given to the shelf: which document it is, and what is known of it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pdf_factory import text_pdf, typst_pdf
from stand_ins import scan

import coop
from corpus.catalogue import Entry, add_entry, load_catalogue, read_catalogue, user_catalogue
from corpus.errors import DocumentError, UsageError
from corpus.home import BUNDLED_DOCUMENTS, Home
from corpus.types import Document
from ingest.matching import BY_CHECKSUM, BY_TITLE
from ingest.shelf import Answers, Shelved, shelf_files, shelve, supplied_documents

if TYPE_CHECKING:
    from pathlib import Path

AVISE = "avise-changer-echelle-2014"
FRANCE_ACTIVE = "france-active-associations-cooperations"


def entered(home: Home) -> dict[str, Document]:
    """The documents of the user's own catalogue, by id."""
    path = user_catalogue(home)
    entries = read_catalogue(path) if path.is_file() else ()
    return {entry.document.id: entry.document for entry in entries}


def on_shelf(home: Home) -> list[Document]:
    """The documents of the shelf, as the next ingestion sees them."""
    supplied, _ = supplied_documents(home, load_catalogue(home))
    return [item.document for item in supplied if item.path.parent == home.documents]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return text_pdf(tmp_path / "Compte rendu.pdf", "Le verger commun donne cent kilos de pommes.")


@pytest.fixture
def titled(tmp_path: Path) -> Path:
    """A PDF whose own title is that of a document of the catalogue."""
    return typst_pdf(tmp_path / "scan0042.pdf", titled_source("Bonjour."))


def titled_source(text: str) -> str:
    (entry,) = [e for e in load_catalogue() if e.document.id == AVISE]
    title = json.dumps(entry.document.title, ensure_ascii=False)
    return f"#set document(title: {title})\n{text}"


# --- a document of the catalogue ----------------------------------------------------------------


def test_a_recognised_file_keeps_the_id_and_the_metadata_of_its_entry(
    home: Home, titled: Path
) -> None:
    shelved = shelve(home, titled)
    assert shelved.by == BY_TITLE
    assert shelved.document.id == AVISE
    assert shelved.document.publisher == "Avise"
    assert shelved.document.published == "2014"
    assert shelved.document.file == "scan0042.pdf"
    assert entered(home) == {AVISE: shelved.document}
    assert on_shelf(home) == [shelved.document]


def test_its_name_on_the_shelf_may_change_afterwards(home: Home, titled: Path) -> None:
    shelved = shelve(home, titled)
    shelved.path.rename(shelved.path.with_name("guide avise.pdf"))
    (document,) = on_shelf(home)
    assert document == replace(shelved.document, file="guide avise.pdf")


def test_the_same_file_again_changes_nothing(home: Home, titled: Path) -> None:
    first = shelve(home, titled)
    before = user_catalogue(home).read_text(encoding="utf-8")
    again = shelve(home, titled)
    assert again == Shelved(first.document, first.path, BY_CHECKSUM)
    assert user_catalogue(home).read_text(encoding="utf-8") == before


def test_a_user_may_say_that_a_title_misleads(home: Home, titled: Path) -> None:
    shelved = shelve(home, titled, answers=Answers(confirm=lambda _document: False))
    assert shelved.by == ""
    assert shelved.document.id == "scan0042"


def test_a_second_file_does_not_take_the_place_of_the_first(
    home: Home, titled: Path, tmp_path: Path
) -> None:
    shelve(home, titled)
    other = typst_pdf(tmp_path / "autre.pdf", titled_source("Au revoir."))
    shelved = shelve(home, other)
    assert shelved.document.id == "autre"
    assert {document.id for document in on_shelf(home)} == {AVISE, "autre"}


def test_a_copy_of_a_fiche_is_not_put_on_the_shelf(home: Home) -> None:
    shelved = shelve(home, BUNDLED_DOCUMENTS / "gie.pdf")
    assert shelved.document.own
    assert shelf_files(home) == []
    assert entered(home) == {}


# --- by the user's word -------------------------------------------------------------------------


def test_pictures_of_pages_become_the_document_that_the_user_says(
    home: Home, tmp_path: Path
) -> None:
    export = scan(tmp_path / "calameo.pdf", "Association & Coopération, jouez collectif !")
    shelved = shelve(home, export, as_id=FRANCE_ACTIVE)
    assert shelved.document.title == "Association & Coopération, jouez collectif !"
    assert on_shelf(home) == [shelved.document]


def test_the_user_s_word_mends_an_earlier_entry(home: Home, note: Path) -> None:
    assert shelve(home, note).document.id == "compte-rendu"
    shelve(home, note, as_id=FRANCE_ACTIVE)
    assert list(entered(home)) == [FRANCE_ACTIVE]
    assert [document.id for document in on_shelf(home)] == [FRANCE_ACTIVE]


def test_an_unknown_id_is_refused_with_how_to_list_them(home: Home, note: Path) -> None:
    with pytest.raises(UsageError, match="inconnu") as caught:
        shelve(home, note, as_id="inconnu")
    assert "coop corpus" in caught.value.remedy
    assert shelf_files(home) == []


def test_a_fiche_cannot_be_replaced(home: Home, note: Path) -> None:
    with pytest.raises(UsageError, match="fiche de la collection"):
        shelve(home, note, as_id="gie")


def test_a_document_that_has_a_file_must_give_it_back_first(
    home: Home, note: Path, titled: Path
) -> None:
    shelve(home, titled)
    with pytest.raises(UsageError, match=r"scan0042\.pdf") as caught:
        shelve(home, note, as_id=AVISE)
    assert f"coop corpus remove {AVISE}" in caught.value.remedy


# --- a new document -----------------------------------------------------------------------------


def test_an_unknown_file_is_entered_under_its_name_without_a_date(home: Home, note: Path) -> None:
    shelved = shelve(home, note)
    assert shelved.by == ""
    (document,) = entered(home).values()
    assert document == shelved.document
    assert (document.id, document.title) == ("compte-rendu", "Compte rendu")
    assert document.publisher == document.published == ""
    (entry,) = read_catalogue(user_catalogue(home))
    assert "coop ingest Compte rendu.pdf" in entry.obtain


def test_its_own_title_is_taken_and_its_date_of_creation_is_not(home: Home, tmp_path: Path) -> None:
    source = '#set document(title: "Carnet du verger commun", date: datetime.today())\nBonjour.'
    document = shelve(home, typst_pdf(tmp_path / "v3.pdf", source)).document
    assert (document.id, document.title) == ("v3", "Carnet du verger commun")
    assert document.published == ""


def test_what_a_user_answers_is_entered(home: Home, note: Path) -> None:
    answers = Answers(complete=lambda new: replace(new, publisher="Le Verger", published="2019"))
    document = shelve(home, note, answers=answers).document
    assert (document.publisher, document.published) == ("Le Verger", "2019")
    assert on_shelf(home) == [document]


def test_two_files_of_one_name_are_two_documents(home: Home, note: Path, tmp_path: Path) -> None:
    (tmp_path / "ailleurs").mkdir()
    other = text_pdf(tmp_path / "ailleurs" / note.name, "Un tout autre compte rendu.")
    assert shelve(home, note).document.id == "compte-rendu"
    assert shelve(home, other).document.id == "compte-rendu-2"
    assert {document.file for document in on_shelf(home)} == {
        "Compte rendu.pdf",
        "Compte rendu-2.pdf",
    }


def test_an_interrupted_answer_leaves_nothing_behind(home: Home, note: Path) -> None:
    def interrupted(_new: Document) -> Document:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelve(home, note, answers=Answers(complete=interrupted))
    assert shelf_files(home) == []
    assert entered(home) == {}


def test_a_file_that_is_no_pdf_is_refused(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "note.pdf"
    path.write_text("Des notes.", encoding="utf-8")
    with pytest.raises(DocumentError):
        shelve(home, path)
    assert shelf_files(home) == []


# --- the commands -------------------------------------------------------------------------------


@pytest.fixture
def alone(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home beside an empty collection, so that commands are quick."""
    (tmp_path / "collection").mkdir()
    monkeypatch.setattr("ingest.shelf.BUNDLED_DOCUMENTS", tmp_path / "collection")
    monkeypatch.setenv("COOP_HOME", str(home.root))
    return home


def typed(monkeypatch: pytest.MonkeyPatch, answers: str) -> None:
    """A terminal on which somebody types."""
    master, slave = os.openpty()
    os.write(master, answers.encode())
    monkeypatch.setattr("sys.stdin", os.fdopen(slave, encoding="utf-8"))


def test_ingest_as_takes_the_user_s_word(
    alone: Home, note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["ingest", str(note), "--as", FRANCE_ACTIVE]) == 0
    assert list(entered(alone)) == [FRANCE_ACTIVE]
    assert "votre indication" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_asked(alone: Home, note: Path) -> None:
    assert coop.run(["ingest", str(note)]) == 0
    assert entered(alone)["compte-rendu"].publisher == ""


def test_on_a_terminal_what_the_file_does_not_tell_is_asked(
    alone: Home, note: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "\nLe Verger commun\nl'an dernier\n2019\n")
    assert coop.run(["ingest", str(note)]) == 0
    document = entered(alone)["compte-rendu"]
    assert (document.title, document.publisher, document.published) == (
        "Compte rendu",
        "Le Verger commun",
        "2019",
    )
    assert "Année" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "id_"), [("o", AVISE), ("n\n\n\n", "scan0042")])
def test_on_a_terminal_a_title_is_confirmed(
    alone: Home, titled: Path, monkeypatch: pytest.MonkeyPatch, answer: str, id_: str
) -> None:
    typed(monkeypatch, f"{answer}\n")
    assert coop.run(["ingest", str(titled)]) == 0
    assert list(entered(alone)) == [id_]


def test_the_files_of_a_folder_are_not_asked_about(
    alone: Home, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "")
    assert coop.run(["ingest", str(note.parent)]) == 0
    assert "compte-rendu" in entered(alone)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "--as", AVISE],
        ["ingest", "{note}", "{note}", "--as", AVISE],
        ["ingest", "{folder}", "--as", AVISE],
        ["ingest", "{note}", "--as", "inconnu"],
        ["corpus", "fetch", "inconnu"],
    ],
)
def test_wrong_words_exit_2_with_a_remedy(
    alone: Home, note: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = [word.format(note=note, folder=note.parent) for word in arguments]
    assert coop.run(given) == 2
    assert "→" in capsys.readouterr().err
    assert entered(alone) == {}


def test_fetch_says_how_to_obtain_what_has_no_link(
    alone: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["corpus", "fetch", FRANCE_ACTIVE]) == 1
    shown = capsys.readouterr().err
    assert "lien de téléchargement" in shown
    assert "franceactive.org" in shown
    assert not shelf_files(alone)


def test_fetch_leaves_alone_what_is_on_the_shelf(
    alone: Home, note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_entry(
        alone,
        Entry(
            Document("compte-rendu", "Compte rendu", "Verger", file=note.name),
            fetch_url="https://verger.invalid/compte-rendu.pdf",
        ),
    )
    (alone.documents / note.name).write_bytes(note.read_bytes())
    assert coop.run(["corpus", "fetch", "compte-rendu"]) == 0
    assert "déjà" in capsys.readouterr().out
