"""Published siting instances, which are not part of linli; tests that need them are marked."""

from __future__ import annotations

import csv

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse.csgraph import floyd_warshall

from benchmarks.public_data import DATA, FOLDER

__all__ = ["SITING", "needs_siting", "pmed"]

SITING = DATA / "siting"
needs_siting = pytest.mark.skipif(
    not SITING.is_dir(),
    reason=f"no public instances in {SITING}; {FOLDER} names the folder that has siting/",
)


def pmed(number: int) -> tuple[npt.NDArray[np.float64], int, int]:
    """Distances, p and the published optimum; an edge that is given twice counts as the last."""
    where = SITING / "pmed"
    words = np.array((where / f"pmed{number}.txt").read_text().split(), dtype=np.float64)
    nodes, p = int(words[0]), int(words[2])
    edges = np.full((nodes, nodes), np.inf)
    for one, other, length in words[3:].reshape(-1, 3):
        edges[int(one) - 1, int(other) - 1] = edges[int(other) - 1, int(one) - 1] = length
    with (where / "optima_pmed.csv").open() as file:
        optima = {row["instance"]: int(row["pmedian_opt"]) for row in csv.DictReader(file)}
    return floyd_warshall(edges), p, optima[f"pmed{number}"]
