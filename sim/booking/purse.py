"""What a selection needs to know of bookers' points; the model provides it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.streams import U64

__all__ = ["Purse"]


class Purse(Protocol):
    """Points that bookers may pay with while the clock runs; bookers by their numbers."""

    @property
    def key(self) -> U64:
        """(B,) key of each booker: what they do with their points is drawn from it."""
        ...

    @property
    def ever(self) -> npt.NDArray[np.bool_]:
        """(B,) whether each booker has any points at any time."""
        ...

    def balance(self, booker: int, now: float) -> int:
        """Points that a booker has at a time; times must not go backwards."""
        ...

    def pay(self, booker: int, now: float, points: int) -> None:
        """Take points; the balance must cover them."""
        ...
