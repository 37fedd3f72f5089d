"""The report of a run: one self-contained HTML file in French, and a Markdown summary."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.web.markup import say, spaced
from evals.case import KINDS, from_fields
from evals.charts import Bar, bars, curve, histogram
from evals.compare import stored_verdicts
from evals.record import RunError
from evals.report_cases import case_blocks
from evals.scores import COVERAGE, MEASURES
from evals.tables import Row, day, markdown_table, percent, rows, theme_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evals.record import Run

_HERE = Path(__file__).parent
_SYSTEMS = {
    "ours": "l'assistant",
    "tutorial": "la chaîne des tutoriels",
    "bm25": "BM25 seul",
    "dense": "vecteurs seuls",
}
_GROUPS = {
    "theme": "Par thème",
    "kind": "Par genre de question",
    "origin": "Fiches du projet et autres documents",
    "overlap": "Selon les mots que la question partage avec la réponse (terciles)",
}
_TITLE = "Évaluation de l'assistant de la coopération"
_RISK = (
    "En ne répondant qu'aux questions les plus sûres : part de réponses exactes avec leur page (le "
    "trait rouge est à 80 % de couverture)."
)
_SHOWN = ("recall@5", "point_recall", "strict_accuracy", "first_statement", "refusal_recall")
"""The measures of the tables by group."""


def html_report(run: Run, baseline: Run | None = None) -> str:
    """The whole report.

    Args:
        run: a finished run.
        baseline: another on the same cases, shown beside it in the table of measures.

    Raises:
        RunError: a run is unfinished, or the two were not asked the same.
    """
    measures = run.measures()
    _same_cases(run, baseline)
    sections = [
        _head(run, measures),
        _table(run, measures, baseline),
        _charts(run, measures),
        *(_group(name, title, measures["groups"][name]) for name, title in _GROUPS.items()),
        _unasked(measures),
        _cases(run, measures),
    ]
    return (
        '<!doctype html>\n<html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Évaluation {escape(run.header.id)}</title>"
        f"<style>{_file('report.css')}</style></head><body>\n"
        + "\n".join(sections)
        + f"\n<script>{_file('report.js')}</script></body></html>\n"
    )


def markdown_summary(run: Run, baseline: Run | None = None) -> str:
    """The table of measures in Markdown, for the README; raises as `html_report`."""
    _same_cases(run, baseline)
    head = ["Mesure", "Valeur", "Intervalle à 95 %", "n", "But", "Atteint"]
    beside = _values(baseline)
    if baseline:
        head.append(_name(baseline))
    lines = []
    for row in rows(run.measures()):
        line = [row.label, row.value, row.interval, row.n, row.goal, _met(row)]
        lines.append([*line, beside.get(row.name, "—")] if baseline else line)
    header = run.header
    intro = (
        f"Évaluation {header.id} : {_name(run)}, partie {header.split}, "
        f"{header.documents} documents, {header.pages} pages, modèle {header.recipe['model']}."
    )
    return f"{intro}\n\n{markdown_table(head, lines)}\n"


def _same_cases(run: Run, baseline: Run | None) -> None:
    if baseline and baseline.header.cases != run.header.cases:
        raise RunError(
            f"Les évaluations « {run.header.id} » et « {baseline.header.id} » ne portent pas sur "
            "les mêmes cas.",
            f"Relancez la référence : coop eval run --split {run.header.split} "
            f"--system {baseline.header.system}",
        )


def _head(run: Run, measures: Mapping[str, Any]) -> str:
    header, counts = run.header, measures["counts"]
    facts = {
        "Système": f"{_name(run)} (mode {header.settings['mode']})",
        "Date": day(header.started),
        "Cas": f"{counts['cases']} posés (partie {header.split}) : {counts['answerable']} avec "
        f"réponse, {counts['unanswerable']} à refuser ; {counts['not_run']} non posés, "
        f"{counts['failed']} en échec",
        "Bibliothèque": f"{header.documents} documents, {header.pages} pages",
        "Modèle": f"{header.recipe['model']}, {header.recipe['dimensions']} dimensions, recette "
        f"{header.recipe['analysis']}.{header.recipe['passages']}",
        "Code": f"{header.commit or 'hors git'}, empreinte {header.code}",
        "Longueur d'une réponse": f"{counts['words']} mots (médiane)",
    }
    items = "".join(
        f"<tr><th>{say(name)}</th><td>{say(value)}</td></tr>" for name, value in facts.items()
    )
    verdicts = [row.met for row in rows(measures) if row.met is not None]
    return (
        f"<h1>{say(_TITLE)}</h1>"
        f'<p class="muted">{escape(header.id)}</p>'
        f'<p class="goals">{say(f"Buts atteints : {sum(verdicts)} sur {len(verdicts)}.")}</p>'
        f'<table class="facts">{items}</table>'
    )


def _table(run: Run, measures: Mapping[str, Any], baseline: Run | None) -> str:
    beside = _values(baseline)
    head = ["Mesure", "Valeur", "Intervalle à 95 %", "n", "But", "Atteint"]
    if baseline:
        head.append(_name(baseline).capitalize())
    body = []
    for row in rows(measures):
        cells = [row.value, row.interval, row.n, row.goal, _met(row)]
        cells += [beside.get(row.name, "—")] if baseline else []
        marks = "".join(
            _cell(name, cell, row.met if name == "Atteint" else None)
            for name, cell in zip(head[1:], cells, strict=True)
        )
        body.append(f"<tr><th>{say(row.label)}</th>{marks}</tr>")
    note = (
        "Un but est atteint quand la valeur observée l'est ; l'intervalle et n disent ce qu'elle "
        "vaut. Taux : intervalle de Wilson ; moyennes : bootstrap par document."
    )
    return (
        f"<h2>{say(f'Mesures de {_name(run)}')}</h2>{_grid(head, body)}"
        f'<p class="muted">{say(note)}</p>'
    )


def _charts(run: Run, measures: Mapping[str, Any]) -> str:
    risk = [(point["coverage"], point["precision"]) for point in measures["risk"]]
    times = [reply.seconds * 1000 for reply in run.replies().values() if not reply.error]
    return (
        '<h2>Risque et délai</h2><div class="charts"><figure>'
        + curve(risk, "Part des questions répondues", "Part de réponses exactes", COVERAGE)
        + f"<figcaption>{say(_RISK)}</figcaption></figure><figure>"
        + histogram(times, "ms")
        + f"<figcaption>{say(f'Temps de réponse, n = {len(times)}.')}</figcaption></figure></div>"
    )


def _group(name: str, title: str, groups: Mapping[str, Any]) -> str:
    measure = next(m for m in MEASURES if m.name == "strict_accuracy")
    told = {group: spaced(theme_name(group)) for group in groups}
    found = [
        Bar(
            told[group], mean["value"], mean["low"], mean["high"],
            f"{percent(mean['value'])} (n = {mean['n']:g})",
        )
        for group, means in groups.items()
        if (mean := means["strict_accuracy"])["value"] is not None
    ]  # fmt: skip
    labels = {m.name: m.label for m in MEASURES}
    lines = [
        f"<tr><th>{escape(told[group])}</th>"
        + "".join(_cell(labels[shown], _with_n(means[shown])) for shown in _SHOWN)
        + "</tr>"
        for group, means in groups.items()
    ]
    return (
        f'<h2 id="{name}">{say(title)}</h2><h3>{say(measure.label)}</h3>'
        + bars(found, measure.goal)
        + _grid(["", *(labels[m] for m in _SHOWN)], lines)
        + '<p class="muted">Entre parenthèses, ce qui a été compté.</p>'
    )


def _grid(head: Iterable[str], lines: Iterable[str]) -> str:
    """A table of figures; on a narrow screen each line becomes a card (see report.css)."""
    heads = "".join(
        f"<th{' class=number' if place else ''}>{say(text)}</th>" for place, text in enumerate(head)
    )
    return (
        f'<table class="grid"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _unasked(measures: Mapping[str, Any]) -> str:
    parts = [("Cas en échec", measures["failed"]), ("Cas non posés", measures["not_run"])]
    return "".join(
        f"<h2>{title} ({len(found)})</h2><ul>"
        + "".join(f"<li>{escape(id_)} : {escape(why)}</li>" for id_, why in found.items())
        + "</ul>"
        for title, found in parts
        if found
    )


def _cases(run: Run, measures: Mapping[str, Any]) -> str:
    cases = [from_fields(raw) for raw in measures["cases"].values()]
    blocks = case_blocks(cases, run.replies(), stored_verdicts(measures))
    fields = _select("Thème", "theme", sorted({theme_name(case.theme) for case in cases}))
    fields += _select("Genre", "kind", sorted({KINDS[case.kind] for case in cases}))
    fields += _select("Partie", "split", sorted({case.split for case in cases}))
    fields += _select("Verdict", "verdict", ["juste", "faux", "refus à tort", "échec"])
    return (
        f'<h2 id="cas">Tous les cas</h2><form>{fields}<label>Mots<input name="words" '
        'type="search"></label><output class="muted"></output></form>' + "\n".join(blocks)
    )


def _select(label: str, name: str, values: Iterable[str]) -> str:
    options = "".join(f"<option>{escape(value)}</option>" for value in values)
    return (
        f'<label>{label}<select name="{name}"><option value="">tous</option>{options}</select>'
        "</label>"
    )


def _cell(name: str, text: str, met: bool | None = None) -> str:
    mark = {True: " good", False: " bad", None: ""}[met]
    return f'<td class="number{mark}" data-name="{say(name)}">{say(text)}</td>'


def _met(row: Row) -> str:
    return "" if row.met is None else ("oui" if row.met else "non")


def _values(run: Run | None) -> dict[str, str]:
    return {row.name: row.value for row in rows(run.measures())} if run else {}


def _with_n(mean: Mapping[str, Any]) -> str:
    return f"{percent(mean['value'])} ({mean['n']:g})" if mean["value"] is not None else "—"


def _name(run: Run) -> str:
    return _SYSTEMS.get(run.header.system, run.header.system)


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
