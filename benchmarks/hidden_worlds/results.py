"""What came of the worlds, as arrays: differences of contenders, paired within worlds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.stats.intervals import t_quantile

__all__ = ["CONTENDERS", "STEPS", "Difference", "Found", "read", "subsets", "trend"]

F64 = npt.NDArray[np.float64]
CONTENDERS = {
    "a": "census",
    "a+": "census, as many wishes as (d)",
    "b": "census x segment rates",
    "c": "observed bookings",
    "d": "simulated latent demand, one pass",
    "e": "closed loop",
    "f": "true latent demand",
    "g": "exhaustive search under the truth",
}
STEPS = (
    ("a", "d"), ("a", "a+"), ("a+", "d"), ("b", "d"), ("c", "d"),
    ("d", "e"), ("f", "e"),
)  # fmt: skip
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean over worlds with its t interval.

    Attributes
    ----------
    wins, losses
        Worlds in which it is above and below 0; elsewhere it is 0: mostly the same plan.
    """

    mean: float
    low: float
    high: float
    n: int
    wins: int
    losses: int

    @classmethod
    def of(cls, values: F64) -> Difference:
        """Of one value a world."""
        n, wins, losses = len(values), int((values > 0).sum()), int((values < 0).sum())
        mean = float(values.mean()) if n else float("nan")
        if n < 2:
            return cls(mean, float("nan"), float("nan"), n, wins, losses)
        half = float(t_quantile(CONFIDENCE, n - 1)) * float(values.std(ddof=1)) / np.sqrt(n)
        return cls(mean, mean - half, mean + half, n, wins, losses)


@dataclass(frozen=True, slots=True)
class Found:
    """Some worlds."""

    worlds: tuple[dict[str, Any], ...]

    def where(self, **equal: Any) -> Found:
        """Worlds in which all of these hold."""
        kept = [w for w in self.worlds if all(w[k] == v for k, v in equal.items())]
        return Found(tuple(kept))

    def values(self, label: str, what: str) -> F64:
        """(n,) `gain`, `worst` or `own` of a contender; NaN where it did not take part."""
        plans = (w["plans"].get(label) for w in self.worlds)
        return np.array([np.nan if p is None else p[what] for p in plans], dtype=np.float64)

    def about(self, key: str) -> F64:
        """(n,) what sets worlds apart."""
        return np.array([w[key] for w in self.worlds], dtype=np.float64)

    def scale(self) -> F64:
        """(n,) largest true gain of (a) to (f) in each world: what differences are shares of."""
        labels = [label for label in CONTENDERS if label != "g"]
        return np.asarray(np.max([self.values(label, "gain") for label in labels], axis=0))

    def reference(self, what: str) -> F64:
        """(n,) of (g) where there is one, else of (f)."""
        best = self.values("g", what)
        return np.where(np.isnan(best), self.values("f", what), best)

    def step(self, first: str, then: str, what: str) -> F64:
        """(n,) `then` minus `first`; gains in percent of `scale`, shares in points."""
        change = self.values(then, what) - self.values(first, what)
        return 100.0 * (change if what == "worst" else change / self.scale())


def read(folder: Path) -> Found:
    """All worlds that are finished, by name."""
    paths = sorted(folder.glob("*-[0-9]*.json"))
    return Found(tuple(json.loads(path.read_text(encoding="utf-8")) for path in paths))


def subsets(hidden: Found) -> Iterator[tuple[str, Found]]:
    """All; by load and bend; by thirds of correlation and of error in decay; small ones."""
    yield "all hidden worlds", hidden
    for load in sorted(set(hidden.about("load").tolist())):
        yield f"load {load:g}", hidden.where(load=load)
    for bend in sorted(set(hidden.about("bend").tolist())):
        yield f"decay bends by {bend:g}", hidden.where(bend=bend)
    for key, words in (
        ("correlation", "census correlates"),
        ("decay_error", "error in decay"),
    ):
        value = hidden.about(key)
        edges = np.quantile(value, [0.0, 1 / 3, 2 / 3, 1.0])
        for i in range(len(edges) - 1):
            inside = (value >= edges[i]) & ((value < edges[i + 1]) | (i == len(edges) - 2))
            mine = tuple(w for w, take in zip(hidden.worlds, inside, strict=True) if take)
            yield f"{words} {edges[i]:.2f} to {edges[i + 1]:.2f}", Found(mine)
    yield "small worlds", hidden.where(small=True)


def trend(x: F64, y: F64) -> Difference:
    """Slope of y on x by least squares, with its t interval; `wins` and `losses` are 0."""
    n = len(x)
    if n < 3 or np.ptp(x) == 0:
        return Difference(float("nan"), float("nan"), float("nan"), n, 0, 0)
    apart = x - x.mean()
    slope = float(apart @ y / (apart @ apart))
    rest = y - y.mean() - slope * apart
    error = np.sqrt(float(rest @ rest) / (n - 2) / float(apart @ apart))
    half = float(t_quantile(CONFIDENCE, n - 2)) * error
    return Difference(slope, slope - half, slope + half, n, 0, 0)


def labels_of(found: Found) -> Sequence[str]:
    """Contenders that took part in any of the worlds."""
    return [label for label in CONTENDERS if any(label in w["plans"] for w in found.worlds)]
