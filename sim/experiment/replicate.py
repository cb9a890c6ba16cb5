"""Replicate several scenarios: what is in the store is read, the rest computed, in order.

The results depend on the studies and the rule of stopping alone: replication i of a study is the
same whoever computes it, results are taken in order of replication, and the rule sees them in that
order. What was computed ahead and is not wanted is thrown away (the store keeps it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from sim.experiment.key import study_key
from sim.experiment.local import Local
from sim.experiment.store import Store, StudyFolder
from sim.experiment.study import Each, Progress, Recipe, Stop, StopAll, Study
from sim.experiment.work import Executor, Task
from sim.scenario.inputs import Inputs

R = TypeVar("R")


@dataclass(slots=True)
class Engine:
    """An executor and a store, for as many calls of `replicate` as a command makes.

    Attributes
    ----------
    computed, restored
        Replications so far that were computed (whether kept or not), and read from the store.
    """

    executor: Executor
    store: Store | None = None
    progress: Progress | None = None
    computed: int = 0
    restored: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.executor.close()


@dataclass(frozen=True, slots=True)
class Replications(Generic[R]):
    """Results of all replications.

    Attributes
    ----------
    results
        `results[study][replication]`, as kept.
    names
        Names of the values of each study, where its recipe names them and a result was taken.
    """

    results: list[list[R]]
    names: list[Any]


@dataclass(slots=True)
class _StudyProgress(Generic[R]):
    """One study's results on their way."""

    study: Study[R]
    shelf: StudyFolder | None
    taken: list[R]
    names: Any = None
    reported: bool = False
    stored: set[int] = field(default_factory=set)
    arrived: dict[int, R] = field(default_factory=dict)
    ordered: set[int] = field(default_factory=set)

    def open(self) -> None:
        """Look up what the store has; values without their names are of no use."""
        codec = self.study.recipe.codec
        if self.shelf is None or codec is None:
            return
        names = self.shelf.names()
        if names is not None:
            self.names = codec.unpack_names(names)
        if names is not None or self.study.recipe.names is None:
            self.stored = self.shelf.known()

    def next(self) -> tuple[R, bool] | None:
        """The next result, and whether it is from the store; None: it is to be computed."""
        number = len(self.taken)
        if number in self.arrived:
            return self.arrived.pop(number), False
        codec = self.study.recipe.codec
        if number in self.stored and self.shelf is not None and codec is not None:
            self.stored.discard(number)
            content = self.shelf.get(number)
            if content is not None:
                return codec.unpack(content), True
        return None

    def lacks(self, replication: int) -> bool:
        """Whether nobody has computed it or is about to."""
        return (
            replication >= len(self.taken)
            and replication not in self.stored
            and replication not in self.arrived
            and replication not in self.ordered
        )

    def arrive(self, replication: int, result: R, names: Any) -> None:
        """Accept a result, and keep it."""
        self.ordered.discard(replication)
        self.arrived[replication] = result
        fresh = self.names is None and names is not None
        if fresh:
            self.names = names
        codec = self.study.recipe.codec
        if self.shelf is None or codec is None:
            return
        if fresh:
            self.shelf.put_names(codec.pack_names(names))
        self.shelf.put(replication, codec.pack(result))


def replicate(
    studies: Sequence[Study[R]],
    stop: StopAll[R],
    engine: Engine,
    *,
    keep: Callable[[int, R], R] | None = None,
    named: Callable[[int, Any], None] | None = None,
    done: Sequence[Sequence[R]] | None = None,
) -> Replications[R]:
    """Replicate studies until `stop` wants no more of any.

    Parameters
    ----------
    keep
        (study, result) -> what is kept of it (the rest may go to disk); called in order of
        replication within each study.
    named
        Called with (study, names of its values) before the first result of the study is kept, where
        its recipe names them.
    done
        Results of each study's first replications, if the caller has them already.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    """
    lines = [
        _StudyProgress(study, _shelf(engine.store, study), list(done[i]) if done else [])
        for i, study in enumerate(studies)
    ]
    for line in lines:
        line.open()
    results = [line.taken for line in lines]
    taking = _Taking(engine, keep, named)
    try:
        while wanted := list(stop.wanted(results)):
            expected = stop.expected(results)
            rest = wanted
            while rest := taking.take_over(lines, rest):
                engine.executor.admit([lines[i].study for i in rest])
                _order(lines, rest, wanted, expected, engine.executor)
                for piece in engine.executor.finished():
                    engine.computed += 1
                    lines[piece.index].arrive(piece.replication, piece.result, piece.names)
            if engine.progress is not None:
                engine.progress(sum(map(len, results)), sum(stop.expected(results)))
    finally:
        engine.executor.drop()
    return Replications(results, [line.names for line in lines])


