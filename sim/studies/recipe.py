"""What a replication of a run sends home, and how that is stored: bit for bit.

Nothing of the model is imported before it is used: a run whose replications are all in the store
needs none of it.
"""

from __future__ import annotations

import importlib
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.experiment.key import demand_key
from sim.experiment.study import Codec, Recipe
from sim.measure.collector import MetricRow
from sim.scenario.inputs import Inputs

if TYPE_CHECKING:
    from sim.measure.meter import Meter
    from sim.model import History


BESIDE = "baseline's "
"""Put before the name of a group that is that of another scenario; see `beside`."""


@dataclass(frozen=True, slots=True)
class ReplicationValues:
    """Result that one replication sends home.

    Attributes
    ----------
    values
        (2, values) numerators and denominators of all metrics.
    wishes
        One row a wish, if asked for.
    """

    values: F64
    wishes: pd.DataFrame | None


@dataclass(frozen=True, slots=True)
class _Function:
    """A function by its path: its module is imported when it is called, not where all is stored.

    Attributes
    ----------
    path
        Module and name, `sim.measure.meter:measure`.
    given
        What it is called with beside its arguments.
    """

    path: str
    given: tuple[Any, ...] = ()

    def __call__(self, *arguments: Any) -> Any:
        module, _, name = self.path.partition(":")
        return getattr(importlib.import_module(module), name)(*arguments, *self.given)


class _Measure(_Function):
    """A function that gives the values of a replication."""

    def __call__(self, *arguments: Any) -> ReplicationValues:
        return ReplicationValues(super().__call__(*arguments), None)


def measure_with_wishes(meter: Meter, history: History) -> ReplicationValues:
    """Metric values and the table of wishes."""
    from sim.measure.meter import measure
    from sim.measure.wish_table import wish_table

    return ReplicationValues(measure(meter, history), wish_table(meter.model, history))


def _rows(meter: Any) -> tuple[MetricRow, ...]:
    return tuple(meter.rows)


def _pack(result: ReplicationValues) -> bytes:
    """Little-endian doubles, whatever the machine."""
    return np.ascontiguousarray(result.values, dtype="<f8").tobytes()


def _unpack(content: bytes) -> ReplicationValues:
    values = np.frombuffer(content, dtype="<f8").reshape(2, -1)
    return ReplicationValues(values.astype(np.float64, copy=False), None)


def _pack_both(result: ReplicationValues) -> bytes:
    """Values, then wishes as an Arrow file; the length of the values first."""
    import pyarrow as pa

    values, file = _pack(result), io.BytesIO()
    table = pa.Table.from_pandas(result.wishes)
    with pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return len(values).to_bytes(8, "little") + values + file.getvalue()


def _unpack_both(content: bytes) -> ReplicationValues:
    import pyarrow as pa

    end = 8 + int.from_bytes(content[:8], "little")
    values = _unpack(content[8:end]).values
    with pa.ipc.open_file(pa.BufferReader(content[end:])) as reader:
        return ReplicationValues(values, reader.read_all().to_pandas())


def _pack_rows(rows: tuple[MetricRow, ...]) -> bytes:
    return json.dumps([asdict(r) for r in rows], ensure_ascii=False).encode()


def _unpack_rows(content: bytes) -> tuple[MetricRow, ...]:
    return tuple(MetricRow(**{**r, "levels": tuple(r["levels"])}) for r in json.loads(content))


_CODEC: Codec[ReplicationValues] = Codec(_pack, _unpack, _pack_rows, _unpack_rows)
_METER = _Function("sim.measure.meter:build_meter")
MEASURED: Recipe[Any, ReplicationValues] = Recipe(
    _METER, _Measure("sim.measure.meter:measure"), _rows, _CODEC
)
"""Metric values."""
WITH_WISHES: Recipe[Any, ReplicationValues] = Recipe(
    _METER,
    measure_with_wishes,
    _rows,
    Codec(_pack_both, _unpack_both, _pack_rows, _unpack_rows),
)
"""Metric values and the table of wishes."""
SERVED: Recipe[Any, ReplicationValues] = Recipe(
    _Function("sim.studies.headroom:build_served"),
    _Measure("sim.studies.headroom:measure_served"),
    _rows,
    _CODEC,
    visits="none",
)
"""Served shares alone, of replications without visits and points."""


def measured_beside(baseline: Inputs) -> Recipe[Any, ReplicationValues]:
    """Metric values, then those by first choice in a baseline that has the same residents."""
    return Recipe(
        _Function("sim.studies.gains:build_baseline_meter", (baseline,)),
        _Measure("sim.studies.gains:measure_with_baseline"),
        _rows,
        _CODEC,
        beside=demand_key(baseline),
    )


def measured_gains(baseline: Inputs | None) -> Recipe[Any, ReplicationValues]:
    """What a measure is judged by, by first choice in a baseline if one is given."""
    return Recipe(
        _Function("sim.studies.gains:build_gain_meter", (baseline,)),
        _Measure("sim.studies.gains:measure_gains"),
        _rows,
        _CODEC,
        visits="rooms",
        beside="" if baseline is None else demand_key(baseline),
    )
