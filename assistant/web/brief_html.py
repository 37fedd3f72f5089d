"""A brief as HTML: each line with its sources and with what can be done to it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assistant.brief.handout import badge_of, clock, how_to_read
from assistant.brief.outline import LONGEST, SHORTEST, told_length
from assistant.brief.prepare import LONGEST_PARTICIPANTS, LONGEST_SITUATION, OPTION
from assistant.brief.rewriting import rewritable
from assistant.comparison import FEWEST, MOST
from assistant.references import NOTICE
from assistant.web.conversation import COMPARISON_PATH, cite_html, exports_html
from assistant.web.history import day_of
from assistant.web.markup import excerpt, joined, lines, link, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.brief.kept import KeptBrief, Listed
    from assistant.brief.types import Brief, Line, Part

BRIEF_ROUTE = "/dossiers"
PANEL = "dossier"
"""What the pane of sources calls the brief that is open."""

EXAMPLES = (
    "Trois clubs sportifs veulent partager une comptable et un local",
    "Deux associations d'aide à domicile envisagent une fusion, les salariés sont inquiets",
    "La mairie pousse six associations de quartier à mutualiser, elles se méfient",
    "Des habitants et la commune veulent ouvrir une épicerie coopérative",
)

_ICONS = {
    "up": "M12 19V5m-6 6 6-6 6 6",
    "down": "M12 5v14m6-6-6 6-6-6",
    "text": "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    "remove": "M6 6l12 12M18 6 6 18",
    "restore": "M4 9h10a5 5 0 0 1 0 10h-4M4 9l4-4M4 9l4 4",
}
_NAMES = {
    "up": "Monter",
    "down": "Descendre",
    "text": "Modifier",
    "remove": "Retirer",
    "restore": "Remettre",
}


def form_html() -> str:
    """The form from which a brief is prepared; the page's script enables its button."""
    return (
        '<button type="button" class="plain-button toggle-history" aria-expanded="false" '
        'aria-controls="history">Mes dossiers</button>'
        f'<h2>{say("Préparer une séance")}</h2><p class="lead">{say(_LEAD)}</p>'
        '<form class="preparing" novalidate>'
        f"<label>{say('La situation : qui veut faire quoi ?')}"
        f'<textarea name="situation" rows="3" maxlength="{LONGEST_SITUATION + 200}" '
        f'placeholder="{say(EXAMPLES[0])}"></textarea></label>'
        f"<label>{say('Participants (facultatif)')}"
        f'<input name="participants" maxlength="{LONGEST_PARTICIPANTS + 100}" '
        f'placeholder="{say("Deux personnes par club, le DLA")}"></label>'
        f"<label>{say('Durée, en minutes')}"
        f'<input name="minutes" type="number" inputmode="numeric" min="{SHORTEST}" '
        f'max="{LONGEST}" step="5" value="120" list="lengths"></label>'
        f'<datalist id="lengths">{joined(map(_length, (45, 60, 90, 120, 180, 360)))}</datalist>'
        '<button type="submit" class="main-button" disabled>'
        f"{say('Préparer le dossier')}</button></form>"
    )


def examples_html() -> str:
    """Situations to begin with."""
    items = joined(
        f'<li><button type="button" class="ask" data-situation="{escape(text)}">{say(text)}'
        "</button></li>"
        for text in EXAMPLES
    )
    return f'<h3>Pour essayer</h3><ul class="examples">{items}</ul>'


_LEAD = (
    "Un dossier à relire et à corriger avant de réunir un groupe : objectifs, ce que dit le "
    "corpus, questions à poser, options comparées, points de vigilance, déroulé minuté, personnes "
    "à associer."
)


def _length(minutes: int) -> str:
    return f'<option value="{minutes}" label="{say(told_length(minutes))}"></option>'


def list_html(briefs: Sequence[Listed], open_id: str = "") -> str:
    """The briefs that are kept, the latest changed first, and the way to a new one."""
    items = joined(_listed(brief, open_id) for brief in briefs)
    kept = f"<ul>{items}</ul>" if items else f'<p class="quiet">{say(_NONE)}</p>'
    return (
        '<nav aria-label="Dossiers"><h2>Dossiers</h2>'
        f'<a class="button new" href="{brief_url("")}" data-open="">Nouveau dossier</a>{kept}</nav>'
    )


_NONE = "Vos dossiers apparaîtront ici ; ils restent sur cette machine."


def brief_url(id_: str) -> str:
    """The address at which a brief opens, for its owner."""
    return f"/seance?dossier={id_}" if id_ else "/seance"


