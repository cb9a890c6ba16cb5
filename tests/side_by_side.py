"""Comparisons made up number by number, and small worlds written side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from builders import Parts, tiny

from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.scenario.differences import InputDifferences
from sim.scenario.inputs import Inputs
from sim.studies.compare import ComparisonRuns, compare_scenarios

__all__ = ["busy", "compared", "loaded", "made_up"]


def loaded(folder: Path, parts: Parts, **named: dict[str, Any]) -> list[Inputs]:
    """The same world under several names, each with keys of its own set."""
    return [parts.copy().set(name=name, **keys).load(folder / name) for name, keys in named.items()]


def busy(multiplier: float = 10) -> Parts:
    """The tiny world with more demand than rooms: rules matter there."""
    return tiny().set(demand__multiplier=multiplier)


def compared(scenarios: list[Inputs], baseline: int = 0) -> ComparisonRuns:
    """Replicate in this process, without a store."""
    with Engine(Local(1)) as engine:
        return compare_scenarios(scenarios, baseline, engine)


def made_up(
    scenarios: list[Inputs],
    top: Any,
    bottom: Any,
    lines: list[tuple[str, str, str]],
    apart: tuple[tuple[str, ...], ...] | None = None,
) -> ComparisonRuns:
    """A comparison whose values are given: (scenarios, n, lines) numerators and denominators.

    `apart` gives the keys by which residents differ from the baseline's.
    """
    names = pd.DataFrame(lines, columns=["metric", "group", "level"])
    above, below = (np.asarray(x, dtype=np.float64) for x in (top, bottom))
    return ComparisonRuns(
        scenarios=tuple(scenarios),
        baseline=0,
        differs=tuple(
            InputDifferences({"demand": keys} if keys else {}, keys)
            for keys in apart or ((),) * len(scenarios)
        ),
        primary=tuple(scenarios[0].scenario.experiment.primary),
        n=above.shape[1],
        rows=(),
        values=(),
        names=names.assign(unit="share", form="share"),
        top=above,
        bottom=below,
        reached=True,
    )
