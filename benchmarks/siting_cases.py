"""Which siting instances are solved, with which limits, and what others found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.siting_instances import cap, covering, fl1400, made_up, pmed, rows

__all__ = ["FAMILIES", "Aims", "Case", "arguments", "cases"]


@dataclass(frozen=True, slots=True)
class Case:
    """One instance.

    Parameters
    ----------
    model
        Function of `optimise.siting`.
    data
        Name of the file's instance; several cases may share it.
    limit
        Seconds that the solver gets.
    published
        Value by others; None if there is none.
    proven
        Whether that is known to be optimal.
    """

    family: str
    name: str
    model: str
    data: str
    p: int | None
    radius: float
    limit: float
    published: float | None
    proven: bool

    @property
    def key(self) -> str:
        """Its name among all cases."""
        return f"{self.family} {self.name}"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Aims:
    """What a family is to reach.

    Parameters
    ----------
    gap
        In percent, 0 for proven optima; the aim goes beyond the target.
    median, worst
        Wall seconds.
    memory
        Megabytes.
    """

    gap: float = 0.0
    gap_aim: float | None = None
    median: float | None = None
    worst: float | None = None
    memory: float | None = None


FAMILIES: dict[str, Aims] = {
    "pmed": Aims(median=2, worst=60),
    "p-centre": Aims(median=1, worst=10),
    "cap": Aims(worst=2),
    "sjc": Aims(worst=10),
    "manhattan-proven": Aims(worst=126),
    "manhattan": Aims(gap=1.0, gap_aim=0.3, worst=63),
    "san-francisco": Aims(gap=1.0, gap_aim=0.3, worst=63),
    "bds10000": Aims(worst=10),
    "bds100000": Aims(worst=60),
    "mclp-others": Aims(gap=1.0),
    "fl1400-proven": Aims(worst=126),
    "fl1400": Aims(gap=0.5, gap_aim=0.3, worst=126),
    "large": Aims(gap=1.0, worst=630, memory=6000),
}
LIMITS = {
    "bds10000": 10.0,
    "bds100000": 60.0,
    "manhattan-proven": 120.0,
    "fl1400-proven": 120.0,
    "fl1400": 120.0,
    "large": 600.0,
}
"""Seconds that the solver gets, where they are not these:"""
_OTHERWISE = 60.0
_LARGE = (20_000, 2_000, 100)


def cases() -> list[Case]:
    """All of them, family by family."""
    listed = [*_graphs(), *_caps(), *_coverings(), *_fl1400(), _large()]
    order = list(FAMILIES)
    return sorted(listed, key=lambda case: order.index(case.family))


def _case(family: str, name: str, model: str, **more: Any) -> Case:
    given = {"p": None, "radius": 0.0, "published": None, "proven": False, "data": name} | more
    return Case(family, name, model, limit=LIMITS.get(family, _OTHERWISE), **given)


def _graphs() -> list[Case]:
    found = []
    for row in rows("pmed/optima_pmed.csv"):
        name, p = row["instance"], int(row["p"])
        for family, model, column in (
            ("pmed", "p_median", "pmedian_opt"),
            ("p-centre", "p_centre", "pcentre_opt"),
        ):
            best = float(row[column])
            found.append(_case(family, name, model, p=p, published=best, proven=True))
    return found


def _caps() -> list[Case]:
    return [
        _case(
            "cap",
            row["instance"],
            "facility_location",
            published=float(row["optimum"]),
            proven=True,
        )
        for row in rows("cap/optima_cap.csv")
    ]


def _coverings() -> list[Case]:
    found = []
    for row in rows("mclp/best_known_mclp.csv"):
        data, radius, p = row["instance"], float(row["radius"]), int(row["p"])
        found.append(
            _case(
                _covering_family(data, p),
                f"{data} r={radius:g} p={p}",
                "maximal_covering",
                data=data,
                p=p,
                radius=radius,
                published=float(row["covered_demand"]),
                proven=row["status"] == "optimal",
            )
        )
    return found


def _covering_family(data: str, p: int) -> str:
    if data == "Manhattan2713":
        return "manhattan-proven" if p <= 60 else "manhattan"
    named = {
        "SJC324": "sjc",
        "SJC500": "sjc",
        "SJC818": "sjc",
        "SanFrancisco5137": "san-francisco",
        "BDS10000": "bds10000",
        "BDS100000": "bds100000",
    }
    return named.get(data, "mclp-others")


def _fl1400() -> list[Case]:
    return [
        _case(
            "fl1400-proven" if int(row["p"]) <= 200 else "fl1400",
            f"p={row['p']}",
            "p_median",
            data="fl1400",
            p=int(row["p"]),
            published=float(row["pmedian_value_floor_distances"]),
            proven=row["status"] == "optimal",
        )
        for row in rows("tsplib/best_fl1400.csv")
    ]


def _large() -> Case:
    points, sites, p = _LARGE
    return _case("large", f"{points} x {sites}, p={p}", "p_median", data="made up", p=p)


def arguments(case: Case) -> dict[str, Any]:
    """What the model is called with, by name."""
    if case.model == "facility_location":
        return cap(case.data)
    if case.model == "maximal_covering":
        covers, demand = covering(case.data, case.radius)
        return {"covers": covers, "p": case.p, "weights": demand}
    if case.data == "fl1400":
        return {"cost": fl1400(), "p": case.p}
    if case.family == "large":
        cost, weights = made_up(*_LARGE[:2])
        return {"cost": cost, "p": case.p, "weights": weights}
    cost, p = pmed(case.data)
    return {"cost": cost, "p": p}
