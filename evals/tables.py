"""Figures as people read them: percentages, intervals, n and goals; terminal and Markdown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.subjects import THEMES
from evals.scores import COVERAGE, MEASURES, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.compare import Comparison, Flip

PRECISION = Measure("precision_at_80", "Précision à 80 % de couverture", goal=0.90)
LATENCY = "Temps de réponse, médiane et 95e centile"


_MORE_THEMES = {"comptabilite": "Comptabilité", "numerique": "Numérique"}


class Row(NamedTuple):
    """One line of the table of measures; `met` is None where there is no goal or no figure."""

    name: str
    label: str
    value: str
    interval: str
    n: str
    goal: str
    met: bool | None


def rows(measures: Mapping[str, Any]) -> list[Row]:
    """The table of a run, from what it stored."""
    found = [_row(measure, measures["means"].get(measure.name)) for measure in MEASURES]
    return [*found, _precision(measures["precision_at_80"]), _latency(measures["latency"])]


def percent(value: float | None) -> str:
    """A share as people write it in French, or a dash."""
    return "—" if value is None else f"{value * 100:.1f} %".replace(".", ",")


def theme_name(theme: str) -> str:
    """A theme of the set as people read it."""
    return THEMES.get(theme) or _MORE_THEMES.get(theme, theme)


def day(instant: str) -> str:
    """An ISO instant as people read it: "23/11/2026 à 05:16 (UTC)"."""
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%d/%m/%Y à %H:%M} (UTC)"


def goal_text(measure: Measure) -> str:
    """The goal of a measure with its direction, or ""."""
    if measure.goal is None:
        return ""
    sign = "≥" if measure.better == "up" else "≤"
    return f"{sign} {measure.goal * 100:g} %".replace(".", ",")


def met(measure: Measure, value: float | None) -> bool | None:
    """Whether the observed value meets the goal."""
    if measure.goal is None or value is None:
        return None
    return value >= measure.goal if measure.better == "up" else value <= measure.goal


def text_table(lines: Sequence[Sequence[str]]) -> Iterable[str]:
    """Aligned columns; the first is flush left, the others right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for first, *rest in lines:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def markdown_table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    body = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in body)


def comparison_lines(found: Comparison) -> Iterable[str]:
    """A comparison for the terminal: differences, then flips, the worst first."""
    lines = [("Mesure", "différence", "intervalle à 95 %", "n", "")]
    for measure in MEASURES:
        if change := found.differences.get(measure.name):
            better = (change.value > 0) == (measure.better == "up")
            sign = ("mieux" if better else "moins bien") if change.clear else ""
            lines.append(
                (
                    measure.label,
                    points(change.value),
                    f"[{points(change.low)} ; {points(change.high)}]",
                    str(change.n),
                    sign,
                )
            )
    yield from text_table(lines)
    yield ""
    yield f"{found.lost} cas perdus, {found.gained} gagnés."
    yield from flip_lines(found.flips)


def flip_lines(flips: Iterable[Flip]) -> Iterable[str]:
    """Flipped cases for the terminal, with the reasons before and after."""
    for flip in flips:
        yield f"{'gagné' if flip.right else 'perdu'}  {flip.case} : {flip.question}"
        yield f"       avant : {flip.before}"
        yield f"       après : {flip.after}"


def points(value: float) -> str:
    """A difference of shares, in points with its sign."""
    return f"{value * 100:+.1f}".replace(".", ",")


def _row(measure: Measure, mean: Mapping[str, Any] | None) -> Row:
    if mean is None or mean["value"] is None:
        return Row(measure.name, measure.label, "—", "", "0", goal_text(measure), None)
    n = f"{mean['n']:g}" + (f" (+{mean['failures']} échecs)" if mean["failures"] else "")
    return Row(
        measure.name,
        measure.label,
        percent(mean["value"]),
        f"[{percent(mean['low'])} ; {percent(mean['high'])}]",
        n,
        goal_text(measure),
        met(measure, mean["value"]),
    )


def _precision(risk: Mapping[str, Any] | None) -> Row:
    goal = goal_text(PRECISION)
    if risk is None:
        why = f"moins de {COVERAGE * 100:.0f} % de réponses"
        return Row(PRECISION.name, PRECISION.label, "—", why, "", goal, None)
    value = risk["precision"]
    reach = f"couverture {percent(risk['coverage'])}"
    return Row(
        PRECISION.name, PRECISION.label, percent(value), reach, "", goal, met(PRECISION, value)
    )


def _latency(latency: Mapping[str, Any]) -> Row:
    return Row(
        "latency",
        LATENCY,
        f"{latency['median']:.0f} ms",
        f"{latency['p95']:.0f} ms",
        f"{latency['n']}",
        "≤ 200 ms",
        latency["p95"] <= 200,
    )
