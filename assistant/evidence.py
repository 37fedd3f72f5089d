"""Whether there is enough to answer with: a confidence from what was found, and where to stop.

Weak evidence gives a refusal. The features are few, because the cases they are fitted on are.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from assistant.question import Form
from corpus import french

if TYPE_CHECKING:
    from assistant.question import Question

SAME = 0.42
"""Likeness from which a foreseen question asks the same."""

COEFFICIENTS = (2.439, 1.073, 2.656, -0.66, -1.748, -3.151, 1.889)
INTERCEPT = -0.7
ENOUGH = 0.38
"""The operating point: chosen on the dev split's risk-coverage curve."""


class Evidence(NamedTuple):
    """How well the corpus supports an answer: the features the decision to answer rests on.

    `coverage` is what the best sentence, with its headings and a little its passage, covers of what
    is asked; 0 when a figure or a date is asked and none is near. `around` is the same without the
    passage and whatever is asked. `similarity` is the best cosine to the aspects asked about.
    `asked` is the weight of all aspects, on a log scale; `figure` says that a figure is asked;
    `unknown` is the share of the aspects, by weight, that stand nowhere in the library; `foreseen`
    is how like the question is to a foreseen one that one of the best sentences answers.
    """

    coverage: float = 0.0
    around: float = 0.0
    similarity: float = 0.0
    asked: float = 0.0
    figure: bool = False
    unknown: float = 1.0
    foreseen: float = 0.0

    @property
    def confidence(self) -> float:
        """The chance that the corpus answers, in [0, 1]: a logistic regression on these features.

        Fitted on the dev split by `python -m evals.calibration`; see `evals/LOG.md`.
        """
        logit = INTERCEPT + sum(w * float(x) for w, x in zip(COEFFICIENTS, self, strict=True))
        return 1 / (1 + math.exp(-logit))

    @property
    def enough(self) -> bool:
        """Whether to answer: never when most of what is asked is nowhere, or little of it here."""
        near = max(self.coverage, self.around, self.foreseen if self.foreseen >= SAME else 0.0)
        return self.confidence >= ENOUGH and self.unknown <= 0.6 and near >= 0.36


# --- the kind of thing asked for ---------------------------------------------------------------

FIGURE = re.compile(
    r"\d|\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingt|trente|quarante|cinquante|soixante|cents?|mille|moitié|tiers|quarts?)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(\d{4}|jours?|mois|ans?|années?|semaines?|délais?|avant|après|dès|lors)\b", re.IGNORECASE
)
_MONEY_ASKED = re.compile(
    r"\b(cout\w*|prix|tarifs?|budgets?|montants?|salaires?|abonnement|euros?|paye[rz]?|cher)\b"
)
_MONEY = re.compile(r"€|%|\b(euros?|gratuit\w*|sans frais|frais)\b", re.IGNORECASE)
_LASTING_ASKED = re.compile(
    r"\b(combien (de |d')(temps|jours|mois|ans|annees|semaines|heures)|delais?|durees?)\b"
)
_LASTING = re.compile(r"\b(jours?|mois|ans?|années?|semaines?|heures?)\b", re.IGNORECASE)
_NAME_ASKED = re.compile(
    r"\b(comment s'appelle\w*|quel(le)? (est )?(le |la |l')?nom"
    r"|quel(le)?s? (entreprises?|marques?|societes?|logiciels?)"
    r"|qui (est|sont) (le|la|les|l') ?(actuel\w* )?(president|direct|maire|fondat)"
    r"|(portable|telephone|numero|mail|adresse) (de|du|des|d'|de la))"
)
_NAME = re.compile(r"(?<=[a-zà-ÿ,:;(] )(?:[A-ZÀ-Ý][a-zà-ÿ]+|[A-Z]{2,})")
_YEAR = re.compile(r"\b20[0-4]\d\b")


def tells(question: Question, text: str) -> bool:
    """Whether a sentence holds the kind of thing asked for: a sum, a length of time, a name..."""
    folded = french.fold(question.asked)
    if question.form is Form.WHEN and not TIME.search(text):
        return False
    if _NAME_ASKED.search(folded) and not _NAME.search(text):
        return False
    if question.form is not Form.HOW_MUCH:
        return True
    if _LASTING_ASKED.search(folded):
        return bool(_LASTING.search(text) and FIGURE.search(text))
    if _MONEY_ASKED.search(folded):
        return bool(_MONEY.search(text))
    return bool(FIGURE.search(text))
