"""Where public instances lie. They are not part of linli; their terms of use are not known."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["DATA", "LACKING", "LACKING_SITING", "SITING", "SLOTS", "VALIDATOR", "validator"]

FOLDER = "LINLI_PUBLIC_DATA"
DATA = Path(os.environ.get(FOLDER) or Path(__file__).resolve().parents[2] / "shared" / "data")
SLOTS = DATA / "slots"
SITING = DATA / "siting"
LACKING = f"no public instances in {SLOTS}; {FOLDER} names the folder that has slots/"
LACKING_SITING = f"no public instances in {SITING}; {FOLDER} names the folder that has siting/"
VALIDATOR = "LINLI_UDINE_VALIDATOR"


def validator() -> Path | None:
    """The compiled validator of ITC-2007 by A. Schaerf and L. Di Gaspero, if it is named."""
    named = os.environ.get(VALIDATOR)
    return Path(named) if named else None
