"""The CSV tables of a scenario, each with what holds of it as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

from sim.scenario.schema.base import Decides, Part
from sim.scenario.schema.siting import CandidateRow, HandoverRow, LinkRow, WalkRow
from sim.scenario.schema.tables import (
    CentreRow,
    CommunityRow,
    HoursRow,
    OffPlatformRow,
    OriginRow,
    PeopleRow,
    PlaceRow,
    VenueRow,
)
from sim.scenario.schema.timetable import DecisionRow, RequestRow, TimetableRow

_WISHES = Decides("wishes")


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Facts about a table as a whole.

    Attributes
    ----------
    named_by
        Dotted key that names its file.
    word
        What a row of it is called where its name is looked for.
    name
        Column of the names that others refer to; empty: nobody refers to its rows.
    unique
        Columns that no two rows share, taken together.
    may_be_empty
        Whether a table without rows says something.
    decides
        What depends on its content.
    """

    named_by: str
    word: str = ""
    name: str = ""
    unique: tuple[str, ...] = ()
    may_be_empty: bool = False
    decides: Decides = _WISHES


def _names(named_by: str, word: str, name: str = "", decides: Decides = _WISHES) -> TableSpec:
    """A table each row of which has a name of its own."""
    name = name or word
    return TableSpec(named_by, word, name, (name,), decides=decides)


_PEOPLE = Decides("residents")
_SEASON = Decides("reports", fitted=False)
"""No replication depends on group requests."""
_SITING = Decides("nothing", fitted=False)
"""Tables of what may be built decide nothing: it is not there yet."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The world's CSV tables, clubs' timetable and requests, sites; row by row.

    Rows that replications depend on are put in the order of their names, whoever makes the tables:
    sums of floats and draws by cumulative sums follow the order of rows, and the order of a file
    must decide nothing.
    """

    communities: Annotated[tuple[CommunityRow, ...], _names("world.communities", "community")]
    origins: Annotated[tuple[OriginRow, ...], _names("world.origins", "origin", decides=_PEOPLE)]
    people: Annotated[
        tuple[PeopleRow, ...],
        TableSpec("world.people", unique=("origin", "segment"), decides=_PEOPLE),
    ]
    centres: Annotated[tuple[CentreRow, ...], _names("world.centres", "centre")]
    venues: Annotated[tuple[VenueRow, ...], _names("world.venues", "venue")]
    hours: Annotated[tuple[HoursRow, ...], TableSpec("world.hours", "opening hours", "hours")]
    off_platform: Annotated[
        tuple[OffPlatformRow, ...], TableSpec("world.off_platform", may_be_empty=True)
    ]
    places: Annotated[
        tuple[PlaceRow, ...],
        TableSpec("world.places", "place", "place", ("place",), True, Decides("wishes", False)),
    ] = ()
    timetable: Annotated[
        tuple[TimetableRow, ...],
        TableSpec("timetable.blocks", may_be_empty=True, decides=Decides("results")),
    ] = ()
    group_requests: Annotated[
        tuple[RequestRow, ...], _names("allocation.requests", "request", decides=_SEASON)
    ] = ()
    last_season: Annotated[
        tuple[TimetableRow, ...],
        TableSpec("allocation.last_season", may_be_empty=True, decides=_SEASON),
    ] = ()
    decisions: Annotated[
        tuple[DecisionRow, ...],
        TableSpec("allocation.decisions", may_be_empty=True, decides=_SEASON),
    ] = ()
    walks: Annotated[
        tuple[WalkRow, ...],
        TableSpec("world.walks", "walk over a link", "link", ("origin", "centre", "link"), True),
    ] = ()
    candidates: Annotated[
        tuple[CandidateRow, ...],
        _names("siting.candidates", "candidate site", "site", _SITING),
    ] = ()
    links: Annotated[tuple[LinkRow, ...], _names("siting.links", "link", decides=_SITING)] = ()
    handovers: Annotated[
        tuple[HandoverRow, ...], _names("siting.path.handovers", "origin", "compound", _SITING)
    ] = ()

    def __post_init__(self) -> None:
        for name, spec in TABLES.items():
            if spec.decides.what not in ("reports", "nothing"):
                rows = sorted(getattr(self, name), key=_cells)
                object.__setattr__(self, name, tuple(rows))


def _cells(row: Part) -> tuple[str, ...]:
    """A row as text, its name first."""
    return tuple(str(value) for _, value in row)


def _declared() -> Mapping[str, tuple[type[Part], TableSpec]]:
    """Row and facts of every field of `Tables`."""
    hints = get_type_hints(Tables, include_extras=True)
    found = {name: get_args(hint) for name, hint in hints.items()}
    return {name: (get_args(rows)[0], spec) for name, (rows, spec) in found.items()}


TABLES: Mapping[str, TableSpec] = {name: spec for name, (_, spec) in _declared().items()}
"""Table -> what holds of it."""
ROWS: Mapping[str, type[Any]] = {name: row for name, (row, _) in _declared().items()}
"""Table -> what a row of it is."""
