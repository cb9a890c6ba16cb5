"""Where to build: classical siting models, and a planner's model of rooms, kinds and a budget."""

# A model's function has the name of its module, and takes its place here once it is imported: so
# `optimise.siting.p_median` is the function, whoever imported which of them first.
from optimise.siting.facility_location import facility_location
from optimise.siting.p_median import p_median

__all__ = ["facility_location", "p_median"]
