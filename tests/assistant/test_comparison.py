"""Forms compared: each cell is about its form and its criterion, word for word, or empty."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest

from assistant.comparison import FEWEST, MOST, Cell, Comparison, cells, compare, compared_forms
from assistant.criteria import criteria, usual
from assistant.export import as_docx
from assistant.extracts import is_about
from assistant.handout import NOT_FOUND, comparison_handout
from corpus.errors import UsageError
from corpus.generation import Staging, writing
from corpus.home import Home
from corpus.library import Library
from corpus.record import RecordedPage
from corpus.subjects import FORMS
from corpus.types import Document, Page, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from corpus.embedding import Embedder

KNOWN = {
    "responsabilite": {
        "groupement-employeurs": "solidairement responsables de ses dettes envers les salariés",
        "gie": "paient ses dettes sur leur propre patrimoine, solidairement et sans limite",
        "gcsms": "responsables de ses dettes à proportion de leurs droits",
        "scic": "ne risquent que leur apport",
        "association-ensembliere": "ne sont pas tenus de ses dettes envers les tiers",
        "union-federation": "ne répondent pas des dettes de l’union",
        "convention-partenariat": "ne répond que de sa part",
        "sci-fonciere": "sans limite de montant, chacun à proportion de ses parts",
        "groupement-achats": "des opérations qu’ils mènent en commun, et seulement de celles-là",
        "union-cooperatives-ues": "n’est pas décrite dans les sources réunies",
    },
    "membres": {
        "groupement-employeurs": "Toute personne physique ou morale",
        "gie": "réunit au moins deux personnes",
        "gcsms": "deux membres au moins",
        "scic": "trois catégories différentes",
        "association-ensembliere": "Deux membres au moins",
        "union-federation": "sont des associations",
        "gip": "au moins une personne publique",
        "mandat-gestion": "n’a pas de membres",
    },
    "personnalite": {
        "groupement-momentane": "n’a pas de personnalité morale",
        "collectif-informel": "Aucune.",
        "gie": "dès l’immatriculation",
        "convention-partenariat": "Non, sans structure dédiée.",
        "fonds-dotation-fondation-abritee": "sa propre personnalité morale",
    },
    "capital": {
        "gie": "Facultatif.",
        "scic": "18 500 €",
        "scop": "30 €",
        "fonds-dotation-fondation-abritee": "15 000 €",
        "association-ensembliere": "absence de capital",
    },
    "fiscalite": {
        "gie": "chaque membre est imposé sur sa part",
        "scic": "soumise en principe à l’impôt sur les sociétés",
        "gip": "hors impôt sur les sociétés",
    },
    "gouvernance": {
        "gcsms": "une assemblée générale des membres",
        "scop": "une voix par salarié associé",
        "scic": "une voix, quel que soit son apport",
    },
    "creation": {
        "gcsms": "le préfet de département approuve",
        "groupement-employeurs": "DREETS",
        "collectif-informel": "ni autorisation ni déclaration",
    },
    "delai": {
        "association-ensembliere": "sous cinq jours",
        "fusion-scission-apa": "environ six mois",
        "groupement-employeurs": "dans le mois de sa constitution",
    },
    "sortie": {
        "gcsms": "six mois de préavis",
        "association-ensembliere": "à tout moment",
        "sci-fonciere": "décision unanime des autres ou pour un juste motif",
    },
    "cout": {"union-federation": "sont gratuites", "filiale-commerciale-esus": "37,45 €"},
    "benefices": {"gip": "Aucun partage", "scic": "57,5 %"},
}
"""Words that a cell of the bundled collection holds, criterion by criterion."""

EMPTY = {
    "salaries": ("sci-fonciere",),
    "fiscalite": ("convention-partenariat", "mise-a-disposition", "groupement-momentane"),
    "delai": ("collectif-informel", "gie", "cae", "union-federation", "tiers-lieu"),
    "capital": ("convention-partenariat", "ptce", "mandat-gestion"),
    "cout": ("ptce", "mise-a-disposition", "groupement-achats"),
    "benefices": ("ptce", "cae"),
}
"""Cells for which the bundled collection says something near, and nothing about them."""

Grid = dict[str, dict[str, Cell]]


@pytest.fixture(scope="module")
def library(ready: Path, embedder: Embedder) -> Library:
    return Library.open(Home(ready), embedder)


@pytest.fixture(scope="module")
def grid(library: Library) -> Grid:
    """Every form on every criterion."""
    keys = list(criteria())
    return {form: {c.criterion.key: c for c in cells(library, form, keys)} for form in FORMS}


def said(cell: Cell) -> str:
    return "\n".join(statement.text for statement in cell.statements)


@pytest.mark.parametrize(
    ("key", "form", "words"),
    [(key, form, words) for key, forms in KNOWN.items() for form, words in forms.items()],
)
def test_a_cell_says_what_the_corpus_says_of_its_form(
    grid: Grid, key: str, form: str, words: str
) -> None:
    assert words in said(grid[form][key])


@pytest.mark.parametrize(
    ("key", "form"), [(key, form) for key, forms in EMPTY.items() for form in forms]
)
def test_a_cell_stays_empty_rather_than_quote_something_near(
    grid: Grid, key: str, form: str
) -> None:
    assert grid[form][key].statements == ()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_what_it_is_and_how_one_leaves_it(grid: Grid, form: str) -> None:
    for key in ("nature", "choisir", "eviter", "membres", "creation", "responsabilite", "sortie"):
        assert grid[form][key].statements, key


def test_every_quote_slices_out_of_a_page_of_a_document_about_the_form(
    grid: Grid, library: Library
) -> None:
    for form, row in grid.items():
        for cell in row.values():
            assert len(cell.statements) <= cell.criterion.most
            for statement in cell.statements:
                assert statement.support == "verbatim"
                assert statement.text == " ".join(c.quote for c in statement.citations)
                for citation in statement.citations:
                    page = library.page(citation.document.id, citation.page_index)
                    assert page is not None
                    assert page.text[citation.start : citation.end] == citation.quote
                    assert is_about(citation.document, form)


def test_no_two_forms_are_told_by_the_same_words(grid: Grid) -> None:
    seen: dict[tuple[str, int, int], str] = {}
    for form, row in grid.items():
        for citation in (c for cell in row.values() for c in cell.citations):
            place = (citation.document.id, citation.page_index, citation.start)
            assert seen.setdefault(place, form) == form, citation.quote


def test_citations_are_numbered_through_the_grid_the_same_quote_once(library: Library) -> None:
    made = compare(library, ["gie", "groupement-employeurs"], list(criteria()))
    assert [c.number for c in made.citations] == list(range(1, len(made.citations) + 1))
    places = [(c.document.id, c.page_index, c.start) for c in made.citations]
    assert len(set(places)) == len(places)
    first = [c.number for cell in made.rows[0] for c in cell.citations]
    assert first == [1, 2]


def test_the_usual_criteria_are_compared_unless_one_says_otherwise(library: Library) -> None:
    made = compare(library, ["scop", "scic", "scop"])
    assert made.forms == ("scop", "scic")
    assert tuple(criterion.key for criterion in made.criteria) == usual()
    some = compare(library, ["scop", "scic"], ["sortie", "membres"])
    assert [criterion.key for criterion in some.criteria] == ["membres", "sortie"]


@pytest.mark.parametrize(
    ("forms", "message"),
    [
        ([], "Aucune forme"),
        (["gie"], "Une seule forme"),
        (["gie", "gie"], "Une seule forme"),
        (list(FORMS)[: MOST + 1], "6 formes"),
        (["gie", "<b>zut"], "« <b>zut »"),
    ],
)
def test_too_few_too_many_and_unknown_forms_are_refused(
    library: Library, forms: list[str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        compare(library, forms)
    assert FEWEST == 2


def test_an_unknown_criterion_is_refused(library: Library) -> None:
    with pytest.raises(UsageError, match="Critère inconnu : « zut »"):
        compare(library, ["gie", "scic"], ["membres", "zut"])


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("C'est quoi la différence entre un GE et un GIE ?", ("groupement-employeurs", "gie")),
        ("SCIC ou SCOP pour un tiers-lieu ?", ("scic", "scop", "tiers-lieu")),
        ("Qui peut créer un groupement d'employeurs ?", ()),
        ("Un GE peut-il faire une mise à disposition ?", ()),
        ("Fusion, GIE, GE, SCIC, SCOP ou CAE ?", ()),
    ],
)
def test_a_question_that_compares_forms_is_recognised(
    question: str, forms: tuple[str, ...]
) -> None:
    assert compared_forms(question) == forms


# --- documents that are none of ours ------------------------------------------------------------


def shelve(
    home: Home, embedder: Embedder, documents: Mapping[Document, Mapping[tuple[str, ...], str]]
) -> Library:
    """A library of documents whose sections are given by their headings; a page a document."""
    with writing(home), Staging(home, embedder) as staging:
        for document, sections in documents.items():
            text = "\n".join(sections.values())
            passages = [
                Passage(
                    f"{document.id}-{number}",
                    document.id,
                    headings,
                    part,
                    (Span(0, len(part), 0, "1", text.index(part)),),
                )
                for number, (headings, part) in enumerate(sections.items())
            ]
            page = RecordedPage(Page(document.id, 0, "1", text), "read", "")
            staging.add(document, [page], passages)
        staging.commit()
    return Library.open(home, embedder)


def supplied(id_: str, title: str, **fields: object) -> Document:
    values: dict[str, object] = {"publisher": "Éditeur", "sha256": f"sha-{id_}"} | fields
    return Document(id=id_, title=title, file=f"{id_}.pdf", **values)  # type: ignore[arg-type]


FICHE = supplied("gie", "Le GIE", own=True, forms=("gie",))
DEBTS = "Les membres d’un GIE paient ses dettes solidairement et sans limite."


def test_a_supplied_document_is_read_by_what_it_says_whatever_its_headings(
    home: Home, embedder: Embedder
) -> None:
    guide = supplied("guide", "Guide pratique du groupement d’intérêt économique")
    library = shelve(home, embedder, {
        guide: {
            ("Guide", "Chapitre 2"): "Un GIE est un groupement qui prolonge l’activité de ses "
            "membres. Le groupement peut se former sans capital. Les membres sont solidairement "
            "tenus de ses dettes. Le temps était beau à la réunion de lancement du projet.",
        }
    })  # fmt: skip
    row = {c.criterion.key: said(c) for c in cells(library, "gie", list(criteria()))}
    assert row["nature"].startswith("Un GIE est un groupement")
    assert row["capital"] == "Le groupement peut se former sans capital."
    assert row["responsabilite"] == "Les membres sont solidairement tenus de ses dettes."
    assert {key for key, words in row.items() if words} == {"nature", "capital", "responsabilite"}


def test_a_supplied_document_that_says_the_same_comes_before_a_fiche_of_ours(
    home: Home, embedder: Embedder
) -> None:
    guide = supplied("guide", "Le guide du GIE", forms=("gie",))
    theirs = "Les membres du GIE paient les dettes, solidairement et sans limite."
    headings = ("Le GIE", "Responsabilité des membres")
    library = shelve(home, embedder, {FICHE: {headings: DEBTS}, guide: {headings: theirs}})
    (cell,) = cells(library, "gie", ["responsabilite"])
    assert said(cell) == theirs


def test_of_a_document_about_several_forms_only_what_names_the_form_is_quoted(
    home: Home, embedder: Embedder
) -> None:
    both = supplied("tableau", "Comparatif", forms=("gie", "scic"))
    table = (
        "Forme | Personne morale | Membres\nGIE | Oui, dès l’immatriculation. | Deux personnes."
        "\nSCIC | Oui, société à capital variable. | Trois associés."
    )
    library = shelve(home, embedder, {
        both: {
            ("Comparatif", "Avec quels membres"): table,
            ("Comparatif", "Qui répond des dettes"): "La solidarité des membres est à craindre.",
        }
    })  # fmt: skip
    made = compare(library, ["gie", "scic"], ["membres", "personnalite", "responsabilite"])
    assert [[said(cell) for cell in row] for row in made.rows] == [
        ["Deux personnes.", "Trois associés."],
        ["Oui, dès l’immatriculation.", "Oui, société à capital variable."],
        ["", ""],
    ]


def test_a_form_without_a_document_says_so(home: Home, embedder: Embedder) -> None:
    headings = ("Le GIE", "Responsabilité des membres")
    library = shelve(home, embedder, {FICHE: {headings: DEBTS}})
    made = compare(library, ["gie", "scic"])
    assert made.undocumented == ("scic",)
    assert all(row[1].statements == () for row in made.rows)


def test_a_grid_is_handed_over_with_its_sources(library: Library) -> None:
    made = compare(library, ["groupement-employeurs", "gie", "gcsms", "scic"])
    word = docx.Document(io.BytesIO(as_docx(comparison_handout(made, "23/11/2026"))))
    assert word.paragraphs[0].text == "Comparaison : GE, GIE, GCSMS, SCIC"
    head, *rows = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    assert head[:2] == ["Critère", "Groupement d’employeurs (GE)"]
    assert [row[0] for row in rows] == [criterion.title for criterion in made.criteria]
    empty = [cell for row in rows for cell in row if cell == NOT_FOUND]
    assert len(empty) == missing(made)
    text = [paragraph.text for paragraph in word.paragraphs]
    sources = text[text.index("Sources") + 1 :]
    for citation in made.citations:
        assert any(" ".join(citation.quote.split()) in source for source in sources)


def missing(made: Comparison) -> int:
    return sum(not cell.statements for row in made.rows for cell in row)
