"""The rules a fiche must keep, so that each of its sentences can be quoted alone and traced.

`check_fiche` looks at one fiche, `check_together` at all of them; both list every fault with file,
line and remedy. `python -m corpus.fiche_check FICHE…` prints them.
"""

from __future__ import annotations

import argparse
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.errors import CoopError
from corpus.fiche import (
    ADVICE,
    FICHES,
    SILENT,
    Fiche,
    Section,
    Sentence,
    block_sentences,
    cited_source,
    load_sources,
    mark_key,
    mark_locator,
    parse_fiche,
    section_sentences,
)
from corpus.fiche_facts import RUN, FactBase, fold_words, shared_run
from corpus.subjects import FORMS, THEMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.types import Source

FORM_HEADINGS: Final = (
    "En bref",
    "Base légale",
    "Qui peut en être membre",
    "Création",
    "Gouvernance",
    "Responsabilité des membres",
    "Salariés",
    "Fiscalité",
    "Atouts",
    "Points de vigilance",
    "Quand la choisir, quand l'éviter",
    "En sortir",
    "À ne pas confondre avec",
    "Questions à se poser",
)
METHOD_HEADINGS: Final = (
    "En bref",
    "Pourquoi",
    "Comment s'y prendre",
    "Exemples",
    "Questions à poser en séance",
    "Écueils",
)
LANDMARK_LAST: Final = ("Points de vigilance", "Questions à se poser")
LONGEST_SENTENCE: Final = 45

_ARTICLE = re.compile(
    r"\b(?:art(?:icles?|\.)|articles)\s+((?:[LRDA]\.?\s?)?\d[\w°-]*)|\b([LRD]\.?\s?\d{3,}[\d-]*)"
)
_EUROS = re.compile(r"\d\s?(?:€|euros?\b|(?:M|k|millions? d')\s?(?:€|euros))")
_YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
_DANGLING = re.compile(
    r"(?:(?:Il|Ils|Elle|Elles|On)\b(?! (?:faut|existe|est (?:conseillé|possible|utile|prudent|"
    r"préférable|recommandé|interdit|déconseillé|d'usage)|vaut mieux|n'existe|reste))"
    r"|(?:Celui|Celle|Ceux|Celles)\b|(?:Cela|Ceci|Ça|C'est|Ce|Cet|Cette|Ces)\b"
    r"|(?:Son|Sa|Ses|Leur|Leurs)\b"
    r"|(?:Toutefois|Cependant|Néanmoins|Pourtant|En revanche|En effet|De plus|De même|Par ailleurs"
    r"|En outre|Ainsi|Donc|Enfin|Mais|Or|Et|Car|Aussi|Ensuite|Puis|Alors|Sinon|Dans ce cas|À défaut"
    r"|Par conséquent|Autrement dit|D'où|Y compris|Idem|Même chose|Ici|Là)\b)"
)


class Fault(NamedTuple):
    """What is wrong, where, and what to do."""

    path: Path
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path.name}, ligne {self.line} : {self.message} {self.remedy}"


def check_fiche(
    fiche: Fiche, sources: dict[str, Source], facts: FactBase | None = None
) -> list[Fault]:
    """All faults of one fiche, by line; with `facts`, figures and wording are compared with it."""
    faults = [*_header_faults(fiche), *_heading_faults(fiche)]
    for section in fiche.sections:
        faults.extend(_section_faults(fiche, section))
        for sentence in section_sentences(section):
            where = (fiche.path, sentence.line)
            problems = [*_mark_faults(sentence, sources), *_wording_faults(sentence)]
            if not problems:
                problems = [*_figure_faults(sentence, sources)]
                problems += [*facts.faults(sentence, sources)] if facts else []
            faults.extend(Fault(*where, *problem) for problem in problems)
    return sorted(faults, key=lambda fault: fault.line)


def check_together(fiches: Sequence[Fiche]) -> list[Fault]:
    """The faults of a collection: an id used twice, a run of words shared by two fiches."""
    faults = []
    owners: dict[str, Fiche] = {}
    seen: dict[tuple[str, ...], Fiche] = {}
    sources = load_sources()
    for fiche in fiches:
        other = owners.setdefault(fiche.header.id, fiche)
        if other is not fiche:
            message = f"l'identifiant « {fiche.header.id} » est déjà celui de {other.path.name}."
            faults.append(Fault(fiche.path, 1, message, "Changez l'un des deux."))
        runs: dict[tuple[str, ...], Fiche] = {}
        for sentence in _all_sentences(fiche):
            words = fold_words(sentence.text)
            run = shared_run(words, seen, sources)
            if run:
                message = f"« {run} » se lit aussi dans {seen[tuple(run.split())].path.name}."
                faults.append(Fault(fiche.path, sentence.line, message, "Reformulez la phrase."))
            runs |= {tuple(words[i : i + RUN]): fiche for i in range(len(words) - RUN + 1)}
        seen |= runs
    return faults


