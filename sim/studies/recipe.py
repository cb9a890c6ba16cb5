"""What a replication of a run sends home, and how that is stored: bit for bit.

Nothing of the model is imported before it is used: a run whose replications are all in the store
needs none of it.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.experiment.key import demand_key
from sim.experiment.study import Codec, Recipe
from sim.measure.collector import MetricRow
from sim.scenario.inputs import Inputs

if TYPE_CHECKING:
    from sim.measure.meter import Meter
    from sim.model import History, Model
    from sim.studies.gains import BaselineMeter, GainMeter
    from sim.studies.multiples import ServedMeter


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


def _prepare(model: Model) -> Meter:
    from sim.measure.meter import build_meter

    return build_meter(model)


def _rows(meter: Meter) -> tuple[MetricRow, ...]:
    return tuple(meter.rows)


def measure_only(meter: Meter, history: History) -> ReplicationValues:
    """Metric values of a replication."""
    from sim.measure.meter import measure

    return ReplicationValues(measure(meter, history), None)


def measure_with_wishes(meter: Meter, history: History) -> ReplicationValues:
    """Metric values and the table of wishes."""
    from sim.measure.wish_table import wish_table

    return ReplicationValues(measure_only(meter, history).values, wish_table(meter.model, history))


def _prepare_served(model: Model) -> ServedMeter:
    from sim.studies.multiples import build_served

    return build_served(model)


def _served_rows(meter: ServedMeter) -> tuple[MetricRow, ...]:
    return meter.rows


def measure_served_only(meter: ServedMeter, history: History) -> ReplicationValues:
    """Served shares by the groups of `served.GROUPS`."""
    from sim.studies.multiples import measure_served

    return ReplicationValues(measure_served(meter, history), None)


def _prepare_beside(baseline: Inputs, model: Model) -> BaselineMeter:
    from sim.studies.gains import build_baseline_meter

    return build_baseline_meter(model, baseline)


def _beside_rows(meter: BaselineMeter) -> tuple[MetricRow, ...]:
    return tuple(meter.rows)


def measure_beside_only(meter: BaselineMeter, history: History) -> ReplicationValues:
    """Metric values, and those by first choice in the baseline."""
    from sim.studies.gains import measure_with_baseline

    return ReplicationValues(measure_with_baseline(meter, history), None)


def _prepare_gains(baseline: Inputs | None, model: Model) -> GainMeter:
    from sim.studies.gains import build_gain_meter

    return build_gain_meter(model, baseline)


def _gain_rows(meter: GainMeter) -> tuple[MetricRow, ...]:
    return tuple(meter.rows)


def measure_gains_only(meter: GainMeter, history: History) -> ReplicationValues:
    """What a measure is judged by."""
    from sim.studies.gains import measure_gains

    return ReplicationValues(measure_gains(meter, history), None)


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
MEASURED: Recipe[Meter, ReplicationValues] = Recipe(_prepare, measure_only, _rows, _CODEC)
"""Metric values."""
WITH_WISHES: Recipe[Meter, ReplicationValues] = Recipe(
    _prepare, measure_with_wishes, _rows, Codec(_pack_both, _unpack_both, _pack_rows, _unpack_rows)
)
"""Metric values and the table of wishes."""
SERVED: Recipe[ServedMeter, ReplicationValues] = Recipe(
    _prepare_served, measure_served_only, _served_rows, _CODEC, visits="none"
)
"""Served shares alone, of replications without visits and points."""


def measured_beside(baseline: Inputs) -> Recipe[BaselineMeter, ReplicationValues]:
    """Metric values, then those by first choice in a baseline that has the same residents."""
    return Recipe(
        partial(_prepare_beside, baseline),
        measure_beside_only,
        _beside_rows,
        _CODEC,
        beside=demand_key(baseline),
    )


def measured_gains(baseline: Inputs | None) -> Recipe[GainMeter, ReplicationValues]:
    """What a measure is judged by, by first choice in a baseline if one is given."""
    return Recipe(
        partial(_prepare_gains, baseline),
        measure_gains_only,
        _gain_rows,
        _CODEC,
        visits="rooms",
        beside="" if baseline is None else demand_key(baseline),
    )
