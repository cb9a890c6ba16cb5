"""`--people`: a question about residents, put as the multiple of demand that it means."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.exits import UsageProblem
from sim.messages import say

if TYPE_CHECKING:
    from sim.scenario.inputs import Inputs

People = Annotated[
    str | None,
    typer.Option(
        "--people",
        metavar="N",
        help="Residents instead of today's: 160000 in all, or +8000 who move in.",
    ),
]
MOST = 1000
"""Largest multiplier of demand and of visits that a scenario may have."""


def with_people(inputs: Inputs, people: str | None) -> Inputs:
    """Inputs with so many residents, and a notice that says what that means; None: as they are.

    Raises
    ------
    UsageProblem
        If it is no number of residents.
    """
    if people is None:
        return inputs
    from sim.scenario.derived.size import residents, with_growth

    now, times = residents(inputs.tables), growth(inputs, people)
    grown = with_growth(inputs, times)
    words = say("people.grown", now=now, then=round(now * times), times=f"{times:.3g}")
    return replace(grown, notices=(*grown.notices, words))


def people_range(inputs: Inputs, times: float) -> str:
    """What it means that demand is raised up to so many residents."""
    from sim.scenario.derived.size import residents

    now = residents(inputs.tables)
    return say("people.range", now=now, then=round(now * times), times=f"{times:.3g}")


def people_words(people: str | None) -> list[str]:
    """The option as it was typed, for the command that a manifest notes."""
    return [] if people is None else ["--people", people]


def growth(inputs: Inputs, people: str) -> float:
    """How many times today's residents those asked for are.

    Raises
    ------
    UsageProblem
        If it is no number of residents.
    """
    from sim.scenario.derived.size import residents

    now = residents(inputs.tables)
    name = inputs.scenario.name
    if not now:
        raise UsageProblem(
            f"--people {people}: {name} has no residents to count from (people of a compound or a "
            "village); use --set demand.multiplier=N"
        )
    if not re.fullmatch(r"[+-]?\d{1,12}", people, re.ASCII):
        plain = re.sub(r"[\s,_]", "", people)
        hint = f" Did you mean `{plain}`?" if re.fullmatch(r"[+-]?\d{1,12}", plain) else ""
        raise UsageProblem(
            f"--people {people}: must be a number of residents in all, such as {now}, or of those "
            f"who move in or away, such as +8000 or -8000.{hint}"
        )
    then = int(people) + (now if people[0] in "+-" else 0)
    scenario = inputs.scenario
    most = int(MOST * now / max(1.0, scenario.demand.multiplier, scenario.dropin.multiplier))
    if not 1 <= then <= most:
        raise UsageProblem(
            f"--people {people}: would be {then:,} residents; {name} has {now:,}, and 1 to "
            f"{most:,} are allowed"
        )
    return then / now
