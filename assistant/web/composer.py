"""The form in which a question is written, and what the search can be limited to."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assistant.web.markup import excerpt, joined, say
from corpus.subjects import FORMS, THEMES
from corpus.types import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corpus.types import Document

_LABELS = {"theme": "Thème", "form": "Forme", "document": "Document", "since": "Depuis l'année"}


def composer_html(documents: Mapping[str, Document]) -> str:
    """The form; only what the documents are about can be chosen."""
    choices = _choices(documents)
    selects = joined(_select(name, choices[name]) for name in _LABELS)
    return (
        '<form class="composer"><details class="filters"><summary class="plain-button">'
        f'<span class="filters-name">{say("Limiter la recherche")}</span></summary>'
        f'<div class="choices">{selects}<button type="reset" class="plain-button">Tout chercher'
        "</button></div></details>"
        '<label class="unseen" for="question">Votre question</label>'
        '<textarea id="question" name="question" rows="1" lang="fr" enterkeyhint="send" '
        f'placeholder="{say("Votre question…")}"></textarea>'
        '<button type="submit" class="main-button">Demander</button></form>'
    )


def read_filters(
    sent: Mapping[str, str], documents: Mapping[str, Document]
) -> tuple[Filters | None, str]:
    """What the form says as filters, and in French; what is not among its choices is ignored."""
    choices = _choices(documents)
    chosen = {name: sent.get(name, "") for name in _LABELS}
    chosen = {name: value for name, value in chosen.items() if value in choices[name]}
    if not chosen:
        return None, ""
    filters = Filters(
        documents=_one(chosen.get("document")),
        themes=_one(chosen.get("theme")),
        forms=_one(chosen.get("form")),
        from_year=int(chosen["since"]) if "since" in chosen else None,
    )
    told = [
        f"depuis {value}" if name == "since" else choices[name][value]
        for name, value in chosen.items()
    ]
    return filters, ", ".join(told)


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _choices(documents: Mapping[str, Document]) -> dict[str, dict[str, str]]:
    """What can be chosen in each list: values, and how they are told."""
    themes = {theme for document in documents.values() for theme in document.themes}
    forms = {form for document in documents.values() for form in document.forms}
    years = {document.year for document in documents.values() if document.year.isdigit()}
    titles = {id_: document.title for id_, document in documents.items()}
    return {
        "theme": _named(THEMES, themes),
        "form": _named(FORMS, forms),
        "document": dict(sorted(titles.items(), key=lambda item: item[1].casefold())),
        "since": {year: year for year in sorted(years, reverse=True)},
    }


def _named(names: Mapping[str, str], used: Iterable[str]) -> dict[str, str]:
    found = set(used)
    return {key: name for key, name in names.items() if key in found}


def _select(name: str, choices: Mapping[str, str]) -> str:
    options = joined(
        f'<option value="{escape(value)}">{say(excerpt(told, 70))}</option>'
        for value, told in choices.items()
    )
    every = "Toutes" if name in {"form", "since"} else "Tous"
    return (
        f'<label>{say(_LABELS[name])}<select name="{name}"><option value="">{every}</option>'
        f"{options}</select></label>"
    )
