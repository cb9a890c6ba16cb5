"""Terminal summary of an allocated season."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def allocate_lines(told: Mapping[str, Any]) -> list[str]:
    """What was allotted, in a few lines."""
    asked, got = told["sessions_asked"], told["sessions"]
    lines = [
        f"{told['name']}: {got} of {asked} sessions a week, {told['hours']:g} of at most "
        f"{told['hours_asked']:g} hours",
        f"{told['requests_served']} of {told['requests']} requests have a session, "
        f"{told['first_choice_sessions']} sessions lie in a first choice",
        f"worth {told['value']:,} weighted minutes, found in {told['seconds']:g} s; "
        + _bound_words(told),
    ]
    if told["levels"]:
        lines[-1:] = _level_lines(told)
    elif told["status"] == "greedy":
        lines[-1] += "; no better one was found than the greedy timetable"
    if told["stopped_by_clock"]:
        lines.append(_cut_words(told))
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


def _bound_words(told: Mapping[str, Any]) -> str:
    """How much better another timetable could be, as far as it is known."""
    if told["status"] == "optimal":
        return f"none is better (bound by {told['prover']})"
    if told["bound"] >= 2 * told["value"]:
        return "a better timetable may exist"
    return (
        f"no timetable is worth more than {told['bound']:,} "
        f"(gap {told['gap']:.2%}, bound by {told['prover']})"
    )


def _cut_words(told: Mapping[str, Any]) -> str:
    """What to do where the clock stopped a search."""
    limit = told["time_limit_seconds"]
    return (
        f"the search was stopped after {limit:g} s: a faster or less busy machine may find "
        f"another timetable; --time-limit {2 * limit:g} gives it more time"
    )


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
