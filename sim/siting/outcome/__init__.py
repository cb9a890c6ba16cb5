"""What `linli site` found: plans with their estimates, their simulated values and the turns."""

from sim.siting.outcome.changes import LeftOut, Misjudged, Opening, Point
from sim.siting.outcome.figures import Figure
from sim.siting.outcome.found import Found
from sim.siting.outcome.gains import Coverage, GroupGain, Price, Unasked
from sim.siting.outcome.outlooks import OutlookRank, Ruling, Score
from sim.siting.outcome.plans import JudgedPlan, Nearby, Turn
from sim.siting.outcome.views import Homes, Place, View

__all__ = [
    "Coverage",
    "Figure",
    "Found",
    "GroupGain",
    "Homes",
    "JudgedPlan",
    "LeftOut",
    "Misjudged",
    "Nearby",
    "Opening",
    "OutlookRank",
    "Place",
    "Point",
    "Price",
    "Ruling",
    "Score",
    "Turn",
    "Unasked",
    "View",
]
