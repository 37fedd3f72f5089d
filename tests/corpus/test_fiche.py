from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CatalogueError
from corpus.fiche import (
    FICHES,
    Block,
    FicheSentence,
    block_sentences,
    cited_source,
    fiche_sentences,
    load_sources,
    parse_fiche,
    split_marks,
)
from corpus.fiche_check import METHOD_HEADINGS, check_fiche, check_together, main
from corpus.fiche_facts import FactBase
from corpus.types import Source

SHARED = Path(__file__).parents[3] / "shared"
FACTS = (SHARED / "facts", SHARED / "seed")
HEADER = """\
---
id: essai
title: Une fiche d'essai
kind: methode
forms: []
themes: [methode]
version: 2026-11-23
law: Sans objet.
reviewed: false
---
"""
SOURCES = {
    "alpha": Source("alpha", "Guide alpha", "Alpha", "2024", "https://alpha.example", "extrait"),
    "beta": Source("beta", "Code beta", "Beta", "", "", ""),
    "analyse": Source("analyse", "Analyse du projet", "Projet", "", "", "conseil"),
}
SENTENCE = "Une coopération part de la volonté des structures. [@alpha: art. L12-1, état 2023]"


def write(folder: Path, body: str = "", header: str = HEADER, name: str = "essai.md") -> Path:
    """A method sheet whose first section is `body`, the other sections sound."""
    sections = [f"## {METHOD_HEADINGS[0]}\n\n{body or SENTENCE}"]
    sections += [
        f"## {title}\n\nLe guide alpha traite en détail la rubrique « {title} ». [@alpha]"
        for title in METHOD_HEADINGS[1:]
    ]
    path = folder / name
    path.write_text(header + "\n" + "\n\n".join(sections) + "\n", encoding="utf-8")
    return path


def faults_of(path: Path) -> list[str]:
    return [str(fault) for fault in check_fiche(parse_fiche(path), SOURCES)]


# --- reading ---------------------------------------------------------------------------------


def test_a_fiche_is_read_into_its_header_and_its_sections(tmp_path: Path) -> None:
    fiche = parse_fiche(write(tmp_path))
    assert fiche.header.id == "essai"
    assert fiche.header.short == fiche.header.title
    assert fiche.header.version == date(2026, 11, 23)
    assert tuple(section.title for section in fiche.sections) == METHOD_HEADINGS
    assert fiche.file == "essai.pdf"


def test_sentences_come_in_reading_order_with_their_marks(tmp_path: Path) -> None:
    body = (
        "Une **union** aide\nses membres. [@alpha; @beta: art. 2]\n"
        "Voyez [le site](https://exemple.org). [@analyse]\n\n"
        "- Qui décide ?\n- Le bureau décide. [@beta]\n\n"
        "| Point | Réponse |\n|---|---|\n| Durée | Un an. [@alpha] |"
    )
    assert fiche_sentences(write(tmp_path, body))[:6] == (
        FicheSentence("Une union aide ses membres.", ("alpha", "beta: art. 2")),
        FicheSentence("Voyez le site.", ("analyse",)),
        FicheSentence("Qui décide ?", ()),
        FicheSentence("Le bureau décide.", ("beta",)),
        FicheSentence("Durée", ("alpha",)),
        FicheSentence("Un an.", ("alpha",)),
    )


def test_the_sentences_of_a_silent_section_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "Les sources réunies ne le précisent pas.")
    assert not [s for s in fiche_sentences(path) if "sources réunies" in s.text]
    assert not faults_of(path)


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    block = Block("paragraph", ("Voyez l'art. 5 et le n° 3. Puis le code. [@alpha]",), 1)
    assert [s.text for s in block_sentences(block)] == [
        "Voyez l'art. 5 et le n° 3.",
        "Puis le code.",
    ]


def test_a_cited_source_says_where_in_it_the_fact_was_read() -> None:
    source = cited_source("alpha: art. 3, état 2023", SOURCES)
    assert source.read == "art. 3, état 2023 ; extrait"
    assert cited_source("alpha", SOURCES) == SOURCES["alpha"]


_words = st.text(st.sampled_from("abcdé '.,?!:;0123456789\n"), min_size=1, max_size=60)
_marks = st.lists(st.sampled_from(["alpha", "beta: art. 2", "analyse"]), min_size=1, max_size=3)