def _all_sentences(fiche: Fiche) -> Iterator[Sentence]:
    return (
        s for section in fiche.sections if not section.silent for s in section_sentences(section)
    )


# --- one fiche: front matter and headings ----------------------------------------------------

Problem = tuple[str, str]


def _header_faults(fiche: Fiche) -> Iterator[Fault]:
    header = fiche.header
    problems: list[Problem] = []
    if header.id != fiche.path.stem or not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", header.id):
        remedy = "Donnez à « id » le nom du fichier : minuscules, chiffres et tirets."
        problems.append((f"l'identifiant « {header.id} » ne convient pas.", remedy))
    if len(header.short) > 45:
        problems.append(
            ("le titre courant est trop long.", "Ajoutez « short » : 45 signes au plus.")
        )
    if header.kind == "forme" and not header.forms:
        problems.append(("« forms » est vide.", "Nommez la forme décrite."))
    if not 1 <= len(header.themes) <= 4:
        problems.append(("« themes » compte mal.", "Donnez un à quatre thèmes."))
    for name, words, known in (("forms", header.forms, FORMS), ("themes", header.themes, THEMES)):
        for word in words:
            if word not in known:
                remedy = f"Choisissez parmi : {', '.join(known)}."
                problems.append((f"« {word} » est inconnu dans « {name} ».", remedy))
    return (Fault(fiche.path, 1, *problem) for problem in problems)


def _heading_faults(fiche: Fiche) -> Iterator[Fault]:
    titles = [section.title for section in fiche.sections]
    if fiche.header.kind == "repere":
        yield from _landmark_faults(fiche, titles)
        return
    expected = FORM_HEADINGS if fiche.header.kind == "forme" else METHOD_HEADINGS
    for missing in (title for title in expected if title not in titles):
        yield Fault(fiche.path, 1, f"le titre « {missing} » manque.", f"Ajoutez « ## {missing} ».")
    for section in fiche.sections:
        if section.title not in expected:
            remedy = f"Titres permis : {' · '.join(expected)}."
            yield Fault(fiche.path, section.line, f"titre inconnu « {section.title} ».", remedy)
    known = [section for section in fiche.sections if section.title in expected]
    for before, after in pairwise(known):
        if expected.index(before.title) >= expected.index(after.title):
            message = f"« {after.title} » n'est pas à sa place."
            yield Fault(fiche.path, after.line, message, f"Ordre : {' · '.join(expected)}.")


def _landmark_faults(fiche: Fiche, titles: list[str]) -> Iterator[Fault]:
    if not titles or titles[0] != "En bref":
        yield Fault(
            fiche.path, 1, "« En bref » n'ouvre pas la fiche.", "Commencez par « ## En bref »."
        )
    free = [title for title in titles if title not in {"En bref", *LANDMARK_LAST}]
    if len(free) < 2:
        yield Fault(
            fiche.path, 1, "il manque des sections.", "Ajoutez au moins deux titres libres."
        )
    last = [title for title in titles if title in LANDMARK_LAST]
    if last and titles[-len(last) :] != [title for title in LANDMARK_LAST if title in last]:
        yield Fault(
            fiche.path, 1, "l'ordre des titres est faux.", f"Finissez par : {' · '.join(last)}."
        )
    if len(set(titles)) != len(titles) or "Sources" in titles:
        yield Fault(
            fiche.path, 1, "un titre est en double ou interdit.", "« Sources » est fabriqué."
        )


def _section_faults(fiche: Fiche, section: Section) -> Iterator[Fault]:
    if not section.blocks:
        remedy = f"Écrivez-la, ou mettez « {SILENT} »"
        yield Fault(fiche.path, section.line, f"la section « {section.title} » est vide.", remedy)
        return
    sentences = section_sentences(section)
    if sentences and not section.title.startswith("Questions") and not section.silent:
        first = sentences[0]
        if first.question or first.lead_in:
            message = f"la section « {section.title} » ne s'ouvre pas par sa réponse."
            yield Fault(
                fiche.path, first.line, message, "Commencez par une phrase qui répond au titre."
            )
    old = [s for s in sentences if s.marks and all("version 2015" in mark for mark in s.marks)]
    if old and "recontrôl" not in " ".join(sentence.text for sentence in sentences):
        message = "la section cite du droit lu en version 2015 sans le dire à recontrôler."
        yield Fault(fiche.path, old[0].line, message, "Ajoutez « à recontrôler sur Légifrance ».")
    for block in section.blocks:
        text = " ".join(cell for cell in block.cells)
        if "à vérifier" in text:
            remedy = "Retirez ce fait, ou conseillez de le faire vérifier."
            yield Fault(fiche.path, block.line, "« à vérifier » est resté.", remedy)
        if block.kind == "row" and any("[@" in cell for cell in block.cells[:-1]):
            remedy = "Mettez une seule marque, à la fin de la dernière cellule."
            yield Fault(
                fiche.path, block.line, "une marque est mal placée dans le tableau.", remedy
            )
        if block.kind in {"bullet", "number"} and not _is_item(block_sentences(block)):
            remedy = "Commencez par une majuscule, finissez par un point ou un deux-points."
            yield Fault(fiche.path, block.line, "l'élément de liste n'est pas une phrase.", remedy)


