"""The work of a process that computes: build a study's model once, simulate, measure."""

from __future__ import annotations

import hashlib
import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from sim.experiment.key import code_version, demand_key, differences
from sim.experiment.study import EngineProblem, Study
from sim.streams import replication_key

if TYPE_CHECKING:  # the model is imported where it is needed: not where all is in the store
    from sim.model import Demand, LastDemand, Model

BUILT = 12
"""Models that a process keeps, more than the shipped policies; those not used for longest go."""


@dataclass(frozen=True, slots=True)
class Task:
    """One replication of several studies, which may share what is the same in them.

    Attributes
    ----------
    indices
        The studies' numbers, as whoever asks counts them.
    nameless
        Whether the names of each study's values are still to be sent.
    """

    indices: tuple[int, ...]
    studies: tuple[Study[Any], ...]
    nameless: tuple[bool, ...]
    replication: int

    def rest(self, done: int) -> Task:
        """The task without its first studies."""
        return replace(
            self,
            indices=self.indices[done:],
            studies=self.studies[done:],
            nameless=self.nameless[done:],
        )


@dataclass(frozen=True, slots=True)
class Finished:
    """One replication of one study; `names` of its values if they were asked for."""

    index: int
    replication: int
    result: Any
    names: Any = None


class StudyPayloads:
    """Studies as bytes that any process can open, each packed once."""

    def __init__(self) -> None:
        self._packed: dict[Study[Any], tuple[str, bytes]] = {}

    def payload(self, study: Study[Any]) -> tuple[str, bytes]:
        """Hash of the bytes, and the bytes."""
        if study not in self._packed:
            content = zlib.compress(pickle.dumps(study, protocol=5), 1)
            self._packed[study] = hashlib.sha256(content).hexdigest(), content
        return self._packed[study]


def check_versions(expected: Mapping[str, str], place: str) -> None:
    """Refuse to compute with other code than the run that asks.

    Raises
    ------
    EngineProblem
        If the code or a library differs.
    """
    differ = differences(expected, code_version())
    if differ:
        raise EngineProblem(
            f"{place} would give other results: it has {differ}. "
            "The same linli, Python and libraries are needed everywhere."
        )


@dataclass(slots=True)
class _PreparedStudy:
    """A study whose model is built; what measuring needs is prepared when it is first needed.

    Attributes
    ----------
    demand
        Equal for studies with the same wishes; see `key.demand_key`.
    """

    study: Study[Any]
    model: Model
    prepared: Any = None
    demand: str = ""


class PreparedStudies:
    """Models of the studies used last, ready to be simulated and measured.

    The wishes drawn last are kept: of a task's studies, those that differ in their rules alone have
    the same.
    """

    def __init__(self, room: int = BUILT) -> None:
        self._last: LastDemand | None = None
        self._room = room
        self._built: OrderedDict[object, _PreparedStudy] = OrderedDict()

    def prepare(self, key: object, study: Study[Any], model: Model, prepared: Any = None) -> None:
        """Put in what is built."""
        self._built[key] = _PreparedStudy(study, model, prepared)
        self._built.move_to_end(key)
        while len(self._built) > self._room:
            self._built.popitem(last=False)

    def replicate(
        self, key: object, open_study: Callable[[], Study[Any]], replication: int, nameless: bool
    ) -> tuple[Any, Any]:
        """Result of one replication, and the names of its values if they are asked for.

        Parameters
        ----------
        key
            What the study is kept under.
        open_study
            Gives the study where it is not built yet.
        """
        from sim.model import build_model, simulate

        if key not in self._built:
            study = open_study()
            if study.recipe.whole is not None:
                return study.recipe.whole(replication), None
            self.prepare(key, study, build_model(study.inputs))
        self._built.move_to_end(key)
        laid = self._built[key]
        recipe = laid.study.recipe
        if laid.prepared is None:
            laid.prepared = recipe.prepare(laid.model)
        history = simulate(
            laid.model,
            laid.study.seed,
            replication,
            dropin=recipe.visits != "none",
            points=recipe.visits == "all",
            rooms_only=recipe.visits == "rooms",
            demand=self._demand(laid, replication),
        )
        result = recipe.measure(laid.prepared, history)
        names = recipe.names if nameless else None
        return result, None if names is None else names(laid.prepared)

    def _demand(self, laid: _PreparedStudy, replication: int) -> Demand:
        from sim.model import LastDemand

        laid.demand = laid.demand or demand_key(laid.study.inputs)
        self._last = self._last or LastDemand()
        root = replication_key(laid.study.seed, replication)
        return self._last.of(laid.model.plan, root, laid.demand)


_bench = PreparedStudies()
_one_at_a_time = threading.Lock()


def compute(
    hashes: Sequence[str],
    contents: Sequence[bytes],
    nameless: Sequence[bool],
    replication: int,
    versions: Mapping[str, str],
    place: str = "A worker process",
) -> list[tuple[Any, Any]]:
    """Compute, in a worker, the same replication of several studies in a row."""
    check_versions(versions, place)
    with _one_at_a_time:  # a cluster's worker may have several threads; the models are not for them
        return [
            _bench.replicate(digest, partial(_opened, content), replication, asked)
            for digest, content, asked in zip(hashes, contents, nameless, strict=True)
        ]


def _opened(content: bytes) -> Study[Any]:
    study = pickle.loads(zlib.decompress(content))
    assert isinstance(study, Study)
    return study


class Executor(Protocol):
    """Computes tasks; which task is done when and where changes no result.

    Attributes
    ----------
    name
        As `--engine` names it.
    """

    name: str

    @property
    def workers(self) -> int:
        """How many replications are computed at once where there is enough to do."""
        ...

    def prepare(self, study: Study[Any], model: Model) -> None:
        """Use this model of a study, which the caller built already, if it is of use here."""
        ...

    def admit(self, studies: Sequence[Study[Any]]) -> None:
        """Check that studies of which replications will be submitted can be computed here.

        Raises
        ------
        EngineProblem
            If one needs more memory than there is.
        """
        ...

    def room(self, left: int) -> int:
        """How many more tasks to submit now, about `left` replications being to be computed."""
        ...

    def submit(self, task: Task) -> None:
        """Accept a task; earlier tasks are begun earlier."""
        ...

    def finished(self) -> Sequence[Finished]:
        """Wait until something is done, and hand it over: parts of tasks, in any order.

        Raises
        ------
        EngineProblem
            If it cannot be done here.
        """
        ...

    def drop(self) -> None:
        """Forget all tasks that are not finished."""
        ...

    def close(self) -> None:
        """Let go of processes and connections."""
        ...
