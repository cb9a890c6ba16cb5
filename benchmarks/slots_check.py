"""Feasibility and worth of a timetable from the instance alone.

Written against the words of `problem.py`, date by date, and shares no code with the solver: it
neither enumerates placements nor knows blocks, epochs or prices.
"""

from __future__ import annotations

from collections import defaultdict

from optimise.slots.problem import ANY, Problem, Sessions

__all__ = ["faults", "faults_of_one", "overlap", "value_of", "value_of_one"]

Row = tuple[int, int, int, int, int]


def faults(problem: Problem, sessions: Sessions) -> list[str]:
    """What is wrong with a timetable, in words; empty if nothing is."""
    rows = sessions.rows()
    found = [f"{row}: {fault}" for row in rows for fault in faults_of_one(problem, row)]
    found += _faults_of_requests(problem, rows)
    found += _overlaps(problem, rows)
    found += _shares(problem, rows)
    missing = [lock for lock in problem.locks.rows() if lock not in rows]
    return found + [f"lock {lock} is not kept" for lock in missing]


def value_of(problem: Problem, sessions: Sessions) -> int:
    """Weighted minutes of a timetable (`problem.Worth`)."""
    return sum(value_of_one(problem, row) for row in sessions.rows())


def _dates(problem: Problem, request: int, weekday: int) -> list[int]:
    asked, season = problem.requests, problem.season
    first, last = int(asked.first_date[request]), int(asked.last_date[request])
    return [d for d in range(first, last + 1) if (season.first_weekday + d) % 7 == weekday]


def _held(problem: Problem, row: Row) -> float:
    """Share of the dates on which the venue is open for all of a session."""
    request, venue, weekday, start, length = row
    dates = _dates(problem, request, weekday)
    venues = problem.venues
    held = sum(
        bool(venues.hours[venues.hours_of[venue, d], start : start + length].all()) for d in dates
    )
    return held / len(dates) if dates else 0.0


def _choice(problem: Problem, row: Row) -> int | None:
    """Best choice among the windows that hold a session."""
    request, _, weekday, start, length = row
    asked = problem.requests
    fitting = [
        int(asked.window_choice[w])
        for w in range(asked.window_first[request], asked.window_first[request + 1])
        if asked.window_weekday[w] == weekday
        and asked.window_begin[w] <= start
        and start + length <= asked.window_end[w]
    ]
    return min(fitting, default=None)


def _option(problem: Problem, row: Row) -> int | None:
    asked = problem.requests
    for at in range(asked.option_first[row[0]], asked.option_first[row[0] + 1]):
        if asked.option_venue[at] == row[1]:
            return at
    return None


def value_of_one(problem: Problem, row: Row) -> int:
    """Weighted minutes of one session."""
    worth, asked = problem.worth, problem.requests
    option = _option(problem, row)
    factor = 1.0
    if option is not None:
        factor -= worth.per_rank * int(asked.option_rank[option])
        factor -= worth.per_walk_minute * float(asked.option_walk[option])
    if _choice(problem, row) != 1:
        factor -= worth.second_choice
    if any(_meets(pattern, row) for pattern in problem.last_season.rows()):
        factor += worth.as_last_season
    minutes = row[4] * problem.season.step * _held(problem, row)
    return max(1, round(float(asked.weight[row[0]]) * minutes * max(factor, worth.floor)))


def _meets(pattern: Row, row: Row) -> bool:
    return all(p in (ANY, r) for p, r in zip(pattern, row, strict=True))


def faults_of_one(problem: Problem, row: Row) -> list[str]:
    """What the rules of one session say against it."""
    request, venue, weekday, start, length = row
    asked, venues, season = problem.requests, problem.venues, problem.season
    end = start + length
    lost = 1 - _held(problem, row)
    tests = {
        "is not among its venues": _option(problem, row) is None,
        "is of another kind": venues.kind[venue] != asked.kind[request],
        "is too small": venues.capacity[venue] < asked.party[request],
        "lacks equipment": bool(asked.equipment[request] & ~venues.equipment[venue]),
        "lies in none of its windows": _choice(problem, row) is None,
        "does not end within the day": end > season.cells or start < 0,
        "starts off the grid": start % season.start_step != 0,
        "has no length it asked for": not asked.shortest[request]
        <= length
        <= asked.longest[request]
        or (length - asked.shortest[request]) % season.length_step != 0,
        "lies in hours kept for residents": bool(venues.kept[venue, weekday, start:end].any()),
        "falls out on too many dates": lost > asked.lost_share[request] + 1e-9 or lost >= 1,
        "is rejected": any(_meets(pattern, row) for pattern in problem.rejections.rows()),
    }
    return [words for words, wrong in tests.items() if wrong]


def _faults_of_requests(problem: Problem, rows: list[Row]) -> list[str]:
    asked = problem.requests
    days: dict[int, list[int]] = defaultdict(list)
    for request, _, weekday, _, _ in rows:
        days[request].append(weekday)
    found = []
    for request, on in days.items():
        if len(on) > asked.sessions[request]:
            found.append(f"request {request} has {len(on)} sessions")
        for i, one in enumerate(on):
            for other in on[:i]:
                if min((one - other) % 7, (other - one) % 7) < asked.spacing[request]:
                    found.append(f"request {request} has days {one} and {other} too near")
    return found


def overlap(problem: Problem, one: Row, other: Row) -> bool:
    """Whether two sessions share a unit, a weekday, cells (with changeover) and a date."""
    asked, venues = problem.requests, problem.venues
    first, second = sorted((one, other), key=lambda row: row[3])
    free_at = first[3] + first[4] + int(venues.changeover[first[1]])
    a, b = one[0], other[0]
    apart = asked.last_date[a] < asked.first_date[b] or asked.last_date[b] < asked.first_date[a]
    return (
        one[2] == other[2]
        and (second[3] < free_at or second[3] == first[3])
        and not apart
        and not set(_units(problem, one[1])).isdisjoint(_units(problem, other[1]))
    )


def _units(problem: Problem, venue: int) -> list[int]:
    venues = problem.venues
    first, last = venues.unit_first[venue : venue + 2].tolist()
    return [int(unit) for unit in venues.units[first:last]]


def _overlaps(problem: Problem, rows: list[Row]) -> list[str]:
    there: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in rows:
        for unit in _units(problem, row[1]):
            there[unit, row[2]].append(row)
    return [
        f"{one} and {other} overlap in unit {unit}"
        for (unit, _), members in there.items()
        for i, one in enumerate(members)
        for other in members[:i]
        if overlap(problem, one, other)
    ]


def _shares(problem: Problem, rows: list[Row]) -> list[str]:
    """Units with more prime cells taken than allowed, on the dates of any request's season."""
    asked, venues = problem.requests, problem.venues
    held: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for request, venue, weekday, start, length in rows:
        prime = int(venues.prime[weekday, start : start + length].sum())
        dates = int(asked.first_date[request]), int(asked.last_date[request])
        for unit in _units(problem, venue):
            held[unit].append((*dates, prime))
    found = []
    for unit, spans in held.items():
        # The most are held on the first date of some session.
        most = max(sum(p for a, b, p in spans if a <= date <= b) for date, _, _ in spans)
        if most > venues.prime_cap[unit]:
            found.append(f"unit {unit}: {most} prime cells, {venues.prime_cap[unit]} allowed")
    return found
