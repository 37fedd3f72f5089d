"""A verdict, and what becomes of many: rates with Wilson intervals, paired bootstrap by cluster."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Z = 1.959963984540054
"""Of the two-sided 95 % interval."""

RESAMPLES = 2_000


class Verdict(NamedTuple):
    """What one measure says of one case: `got` out of `of`, and why, in French.

    `of` is 0 where the measure does not apply. `failed` is the failure of the measure itself (no
    reply, gold not in the library), which counts in no mean and is reported apart.
    """

    got: float
    of: float
    reason: str
    failed: bool = False

    @property
    def value(self) -> float | None:
        """The share in [0, 1], or None when there is nothing to share."""
        return self.got / self.of if self.of and not self.failed else None


def not_applicable(reason: str) -> Verdict:
    """The verdict of a measure that says nothing about this case."""
    return Verdict(0, 0, reason)


class Mean(NamedTuple):
    """A measure over many cases: micro-average, 95 % interval, counts.

    `n` is what was counted (cases, or statements, or citations); `cases` of how many cases;
    `failures` are the cases where the measure failed. `value` is None when nothing was counted.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    cases: int
    failures: int


def mean(verdicts: Iterable[Verdict], clusters: Sequence[str] | None = None) -> Mean:
    """The micro-average of verdicts.

    The interval is Wilson's where each count is a yes or a no, otherwise the percentile bootstrap
    over cases (over `clusters`, one name a verdict, when given).
    """
    given = list(verdicts)
    names = list(clusters) if clusters is not None else [str(n) for n in range(len(given))]
    kept = [(v, name) for v, name in zip(given, names, strict=True) if v.of and not v.failed]
    failures = sum(v.failed for v in given)
    total = sum(v.of for v, _ in kept)
    if not total:
        return Mean(None, None, None, 0, 0, failures)
    got = sum(v.got for v, _ in kept)
    if all(float(v.got).is_integer() and v.of == 1 for v, _ in kept):
        low, high = wilson(got, total)
    else:
        low, high = bootstrap([v for v, _ in kept], [name for _, name in kept])
    return Mean(got / total, low, high, total, len(kept), failures)


def wilson(got: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927)."""
    if not n:
        return 0.0, 1.0
    share = got / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    # The interval holds the rate; rounding must not make it otherwise at 0 and at 1.
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def bootstrap(verdicts: Sequence[Verdict], clusters: Sequence[str]) -> tuple[float, float]:
    """The 95 % percentile interval of a micro-average, resampling clusters (Efron 1979)."""
    pairs = [(verdict, verdict) for verdict in verdicts]
    return _resampled(pairs, clusters, lambda sums: sums[0] / sums[1] if sums[1] else None)


class Difference(NamedTuple):
    """B minus A on the cases that both have: mean, 95 % interval, number of cases."""

    value: float
    low: float
    high: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def difference(
    first: Mapping[str, Verdict], second: Mapping[str, Verdict], clusters: Mapping[str, str]
) -> Difference | None:
    """The paired difference of two runs, or None when they share no measured case.

    Paired bootstrap, clusters resampled, so that cases on one document do not count as independent
    (Field and Welsh 2007).
    """
    both = [
        case for case in first
        if case in second and first[case].value is not None and second[case].value is not None
    ]  # fmt: skip
    if not both:
        return None
    pairs = [(first[case], second[case]) for case in both]

    def change(sums: tuple[float, float, float, float]) -> float | None:
        return sums[2] / sums[3] - sums[0] / sums[1] if sums[1] and sums[3] else None

    low, high = _resampled(pairs, [clusters[case] for case in both], change)
    value = change(_sums(pairs))
    return Difference(value or 0.0, low, high, len(both))


_Sums = tuple[float, float, float, float]


def _sums(pairs: Iterable[tuple[Verdict, Verdict]]) -> _Sums:
    got_a = of_a = got_b = of_b = 0.0
    for a, b in pairs:
        got_a, of_a, got_b, of_b = got_a + a.got, of_a + a.of, got_b + b.got, of_b + b.of
    return got_a, of_a, got_b, of_b


def _resampled(
    pairs: Sequence[tuple[Verdict, Verdict]],
    clusters: Sequence[str],
    statistic: Callable[[_Sums], float | None],
) -> tuple[float, float]:
    """The 2.5 % and 97.5 % quantiles of a statistic over resampled clusters; fixed seed."""
    import numpy as np  # noqa: PLC0415

    groups: dict[str, list[tuple[Verdict, Verdict]]] = {}
    for pair, cluster in zip(pairs, clusters, strict=True):
        groups.setdefault(cluster, []).append(pair)
    totals = np.array([_sums(group) for group in groups.values()])
    random = np.random.default_rng(20261123)
    drawn = random.integers(0, len(totals), size=(RESAMPLES, len(totals)))
    values = [statistic(tuple(sums)) for sums in totals[drawn].sum(axis=1).tolist()]
    kept = [value for value in values if value is not None]
    if not kept:
        return 0.0, 1.0
    low, high = np.quantile(kept, [0.025, 0.975])
    return float(low), float(high)
