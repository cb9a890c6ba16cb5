"""Who is somewhere else: the hash table finds what a look at every stay finds."""

from __future__ import annotations

import numpy as np
import pytest
from as_python import as_python

from sim.model import whereabouts


@pytest.mark.parametrize("python", [False, True])
def test_against_all_stays(python: bool) -> None:
    """Persons with many stays, one or none; times that touch a stay do not overlap it."""
    module = as_python("sim.model.whereabouts") if python else whereabouts
    rng = np.random.default_rng(3)
    person = np.repeat(rng.integers(0, 60, 40) + (rng.integers(0, 9, 40) << 32), 3)
    person, counts = np.unique(person, return_counts=True)
    owner = np.repeat(person, counts)
    first = np.concatenate([np.arange(c) for c in counts]) * 100
    start = first + rng.integers(0, 40, len(owner))
    end = start + rng.integers(1, 60, len(owner))
    shuffled = rng.permutation(len(owner))
    stays = whereabouts.Stays(owner[shuffled], start[shuffled], end[shuffled])
    who = np.concatenate([rng.choice(person, 900), rng.integers(0, 60, 100)])
    since = rng.integers(0, 400, 1000).astype(np.float64)
    until = since + rng.integers(1, 50, 1000)
    found = module._lookup(stays)(who, since, until)
    hits = (owner == who[:, None]) & (start < until[:, None]) & (end > since[:, None])
    assert found.tolist() == hits.any(axis=1).tolist()
    assert 0 < found.sum() < len(found)
