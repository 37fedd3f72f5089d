"""The page « Corpus »: what the assistant has read, and how to have it read more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from assistant.freshness import warnings
from assistant.web.conversation import Problem, problem_html
from assistant.web.corpus_table import MISSING, Known, documents_html
from assistant.web.events import QUIET, sent
from assistant.web.markup import say
from assistant.web.upload import LARGEST_MB, UPLOAD_ROUTE
from corpus.errors import CoopError

if TYPE_CHECKING:
    from assistant.web.context import Context
    from corpus.library import Library
    from corpus.types import Document

TITLE = "Corpus"
PATH = "corpus"

_SCRIPT = Path(__file__).with_name("corpus.js")
_NOBODY = Problem("Cette page n'a pas accès aux documents.", "Ouvrez l'assistant avec : coop chat")


def build(context: Context) -> None:
    """Fill the page."""
    page = _CorpusPage(context)
    with gr.Column(elem_id="content"):
        gr.HTML(
            _intro(can_add=context.backstage.shelf is not None),
            elem_id="adding",
            js_on_load=_SCRIPT.read_text(encoding="utf-8"),
            apply_default_css=False,
        )
        listing = gr.HTML(
            f'<p class="quiet">{say("Lecture du catalogue…")}</p>',
            elem_id="listing",
            js_on_load=_LISTING_SCRIPT,
            apply_default_css=False,
        )
    gr.on(None, page.listed, None, listing, **QUIET)
    listing.apply(page.listed, None, listing, **QUIET)
    listing.delete(page.remove, None, listing, **QUIET)


# `apply` is sent once a file was read; `delete` at the second click on « Retirer ».
_LISTING_SCRIPT = """
document.addEventListener("coop:library", () => trigger("apply"));
element.addEventListener("click", ({ target }) => {
  const button = target.closest("button.remove");
  if (!button) return;
  if (button.dataset.sure) {
    button.disabled = true;
    button.textContent = "Retrait…";
    trigger("delete", { document: button.dataset.document });
    return;
  }
  const name = button.ariaLabel;
  button.dataset.sure = "yes";
  button.textContent = "Confirmer";
  button.ariaLabel = `Confirmer : ${name}`;
  const forget = () => {
    if (button.disabled) return;
    delete button.dataset.sure;
    button.textContent = "Retirer";
    button.ariaLabel = name;
  };
  button.addEventListener("blur", forget, { once: true });
});
"""


class _CorpusPage:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._told: dict[tuple[str, str], tuple[str, ...]] = {}

    def listed(self) -> Iterator[str]:
        """The list; then the same with what takes longer, the reforms."""
        yield from self._listed("")

    def remove(self, event: gr.EventData) -> Iterator[str]:
        """Take a document off the shelf, and show the list."""
        shelf = self._context.backstage.shelf
        if shelf is None:
            yield problem_html(_NOBODY)
            return
        try:
            title = shelf.remove(sent(event, "document"))
            said = f'<p class="notice" role="status">{say(f"« {title} » est retiré.")}</p>'
        except CoopError as error:
            said = problem_html(Problem(error.message, error.remedy))
        yield from self._listed(said)

    def _listed(self, said: str) -> Iterator[str]:
        shelf = self._context.backstage.shelf
        if shelf is None:
            yield problem_html(_NOBODY)
            return
        try:
            rows = shelf.listed()
            library = self._library()
            here = [row.document.id for row in rows if row.state != MISSING]
            yield said + documents_html(rows, {id_: Known(_pages(library, id_)) for id_ in here})
            known = {id_: Known(_pages(library, id_), self._reforms(library, id_)) for id_ in here}
            yield said + documents_html(rows, known)
        except CoopError as error:
            yield said + problem_html(Problem(error.message, error.remedy))

    def _reforms(self, library: Library | None, id_: str) -> tuple[str, ...]:
        """What a document is too old to know; looked up once for each content of it."""
        document = library.documents.get(id_) if library else None
        if library is None or document is None:
            return ()
        key = (id_, document.sha256)
        if key not in self._told:
            self._told[key] = _reforms(library, document)
        return self._told[key]

    def _library(self) -> Library | None:
        try:
            return self._context.assistant.library
        except CoopError:
            return None  # none yet: the list says what is at hand


def _pages(library: Library | None, id_: str) -> int:
    return library.page_count(id_) if library else 0


def _reforms(library: Library, document: Document) -> tuple[str, ...]:
    """The warnings on all passages of a document, each reform once."""
    told = (
        warning
        for passage in library.passages(document.id)
        for warning in warnings(document, passage.text, " ".join(passage.heading_path))
    )
    return tuple(dict.fromkeys(told))


def _intro(*, can_add: bool) -> str:
    head = f'<h2>Corpus</h2><p class="lead">{say(_LEAD)}</p>'
    if not can_add:
        return head
    return (
        f'{head}<form class="drop" data-to="{UPLOAD_ROUTE}" data-largest="{LARGEST_MB}">'
        '<label for="files"><b class="secondary">Ajouter des PDF</b>'
        f"<span>{say(f'ou déposez-les ici ({LARGEST_MB} Mo au plus chacun)')}</span></label>"
        '<input id="files" type="file" accept="application/pdf,.pdf" multiple></form>'
        '<ul class="uploads" aria-live="polite"></ul>'
    )


_LEAD = (
    "L'assistant ne répond qu'avec ces documents. Les vôtres restent sur cette machine et passent "
    "avant nos fiches quand ils disent la même chose."
)