def _listed(brief: Listed, open_id: str) -> str:
    current = ' aria-current="true"' if brief.id == open_id else ""
    return (
        f'<li><a href="{escape(brief_url(brief.id))}" data-open="{escape(brief.id)}"{current}>'
        f"{escape(excerpt(brief.title, 70))}<small>{day_of(brief.updated)}</small></a></li>"
    )


# --- the brief ----------------------------------------------------------------------------------


def brief_html(kept: KeptBrief, *, writes: bool = False) -> str:
    """The whole brief; what the page's script replaces when something changed.

    `writes` where a language model can be asked to tell its themes.
    """
    brief, id_ = kept.brief, escape(kept.id)
    parts = joined(_part(brief, part) for part in brief.kept)
    gone = [part for part in brief.parts if part.removed]
    removed = joined(_removed(part.id, part.title) for part in gone)
    notice = f'<p class="warning">{escape(brief.notice)}</p>' if brief.notice else ""
    return (
        f'<article id="dossier" data-id="{id_}" data-version="{kept.version}">'
        f"{_head(brief, id_, _writing(brief) if writes else '')}{notice}{parts}"
        f"{_put_away('Rubriques retirées', removed, len(gone))}"
        f'<p class="fine">{say(NOTICE)}</p></article>'
    )


def _writing(brief: Brief) -> str:
    """The way to have a model write the themes that are still quoted."""
    parts = " ".join(part.id for part in brief.kept if rewritable(part))
    if not parts:
        return ""
    return (
        f'<button type="button" class="secondary write-up" data-parts="{escape(parts)}">'
        f"{say('Rédiger avec le modèle')}</button>"
    )


def _head(brief: Brief, id_: str, writing: str) -> str:
    told_apart = brief.situation.casefold() != brief.title.casefold()
    situation = _about("situation", "Situation", brief.situation) if told_apart else ""
    return (
        '<div class="brief-bar"><button type="button" class="plain-button toggle-history" '
        'aria-expanded="false" aria-controls="history">Mes dossiers</button>'
        f'<div class="tools">{writing}{exports_html(f"{BRIEF_ROUTE}/{id_}")}'
        '<button type="button" class="plain-button delete">Supprimer</button></div></div>'
        f'<header class="piece" data-target="title" data-text="{escape(brief.title)}">'
        f'<h2 class="said">{escape(brief.title)}</h2>{_acts(brief.title, "text")}</header>'
        f'<p class="meta">{say(f"Durée : {told_length(brief.minutes)}")}</p>'
        f"{_about('participants', 'Participants', brief.participants)}{situation}"
        f'<p class="fine">{say(how_to_read(brief))}</p>'
    )


def _about(target: str, name: str, text: str) -> str:
    """A text of the head, which can be edited."""
    told = escape(text or "à préciser")
    return (
        f'<div class="piece meta" data-target="{target}" data-text="{escape(text)}">'
        f'<p class="said">{name}\u00a0: {told}</p>{_acts(name, "text")}</div>'
    )


def _part(brief: Brief, part: Part) -> str:
    heading = "h3" if part.level == 1 else "h4"
    away = [line for line in part.lines if line.removed]
    removed = joined(_removed(line.id, line.text) for line in away)
    note = f'<p class="quiet">{escape(part.note)}</p>' if part.note else ""
    return (
        f'<section class="part level-{part.level}" id="part-{escape(part.id)}">'
        f'<div class="piece" data-target="{escape(part.id)}" data-text="{escape(part.title)}">'
        f'<{heading} class="said">{escape(part.title)}</{heading}>'
        f"{_acts(part.title, 'text', 'up', 'down', 'remove')}</div>"
        f"{note}{_remark(part)}{_grid(brief, part)}{_body(brief, part)}{_told_anew(part)}"
        f"{_put_away('Lignes retirées', removed, len(away))}{_adding(brief, part)}</section>"
    )


def _remark(part: Part) -> str:
    kind = "quiet" if part.quotes else "warning"
    return f'<p class="{kind} remark">{escape(part.remark)}</p>' if part.remark else ""


def _told_anew(part: Part) -> str:
    """The quotes that a model's sentences rest on, and the way back to them."""
    if not part.quotes:
        return ""
    items = joined(f'<li class="line quote">{_said(line)}</li>' for line in part.quotes)
    name = escape(f"Revenir aux citations\u00a0: {part.title}")
    return (
        f'<details class="put-away told-anew"><summary>Citations d’origine ({len(part.quotes)})'
        f'</summary><ul class="lines">{items}</ul><button type="button" class="plain-button '
        f'quote-again" data-part="{escape(part.id)}" aria-label="{name}">'
        "Revenir aux citations</button></details>"
    )


