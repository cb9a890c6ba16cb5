"""What is said of an allotted season, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["allocate_lines"]


def allocate_lines(told: Mapping[str, Any]) -> list[str]:
    """What was allotted, in a few lines."""
    asked, got = told["sessions_asked"], told["sessions"]
    lines = [
        f"{told['name']}: {got} of {asked} sessions a week, {told['hours']:g} of at most "
        f"{told['hours_asked']:g} hours",
        f"{told['requests_served']} of {told['requests']} requests have a session, "
        f"{told['first_choice_sessions']} sessions lie in a first choice",
        f"worth {told['value']:,} weighted minutes; no timetable is worth more than "
        f"{told['bound']:,} (gap {told['gap']:.2%}, bound by {told['prover']}, "
        f"{told['seconds']:g} s)",
    ]
    if told["levels"]:
        lines[-1:] = _level_lines(told)
    elif told["status"] == "optimal":
        lines[-1] += "; none is better"
    elif told["status"] == "greedy":
        lines[-1] += "; the time was too short to find one better than the greedy timetable"
    if told["last_season"]["before"]:
        last = told["last_season"]
        lines.append(
            f"since last season: {last['kept']} of {last['before']} sessions stay, "
            f"{last['before'] - last['kept']} go, {last['new']} come"
        )
    if "judged" in told:
        from sim.cli.judge_lines import judged_lines

        lines += judged_lines(told["judged"])
    return lines


def _level_lines(told: Mapping[str, Any]) -> list[str]:
    """Aims in order, with what is proven of each, and what the order costs."""
    lines = [
        f"{level['name']}: {level['kept']:,.6g}"
        + (
            " (none is better)"
            if level["status"] == "optimal"
            else f" (at best {level['bound']:,.6g}, {level['status']})"
        )
        for level in told["levels"]
    ]
    price = told["price_of_fairness"]
    return [
        *lines,
        f"price of this order: {price['low']:.1%} to {price['high']:.1%} of the weighted minutes "
        "of the timetable worth most",
    ]
