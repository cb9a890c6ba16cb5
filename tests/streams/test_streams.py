"""Named random numbers: uniform, independent, without collisions, the same whoever asks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.streams import child_keys, key_of, keys_of, mix, replication_key, uniforms

N = 200_000
ROOT = np.array([replication_key(7, 0)], dtype=np.uint64)
CHILDREN = child_keys(ROOT, np.arange(N))
PURPOSES = [key_of("purpose", name) for name in ("day", "hour", "minute", "outside", "centre")]
CENTRES = keys_of("centre", tuple(f"邻里中心 {i}" for i in range(12)))


def correlation_z(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1] * np.sqrt(len(a)))


def pairs_p(a: np.ndarray, b: np.ndarray, cells: int = 16) -> float:
    """P value of the chi-square test of pairs in a square of cells."""
    flat = (a * cells).astype(int) * cells + (b * cells).astype(int)
    return float(stats.chisquare(np.bincount(flat, minlength=cells**2)).pvalue)


def test_names_are_told_apart() -> None:
    """Where one name ends matters, and so do order, number and script."""
    keys = [
        key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("c", "ab"), key_of("", "abc"),
        key_of("abc", ""), key_of("邻里"), key_of("邻", "里"), key_of("a", 1), key_of("a", 11),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert key_of("a", 1) == key_of("a", "1")
    assert keys_of("centre", ("a", "b")).tolist() == [key_of("centre", "a"), key_of("centre", "b")]


def test_keys_are_the_same_on_every_machine() -> None:
    """Keys, children and uniform numbers are fixed for good: seeds mean the same tomorrow."""
    assert key_of("origin", "Pine Court") == 15627620297144625525
    assert replication_key(1, 0) == 16442043340006110887
    child = child_keys(np.array([1], dtype=np.uint64), np.arange(2))
    assert child.tolist() == [16490336266968443936, 13757245211066428519]
    assert uniforms(child, 0) == pytest.approx([0.26684718649403666, 0.9840035074597175], rel=1e-15)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_numbers_are_uniform(purpose: int) -> None:
    """Uniform by Kolmogorov-Smirnov and by chi-square in 1,000 cells; never 0 or 1."""
    u = uniforms(CHILDREN, purpose)
    assert u.min() > 0
    assert u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    counts = np.bincount((u * 1000).astype(int), minlength=1000)
    assert 1e-4 < stats.chisquare(counts).pvalue < 1 - 1e-4


def unmixed(z: int) -> int:
    """The number that `mix` makes z of."""

    def unshift(x: int, by: int) -> int:
        found = x
        for _ in range(64 // by + 1):
            found = x ^ (found >> by)
        return found

    for by, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        z = unshift(z, by) * pow(factor, -1, 2**64) % 2**64
    return z


def test_the_smallest_number_is_above_zero() -> None:
    """The hash 0 gives a number above 0."""
    key = np.array([unmixed(0)], dtype=np.uint64)
    assert mix(key)[0] == 0
    assert uniforms(key, 0)[0] > 0


def test_the_largest_number_is_below_one() -> None:
    """The largest hash gives a number below 1."""
    key = np.array([unmixed(2**64 - 1)], dtype=np.uint64)
    assert mix(key)[0] == 2**64 - 1
    assert uniforms(key, 0)[0] < 1


def test_low_bits_are_uniform_too() -> None:
    """Bits 38 to 45 of a number are as good as the first."""
    low = (uniforms(CHILDREN, PURPOSES[0]) * 2.0**45).astype(np.uint64) & np.uint64(255)
    assert stats.chisquare(np.bincount(low.astype(int), minlength=256)).pvalue > 1e-4


def test_purposes_are_independent() -> None:
    """What one purpose draws for a key says nothing about another's draw."""
    drawn = [uniforms(CHILDREN, p) for p in PURPOSES]
    for i, a in enumerate(drawn):
        for b in drawn[i + 1 :]:
            assert abs(correlation_z(a, b)) < 4
            assert pairs_p(a, b) > 1e-5


def test_consecutive_children_are_independent() -> None:
    """The wishes of a cell are numbered; neighbours by 1, 2, 3 and 1,000 do not correlate."""
    u = uniforms(CHILDREN, PURPOSES[0])
    for lag in (1, 2, 3, 1000):
        assert abs(correlation_z(u[:-lag], u[lag:])) < 4
        assert pairs_p(u[:-lag], u[lag:]) > 1e-5
    runs = np.diff(u) > 0
    turns = (runs[1:] != runs[:-1]).sum()
    n = len(u)
    assert abs((turns - 2 * (n - 2) / 3) / np.sqrt((16 * n - 29) / 90)) < 4


def test_noise_of_centres_is_independent() -> None:
    """The noise of two centres for one wish, keyed by (wish xor centre), does not correlate."""
    noise = [uniforms(CHILDREN ^ c, PURPOSES[4]) for c in CENTRES]
    for i, a in enumerate(noise):
        assert stats.kstest(a, "uniform").pvalue > 1e-4
        for b in noise[i + 1 :]:
            assert abs(correlation_z(a, b)) < 4.5
    assert pairs_p(noise[0], noise[1]) > 1e-5
    best = np.argmax(noise, axis=0)
    assert stats.chisquare(np.bincount(best, minlength=len(noise))).pvalue > 1e-4


def test_replications_and_seeds_are_independent() -> None:
    """The same entity in other replications, and under other seeds, draws afresh."""
    entities = keys_of("origin", tuple(f"o{i}" for i in range(20_000)))

    def drawn(seed: int, replication: int) -> np.ndarray:
        root = np.uint64(replication_key(seed, replication))
        return uniforms(mix(entities ^ root), PURPOSES[0])

    base = drawn(1, 0)
    for seed, replication in ((1, 1), (2, 0), (1, 2), (0, 1), (11, 0)):
        assert abs(correlation_z(base, drawn(seed, replication))) < 4


def test_no_key_is_met_twice() -> None:
    """A million keys, children of many parents, all differ; mixing is one to one."""
    parents = keys_of("cell", tuple(f"{i}" for i in range(1000)))
    keys = child_keys(parents[:, None], np.arange(1000)[None, :]).ravel()
    assert len(np.unique(keys)) == 1_000_000
    assert len(np.unique(mix(np.arange(1_000_000, dtype=np.uint64)))) == 1_000_000


def test_a_child_does_not_depend_on_how_many_there_are() -> None:
    """Child i has the same key alone and among many, and inputs are left as they are."""
    index = np.arange(50)
    many = child_keys(ROOT, index)
    assert many[17] == child_keys(ROOT, np.array([17]))[0]
    assert index.tolist() == list(range(50))
    before = CHILDREN[:5].copy()
    uniforms(CHILDREN[:5], 3)
    mix(CHILDREN[:5])
    assert np.array_equal(before, CHILDREN[:5])