def _shelf(store: Store | None, study: Study[Any]) -> StudyFolder | None:
    if store is None or study.recipe.codec is None:
        return None
    return store.shelf(study_key(study))


@dataclass(frozen=True, slots=True)
class _Taking(Generic[R]):
    """Handling of results that are taken."""

    engine: Engine
    keep: Callable[[int, R], R] | None
    named: Callable[[int, Any], None] | None

    def take_over(self, lines: Sequence[_StudyProgress[R]], wanted: Sequence[int]) -> list[int]:
        """Append the next result of each study that has it; the studies that have not."""
        rest = []
        for i in wanted:
            found = lines[i].next()
            if found is None:
                rest.append(i)
                continue
            result, restored = found
            self.engine.restored += restored
            if self.named is not None and not lines[i].reported and lines[i].names is not None:
                lines[i].reported = True
                self.named(i, lines[i].names)
            lines[i].taken.append(result if self.keep is None else self.keep(i, result))
        return rest


def _order(
    lines: Sequence[_StudyProgress[R]],
    rest: Sequence[int],
    wanted: Sequence[int],
    expected: Sequence[int],
    executor: Executor,
) -> None:
    """Submit what is missing now, then what will probably be wanted next, while there is room."""
    left = sum(max(0, expected[i] - len(lines[i].taken) - len(lines[i].stored)) for i in wanted)
    now = {i: len(lines[i].taken) - (i not in rest) for i in wanted}
    ahead = 0
    while executor.room(max(left, len(rest))) > 0:
        task = _next_task(lines, {i: n + ahead for i, n in now.items()}, expected, ahead == 0)
        if task is not None:
            executor.submit(task)
        elif ahead < 2 * executor.workers:
            ahead += 1
        else:
            return


def _next_task(
    lines: Sequence[_StudyProgress[R]],
    numbers: Mapping[int, int],
    expected: Sequence[int],
    needed: bool,
) -> Task | None:
    """Find the lowest of these replications that a study lacks, and all studies that lack it."""
    lacking: dict[int, list[int]] = {}
    for i, number in numbers.items():
        if lines[i].lacks(number) and (needed or number < expected[i]):
            lacking.setdefault(number, []).append(i)
    if not lacking:
        return None
    replication = min(lacking)
    chosen = lacking[replication]
    for i in chosen:
        lines[i].ordered.add(replication)
    return Task(
        indices=tuple(chosen),
        studies=tuple(lines[i].study for i in chosen),
        nameless=tuple(lines[i].names is None for i in chosen),
        replication=replication,
    )


if TYPE_CHECKING:
    from sim.model import Model

M = TypeVar("M")


def run_replications(
    inputs: Inputs,
    recipe: Recipe[M, R],
    stop: Stop[R],
    *,
    model: Model | None = None,
    prepared: M | None = None,
    seed: int,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: Callable[[R], R] | None = None,
    done: Sequence[R] = (),
) -> list[R]:
    """Replicate until `stop` has enough.

    Parameters
    ----------
    model, prepared
        Built already, if the caller has them; `prepared` goes with a model.
    jobs
        Processes; None: as many as there are processors, if the work left is worth starting them.
    keep
        What is kept of a result once it is here (the rest may go to disk).
    done
        Results of the first replications, if the caller has them already.
    """
    study: Study[Any] = Study(inputs, recipe, seed)
    local = Local(jobs)
    if model is not None:
        local.prepare(study, model, prepared)
    kept = None if keep is None else (lambda _, result: keep(result))
    with Engine(local, progress=progress) as engine:
        return replicate([study], Each([stop]), engine, keep=kept, done=[done]).results[0]
