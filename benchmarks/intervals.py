"""How sure a mean is: 95 % percentile bootstrap over queries, with a fixed seed.

Two systems are compared on the same queries: the interval of their difference says whether it could
be luck, which two intervals side by side do not.
Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
"""

from collections.abc import Mapping, Sequence

import numpy as np

RESAMPLES = 2000
SEED = 20260101

Interval = tuple[float, float]
Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def interval(values: Sequence[float]) -> Interval:
    """2.5th and 97.5th percentile of the mean over resampled queries; one value is its own.

    Raises:
        ValueError: there are no values.
    """
    if not len(values):
        raise ValueError("an interval needs at least one value")
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(sample), (RESAMPLES, len(sample)))
    low, high = np.percentile(sample[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def two_sided_interval(table: Table) -> Interval:
    """The same for the mean of a table whose rows and columns are both resampled, as for AUROC."""
    rng = np.random.default_rng(SEED)
    n_rows, n_columns = table.shape
    rows = rng.multinomial(n_rows, np.full(n_rows, 1 / n_rows), RESAMPLES)
    columns = rng.multinomial(n_columns, np.full(n_columns, 1 / n_columns), RESAMPLES)
    means = ((rows @ table) * columns).sum(axis=1) / (n_rows * n_columns)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def paired_difference(a: Mapping[str, float], b: Mapping[str, float]) -> tuple[float, Interval]:
    """Mean of `a` minus `b` query by query, and its interval.

    Raises:
        ValueError: they are not about the same queries.
    """
    if set(a) != set(b):
        raise ValueError("a paired comparison needs the same queries on both sides")
    differences = [a[query] - b[query] for query in sorted(a)]
    return float(np.mean(differences)), interval(differences)
