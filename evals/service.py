"""What the web page may ask of the evaluation: its last figures, and cases made of complaints."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from corpus.subjects import THEMES
from evals.candidates import add, draft
from evals.case import CASES, KINDS
from evals.gold import Pages
from evals.record import find_run, runs_folder
from evals.report import html_report
from evals.scores import MEASURES
from evals.tables import percent, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.memory import Feedback
    from corpus.home import Home
    from corpus.library import Library

_BY_THEME = ("recall@5", "strict_accuracy", "first_statement", "refusal_recall")


class EvaluationService:
    """The evaluations of a home, and the set of cases in a folder."""

    def __init__(self, home: Home, library: Callable[[], Library], folder: Path = CASES) -> None:
        self._home = home
        self._library = library
        self._folder = folder

    def last(self) -> dict[str, Any] | None:
        """The last finished run, in French figures; None when none was made.

        Keys: id, started (ISO instant), split; cases, answerable, unanswerable (counts); measures
        (rows with label, value, interval, n, goal, met); heads (names of the measures by theme);
        themes (name → their values).

        Raises:
            RunError: the run is damaged.
        """
        if not any(runs_folder(self._home).glob("*/measures.json")):
            return None
        run = find_run(self._home, "last")
        measures = run.measures()
        counts = measures["counts"]
        labels = {measure.name: measure.label for measure in MEASURES}
        return {
            "id": run.header.id,
            "started": run.header.started,
            "split": run.header.split,
            "cases": counts["cases"],
            "answerable": counts["answerable"],
            "unanswerable": counts["unanswerable"],
            "measures": [row._asdict() for row in rows(measures)],
            "heads": [labels[name] for name in _BY_THEME],
            "themes": {
                theme: [percent(means[name]["value"]) for name in _BY_THEME]
                for theme, means in measures["groups"]["theme"].items()
            },
        }

    def report(self) -> str:
        """The whole report of the last finished run, as one HTML file.

        Raises:
            RunError: none was made, or it is damaged.
        """
        return html_report(find_run(self._home, "last"))

    def kinds(self) -> dict[str, str]:
        """The kinds of questions, and how they are told."""
        return {str(kind): told for kind, told in KINDS.items()}

    def draft(self, feedback: Feedback) -> dict[str, Any]:
        """The fields of the case that a reader's opinion suggests; what is to fill in is absent."""
        fields: dict[str, Any] = yaml.safe_load(draft(feedback, "avis.yaml", THEMES))[0]
        fields.pop("turns", None)
        if not feedback.answer["statements"]:
            fields |= {"points": [], "evidence": []}
        return fields

    def accept(self, fields: Mapping[str, Any], reviewer: str) -> str:
        """Add the case of completed fields to the dev split, signed and dated; gives its id.

        Raises:
            CaseError: it is not sound, a quote is not at its page, or it rewords another.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "Ce cas"  # which is how a refusal names it
            path.write_text(yaml.safe_dump([dict(fields)], allow_unicode=True), encoding="utf-8")
            added = add(path, reviewer, Pages(self._library()), self._folder)
        return added[0].id
