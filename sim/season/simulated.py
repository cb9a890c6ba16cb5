"""The scenario in which a season's timetable is simulated: which dates count, and what it says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.read.yaml_reader import child_head
from sim.scenario.schema.scenario import Scenario


@dataclass(frozen=True, slots=True)
class CountedDates:
    """Dates over which a timetable is judged, and how the scenario has to change for that.

    Parameters
    ----------
    first, last
        Of the counting window, inclusive.
    sessions
        `activities.sessions` of that window: as many a day as in the scenario's own; None: as it
        is.
    from_scenario
        Whether it is the scenario's own window.
    """

    first: dt.date
    last: dt.date
    sessions: int | None
    from_scenario: bool

    @property
    def sets(self) -> tuple[str, ...]:
        """Settings laid over the scenario, as `--set` would."""
        if self.from_scenario:
            return ()
        window = f"window.from={self.first}", f"window.until={self.last}"
        return (
            window if self.sessions is None else (*window, f"activities.sessions={self.sessions}")
        )

    def words(self, scenario: Scenario) -> str:
        """The things counted, in a sentence."""
        text = f"judged from {self.first} until {self.last}"
        if self.from_scenario:
            return f"{text}: the scenario's window, which lies in the season"
        own = scenario.window
        text += f", the season: the scenario's window ({own.first} until {own.last}) is not in it"
        if self.sessions is None:
            return text
        before = scenario.activities.sessions
        return f"{text}; {self.sessions:,} activities instead of {before:,}, as many a day"


def counted_in(scenario: Scenario) -> CountedDates:
    """The scenario's counting window if it lies in its season, else the season's dates.

    Hours without clubs would dilute what clubs do. Wishes come by the day, activities by the
    window: their number is scaled to its length.
    """
    assert scenario.allocation is not None
    season, own = scenario.allocation.season, scenario.window
    if season.first <= own.first and own.last <= season.last:
        return CountedDates(own.first, own.last, None, from_scenario=True)
    days, before = ((w.last - w.first).days + 1 for w in (season, own))
    sessions = scenario.activities.sessions
    scaled = round(sessions * days / before) if sessions else None
    return CountedDates(season.first, season.last, scaled, from_scenario=False)


def scenario_yaml(base: Path, name: str, words: str, counted: CountedDates) -> str:
    """A scenario that extends `base` and has the `timetable.csv` beside it."""
    window = (
        ()
        if counted.from_scenario
        else (f"window: {{from: {counted.first}, until: {counted.last}}}  # the season",)
    )
    sessions = (
        ()
        if counted.sessions is None
        else (f"activities: {{sessions: {counted.sessions}}}  # as many a day as in {base.stem}",)
    )
    lines = (
        f"# {words}, to be simulated: linli run or linli compare.",
        *child_head(base, name, "this file and timetable.csv", None),
        *window,
        *sessions,
        "timetable:",
        "  blocks: timetable.csv",
    )
    return "\n".join(lines) + "\n"
