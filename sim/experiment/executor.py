"""Who computes replications: the protocol that every executor follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sim.experiment.study import Study
from sim.experiment.work import Finished, Task

if TYPE_CHECKING:
    from sim.model import Model


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
