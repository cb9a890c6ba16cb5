"""What is replicated, how it is measured, who decides how often, and what stops it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from sim.scenario.inputs import Inputs

if TYPE_CHECKING:  # what is all in the store needs no model, and its import takes a second
    from sim.model import History, Model

M = TypeVar("M")
R = TypeVar("R")
Result = TypeVar("Result", contravariant=True)

Visits = Literal["all", "rooms", "none"]
Progress = Callable[[int, int], None]
"""Called with (replications done, replications expected), over all studies."""


_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file may grow that large here",
    errno.EACCES: "not writable",
    errno.EPERM: "not writable",
    errno.EROFS: "the disk is read-only",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
}


class EngineProblem(Exception):
    """The machine or the cluster, not the scenario, is at fault: exit status 3.

    What was finished is in the store.
    """


def reason_of(error: OSError) -> str:
    """The fault of a file, in plain words."""
    return _WORDS.get(error.errno or 0, error.strerror or str(error))


@dataclass(frozen=True, slots=True)
class Codec(Generic[R]):
    """Functions by which results of a recipe go into the store and come back, bit for bit.

    Attributes
    ----------
    pack, unpack
        A result to bytes and back.
    pack_names, unpack_names
        Names to bytes and back.
    """

    pack: Callable[[R], bytes]
    unpack: Callable[[bytes], R]
    pack_names: Callable[[Any], bytes]
    unpack_names: Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class Recipe(Generic[M, R]):
    """Functions that measure a replication; all must be importable by name.

    Attributes
    ----------
    prepare
        Model -> what measuring needs, once a process.
    measure
        (prepared, history) -> the replication's result, small enough to send between processes.
        It may depend on nothing that `key.study_key` leaves out, where there is a codec.
    names
        What was prepared, after it measured a replication -> names of the results' values; the
        same for all replications of a study, so they travel and are stored once.
    codec
        How results are stored; without one they are not.
    visits
        Visits to places that measuring looks at: a replication without the others, and without
        points where it does not look at all, is quicker, and the same otherwise.
    beside
        Hash of what else measuring looks at than the study itself; empty: of nothing else.
    whole
        Gives the result by the replication's number alone, without a model of the study: for work
        that is cut into numbered pieces, such as draws of assumptions.
    """

    prepare: Callable[[Model], M]
    measure: Callable[[M, History], R]
    names: Callable[[M], Any] | None = None
    codec: Codec[R] | None = None
    visits: Visits = "all"
    beside: str = ""
    whole: Callable[[int], R] | None = None

    @property
    def name(self) -> str:
        """Qualified name of what measures, and what it looks at beside the study."""
        measure = self.measure
        name = getattr(measure, "path", "") or f"{measure.__module__}:{measure.__qualname__}"
        return f"{name}:{self.beside}" if self.beside else name


@dataclass(frozen=True, slots=True, eq=False)
class Study(Generic[R]):
    """One scenario to replicate."""

    inputs: Inputs
    recipe: Recipe[Any, R]
    seed: int


class Stop(Protocol[Result]):
    """Decides how many of the results of one study are kept."""

    def expected(self, results: Sequence[Result]) -> int:
        """Guess of the number of replications in all."""
        ...

    def enough(self, results: Sequence[Result]) -> bool:
        """Whether these results, all of them, are enough."""
        ...


class StopAll(Protocol[Result]):
    """Decides which of several studies go on; `results[study][replication]` are all so far."""

    def expected(self, results: Sequence[Sequence[Result]]) -> Sequence[int]:
        """Guess of each study's number of replications in all."""
        ...

    def wanted(self, results: Sequence[Sequence[Result]]) -> Sequence[int]:
        """Studies that need one more replication each; none: done."""
        ...


class FixedNumber(Generic[R]):
    """Stop after a given number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def expected(self, results: Sequence[R]) -> int:
        """The number given."""
        del results
        return self._number

    def enough(self, results: Sequence[R]) -> bool:
        """Whether the number is reached."""
        return len(results) >= self._number


def fixed_number(number: int) -> FixedNumber[R]:
    """A stop after `number` replications."""
    return FixedNumber(number)


class Each(Generic[R]):
    """A rule of its own for every study."""

    def __init__(self, stops: Sequence[Stop[R]]) -> None:
        self._stops = stops

    def expected(self, results: Sequence[Sequence[R]]) -> Sequence[int]:
        """Number of replications that each rule expects."""
        return [s.expected(r) for s, r in zip(self._stops, results, strict=True)]

    def wanted(self, results: Sequence[Sequence[R]]) -> Sequence[int]:
        """Studies whose rule has not enough yet."""
        pairs = zip(self._stops, results, strict=True)
        return [i for i, (stop, mine) in enumerate(pairs) if not stop.enough(mine)]


def shifted(progress: Progress | None, done: int, later: int) -> Progress | None:
    """Progress of a part, counted with what is done elsewhere and comes later."""
    if progress is None:
        return None
    return lambda mine, expected: progress(done + mine, done + expected + later)
