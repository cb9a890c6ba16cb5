"""Instances as files: the arrays of a problem in one compressed archive of numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from optimise.slots.problem import Problem, Requests, Season, Sessions, Venues, Worth

__all__ = ["load", "save"]

_PARTS: dict[str, Any] = {
    "season": Season,
    "venues": Venues,
    "requests": Requests,
    "worth": Worth,
    "locks": Sessions,
    "rejections": Sessions,
    "last_season": Sessions,
}
"""Classes of the parts of a problem, whose fields are numbers and arrays."""


def save(problem: Problem, path: Path) -> None:
    """Write a problem; whole numbers in the smallest type that holds them."""
    arrays = {
        f"{part}.{name}": _small(np.asarray(getattr(getattr(problem, part), name)))
        for part, kind in _PARTS.items()
        for name in kind.__slots__
    }
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path) -> Problem:
    """Read a problem that `save` wrote."""
    with np.load(path, allow_pickle=False) as archive:
        parts = {
            part: kind(**{name: _value(archive[f"{part}.{name}"]) for name in kind.__slots__})
            for part, kind in _PARTS.items()
        }
    return Problem(**parts)


def _small(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.dtype != np.int64 or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    kinds = (np.int8, np.int16, np.int32, np.int64)
    return array.astype(next(k for k in kinds if np.iinfo(k).min <= low <= high <= np.iinfo(k).max))


def _value(array: np.ndarray[Any, Any]) -> Any:
    if array.ndim == 0:
        return array.item()
    return array.astype(np.int64) if array.dtype.kind == "i" else array
