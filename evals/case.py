"""A case of the evaluation set: a question, what a good answer says, and the pages that say it.

Cases live in `cases/<theme>.yaml`, one readable file a theme, each case with its split: "dev" to
tune on, "test" to report on. The test cases are frozen: `cases/test.sha256` is their checksum.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import yaml

from corpus.errors import CoopError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CASES = Path(__file__).with_name("cases")
CHECKSUM = "test.sha256"

Split = Literal["dev", "test"]
Kind = Literal[
    "definition", "comparison", "who", "how_much", "when", "why", "yes_no", "steps", "list",
    "choice", "advice", "refusal",
]  # fmt: skip


KINDS: dict[Kind, str] = {
    "definition": "définition", "comparison": "comparaison", "who": "qui", "how_much": "combien",
    "when": "quand", "why": "pourquoi", "yes_no": "oui ou non", "steps": "étapes", "list": "liste",
    "choice": "choix", "advice": "conseil", "refusal": "à refuser",
}  # fmt: skip
"""The kinds as people read them."""


class CaseError(CoopError):
    """A case, or the set, that is wrong; names file and case."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a good answer says; `variants` are other wordings of it, each enough by itself.

    Without a vital point the answer is wrong; the others are a plus.
    """

    text: str
    vital: bool = True
    variants: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """The text and its variants."""
        return (self.text, *self.variants)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a page says it: `quote` is a slice of the text of the page numbered from 1."""

    document: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question, with its gold.

    `turns` are the user's earlier questions of the conversation, oldest first. `evidence` is what
    the expected answer was written from; `also` lists other places that say the same.
    `orientation` is a word of the name of the actor to be proposed. `requires` are the documents
    without which the case is not run. An unanswerable case has neither points nor evidence.
    """

    id: str
    theme: str
    question: str
    kind: Kind
    answerable: bool
    split: Split
    source: str
    turns: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    also: tuple[Evidence, ...] = ()
    orientation: str = ""
    requires: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def vital(self) -> tuple[Point, ...]:
        """The points without which the answer is wrong."""
        return tuple(point for point in self.points if point.vital)

    @property
    def gold(self) -> tuple[Evidence, ...]:
        """All the quotes that say it, those of `evidence` first."""
        return self.evidence + self.also

    @property
    def pages(self) -> frozenset[tuple[str, int]]:
        """The gold pages: (document id, page from 1)."""
        return frozenset((e.document, e.page) for e in self.gold)

    @property
    def asked(self) -> str:
        """All that the user says, the earlier turns first."""
        return " ".join([*self.turns, self.question])

    @property
    def pending(self) -> bool:
        """Whether the gold waits for the document that the case requires."""
        return self.answerable and bool(self.requires) and not self.evidence


def contradiction(case: Case) -> tuple[str, str] | None:
    """What contradicts itself in a case and its remedy, in French; None when nothing does."""
    if case.answerable != (case.kind != "refusal"):
        return "« kind » et « answerable » se contredisent.", "Accordez-les."
    if case.answerable and not case.pending and not (case.vital and case.evidence):
        return (
            "il manque un point essentiel (vital) ou une citation (evidence).",
            "Complétez le cas, ou ajoutez « requires » si le document n'est pas fourni.",
        )
    if not case.answerable and (case.points or case.gold):
        return "un cas à refuser n'a ni point ni citation.", "Retirez-les."
    return None


def from_fields(raw: Mapping[str, Any]) -> Case:
    """A case from what `dataclasses.asdict` made of it, as runs store it."""
    lists = {name: tuple(raw[name]) for name in ("turns", "requires", "tags")}
    points = tuple(Point(p["text"], p["vital"], tuple(p["variants"])) for p in raw["points"])
    gold = {name: tuple(Evidence(**e) for e in raw[name]) for name in ("evidence", "also")}
    return Case(**{**raw, **lists, **gold, "points": points})


# --- reading ------------------------------------------------------------------------------------


def load_cases(folder: Path = CASES, *, frozen: bool = True) -> list[Case]:
    """The cases of all files of a folder, by file then in file order.

    Args:
        folder: where the files are.
        frozen: check that the test cases are those of the checksum.

    Raises:
        CaseError: a file is unreadable, a field is missing, unknown or mistyped, an id stands
            twice, a point is empty; or the test cases are not those of the checksum.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise CaseError(f"Aucun cas dans « {folder} ».", "Indiquez un dossier de fichiers YAML.")
    found: list[Case] = []
    files: dict[str, str] = {}
    for path in paths:
        for case in read_file(path):
            if case.id in files:
                where = files[case.id]
                what = f"cet identifiant sert déjà dans {where}."
                raise _wrong(path, case.id, what, "Donnez-en un autre.")
            files[case.id] = path.name
            found.append(case)
    if frozen:
        _check_frozen(folder, found)
    return found


