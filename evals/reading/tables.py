"""The figures of the benchmark as rows of a table, beside what they should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from evals.reading.benchmark import Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evals.reading.benchmark import Scores


class Row(NamedTuple):
    """A measure: one value for each reader, None where it does not apply; `goal` or None.

    Values are shares, but for what is `timed`, which depends on the machine.
    """

    label: str
    values: tuple[float | None, ...]
    goal: float | None
    n: int
    timed: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the first reader, ours, reaches the goal."""
        if self.goal is None or self.values[0] is None:
            return None
        return self.values[0] >= self.goal


class _Measure(NamedTuple):
    """How a row is made of the scores of a group of pages; `count` tells of how many things."""

    label: str
    group: str
    value: Callable[[Score], float | None]
    goal: float | None = None
    count: Callable[[Score], int] = lambda score: len(score.texts)
    timed: bool = False


def _line_ends(score: Score) -> int:
    return score.repairs.line_ends


def _marked(score: Score) -> float | None:
    return score.marked if any(score.overlaps) else None  # a reader may know no boxes


_MEASURES: Final = (
    _Measure("texte, 1 − CER, pages nées numériques", "born", lambda s: s.text, 0.99),
    _Measure("… dont pages faites pour les essais", "made", lambda s: s.text),
    _Measure("… dont pages d'autres auteurs", "others", lambda s: s.text),
    _Measure("… dont pages tirées au sort à la fin", "held", lambda s: s.text),
    _Measure("blocs lus entiers", "born", lambda s: s.whole),
    _Measure("ordre de lecture, tau de Kendall", "born", lambda s: s.order, 0.98),
    _Measure("numéros physique et imprimé justes", "born", lambda s: s.numbers, 1.0),
    _Measure("réparations, précision", "born", lambda s: s.repairs.precision, 0.995, _line_ends),
    _Measure("réparations, rappel", "born", lambda s: s.repairs.recall, 0.95, _line_ends),
    _Measure("citations marquées, IoU ≥ 0,8", "born", _marked, 1.0, lambda s: len(s.overlaps)),
    _Measure(
        "pages par seconde et par cœur", "born", lambda s: s.speed, 30.0, lambda s: s.pages, True
    ),
    _Measure("texte, scans à 300 ppp", "scan-300", lambda s: s.text, 0.97),
    _Measure("ordre, scans à 300 ppp", "scan-300", lambda s: s.order),
    _Measure("numéros, scans à 300 ppp", "scan-300", lambda s: s.numbers),
    _Measure("texte, scans à 150 ppp", "scan-150", lambda s: s.text),
)


def rows(readers: Mapping[str, Scores]) -> list[Row]:
    """The table, readers from left to right in their order, ours first."""
    ours = next(iter(readers.values()))
    return [_row(measure, readers) for measure in _MEASURES if measure.group in ours]


def _row(measure: _Measure, readers: Mapping[str, Scores]) -> Row:
    scores = [groups.get(measure.group) for groups in readers.values()]
    values = tuple(measure.value(score) if score else None for score in scores)
    count = measure.count(scores[0]) if scores[0] else 0
    return Row(measure.label, values, measure.goal, count, measure.timed)


def lines(found: Iterable[Row], names: Iterable[str]) -> list[tuple[str, ...]]:
    """The table as text, a header first."""
    signs = {True: "✓", False: "✗", None: ""}
    table = [("Mesure", *names, "but", "n", "")]
    for row in found:
        shown = (_shown(value, timed=row.timed) for value in row.values)
        goal = "" if row.goal is None else f"≥ {_shown(row.goal, timed=row.timed)}"
        table.append((row.label, *shown, goal, str(row.n), signs[row.met]))
    return table


def _shown(value: float | None, *, timed: bool) -> str:
    if value is None:
        return "—"
    return (f"{value:.0f}" if timed else f"{100 * value:.2f} %").replace(".", ",")
