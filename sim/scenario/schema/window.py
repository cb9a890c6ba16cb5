"""Policy part `window`: when slots may be asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import Part
from sim.scenario.schema.tables import Clock, minutes_of

Days = Annotated[float, Field(ge=0, le=400)]
TimeOfDay = Annotated[Clock, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]


class Window(Part):
    """How early and how late a slot may be asked for."""

    opens_days_ahead: Days = 14
    """Requests made earlier than this before the start are refused (outside the window)."""
    at: TimeOfDay | None = None
    """Time of day at which a whole day (or week) opens; without it slots open one by one."""
    release: Literal["daily", "weekly"] = "daily"
    """What opens together where `at` is given: a day's slots, or those from Monday to Sunday."""
    closes_minutes_ahead: Annotated[float, Field(ge=0, le=60 * 24 * 60)] = 0
    """Requests made later than this before the start are refused too."""

    @model_validator(mode="after")
    def _weekly_at(self) -> Window:
        if self.release == "weekly" and self.at is None:
            raise ValueError("release weekly needs `at`, the time of day at which the week opens")
        return self

    def longest_days(self, batch_days: int) -> float:
        """Days before its start from which the earliest slot can be asked for.

        Parameters
        ----------
        batch_days
            Days whose slots are decided, and so open, together; 0 where none are.
        """
        weekly = 7 if self.release == "weekly" else 1
        whole = max(batch_days, 0 if self.at is None else weekly)
        at = 0 if self.at is None else minutes_of(self.at)
        return self.opens_days_ahead + whole - at / 1440.0
