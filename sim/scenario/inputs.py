"""What a loaded scenario is: checked values, checked tables, and where everything came from.

Mappings are in the order of their names, so that the order of a file decides nothing.
Sums of floats, draws by cumulative sums and the rows of results follow the order of names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from sim.scenario import identity
from sim.scenario.schema.base import Part
from sim.scenario.schema.place import WorldKind
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables

P = TypeVar("P", bound=Part)
AS_WRITTEN = ("allocation", "siting")
"""Parts that no replication reads; of classes of groups the first that fits may count."""


def ordered(scenario: Scenario) -> Scenario:
    """Sort the names of every mapping of a scenario; lists stay as they are."""
    return _with_ordered(scenario, [n for n in Scenario.model_fields if n not in AS_WRITTEN])


def _ordered(value: Any) -> Any:
    if isinstance(value, Part):
        return _with_ordered(value, list(type(value).model_fields))
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return type(value)(_ordered(item) for item in value)
    return value


def _with_ordered(part: P, names: list[str]) -> P:
    """Copy a part with some of its values ordered; what its file leaves out counts as left out."""
    copy = part.model_copy(update={name: _ordered(getattr(part, name)) for name in names})
    copy.model_fields_set.intersection_update(part.model_fields_set)
    return copy


SourceKind = Literal["article", "standard", "literature", "data", "assumption"]
Distribution = Literal["uniform", "log_uniform", "triangular"]


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
    distribution: Distribution = "uniform"
    """Within the range, where it is drawn."""


@dataclass(frozen=True)
class Inputs:
    """A scenario ready to be built into a world.

    Attributes
    ----------
    scenario, tables
        Checked values, in the order of their names, whatever the author's was, which must decide
        nothing; every reference between them resolves.
    level
        Demand level: the number given, or the fitted one.
    interest, errands
        Levels of activities and of points: given, fitted, or 1.
    path
        The scenario file.
    resolved
        The scenario after `extends` and `--set`, as plain JSON-able values with defaults filled in,
        its names in the author's order, which charts and printed lists follow.
    provenance
        Every number of the YAML with its source (numbers without one are assumptions).
    notices
        Sentences the user should see (fallbacks, stale fits).
    kept_level
        The one of them that says that a level fitted for other inputs is kept; empty if none does.
    fitted
        Whether the level was fitted on these very inputs (growth, seed and the like aside).
    levels_path
        The file that holds (or will hold) the fitted level; None where the level is given.
    log_path
        The log of bookings that `calibration.log` names.
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
    notices: tuple[str, ...] = ()
    kept_level: str = ""
    levels_path: Path | None = None
    log_path: Path | None = None
    fitted: bool = False
    fit_owner: bool = False
    changed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "scenario", ordered(self.scenario))

    @cached_property
    def table_hashes(self) -> Mapping[str, str]:
        """Table -> SHA-256 of its rows; neither their order nor their spelling matters."""
        return identity.table_hashes(self.tables)

    @cached_property
    def input_hash(self) -> str:
        """SHA-256 of all that decides results: the scenario, its tables, the levels."""
        levels = (self.level, self.interest, self.errands)
        return identity.digest(self.scenario, self.table_hashes, identity.INPUTS, levels)

    @cached_property
    def fit_hash(self) -> str:
        """SHA-256 of what a fitted level depends on."""
        return identity.digest(self.scenario, self.table_hashes, identity.FIT)


def at_multiplier(inputs: Inputs, multiplier: float) -> Inputs:
    """Inputs as if the file said `demand.multiplier`; files are not read again.

    What the notices say of the scenario stays as it is.
    """
    number = float(multiplier)
    demand = inputs.scenario.demand.model_copy(update={"multiplier": number})
    return replace(
        inputs,
        scenario=inputs.scenario.model_copy(update={"demand": demand}),
        resolved={**inputs.resolved, "demand": {**inputs.resolved["demand"], "multiplier": number}},
    )


PLACES_AND_PEOPLE = ("communities", "origins", "people", "centres", "venues", "places")
_SYNTHETIC = re.compile(r"(synthetic|assum|made[ -]up)", re.IGNORECASE)


def synthetic_tables(tables: Tables) -> dict[str, float]:
    """Table of places or people -> share of its rows whose `source` says that they are synthetic.

    Tables without rows are left out.
    """
    found = {name: getattr(tables, name) for name in PLACES_AND_PEOPLE}
    return {name: _share(rows) for name, rows in found.items() if rows}


def world_kind(inputs: Inputs) -> WorldKind:
    """The value of `world.kind`; without it the kind that the rows' sources imply."""
    said = inputs.scenario.world.kind
    return said or _kind(list(synthetic_tables(inputs.tables).values()))


SYNTHETIC, PARTLY_SYNTHETIC = "a synthetic world", "a partly synthetic world"


def world_words(inputs: Inputs) -> str:
    """The world as a phrase: `a synthetic world`, `real places and people`."""
    kind = world_kind(inputs)
    if kind == "real":
        return "real places and people"
    if kind == "synthetic":
        return SYNTHETIC
    partly = [name for name, share in synthetic_tables(inputs.tables).items() if share]
    return PARTLY_SYNTHETIC + (f" (synthetic: {', '.join(partly)})" if partly else "")


def requests_words(inputs: Inputs) -> str:
    """The group requests of a season as a phrase."""
    if not inputs.tables.group_requests:
        return "requests"
    kind = _kind([_share(inputs.tables.group_requests)])
    return {"real": "", "synthetic": "synthetic ", "mixed": "partly synthetic "}[kind] + "requests"


def _share(rows: tuple[object, ...]) -> float:
    return sum(bool(_SYNTHETIC.match(getattr(row, "source", ""))) for row in rows) / len(rows)


def _kind(shares: list[float]) -> WorldKind:
    if all(share == 1 for share in shares):
        return "synthetic"
    return "mixed" if any(shares) else "real"
