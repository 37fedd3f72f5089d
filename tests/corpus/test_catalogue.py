import hashlib
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import (
    Entry,
    add_entry,
    load_catalogue,
    read_catalogue,
    user_catalogue,
    write_catalogue,
)
from corpus.collection import build_collection
from corpus.errors import CatalogueError
from corpus.fiche import FICHES
from corpus.home import Home
from corpus.types import Document

REFERENCES = {
    "juris-cooperation-communs-2017",
    "france-active-associations-cooperations",
    "avise-changer-echelle-2014",
    "cress-aura-vademecum",
}
TWO = """\
[[document]]
id = "un"
title = "Un"

[[document]]
id = "deux"
title = "Deux"
published = "2020-05"
themes = ["droit"]
"""


def write(path: Path, text: str = TWO) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_four_reference_documents_say_how_to_obtain_them() -> None:
    entries = {entry.document.id: entry for entry in load_catalogue()}
    for id_ in REFERENCES:
        assert entries[id_].obtain
        assert not entries[id_].document.own
        assert entries[id_].document.source_url.startswith("https://")


def test_own_documents_are_licensed_and_unreviewed() -> None:
    own = [entry.document for entry in load_catalogue() if entry.document.own]
    assert len(own) >= 6
    for document in own:
        assert document.licence == "CC BY 4.0"
        assert document.reviewed == ""
        assert document.year == "2026"


def test_the_users_catalogue_adds_and_replaces(tmp_path: Path) -> None:
    home = Home(tmp_path)
    mine = Document(id="le-mien", title="Le mien", publisher="", published="2024")
    theirs = Document(id="cress-aura-vademecum", title="Autre titre", publisher="")
    for document in (mine, theirs):
        add_entry(home, Entry(document))
    entries = {entry.document.id: entry.document for entry in load_catalogue(home)}
    assert entries["le-mien"] == mine
    assert entries["cress-aura-vademecum"].title == "Autre titre"
    assert len(entries) == len(load_catalogue()) + 1
    add_entry(home, Entry(Document(id="le-mien", title="Renommé", publisher="")))
    assert [e.document.title for e in read_catalogue(user_catalogue(home))] == [
        "Renommé",
        "Autre titre",
    ]


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(title=_text.filter(bool), obtain=_text, words=st.lists(_text, max_size=3))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, title: str, obtain: str, words: list[str]
) -> None:
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.toml"
    entry = Entry(
        Document(id="a", title=title, publisher="", themes=tuple(words), own=True), obtain
    )
    write_catalogue(path, [entry])
    assert read_catalogue(path) == (entry,)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('id = "deux"', 'id = "un"', 6),
        ('id = "deux"', 'id = "Deux !"', 6),
        ('title = "Deux"', "", 5),
        ('published = "2020-05"', 'published = "2020-13"', 8),
        ('published = "2020-05"', "published = 2020", 8),
        ('published = "2020-05"', 'reviewed = "hier"', 8),
        ('published = "2020-05"', 'auteur = "moi"', 8),
        ('published = "2020-05"', 'sha256 = "abc"', 8),
        ('published = "2020-05"', 'file = "../secret.pdf"', 8),
        ('themes = ["droit"]', "themes = [1]", 9),
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, line: int
) -> None:
    path = write(tmp_path / "catalogue.toml", TWO.replace(before, after))
    with pytest.raises(CatalogueError, match=rf"catalogue\.toml, ligne {line} :") as caught:
        read_catalogue(path)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["[[document", "[document]\nid = 'a'\n", "autre = 1\n"])
def test_a_catalogue_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(write(tmp_path / "catalogue.toml", text))


# --- building --------------------------------------------------------------------------------


class Workshop(NamedTuple):
    fiches: Path
    documents: Path
    catalogue: Path

    def build(self) -> tuple[Document, ...]:
        return build_collection(self.fiches, self.documents, self.catalogue)

    @property
    def fiche(self) -> Path:
        return self.fiches / "restitution-atelier.md"

    @property
    def pdf(self) -> Path:
        return self.documents / "restitution-atelier.pdf"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A small collection to build: one fiche, a catalogue with one foreign document."""
    fiches = tmp_path / "fiches"
    fiches.mkdir()
    shutil.copy(FICHES / "restitution-atelier.md", fiches)
    catalogue = write(tmp_path / "catalogue.toml", '[[document]]\nid = "un"\ntitle = "Un"\n')
    return Workshop(fiches, tmp_path / "documents", catalogue)


def test_building_makes_each_pdf_and_enters_it_in_the_catalogue(workshop: Workshop) -> None:
    told: list[tuple[str, int, int]] = []
    own = build_collection(*workshop, progress=lambda *step: told.append(step))
    assert [document.id for document in own] == ["restitution-atelier"]
    assert own[0].sha256 == hashlib.sha256(workshop.pdf.read_bytes()).hexdigest()
    assert [e.document.id for e in read_catalogue(workshop.catalogue)] == [
        "un",
        "restitution-atelier",
    ]
    assert told == [("restitution-atelier.pdf", 0, 1)]


def test_building_twice_changes_nothing(workshop: Workshop) -> None:
    workshop.build()
    before = workshop.catalogue.read_bytes()
    workshop.build()
    assert workshop.catalogue.read_bytes() == before


def test_the_pdf_of_a_fiche_that_is_gone_is_removed(workshop: Workshop) -> None:
    workshop.build()
    workshop.fiche.unlink()
    assert workshop.build() == ()
    assert not list(workshop.documents.iterdir())


def test_a_wrong_fiche_stops_the_build_and_nothing_is_written(workshop: Workshop) -> None:
    before = workshop.catalogue.read_bytes()
    path = workshop.fiche
    path.write_text(path.read_text("utf-8").replace("@atelier", "@inconnue", 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"restitution-atelier\.md, ligne \d+ : .*inconnue"):
        workshop.build()
    assert workshop.catalogue.read_bytes() == before
    assert not workshop.documents.exists()


def test_a_pdf_changed_by_hand_is_not_overwritten(workshop: Workshop) -> None:
    workshop.build()
    path = workshop.pdf
    path.write_bytes(b"autre")
    with pytest.raises(CatalogueError, match=r"catalogue\.toml, ligne \d+ : .*empreinte"):
        workshop.build()
    assert path.read_bytes() == b"autre"
