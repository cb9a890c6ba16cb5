"""Where to build: classical siting models, and a planner's model of rooms, kinds and a budget."""

# A model's function has the name of its module, and takes its place here once it is imported: so
# `optimise.siting.p_median` is the function, whoever imported which of them first.
from optimise.siting.facility_location import facility_location
from optimise.siting.maximal_covering import maximal_covering
from optimise.siting.p_centre import p_centre
from optimise.siting.p_median import p_median
from optimise.siting.set_cover import set_cover
from optimise.siting.solution import SitingSolution

__all__ = [
    "SitingSolution",
    "facility_location",
    "maximal_covering",
    "p_centre",
    "p_median",
    "set_cover",
]