@given(st.lists(st.tuples(_words, _marks), max_size=5))
def test_cutting_at_marks_loses_no_text_and_no_mark(pieces: list[tuple[str, list[str]]]) -> None:
    text = "".join(f"{words} [@{'; @'.join(marks)}]" for words, marks in pieces)
    cut = split_marks(text)
    assert [marks for _, marks in cut] == [tuple(marks) for _, marks in pieces]
    assert ["".join(raw.split()) for raw, _ in cut] == ["".join(w.split()) for w, _ in pieces]


@given(_words)
def test_cutting_into_sentences_loses_no_word(words: str) -> None:
    cut = block_sentences(Block("paragraph", (words,), 1))
    assert " ".join(s.text for s in cut).split() == words.split()


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "replacement", "expected"),
    [
        ("title: Une fiche d'essai", "", "« title » manque"),
        ("version: 2026-11-23", "version: 23 novembre", "ligne 7 : le champ « version »"),
        ("version: 2026-11-23", "version: 2026-13-45", "ligne 7"),
        ("kind: methode", "kind: roman", "ligne 4 : le champ « kind » vaut « roman »"),
        ("reviewed: false", "reviewed: peut-être", "« reviewed »"),
        ("forms: []", "forms: gie", "« forms » n'est pas une liste"),
        ("law: Sans objet.", "law: Sans objet.\nauteur: moi", "« auteur » est inconnu"),
        ("law: Sans objet.", "law: [", "illisible"),
    ],
)
def test_a_wrong_front_matter_is_refused_with_its_line(
    tmp_path: Path, line: str, replacement: str, expected: str
) -> None:
    path = write(tmp_path, header=HEADER.replace(line, replacement))
    with pytest.raises(CatalogueError, match=r"essai\.md, ligne") as caught:
        parse_fiche(path)
    assert expected in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "content", ["", "Bonjour", "---\nid: essai\n", HEADER + "Du texte.\n\n## En bref\n"]
)
def test_a_file_that_is_no_fiche_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "essai.md"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError):
        parse_fiche(path)


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "essai.md").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "absente.md", tmp_path / "essai.md"):
        with pytest.raises(CatalogueError, match="ne peut pas être lue"):
            parse_fiche(path)


@pytest.mark.parametrize("line", ["> Citation.", "<b>gras</b>", "# Titre", "![image](x.png)"])
def test_markup_that_is_not_allowed_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(CatalogueError, match="n'est pas permis"):
        parse_fiche(write(tmp_path, line))


def test_a_table_with_uneven_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cellules"):
        parse_fiche(write(tmp_path, "| A | B |\n|---|---|\n| un | deux | trois [@alpha] |"))


# --- the rules -------------------------------------------------------------------------------