def read_file(path: Path) -> list[Case]:
    """The cases of one file, in order.

    Raises:
        CaseError: as for `load_cases`.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 — a safe loader
    except FileNotFoundError:
        raise CaseError(f"Il n'y a pas de fichier « {path} ».", "Vérifiez son nom.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", ligne {mark.line + 1}" if mark else ""
        raise CaseError(
            f"{path.name}{where} : ce n'est pas du YAML.",
            "Regardez les retraits et les guillemets de cette ligne et de la précédente.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(
            f"« {path} » ne se lit pas comme un texte ({type(error).__name__}).",
            "Enregistrez-le en UTF-8.",
        ) from error
    if not isinstance(raw, list):
        raise CaseError(f"{path.name} : ce n'est pas une liste de cas.", "Commencez par « - id: ».")
    return [_Reader(path, number, entry).case() for number, entry in enumerate(raw, 1)]


# libyaml reads the set ten times faster, where PyYAML was built with it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _wrong(path: Path, case: str, what: str, remedy: str) -> CaseError:
    return CaseError(f"{path.name}, cas « {case} » : {what}", remedy)


class _Reader:
    """Reads the fields of one entry of a file, each as one type."""

    def __init__(self, path: Path, number: int, entry: object) -> None:
        self._path = path
        self._name = f"n° {number}"
        if not isinstance(entry, dict):
            raise self.wrong("ce n'est pas un cas.", "Écrivez « - id: … » puis ses champs.")
        self._raw: dict[str, Any] = entry
        self._name = str(entry.get("id") or self._name)

    def wrong(self, what: str, remedy: str) -> CaseError:
        return _wrong(self._path, self._name, what, remedy)

    def case(self) -> Case:
        unknown = set(self._raw) - set(Case.__dataclass_fields__)
        if unknown:
            raise self.wrong(f"champ inconnu : {', '.join(sorted(unknown))}.", "Retirez-le.")
        answerable = self._raw.get("answerable")
        if not isinstance(answerable, bool):
            raise self.wrong("« answerable » n'est ni true ni false.", "Écrivez l'un des deux.")
        case = Case(
            id=self.text("id"),
            theme=self.text("theme"),
            question=self.text("question"),
            kind=cast("Kind", self.choice("kind", get_args(Kind))),
            answerable=answerable,
            split=cast("Split", self.choice("split", get_args(Split))),
            source=self.text("source"),
            turns=self.texts(self._raw, "turns"),
            points=tuple(map(self.point, self.entries("points"))),
            evidence=tuple(map(self.quote, self.entries("evidence"))),
            also=tuple(map(self.quote, self.entries("also"))),
            orientation=str(self._raw.get("orientation", "")),
            requires=self.texts(self._raw, "requires"),
            tags=self.texts(self._raw, "tags"),
        )
        if wrong := contradiction(case):
            raise self.wrong(*wrong)
        return case

    def text(self, name: str) -> str:
        value = self._raw.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"le champ « {name} » manque ou est vide.", "Écrivez un texte.")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in choices:
            raise self.wrong(f"« {name} » vaut « {value} ».", f"Choisissez : {', '.join(choices)}.")
        return value

    def texts(self, raw: dict[str, Any], name: str) -> tuple[str, ...]:
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self.wrong(f"« {name} » n'est pas une liste de textes.", "Écrivez « - … ».")
        return tuple(value)

    def entries(self, name: str) -> list[dict[str, Any]]:
        value = self._raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.wrong(f"« {name} » n'est pas une liste d'entrées.", "Voir les autres cas.")
        return value

    def point(self, raw: dict[str, Any]) -> Point:
        text = raw.get("text")
        if not isinstance(text, str) or not any(c.isalnum() for c in text):
            raise self.wrong("un point est vide.", "Écrivez-le dans « text », ou retirez-le.")
        return Point(text, bool(raw.get("vital", True)), self.texts(raw, "variants"))

    def quote(self, raw: dict[str, Any]) -> Evidence:
        document, page, quote = (raw.get(name) for name in ("document", "page", "quote"))
        if not (isinstance(document, str) and isinstance(quote, str) and quote.strip()):
            raise self.wrong(
                "une citation n'a pas de document ou de texte.",
                "Ajoutez « document » et « quote ».",
            )
        if not isinstance(page, int) or page < 1:
            given = "n'a pas de page" if page is None else f"a pour page « {page} »"
            raise self.wrong(
                f"une citation de « {document} » {given}.",
                "Donnez la page physique, comptée à partir de 1.",
            )
        return Evidence(document, page, quote)


# --- the test split is frozen -------------------------------------------------------------------


def checksum(cases: Sequence[Case]) -> str:
    """The SHA-256 of the test cases, whatever the files and the order they stand in."""
    frozen = sorted((asdict(case) for case in cases if case.split == "test"), key=lambda c: c["id"])
    return hashlib.sha256(json.dumps(frozen, sort_keys=True).encode()).hexdigest()


def _check_frozen(folder: Path, cases: Sequence[Case]) -> None:
    path = folder / CHECKSUM
    if not path.is_file():
        return
    if path.read_text(encoding="utf-8").strip() != checksum(cases):
        raise CaseError(
            f"Les cas de test ne sont plus ceux de « {path.name} » : l'un a été changé, ajouté ou "
            "retiré.",
            "Remettez-les ; si le changement est voulu : coop eval check --freeze",
        )