def _is_item(sentences: list[Sentence]) -> bool:
    if not sentences:
        return False
    first, last = sentences[0].text, sentences[-1].text
    return not first[:1].islower() and last.endswith((".", "?", "!", ":", "…", "»", ")"))


# --- one sentence ----------------------------------------------------------------------------


def _mark_faults(sentence: Sentence, sources: dict[str, Source]) -> Iterator[Problem]:
    short = sentence.text[:60]
    exempt = sentence.question or sentence.lead_in or sentence.text == SILENT
    if not sentence.marks and not exempt:
        yield f"« {short}… » n'a pas de source.", "Ajoutez « [@clé: repère] » après le point."
    for mark in sentence.marks:
        if mark_key(mark) not in sources:
            yield f"la clé « {mark_key(mark)} » est inconnue.", "Voyez corpus/fiches/sources.toml."
    keys = {mark_key(mark) for mark in sentence.marks}
    if ADVICE in keys and len(keys) > 1:
        yield f"« {short}… » mêle conseil et fait.", "Faites deux phrases, chacune avec sa marque."


def _wording_faults(sentence: Sentence) -> Iterator[Problem]:
    text = sentence.text
    if "[@" in text or "**" in text:
        yield f"« {text[:60]}… » garde du balisage.", "Fermez la marque ou le gras."
    if _DANGLING.match(text) and not sentence.question:
        yield f"« {text[:60]}… » ne tient pas seule.", "Nommez le sujet en tête de phrase."
    if len(text.split()) > LONGEST_SENTENCE:
        yield f"« {text[:60]}… » compte {len(text.split())} mots.", "Coupez-la en deux."
    if _EUROS.search(text) and not _YEAR.search(text) and not sentence.question:
        yield f"« {text[:60]}… » donne un montant sans année.", "Dites l'année dans la phrase."
    old = bool(sentence.marks) and all("version 2015" in mark for mark in sentence.marks)
    if old and "2015" not in text:
        yield f"« {text[:60]}… » tait son âge.", "Dites que le texte est lu en version 2015."


def _figure_faults(sentence: Sentence, sources: dict[str, Source]) -> Iterator[Problem]:
    marks = sentence.marks
    if not marks:
        return
    articles = [a or b for a, b in _ARTICLE.findall(sentence.text)]
    if ADVICE in marks:
        if articles or _EUROS.search(sentence.text):
            yield (
                f"« {sentence.text[:60]}… » : un conseil affirme un droit ou un montant.",
                ("Citez la source de ce fait, ou retirez-le du conseil."),
            )
        return
    cited = " ".join(f"{cited_source(m, sources).title} {mark_locator(m)}" for m in marks)
    for article in articles:
        if _squeeze(article) not in _squeeze(cited):
            yield (
                f"l'article {article} n'est pas dans le repère de la marque.",
                (f"Écrivez « [@clé: art. {article}, …] » si la base de faits le dit."),
            )


def _squeeze(text: str) -> str:
    return re.sub(r"[\s.]", "", text).lower()


# --- command ---------------------------------------------------------------------------------


def main(arguments: Iterable[str] | None = None) -> int:
    """Check the fiches named (all when none is) and print what is wrong; 1 if anything is."""
    parser = argparse.ArgumentParser(description="Vérifie des fiches.")
    parser.add_argument(
        "fiches", nargs="*", type=Path, help="fiches à vérifier (toutes par défaut)"
    )
    parser.add_argument(
        "--facts", type=Path, action="append", help="dossier de faits, pour comparer"
    )
    options = parser.parse_args(None if arguments is None else list(arguments))
    paths = options.fiches or sorted(FICHES.glob("*.md"))
    faults: list[str] = []
    try:
        sources = load_sources()
        facts = FactBase.load(*options.facts) if options.facts else None
        for path in paths:
            faults += map(str, check_fiche(parse_fiche(path), sources, facts))
        named = {path.name for path in paths}
        others = [path for path in sorted(FICHES.glob("*.md")) if path.name not in named]
        together = check_together([*_readable(others), *map(parse_fiche, paths)])
        faults += [str(fault) for fault in together if fault.path in paths]
    except CoopError as error:
        faults.append(str(error))
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.stdout.write(f"{len(faults)} faute(s) dans {len(paths)} fiche(s).\n")
    return 1 if faults else 0


def _readable(paths: list[Path]) -> Iterator[Fiche]:
    for path in paths:
        try:
            yield parse_fiche(path)
        except CoopError:  # somebody else's draft; its own check will say so
            continue


if __name__ == "__main__":
    sys.exit(main())
