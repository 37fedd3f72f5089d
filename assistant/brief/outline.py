"""The outline of a session: steps of a method whose minutes sum to its length."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import UsageError

SHORTEST = 20
LONGEST = 480
"""Minutes a session may last."""

_PAUSE_FROM = 120  # minutes of work from which there is a break
_PAUSE = 15
_LUNCH_FROM = 300
_LUNCH = 60
_ROUND = 5  # minutes, but for what short sessions cannot spare


@dataclass(frozen=True, slots=True)
class Step:
    """A step and its minutes."""

    text: str
    minutes: int


@dataclass(frozen=True, slots=True)
class _Phase:
    """A step to be: its share of the time, and the shortest session (minutes) that has it."""

    text: str
    share: float
    from_: int = 0


_PHASES = (
    _Phase("Accueil : le cadre, l'horaire, ce que l'accompagnateur fera et ne fera pas.", 0.07),
    _Phase("Tour de table : ce que chaque structure attend, et ce qu'elle refuse.", 0.16),
    _Phase("Écrire l'objectif commun en deux phrases, sans nommer de statut.", 0.17),
    _Phase("État des lieux : besoins, moyens et contraintes de chaque structure.", 0.14, 75),
    _Phase("Ce que dit le corpus : lire les repères utiles, laisser réagir.", 0.12, 45),
    _Phase("{compared} : ce que chacune permet, ce qu'elle engage.", 0.18),
    _Phase("Points de vigilance : ce que chacune doit vérifier, et auprès de qui.", 0.10, 60),
    _Phase("Décider de la suite : un petit essai, qui fait quoi, pour quelle date.", 0.13),
    _Phase("Bilan à chaud : un mot par personne, et la date de la prochaine séance.", 0.06, 45),
)
_BREAK = "Pause."
_MEAL = "Déjeuner."


def read_length(told: str) -> int:
    """The minutes of a session, as they were typed.

    Raises:
        UsageError: it is no number of minutes that a session may last.
    """
    digits = told.strip()
    if not digits.isdecimal():
        raise UsageError(
            "La durée de la séance manque." if not digits else "La durée est un nombre de minutes.",
            "Indiquez-la en minutes : 90 pour une heure et demie, 120 pour deux heures.",
        )
    minutes = int(digits[:6])
    if minutes < SHORTEST:
        raise UsageError(
            f"{minutes} minutes, c'est trop court pour faire parler un groupe.",
            f"Indiquez au moins {SHORTEST} minutes ; pour {max(minutes, 1)} heures, "
            f"écrivez {max(minutes, 1) * 60}.",
        )
    if minutes > LONGEST:
        raise UsageError(
            f"{told_length(minutes)}, c'est plus qu'une journée de travail.",
            f"Prévoyez plusieurs séances de {told_length(LONGEST)} au plus, et préparez un "
            "dossier pour chacune.",
        )
    return minutes


def told_length(minutes: int) -> str:
    """Minutes as French tells them: "45 min", "2 h", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def outline(minutes: int, options: str = "") -> tuple[Step, ...]:
    """The steps of a session, whose minutes sum to `minutes`; `options` names those to compare."""
    lunch = _LUNCH if minutes >= _LUNCH_FROM else 0
    breaks = 0 if minutes < _PAUSE_FROM else 2 if lunch else 1
    phases = [phase for phase in _PHASES if minutes >= phase.from_]
    shared = _shared([phase.share for phase in phases], minutes - lunch - breaks * _PAUSE)
    compared = f"Comparer {options}" if options else "Comparer les manières de faire"
    steps = [
        Step(phase.text.format(compared=compared), spent)
        for phase, spent in zip(phases, shared, strict=True)
    ]
    middle = _half(steps)
    if lunch:
        afternoon = middle + _half(steps[middle:])
        steps.insert(afternoon, Step(_BREAK, _PAUSE))
        steps.insert(middle, Step(_MEAL, lunch))
        middle = _half(steps[:middle])
    if breaks:
        steps.insert(middle, Step(_BREAK, _PAUSE))
    return tuple(steps)


def _shared(shares: list[float], minutes: int) -> list[int]:
    """Minutes split by shares, in fives where there is room, the rest given to the largest."""
    unit = _ROUND if minutes >= _ROUND * 2 * len(shares) else 1
    whole = sum(shares)
    spent = [max(unit, round(minutes * share / whole / unit) * unit) for share in shares]
    largest = max(range(len(spent)), key=spent.__getitem__)
    spent[largest] += minutes - sum(spent)
    return spent


def _half(steps: list[Step]) -> int:
    """After how many steps about half of their time is spent; at least one, not the last."""
    total, spent = sum(step.minutes for step in steps), 0
    for number, step in enumerate(steps, 1):
        spent += step.minutes
        if spent * 2 >= total:
            return min(number, len(steps) - 1)
    return 1
