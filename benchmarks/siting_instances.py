"""Published instances of siting models, read as their sources mean them.

The formats and their traps are in `SOURCES.md` beside the instances, which are not part of linli:
of edges given twice the last one counts (pmed), costs serve all demand of a customer (cap),
distances are rounded down (fl1400).
"""

from __future__ import annotations

import csv
import gzip
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import floyd_warshall
from scipy.spatial import cKDTree

from benchmarks.public_data import SITING

__all__ = ["cap", "covering", "fl1400", "made_up", "pmed", "rows"]

F64 = npt.NDArray[np.float64]
_EARTH = 6_378_100.0
"""Metres of radius, as in the published values."""


def rows(file: str) -> list[dict[str, str]]:
    """Lines of a table of published values, such as ``pmed/optima_pmed.csv``."""
    with (SITING / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _numbers(path: Path) -> F64:
    return np.array(path.read_text(encoding="utf-8").split(), dtype=np.float64)


def pmed(name: str) -> tuple[F64, int]:
    """Distances between all nodes of an OR-Library graph, and p."""
    numbers = _numbers(SITING / "pmed" / f"{name}.txt")
    nodes, edges, p = numbers[:3].astype(int).tolist()
    return _distances(nodes, numbers[3:].reshape(edges, 3)), p


def _distances(nodes: int, edges: F64) -> F64:
    """Shortest paths; the last of edges between the same nodes counts."""
    length = np.full((nodes, nodes), np.inf)
    for one, other, cost in edges.tolist():
        length[int(one) - 1, int(other) - 1] = length[int(other) - 1, int(one) - 1] = cost
    np.fill_diagonal(length, 0.0)
    return np.asarray(floyd_warshall(length, directed=False))


def fl1400() -> F64:
    """Euclidean distances, rounded down."""
    text = (SITING / "tsplib" / "fl1400.tsp").read_text(encoding="utf-8")
    lines = text.partition("NODE_COORD_SECTION")[2].partition("EOF")[0].split()
    place = np.array(lines, dtype=np.float64).reshape(-1, 3)[:, 1:]
    return np.asarray(np.floor(np.linalg.norm(place[:, None] - place[None], axis=2)))


def cap(name: str) -> dict[str, Any]:
    """Arguments of `facility_location` for an instance of OR-Library.

    Raises
    ------
    ValueError
        If demand does not sum to what that of all these instances does: a damaged copy.
    """
    numbers = _numbers(SITING / "cap" / f"{name}.txt")
    sites, customers = numbers[:2].astype(int).tolist()
    of_sites = numbers[2 : 2 + 2 * sites].reshape(sites, 2)
    of_customers = numbers[2 + 2 * sites :].reshape(customers, sites + 1)
    if of_customers[:, 0].sum() != 58_268:
        raise ValueError(f"{name}: demand sums to {of_customers[:, 0].sum():g}, not 58268")
    return {
        "cost": of_customers[:, 1:],
        "demand": of_customers[:, 0],
        "capacity": of_sites[:, 0],
        "opening_cost": of_sites[:, 1],
    }


def covering(name: str, radius: float) -> tuple[sp.csr_array, F64]:
    """Which sites cover which customers of a maximal covering instance, and their demand."""
    if name.startswith("BDS"):
        return _two_sets(name, radius)
    if name in ("GR100", "B700"):
        return _graph(name, radius)
    text = (SITING / "mclp" / f"{name}.txt").read_text(encoding="utf-8")
    table = np.array([line.split()[:3] for line in text.splitlines()[1:] if line.strip()], float)
    earth = name in ("Manhattan2713", "SanFrancisco5137")
    near = (_on_earth if earth else _in_plane)(table[:, :2], radius)
    return near, table[:, 2]


def _in_plane(place: F64, radius: float) -> sp.csr_array:
    return _pairs(place, place, radius)


def _pairs(customers: F64, sites: F64, radius: float) -> sp.csr_array:
    """Pairs within a radius, without all distances in memory."""
    # The tree is asked for a little more, so that what is on the edge is decided below.
    near = cKDTree(customers).query_ball_point(sites, radius * (1 + 1e-9))
    site = np.repeat(np.arange(len(sites)), [len(some) for some in near])
    customer = np.concatenate([np.sort(some) for some in near]).astype(np.int64)
    apart = customers[customer] - sites[site]
    keep = np.sqrt((apart**2).sum(axis=1)) <= radius
    ones = np.ones(int(keep.sum()), dtype=bool)
    return sp.csr_array((ones, (customer[keep], site[keep])), shape=(len(customers), len(sites)))


def _on_earth(degrees: F64, radius: float) -> sp.csr_array:
    """Great circles, by the formula that the published values use."""
    latitude, longitude = np.radians(degrees).T
    cosine = np.cos(latitude)[:, None] * np.cos(latitude) * np.cos(
        longitude[:, None] - longitude
    ) + np.sin(latitude)[:, None] * np.sin(latitude)
    apart = np.arccos(np.clip(cosine, -1.0, 1.0)) * _EARTH
    np.fill_diagonal(apart, 0.0)
    return sp.csr_array(apart <= radius)


def _graph(name: str, radius: float) -> tuple[sp.csr_array, F64]:
    """Edges with the demand of node k as a fourth number on the k-th line."""
    text = (SITING / "mclp" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line.strip()]
    nodes = int(lines[0][0])
    demand = np.array([float(line[3]) for line in lines[1 : nodes + 1]])
    edges = np.array([[float(x) for x in line[:3]] for line in lines[1:]])
    return sp.csr_array(_distances(nodes, edges) <= radius), demand


@lru_cache(maxsize=1)
def _places(name: str) -> tuple[F64, F64, F64]:
    """Sites, customers and demand of an instance with both kinds."""
    path = SITING / "mclp" / f"{name}.txt"
    packed = path.with_suffix(".txt.gz")
    data = path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())
    parts = [line.split() for line in data.decode().splitlines()[1:]]
    site = np.array([p[2:4] for p in parts if p[:1] == ["F"]], dtype=np.float64)
    customer = np.array([p[2:5] for p in parts if p[:1] == ["C"]], dtype=np.float64)
    return site, customer[:, :2], customer[:, 2]


def _two_sets(name: str, radius: float) -> tuple[sp.csr_array, F64]:
    site, customer, demand = _places(name)
    return _pairs(customer, site, radius), demand


def made_up(points: int, sites: int, seed: int = 1) -> tuple[F64, F64]:
    """Distances and weights of places strewn over a square, for size alone."""
    random = np.random.default_rng(seed)
    home, site = random.random((points, 2)), random.random((sites, 2))
    cost = np.empty((points, sites))
    for begin in range(0, points, 1000):
        some = home[begin : begin + 1000, None] - site[None]
        cost[begin : begin + 1000] = np.sqrt((some**2).sum(axis=2))
    return cost, random.integers(1, 100, points).astype(np.float64)
