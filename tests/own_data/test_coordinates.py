from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.own_data.coordinates import degrees, to_wgs84, wgs_to_gcj

from .files import HEAD, ROW, csv_file, imported, with_cells


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_published_points_of_gcj_02(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    lon, lat = (np.array([x]) for x in wgs)
    assert np.allclose(np.concatenate(wgs_to_gcj(lon, lat)), gcj, atol=1e-6)
    back = to_wgs84(np.array([gcj[0]]), np.array([gcj[1]]), "gcj02")
    assert np.allclose(np.concatenate(back), wgs, atol=1e-6)


def test_a_published_point_of_bd_09() -> None:
    """Baidu's (116.41037, 39.92134) is (116.404, 39.915) in GCJ-02."""
    baidu = to_wgs84(np.array([116.41036949371029]), np.array([39.92133699351021]), "bd09")
    chinese = to_wgs84(np.array([116.404]), np.array([39.915]), "gcj02")
    assert np.allclose(baidu, chinese, atol=1e-6)


def test_points_outside_china_are_not_shifted() -> None:
    helsinki = np.array([24.94]), np.array([60.17])
    assert np.allclose(to_wgs84(*helsinki, "gcj02"), helsinki)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("119.97", 119.97),
        ("119°58′12″e", 119.97),
        ("东经119度58分12秒", 119.97),
        ("119.97°e", 119.97),
    ],
)
def test_angles(text: str, value: float) -> None:
    assert degrees(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "abc", "119°58", "1 2"])
def test_what_is_no_angle(text: str) -> None:
    assert np.isnan(degrees(text))


@pytest.mark.parametrize(
    ("header", "metres", "words"),
    [("经度(WGS84)", 0, "a header"), ("经度(百度)", 1100, "bd09"), ("经度", 525, "assumed")],
)
def test_the_datum_is_named_or_assumed_aloud(
    tmp_path: Path, header: str, metres: float, words: str
) -> None:
    head = [header if h.startswith("经度") else h for h in HEAD]
    plan = imported(tmp_path, csv_file(tmp_path / "v.csv", head, with_cells(HEAD, ROW)))
    centre = plan.world.centres.iloc[0]
    east, north = (119.97 - centre["lon"]) * 96_100, (30.27 - centre["lat"]) * 111_200
    assert np.hypot(east, north) == pytest.approx(metres, abs=80)
    assert any(words in note for note in plan.account.notes)
