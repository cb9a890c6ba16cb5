"""Choices that are compiled are those of the same functions as Python, to the byte."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import numpy as np
from as_python import as_python
from builders import model_of
from model.random_world import random_world

from sim.demand.choice import choose
from sim.demand.wishes import _first_at, draw_replication, sample_blocks
from sim.order import ordered


def test_the_same_choices_as_in_python() -> None:
    """Rooms of several classes, opening hours, start steps and several rooms at once."""
    python, number, reasons = as_python("sim.demand.choice"), 0, set[int]()
    for seed in range(6):
        with tempfile.TemporaryDirectory() as folder:
            plan = model_of(random_world(seed), Path(folder)).plan
        for block in sample_blocks(plan, draw_replication(plan, seed)):
            ours, theirs = choose(plan, block), python.choose(plan, block)
            for field in fields(ours):
                mine, other = getattr(ours, field.name), getattr(theirs, field.name)
                assert mine.dtype == other.dtype
                assert np.array_equal(mine, other, equal_nan=mine.dtype.kind == "f")
            number += len(block.key)
            reasons |= set(ours.reason.tolist())
    assert number > 2000
    assert len(reasons) == 5


def test_days_and_hours_are_the_first_edges_at_or_above_their_marks() -> None:
    """As a search by halves finds them, row by row."""
    wishes = as_python("sim.demand.wishes")
    r = np.random.default_rng(1)
    edges = np.concatenate([row + np.sort(r.random(24)) for row in range(9)])
    edges[23::24] = np.arange(1, 10)
    row = r.integers(0, 9, 5000)
    mark = row + r.random(5000)
    expected = np.searchsorted(edges, mark, side="left")
    assert (_first_at(edges, row * 24, mark) == expected).all()
    assert (wishes._first_at(edges, row * 24, mark) == expected).all()


def test_order_with_and_without_ties() -> None:
    """Equal times go by their keys."""
    r = np.random.default_rng(2)
    key = r.integers(0, 2**63, 1000).astype(np.uint64)
    for first in (r.random(1000), r.integers(0, 50, 1000).astype(float)):
        assert (ordered(first, key) == np.lexsort((key, first))).all()
