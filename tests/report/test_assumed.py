"""What draws of the assumptions span is drawn and listed where it is known, and only there."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.messages import say
from sim.report.charts.dots import DotBlock
from sim.report.charts.run.service import COLUMNS, analyse

from .fake import fake_results


def drawn(level: str) -> pd.DataFrame:
    return pd.DataFrame(
        [("met_share", "zone", level, 0.1, 0.6, 80)],
        columns=["metric", "group", "level", "assumption_low", "assumption_high", "draws"],
    )


def test_service_shows_the_second_interval_where_draws_were_asked() -> None:
    plain = fake_results()
    level = plain.select("met_share", "zone")["level"][0]
    results = plain.with_assumptions(drawn(level))
    block = DotBlock.from_results(results, "zone", COLUMNS, by="met_share")
    rows = {row.level: row for row in block.rows}
    assert rows[level].assumed[0] == (0.1, 0.6)
    table = block.table().set_index(["level", "metric"])
    assert table.loc[(level, "met_share"), "assumption_high"] == pytest.approx(0.6)
    assert table["assumption_high"].notna().sum() == 1
    assert results.context.assumption_note == say("drawn")
    assert say("assumed-band") in analyse(results)[0].finding.note


def test_nothing_changes_where_none_were() -> None:
    data = analyse(fake_results())[0]
    assert say("assumed-band") not in data.finding.note
    assert "assumption_low" not in data.finding.table
