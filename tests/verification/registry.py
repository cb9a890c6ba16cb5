"""All checks, in the order of the page."""

from __future__ import annotations

from .component_checks import COMPONENTS
from .loss_checks import LOSS
from .slot_checks import SLOTS
from .stroke_checks import STROKE
from .waiting_checks import WAITING

__all__ = ["CHECKS", "ORDER"]

CHECKS = [*LOSS, *WAITING, *SLOTS, *COMPONENTS, *STROKE]
ORDER = {check.name: number for number, check in enumerate(CHECKS)}
