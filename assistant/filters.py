"""What a search is limited to, from the words of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import UsageError
from corpus.french import fold
from corpus.subjects import FORM_NAMES, FORMS, THEMES
from corpus.types import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corpus.types import Document

ThemeOption = Annotated[
    list[str] | None, typer.Option("--theme", metavar="THÈME", help="Limite à ce thème.")
]
FormOption = Annotated[
    list[str] | None,
    typer.Option("--forme", metavar="FORME", help="Limite à cette forme : scic, GE…"),
]
DocumentOption = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="DOCUMENT", help="Limite à ce document : nom ou fichier."),
]
SinceOption = Annotated[
    int | None, typer.Option("--depuis", metavar="ANNÉE", help="Publié cette année ou après.")
]
UntilOption = Annotated[
    int | None, typer.Option("--jusqu-a", metavar="ANNÉE", help="Publié cette année ou avant.")
]


def filters_of(
    documents: Mapping[str, Document],
    themes: Iterable[str] | None = None,
    forms: Iterable[str] | None = None,
    named: Iterable[str] | None = None,
    years: tuple[int | None, int | None] = (None, None),
) -> Filters:
    """The filters that these words mean.

    Args:
        documents: those of the library, by id.
        themes: keys or French names of themes.
        forms: keys, names or acronyms of legal forms.
        named: ids or file names of documents.
        years: the first and the last year of publication.

    Raises:
        UsageError: a word means nothing here, or the years are in the wrong order.
    """
    since, until = years
    if since is not None and until is not None and since > until:
        raise UsageError(
            f"Aucune année n'est à la fois depuis {since} et jusqu'à {until}.",
            "Donnez la plus ancienne à --depuis.",
        )
    known_themes = {key: (key, name) for key, name in THEMES.items()}
    known_forms = {key: (key, name, *FORM_NAMES.get(key, ())) for key, name in FORMS.items()}
    known_documents = {
        d.id: (d.id, d.file, d.file.removesuffix(".pdf")) for d in documents.values()
    }
    return Filters(
        documents=_meant(
            "Document inconnu", named, known_documents, "Voyez-les avec : coop corpus."
        ),
        themes=_meant("Thème inconnu", themes, known_themes, f"Choisissez : {', '.join(THEMES)}."),
        forms=_meant("Forme inconnue", forms, known_forms, f"Choisissez : {', '.join(FORMS)}."),
        from_year=since,
        to_year=until,
    )


def _meant(
    kind: str,
    said: Iterable[str] | None,
    known: Mapping[str, tuple[str, ...]],
    remedy: str,
) -> tuple[str, ...]:
    """The key that each word is a name of."""
    keys = {fold(name): key for key, names in known.items() for name in names if name}
    unknown = [word for word in said or () if fold(word) not in keys]
    if unknown:
        raise UsageError(f"{kind} : « {unknown[0]} ».", remedy)
    return tuple(dict.fromkeys(keys[fold(word)] for word in said or ()))
