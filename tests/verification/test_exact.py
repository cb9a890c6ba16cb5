"""The formulas against printed figures, to the last printed digit, and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import poisson

from .exact.diaries import carried_over, overbooked, slot_day
from .exact.loss import engset, erlang_b, kaufman_roberts, reserved, smallest_group
from .exact.tiers import kosten, routed
from .exact.unlimited import first_harmonic, hourly_means, quantile, swing
from .exact.waiting import many_servers, one_server, priorities

ALL_BUSY, REFUSED = engset(20, 5, 0.2)
SEVERAL, USED = kaufman_roberts(10, (3, 1), (1, 2))
MMC = many_servers(3, 2.5)
DAY = slot_day(8, 10)
CARRIED = carried_over(9, 10)


@pytest.mark.parametrize(
    ("found", "printed"),
    [
        (erlang_b(5, 4), 0.199067),
        (erlang_b(10, 5), 0.018385),
        (erlang_b(10, 8), 0.121661),
        (erlang_b(30, 25), 0.052603),
        (erlang_b(7, 2.5), 0.009983),
        (erlang_b(6, 2.5), 0.028234),
        (ALL_BUSY, 0.144084),
        (REFUSED, 0.126932),
        (erlang_b(8, 5), 0.070048),
        (kosten(5, 5)[0], 1.424339),
        (kosten(5, 5)[1], 2.333179),
        (reserved(10, 6, 4, 1)[0], 0.140838),
        (reserved(10, 6, 4, 1)[1], 0.375568),
        (reserved(10, 6, 4, 3)[0], 0.075099),
        (reserved(10, 6, 4, 3)[1], 0.638339),
        (SEVERAL[0], 0.027296),
        (SEVERAL[1], 0.072216),
        (USED, 0.477368),
        (MMC.mean_wait / 4, 0.351124),
        (MMC.mean_wait / 4 / MMC.waits, 0.5),
        (MMC.utilisation, 0.833333),
        (one_server(0.8, 0), 2),
        (one_server(0.8, 1), 4),
        (one_server(0.8, 2), 6),
        (priorities(0.3, 0.5)[0], 1.142857),
        (priorities(0.3, 0.5)[1], 5.714286),
        (DAY.unmet, 0.053233),
        (DAY.utilisation, 0.757414),
        (DAY.full, 0.283376),
        (CARRIED.left_over, 3.101238),
        (CARRIED.delay, 0.344582),
        (CARRIED.delay_of_delayed, 1.147478),
        (overbooked(20, 0.9, 18)[0], 0.391747),
        (overbooked(20, 0.9, 18)[1], 0.513324),
        (float(poisson.cdf(14, 10)), 0.916542),
        (float(poisson.cdf(15, 10)), 0.951260),
        (math.hypot(*swing(10, 0.5, 2)), 8.859083),
        (swing(10, 0.5, 2)[0], 7.848335),
        (swing(10, 0.5, 2)[1], -4.109378),
        (math.hypot(*swing(10, 0.5, 2, held=1)), 8.808599),
    ],
)
def test_printed_figures(found: float, printed: float) -> None:
    assert round(found, 6) == printed


def test_lag_and_whole_numbers() -> None:
    """Of the wave in steps: amplitude as printed (8.808599), and the lag of the smooth one."""
    sine, cosine = swing(10, 0.5, 2)
    assert round(math.atan2(-cosine, sine) * 24 / (2 * math.pi), 6) == 1.842433
    stepped = swing(10, 0.5, 2, held=1)
    assert stepped == pytest.approx((7.803611, -4.085960), abs=1e-6)
    assert stepped[1] / stepped[0] == pytest.approx(cosine / sine, rel=1e-12)
    assert smallest_group(2.5, 0.01) == 7
    assert quantile(10, 0.95) == 15


def test_routes_agree_with_simpler_formulas() -> None:
    """One group is Erlang's; two in a row lose what both would; half-way, Kosten's mean."""
    refused, busy = routed([5], [4.0], [[0]])
    assert refused[0] == pytest.approx(erlang_b(5, 4))
    assert busy[0] == pytest.approx(4 * (1 - erlang_b(5, 4)))
    refused, busy = routed([5, 3], [5.0], [[0, 1]])
    assert refused[0] == pytest.approx(erlang_b(8, 5))
    refused, busy = routed([5, 40], [5.0], [[0, 1]])
    assert busy[1] == pytest.approx(kosten(5, 5)[0])


def test_limits_of_the_queues() -> None:
    """No place to wait is Erlang's loss; endless patience is none at all; reserve 0 is none."""
    assert many_servers(5, 4, places=0).sent_away == pytest.approx(erlang_b(5, 4))
    impatient = many_servers(3, 2.5, patience=1e9)
    assert impatient.mean_wait == pytest.approx(MMC.mean_wait, rel=1e-6)
    assert reserved(10, 6, 4, 0) == pytest.approx((erlang_b(10, 10),) * 2)
    lossy = many_servers(4, 6, patience=0.7)
    assert lossy.gave_up == pytest.approx(1 - 4 * lossy.utilisation / 6)


def test_hourly_means_have_the_first_harmonic_of_the_formula() -> None:
    """Averaging over an hour shrinks the wave once more; higher harmonics fold into it a little."""
    w = 2 * math.pi / 24
    edges = np.arange(25)
    rates = 10 + 5 * -np.diff(np.cos(w * edges)) / w
    found = first_harmonic(hourly_means(rates, 2.0))
    sine, cosine = swing(10, 0.5, 2, held=1)
    assert found * 1 == pytest.approx((cosine - 1j * sine) * np.sinc(1 / 24), rel=1e-3)
    assert hourly_means(np.full(24, 3.0), 2.0) == pytest.approx(np.full(24, 6.0))
