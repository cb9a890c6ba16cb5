"""What a loaded scenario is: checked values, checked tables, and where everything came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim.scenario.schema.allocation_rows import DecisionRow, RequestRow
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.siting_rows import CandidateRow, HandoverRow, LinkRow, WalkRow
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
from sim.scenario.schema.timetable import TimetableRow

__all__ = ["Inputs", "Provenance", "SourceKind", "Tables"]

SourceKind = Literal["article", "standard", "literature", "data", "assumption"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a number of the scenario comes from."""

    key: str
    """Dotted key, such as `off_platform.share`."""
    value: float
    source: SourceKind
    low: float | None
    high: float | None
    note: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The world's CSV tables, clubs' timetable and requests, sites; row by row, in file order."""

    communities: tuple[CommunityRow, ...]
    origins: tuple[OriginRow, ...]
    people: tuple[PeopleRow, ...]
    centres: tuple[CentreRow, ...]
    venues: tuple[VenueRow, ...]
    hours: tuple[HoursRow, ...]
    off_platform: tuple[OffPlatformRow, ...]
    places: tuple[PlaceRow, ...] = ()
    timetable: tuple[TimetableRow, ...] = ()
    group_requests: tuple[RequestRow, ...] = ()
    last_season: tuple[TimetableRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    walks: tuple[WalkRow, ...] = ()
    candidates: tuple[CandidateRow, ...] = ()
    links: tuple[LinkRow, ...] = ()
    handovers: tuple[HandoverRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """A scenario ready to be built into a world.

    Attributes
    ----------
    scenario, tables
        Checked values; every reference between them resolves.
    level
        Demand level: the number given, or the fitted one.
    interest, errands
        Levels of activities and of points: given, fitted, or 1.
    path
        The scenario file.
    resolved
        The scenario after `extends` and `--set`, as plain JSON-able values with defaults filled in.
    provenance
        Every number of the YAML with its source (numbers without one are assumptions).
    table_hashes
        Table name -> SHA-256 of its parsed rows, sorted (row order and spelling do not matter).
    input_hash
        SHA-256 of all that decides results: `resolved`, `table_hashes` and the levels.
    fit_hash
        SHA-256 of what a calibration depends on: the same without multipliers, fit, levels, name,
        title, experiment, analysis, drop-in, costs and subsidy.
    notices
        Sentences the user should see (fallbacks, stale fits).
    kept_level
        The one of them that says that a level fitted for other inputs is kept; empty if none does.
    fitted
        Whether the level was fitted on these very inputs (growth, seed and the like aside).
    levels_path
        The file that holds (or will hold) the fitted level; None where the level is given.
    fit_owner
        Whether `demand.fit` is the scenario's own: written in its file or by `--set`, not
        inherited; a scenario without a parent owns whatever it has.
    changed
        What the command line laid over the file, in order, such as `demand.multiplier=20`.
    """

    scenario: Scenario
    tables: Tables
    level: float
    interest: float
    errands: float
    path: Path
    resolved: Mapping[str, Any]
    provenance: tuple[Provenance, ...]
    table_hashes: Mapping[str, str]
    input_hash: str
    fit_hash: str
    notices: tuple[str, ...] = ()
    kept_level: str = ""
    levels_path: Path | None = None
    fitted: bool = False
    fit_owner: bool = False
    changed: tuple[str, ...] = ()