def test_a_sound_fiche_has_no_fault(tmp_path: Path) -> None:
    assert not faults_of(write(tmp_path))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Une union aide ses membres.", "n'a pas de source"),
        ("Une union aide ses membres. [@gamma]", "la clé « gamma » est inconnue"),
        ("Une union aide ses membres. [@alpha; @analyse]", "mêle conseil et fait"),
        ("Toutefois une union aide ses membres. [@alpha]", "ne tient pas seule"),
        ("Elle aide ses membres. [@alpha]", "ne tient pas seule"),
        ("Une aide de 300 € existe. [@alpha]", "montant sans année"),
        ("L'article L9-9 le permet. [@alpha: art. L12-1]", "n'est pas dans le repère"),
        ("Mieux vaut relire l'article L9-9. [@analyse]", "un conseil affirme"),
        ("Une union agit. [@beta: art. 3, version 2015]", "tait son âge"),
        ("Une union agit (2015). [@beta: version 2015]", "recontrôler"),
        ("Une union agit. [à vérifier]", "« à vérifier » est resté"),
        ("Que fait une union ?", "ne s'ouvre pas par sa réponse"),
        (f"{SENTENCE}\n\n- petit morceau [@alpha]", "n'est pas une phrase"),
        ("Mot " * 46 + "fin. [@alpha]", "compte 47 mots"),
        (f"{SENTENCE}\n\n| A | B |\n|---|---|\n| x [@alpha] | y |", "mal placée"),
        ("", "est vide"),
    ],
)
def test_a_broken_rule_is_named_with_line_and_remedy(
    tmp_path: Path, body: str, expected: str
) -> None:
    path = write(tmp_path, body or "à retirer")
    if not body:
        path.write_text(path.read_text("utf-8").replace("à retirer", ""), encoding="utf-8")
    faults = check_fiche(parse_fiche(path), SOURCES)
    found = [fault for fault in faults if expected in fault.message]
    assert found, [str(fault) for fault in faults]
    assert found[0].line > 1
    assert found[0].remedy


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("## Pourquoi", "## Le pourquoi", "le titre « Pourquoi » manque"),
        ("## Pourquoi", "## Le pourquoi", "titre inconnu « Le pourquoi »"),
        ("id: essai", "id: autre", "l'identifiant « autre »"),
        ("themes: [methode]", "themes: [cuisine]", "« cuisine » est inconnu"),
        ("themes: [methode]", "themes: []", "« themes » compte mal"),
    ],
)
def test_a_wrong_heading_or_word_is_named(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8").replace(before, after), encoding="utf-8")
    assert any(expected in fault for fault in faults_of(path))


def test_headings_out_of_order_are_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text("utf-8").replace("## Pourquoi", "## X")
    text = text.replace("## Exemples", "## Pourquoi").replace("## X", "## Exemples")
    path.write_text(text, encoding="utf-8")
    assert any("n'est pas à sa place" in fault for fault in faults_of(path))


def test_two_fiches_may_share_neither_their_id_nor_twelve_words(tmp_path: Path) -> None:
    first = parse_fiche(write(tmp_path))
    second = parse_fiche(write(tmp_path, name="autre.md"))
    messages = [fault.message for fault in check_together([first, second])]
    assert any("« essai » est déjà celui de essai.md" in message for message in messages)
    long = (
        "Une phrase assez longue pour être reconnue quand deux fiches la disent pareille. [@alpha]"
    )
    (tmp_path / "b").mkdir()
    first = parse_fiche(write(tmp_path, long))
    second = parse_fiche(write(tmp_path / "b", long))
    assert any("se lit aussi dans essai.md" in f.message for f in check_together([first, second]))


def test_figures_are_looked_up_in_the_facts_of_their_source(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "un.md").write_text(
        "- En 2024, une aide de 1 200 €, quatre mois au plus et sans aucune autre condition "
        "de durée ni de lieu. [vérifié: ALPHA]\n- Autre montant : 999. [vérifié: BETA]\n",
        encoding="utf-8",
    )
    base = FactBase.load(facts)

    def found(body: str) -> list[str]:
        fiche = parse_fiche(write(tmp_path, body))
        return [fault.message for fault in check_fiche(fiche, SOURCES, base)]

    assert not found("En 2024, une aide versait 1 200 €. [@alpha]")
    assert "« 999 »" in found("En 2024, une aide versait 999 €. [@alpha]")[0]
    copied = "Une aide dure quatre mois au plus et sans aucune autre condition de durée ni de lieu."
    assert "recopié" in found(f"{copied} [@alpha]")[0]


# --- what is shipped -------------------------------------------------------------------------


def test_every_shipped_fiche_keeps_the_rules() -> None:
    sources = load_sources()
    fiches = [parse_fiche(path) for path in sorted(FICHES.glob("*.md"))]
    faults = [fault for fiche in fiches for fault in check_fiche(fiche, sources)]
    assert not [str(fault) for fault in [*faults, *check_together(fiches)]]
    assert len(fiches) >= 6


@pytest.mark.skipif(not FACTS[0].is_dir(), reason="the fact base is not at hand")
def test_every_shipped_fiche_agrees_with_the_fact_base() -> None:
    sources = load_sources()
    base = FactBase.load(*(folder for folder in FACTS if folder.is_dir()))
    fiches = [parse_fiche(path) for path in sorted(FICHES.glob("*.md"))]
    faults = [fault for fiche in fiches for fault in check_fiche(fiche, sources, base)]
    assert not [str(fault) for fault in faults]


def test_every_source_says_what_it_is() -> None:
    for source in load_sources().values():
        assert source.title
        assert source.publisher
        assert source.url.startswith(("http://", "https://")) or not source.url


def test_sources_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[a", encoding="utf-8")
    (tmp_path / "short.toml").write_text('[a]\ntitle = "x"\n', encoding="utf-8")
    for name in ("bad.toml", "short.toml", "absent.toml"):
        with pytest.raises(CatalogueError):
            load_sources(tmp_path / name)


def test_the_command_prints_the_faults_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "Une union aide ses membres. [@gamma]")
    assert main([str(path)]) == 1
    assert "essai.md, ligne 14 : la clé « gamma » est inconnue" in capsys.readouterr().out
