"""Who a wish belongs to: activity is uneven as asked, and decides who, not how many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, histories, model_of, plain
from scipy import stats

from sim.model import History, Model
from sim.streams import child_keys, key_of
from sim.variates import gamma_by_key

KEYS = child_keys(np.array([key_of("gamma")], dtype=np.uint64), np.arange(200_000))


@pytest.mark.parametrize("shape", [0.2, 0.5, 1.0, 3.0])
def test_gamma_by_key(shape: float) -> None:
    """Mean 1, variance 1 / shape, and the whole distribution by Kolmogorov-Smirnov."""
    x = gamma_by_key(KEYS, np.full(len(KEYS), shape))
    n = len(x)
    assert abs(x.mean() - 1) <= 4 * np.sqrt(1 / shape / n)
    squares = (x - 1) ** 2
    assert abs(squares.mean() - 1 / shape) <= 4 * squares.std() / np.sqrt(n)
    assert stats.kstest(x, stats.gamma(shape, scale=1 / shape).cdf).pvalue > 1e-4


def test_gamma_of_a_key_does_not_depend_on_the_others() -> None:
    """A booker's activity is theirs alone."""
    shapes = np.tile([0.5, 2.0], 50)
    many = gamma_by_key(KEYS[:100], shapes)
    alone = [float(gamma_by_key(KEYS[i : i + 1], shapes[i : i + 1])[0]) for i in range(100)]
    assert many.tolist() == alone


def crowd(shape: float, adopters: float = 0.2) -> Parts:
    parts = plain(300).origin("home").origin("other", 400).centre("hall").rooms("hall", 1)
    parts.set(segments__person={"curve": "flat", "adopters": adopters, "activity_shape": shape})
    return parts.set(demand__wishes_per_1000={"person": {"room": 1000}}, demand__multiplier=1.5)


def owners(model: Model, history: History) -> np.ndarray:
    w, cells = history.wishes, model.plan.cells
    return history.bookers.drawn_for(
        w.key, cells.origin[w.cell], cells.segment[w.cell], w.layer.astype(np.int64)
    )


def test_activity_decides_who_and_not_how_many(tmp_path: Path) -> None:
    """Uneven or even, many bookers or few: the same wishes at the same times."""
    runs = [
        histories(model_of(crowd(shape, adopters), tmp_path / f"{shape}-{adopters}"), 1)[0].wishes
        for shape, adopters in ((0.2, 0.2), (3, 0.2), (0.5, 0.01))
    ]
    for other in runs[1:]:
        assert np.array_equal(runs[0].key, other.key)
        assert np.array_equal(runs[0].start, other.start)


def test_even_bookers_book_alike(tmp_path: Path) -> None:
    """With shape 1000 wishes fall evenly on bookers; half a layer has half of them."""
    model = model_of(crowd(1000), tmp_path)
    history = histories(model, 1)[0]
    who, w = owners(model, history), history.wishes
    for layer, bookers in ((0, 200), (1, 100)):  # 1,000 people x 0.2, multiplier 1.5
        of_home = (model.plan.cells.origin[w.cell] == 0) & (w.layer == layer)
        counts = np.bincount(who[of_home] - who[of_home].min())
        assert len(counts) == bookers
        assert 1e-4 < stats.chisquare(counts).pvalue < 1 - 1e-4


def unevenness(parts: Parts, folder: Path, bookers: int) -> float:
    """Variance over squared mean of a home's expected wishes per booker, chance taken off."""
    model = model_of(parts, folder)
    ratios = []
    for history in histories(model, 4):
        w = history.wishes
        of_home = (model.plan.cells.origin[w.cell] == 0) & (w.layer == 0)
        who = owners(model, history)[of_home] - history.bookers.first[0]
        counts = np.bincount(who, minlength=bookers)
        mean = len(who) / bookers
        ratios.append((counts.var() - mean) / mean**2)
    return float(np.mean(ratios))


def test_a_few_book_often(tmp_path: Path) -> None:
    """Shape 0.2: wishes per booker vary as shares of gammas do, far beyond chance."""
    # 200 bookers in 20 slices of 10 whose shares are alike: (1 - 1/10) / (0.2 + 1/10)
    assert unevenness(crowd(0.2), tmp_path, 200) == pytest.approx(0.9 / 0.3, rel=0.15)


def test_a_few_book_often_in_small_groups_too(tmp_path: Path) -> None:
    """Shape 0.2 with 20 bookers: some book often, some hardly ever, too."""
    assert unevenness(crowd(0.2, adopters=0.02), tmp_path, 20) > 2


def test_bookers_belong_to_their_origin_layer_and_household(tmp_path: Path) -> None:
    """Bookers of different origins and layers are different people in different households."""
    model = model_of(crowd(0.5), tmp_path)
    history = histories(model, 1)[0]
    w, who = history.wishes, owners(model, history)
    group = model.plan.cells.origin[w.cell] * 2 + w.layer
    sets = [set(who[group == g].tolist()) for g in range(4)]
    houses = [set(history.bookers.household[list(s)].tolist()) for s in sets]
    for of in (sets, houses):
        assert sum(len(s) for s in of) == len(set().union(*of))
    assert len(history.bookers.household) == 2 * (200 + 80)
