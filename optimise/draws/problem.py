"""The problem of a draw, and its solution, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.arrays import I64


@dataclass(frozen=True, slots=True, eq=False)
class DrawProblem:
    """Requests, each with options of which it may get one: a room from a time until another.

    Requests are numbered in the order of their lots, the best first: among assignments of the same
    value the better lots get more.

    Attributes
    ----------
    requests
        How many there are.
    request, room
        (options,) whose option it is, from 0; which room it takes, from 0.
    begin, end
        (options,) first slot and the one after the last, from 0; at least one slot.
    value
        (options,) what it is worth, whole and above 0.
    """

    requests: int
    request: I64
    room: I64
    begin: I64
    end: I64
    value: I64

    def __post_init__(self) -> None:
        columns = (self.request, self.room, self.begin, self.end, self.value)
        if len({len(column) for column in columns}) != 1:
            raise ValueError(f"columns of different lengths: {[len(c) for c in columns]}")
        if (self.end <= self.begin).any() or (self.value <= 0).any():
            raise ValueError("an option without a slot, or of no value")
        if len(self.request) and not 0 <= self.request.min() <= self.request.max() < self.requests:
            raise ValueError(f"an option of no request: there are {self.requests}")

    def __len__(self) -> int:
        return len(self.request)


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The option that each request gets.

    Attributes
    ----------
    option
        (requests,) index of the option given, -1 for none.
    value, bound
        Worth of what is given, and what no assignment can exceed.
    """

    option: I64
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether no assignment is worth more."""
        return self.value == self.bound

    @property
    def status(self) -> str:
        """`optimal` or `feasible`."""
        return "optimal" if self.proven else "feasible"

    @property
    def gap(self) -> float:
        """|bound - value| / |bound|; 0 where there is nothing to give."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0
