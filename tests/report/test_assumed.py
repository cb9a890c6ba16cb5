"""What draws of the assumptions span is drawn and listed where it is known, and only there."""

from __future__ import annotations

import pandas as pd

from sim.messages import say
from sim.report.drawing import all_charts
from sim.report.page import Finding

from .fake import fake_results


def service(results) -> Finding:
    (data,) = all_charts()["service-by-group"].analyse(results)
    return data.finding


def test_service_shows_the_second_interval_where_draws_were_asked() -> None:
    plain = fake_results()
    level = plain.select("met_share", "zone")["level"][0]
    columns = ["metric", "group", "level", "assumption_low", "assumption_high", "draws"]
    results = plain.with_assumptions(
        pd.DataFrame([("met_share", "zone", level, 0.1, 0.6, 80)], columns=columns)
    )
    finding = service(results)
    rows = finding.table.set_index("level")[["met_share_assumed_low", "met_share_assumed_high"]]
    assert rows.loc[level].tolist() == [0.1, 0.6]
    assert rows.notna().sum().tolist() == [1, 1]
    assert results.context.assumption_note == say("drawn")
    assert say("assumed-band") in finding.note


def test_nothing_changes_where_none_were() -> None:
    finding = service(fake_results())
    assert say("assumed-band") not in finding.note
    assert not [name for name in finding.table if "assumed" in name]