def _grid(brief: Brief, part: Part) -> str:
    """Under the head of the options, the way to the grid that compares them on all criteria."""
    forms = [p.id.removeprefix(OPTION) for p in brief.kept if p.id.startswith(OPTION)]
    if part.id != "options" or not FEWEST <= len(forms) <= MOST:
        return ""
    address = f"/{COMPARISON_PATH}?formes={','.join(forms)}"
    return (
        f'<p class="quiet"><a href="{escape(address)}" target="_blank">'
        f"{say('Les comparer sur tous les critères')}"
        '<span class="unseen"> (nouvel onglet)</span></a></p>'
    )


def _body(brief: Brief, part: Part) -> str:
    if not any(line.kind == "step" for line in part.kept):
        items = joined(_line(line) for line in part.kept)
        return f'<ul class="lines">{items}</ul>' if items else ""
    elapsed, items = 0, ""
    for line in part.kept:
        items += _line(line, clock(elapsed))
        elapsed += line.minutes
    return f'<ol class="lines steps">{items}</ol>{_total(elapsed, brief.minutes)}'


def _total(spent: int, planned: int) -> str:
    """What the steps take, and how far that is from the session's length."""
    told = f"Total : {told_length(spent)}"
    if spent == planned:
        return f'<p class="quiet">{say(f"{told}.")}</p>'
    beyond = "de plus" if spent > planned else "de moins"
    gap = f"{told_length(abs(spent - planned))} {beyond} que prévu"
    return f'<p class="warning">{say(f"{told}, {gap}.")}</p>'


def _line(line: Line, from_: str = "") -> str:
    kind: str = "edited" if line.citations and line.edited else line.kind
    if line.doubt and not line.edited:
        kind = "written doubtful"
    return (
        f'<li class="piece line {kind}" data-target="{escape(line.id)}" '
        f'data-text="{escape(line.text)}" data-first="{escape(line.first)}">'
        f"{_time(line, from_) if from_ else ''}"
        f'<div class="said">{_said(line)}</div>'
        f"{_acts(line.text, 'text', 'up', 'down', 'remove')}</li>"
    )


def _said(line: Line) -> str:
    text = f"«\u00a0{lines(line.text)}\u00a0»" if line.verbatim else lines(line.text)
    cites = joined(cite_html(PANEL, citation) for citation in line.citations)
    badge = f'<span class="badge">{escape(told)}</span>' if (told := badge_of(line)) else ""
    address = f" {link(line.url, 'Site officiel')}" if line.url else ""
    tail = f'<span class="tail"> {cites}{badge}</span>' if cites or badge else ""
    return f"{text}{tail}{address}"


def _time(line: Line, from_: str) -> str:
    return (
        f'<span class="from">{escape(from_)}</span><label class="minutes">'
        f'<span class="unseen">{say(f"Minutes : {excerpt(line.text, 60)}")}</span>'
        f'<input type="number" min="0" max="600" step="5" value="{line.minutes}" '
        f'data-was="{line.minutes}"><span aria-hidden="true">min</span></label>'
    )


def _acts(text: str, *acts: str) -> str:
    """The buttons of a line; where there is little room, one unfolds the others."""
    name = escape(f"Actions\u00a0: {excerpt(text, 60)}")
    more = (
        f'<button type="button" class="more" aria-expanded="false" aria-label="{name}" '
        'title="Actions">⋯</button>'
    )
    buttons = joined(_act(act, text) for act in acts)
    return f'{more if len(acts) > 1 else ""}<div class="acts">{buttons}</div>'


def _act(act: str, text: str) -> str:
    name = escape(f"{_NAMES[act]}\u00a0: {excerpt(text, 60)}")
    return (
        f'<button type="button" class="act" data-act="{act}" aria-label="{name}" '
        f'title="{_NAMES[act]}"><svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="{_ICONS[act]}"/></svg></button>'
    )


def _adding(brief: Brief, part: Part) -> str:
    """The way to add a line, but under a heading that only holds other parts."""
    after = brief.parts.index(part) + 1
    holds_parts = after < len(brief.parts) and brief.parts[after].level > part.level
    if holds_parts and not part.lines:
        return ""
    name = escape(f"Ajouter une ligne à : {part.title}")
    return (
        f'<button type="button" class="plain-button add" data-part="{escape(part.id)}" '
        f'aria-label="{name}">+ Ajouter une ligne</button>'
    )


def _put_away(name: str, items: str, count: int) -> str:
    if not items:
        return ""
    return (
        f'<details class="put-away"><summary>{say(f"{name} ({count})")}</summary>'
        f"<ul>{items}</ul></details>"
    )


def _removed(target: str, text: str) -> str:
    return (
        f'<li class="piece" data-target="{escape(target)}"><span>{escape(excerpt(text, 140))}'
        f"</span>{_acts(text, 'restore')}</li>"
    )
