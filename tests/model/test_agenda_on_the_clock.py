"""What another process puts on the agenda while the dispatcher sleeps keeps its place in time."""

from __future__ import annotations

from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import numpy as np
import simpy

from sim.booking.agenda import Agenda
from sim.booking.decisions import NO_LOOKS, Timeline
from sim.model.clock import dispatcher


def test_noted_while_the_dispatcher_sleeps() -> None:
    """A process at 90 notes 95 and 110, at 97 nothing, at 130 notes 140: requests at 100 and 120.

    At 97 and at 130 nobody has been served early; what is noted after the last request is done.
    """
    env, agenda, log = simpy.Environment(), Agenda(), list[tuple[float, str]]()

    def noted(_i: int, now: float) -> None:
        log.append((now, "agenda"))

    def process() -> Generator[simpy.Event, Any, None]:
        for at, notes in ((90.0, (95.0, 110.0)), (97.0, ()), (130.0, (140.0,))):
            yield env.timeout(at - env.now)
            log.append((env.now, "process"))
            for time in notes:
                agenda.note(time, noted, 0)

    def serve(line: Timeline, first: int, until: int) -> int:
        for k in range(first, until):
            log.append((float(line.times[k]), "ask" if line.codes[k] >= 0 else "gives up"))
        return until

    counter: Any = SimpleNamespace(agenda=agenda, serve=serve)
    line = Timeline(np.array([100.0, 120.0]), np.array([0, ~0]), *NO_LOOKS[1:])
    env.process(process())
    env.process(dispatcher(env, counter, line, 2))
    env.run()
    assert log == [
        (90, "process"),
        (95, "agenda"),
        (97, "process"),
        (100, "ask"),
        (110, "agenda"),
        (120, "gives up"),
        (130, "process"),
        (140, "agenda"),
    ]
