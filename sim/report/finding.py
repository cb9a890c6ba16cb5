"""What a chart says, apart from how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Finding"]


@dataclass(frozen=True, eq=False)
class Finding:
    """What a chart says, in words and figures.

    Attributes
    ----------
    name
        File name without ending.
    title
        The finding, a sentence of at most 15 words.
    subtitle
        Measure and unit; place and period are added.
    table
        The data behind, written as CSV.
    note
        What must be said in the footer; it begins with a capital there.
    n
        Fewest and most replications behind its figures, where they are not those of the run.
    """

    name: str
    title: str
    subtitle: str
    table: pd.DataFrame
    note: str = ""
    n: tuple[int, int] | None = None

    @property
    def alt(self) -> str:
        """Alternative text: the picture in a sentence or two."""
        return f"{self.title}. {self.subtitle}."
