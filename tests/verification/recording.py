"""Lines of the tables of `docs/verification.md`, from the test that found them to the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from .limits import LIMIT, false_alarm

__all__ = ["COVERAGE", "LINE", "Record", "found", "page_of", "record_line", "tables"]

LINE, COVERAGE = "verification line", "verification coverage"
Found = Mapping[str, Any]


class Record(Protocol):
    """The fixture `record_property`."""

    def __call__(self, name: str, value: object) -> None: ...


def record_line(
    record: Record,
    order: Sequence[float],
    check: str,
    exact: float,
    simulated: float,
    z: float,
    *,
    replications: int,
    worst_of: int = 1,
    error: str = "",
    red: float | None = None,
) -> None:
    """Hand a line of the table over; any test may.

    Parameters
    ----------
    record
        The fixture `record_property`.
    order
        Where the line stands: part of the page, then place in it.
    worst_of
        Of how many figures the line is the one farthest off.
    error, red
        What was made 2 % larger, and the z that came of it; None where nothing was.
    """
    line = {
        "order": list(order),
        "check": check,
        "exact": exact,
        "simulated": simulated,
        "z": z,
        "replications": replications,
        "worst_of": worst_of,
        "error": error,
        "red": red,
    }
    record(LINE, json.dumps(line))


def found(given: Iterable[tuple[str, object]], name: str) -> list[Found]:
    """What was recorded under a name, in order of the page."""
    values = [json.loads(str(value)) for key, value in given if key == name]
    return sorted(values, key=lambda line: line["order"])


def tables(lines: Sequence[Found], coverage: Sequence[Found]) -> dict[str, str]:
    """Text of each part of the page by the name of its markers."""
    main = [(f["check"], _number(f["exact"]), _number(f["simulated"]), _z(f["z"])) for f in lines]
    injected = [f for f in lines if f["red"] is not None]
    red = [(f["check"], f["error"], _z(f["z"]), _z(f["red"])) for f in injected]
    covers = [
        (
            f["words"],
            f["asked"],
            f"{f['number']:,}",
            f"{f['replications']:.0f}",
            f["share"],
            f["allowed"],
        )
        for f in coverage
    ]
    return {
        "summary": _summary(lines),
        "table": _table(("check", "exact", "simulated", "z"), main),
        "coverage": _table(
            ("answer", "asked", "experiments", "replications", "right", "allowed"), covers
        ),
        "injected": _table(("check", "2 % more", "z", "z with the error"), red),
    }


def page_of(page: str, parts: Mapping[str, str]) -> str:
    """The page with each part between its markers replaced."""
    for name, text in parts.items():
        begin, end = (f"<!-- {name}: {side} -->" for side in ("begin", "end"))
        between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not between.search(page):
            raise ValueError(f"the page lacks the markers {begin} and {end}")
        page = between.sub(lambda _, whole=f"{begin}\n{text}\n{end}": whole, page)
    return page


def _summary(lines: Sequence[Found]) -> str:
    """How many lines there are, the worst of them, and how often right ones would be red."""
    if not lines:
        return "No line."
    worst = max(lines, key=lambda f: abs(f["z"]))
    alarms = sum(f["worst_of"] * false_alarm(f["replications"]) for f in lines)
    least = min(f["replications"] for f in lines)
    chance = false_alarm(least)
    return (
        f"{len(lines)} figures, {least} replications or more each. The largest |z| is "
        f"{abs(worst['z']):.2f} ({worst['check']}). A figure is red beyond {LIMIT:g}: by "
        f"Student's t a right one is with probability {chance:.5f} at most. With other seeds a "
        f"right model would show a red figure in about one of {round(1 / alarms)} runs of all."
    )


def _number(value: float) -> str:
    return f"{value:.6f}" if abs(value) < 1000 else f"{value:.1f}"


def _z(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # no "-0.00"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
