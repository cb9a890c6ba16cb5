"""The small siting problem of the tests, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.siting.moves.catalogue import Catalogue
from sim.siting.moves.offers import catalogue_of

SMALL = Path(__file__).parent / "small"


@cache
def small(*sets: str) -> Inputs:
    """The fixture, with keys set."""
    return load(SMALL / "small.yaml", sets=sets)


@cache
def offered() -> Catalogue:
    return catalogue_of(small())


def plan(catalogue: Catalogue | None = None, **words: int) -> tuple[int, ...]:
    """How often each move is made; moves in words, spaces as underscores, `→` for ` to `."""
    catalogue = offered() if catalogue is None else catalogue
    wanted = {name.replace("_", " "): n for name, n in words.items()}
    names = [move.words.replace("_", " ") for move in catalogue.moves]
    assert set(wanted) <= set(names), (wanted, names)
    return tuple(wanted.get(name, 0) for name in names)
