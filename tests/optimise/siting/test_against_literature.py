"""A few published instances of each family, quick ones; the benchmark has all."""

import numpy as np
import pytest

import optimise.siting
from benchmarks.public_data import LACKING_SITING, SITING
from benchmarks.siting import against_literature
from benchmarks.siting_cases import Case, arguments, cases
from benchmarks.siting_instances import covering, fl1400, pmed
from optimise.siting import check

pytestmark = pytest.mark.skipif(not SITING.is_dir(), reason=LACKING_SITING)
QUICK = (
    "pmed pmed1",
    "p-centre pmed1",
    "p-centre pmed6",
    "cap cap41",
    "cap cap64",
    "cap cap92",
    "cap cap104",
    "cap cap124",
    "sjc SJC324 r=800 p=3",
    "mclp-others BDS1000 r=6 p=15",
    "fl1400-proven p=5",
)
LONGER = tuple(f"manhattan-proven Manhattan2713 r=400 p={p}" for p in (50, 60))
"""Proven by cuts."""


@pytest.mark.parametrize(
    "key", [*QUICK, *(pytest.param(key, marks=pytest.mark.slow) for key in LONGER)]
)
def test_optimum_as_published(key):
    case = next(case for case in cases() if case.key == key)
    model = getattr(optimise.siting, case.model)
    given = arguments(case)
    solution = model(**given, time_limit=case.limit)
    assert solution.status == "optimal"
    assert solution.value == pytest.approx(case.published, rel=1e-8, abs=0.01)
    assert getattr(check, case.model)(solution, **given).faults == ()
    assert against_literature(case, solution.value, solution.bound) == []


def test_all_published_values_have_a_case():
    found = cases()
    assert len({case.key for case in found}) == len(found)
    count = {family: sum(case.family == family for case in found) for family in ("pmed", "cap")}
    assert count == {"pmed": 40, "cap": 37}


def test_instances_are_read_as_their_sources_mean_them():
    distances, p = pmed("pmed1")
    assert (distances.shape, p, distances.max()) == ((100, 100), 5, 299)
    floors = fl1400()
    assert floors.shape == (1400, 1400)
    assert (floors == floors.round()).all()


def test_a_published_covering_solution_is_worth_what_it_says():
    file, data = "NewYork_50_400", "Manhattan2713"
    _, p, radius = file.split("_")
    words = (SITING / "mclp" / "solutions" / f"{file}.txt").read_text().split()
    value, sites = int(words[1]), [int(word) for word in words[3:]]
    covers, demand = covering(data, float(radius))
    covered = np.asarray(covers[:, sites].sum(axis=1)).ravel() > 0
    assert len(sites) == int(p)
    assert demand[covered].sum() == value


def test_contradictions_with_the_literature_are_found():
    known = {"family": "f", "name": "n", "data": "n", "p": 1, "radius": 0.0, "limit": 1.0}
    least = Case(model="p_median", published=100.0, proven=True, **known)
    most = Case(model="maximal_covering", published=100.0, proven=False, **known)
    assert against_literature(least, 100.0, 100.0) == []
    assert against_literature(least, 105.0, 95.0) == []
    assert "better than the proven" in against_literature(least, 99.0, 95.0)[0]
    assert "excludes" in against_literature(least, 105.0, 101.0)[0]
    assert against_literature(most, 101.0, 102.0) == []
    assert "excludes" in against_literature(most, 98.0, 99.0)[0]
