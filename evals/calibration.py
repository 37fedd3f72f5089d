"""Fits when to answer: a logistic regression on the evidence of the dev split's cases.

    python -m evals.calibration

Prints the coefficients that `assistant/verbatim.py` holds, and by cross-validation the refusals
kept at several rates of false refusals. Uses the library in COOP_HOME; never the test split.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from assistant.dialogue import find
from assistant.question import read_question
from assistant.requests import declined
from assistant.types import Answer
from assistant.verbatim import compose
from corpus.library import Library
from corpus.terminal import workplace
from evals.case import load_cases

RIDGE = 0.02
FOLDS = 10


def main() -> None:
    """Fit and print."""
    features, answerable = evidence()
    weights, intercept = fit(features, answerable)
    print("COEFFICIENTS =", tuple(round(float(w), 3) for w in weights))
    print("INTERCEPT =", round(float(intercept), 3))
    confidence = _held_out(features, answerable)
    for rate in (0.05, 0.1, 0.15, 0.2):
        point = float(np.quantile(confidence[answerable], rate))
        kept = float((confidence[~answerable] < point).mean())
        print(f"false refusals {rate:.0%}: refusal recall {kept:.1%}, ENOUGH = {point:.3f}")


def evidence() -> tuple[np.ndarray, np.ndarray]:
    """The evidence of each dev case, shape (n, features), and whether it is answerable, (n,)."""
    home, load_embedder = workplace()
    library = Library.open(home, load_embedder())
    rows, labels = [], []
    for case in load_cases():
        if case.split != "dev" or any(name not in library.documents for name in case.requires):
            continue
        history: tuple[Answer, ...] = ()
        for turn in case.turns:
            before = read_question(turn, library, history)
            history = (*history, Answer(before.asked, before.text))
        read = read_question(case.question, library, history)
        if declined(read.asked):
            continue  # refused before any evidence is looked for
        rows.append(compose(read, find(read, library), library).evidence)
        labels.append(case.answerable)
    return np.array(rows, dtype=float), np.array(labels)


def fit(features: np.ndarray, answerable: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a ridge logistic regression, both classes weighing the same."""
    scale = features.std(axis=0) + 1e-9
    scaled = features / scale
    share = np.where(answerable, 0.5 / answerable.sum(), 0.5 / (~answerable).sum())
    sign = np.where(answerable, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> float:
        margins = sign * (scaled @ parameters[:-1] + parameters[-1])
        return float(share @ np.logaddexp(0, -margins) + RIDGE * (parameters[:-1] ** 2).sum() / 2)

    found = minimize(loss, np.zeros(features.shape[1] + 1)).x
    return found[:-1] / scale, float(found[-1])


def _held_out(features: np.ndarray, answerable: np.ndarray) -> np.ndarray:
    """Each case's confidence by a fit that did not see it."""
    folds = np.random.default_rng(0).permutation(len(features)) % FOLDS
    confidence = np.zeros(len(features))
    for fold in range(FOLDS):
        seen = folds != fold
        weights, intercept = fit(features[seen], answerable[seen])
        confidence[~seen] = 1 / (1 + np.exp(-(features[~seen] @ weights + intercept)))
    return confidence


if __name__ == "__main__":
    main()
