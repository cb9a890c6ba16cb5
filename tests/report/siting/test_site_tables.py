"""plan.geojson and sites.csv: what QGIS and Excel read."""

import json
import math
from dataclasses import replace

import pandas as pd
import pytest

from sim.report.site.places import page_data
from sim.report.site.sites import COLUMNS, geojson, site_rows, write_site_tables

from .made_up import HOSTILE, candidate, found, inputs, seen


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    write_site_tables(seen(), folder)
    text = (folder / "plan.geojson").read_text(encoding="utf-8")
    return json.loads(text, parse_constant=pytest.fail), folder


def test_features_are_points_and_lines_in_wgs84_longitude_first(written):
    plan, _ = written
    assert plan["type"] == "FeatureCollection"
    assert "crs" not in plan  # RFC 7946: always WGS-84
    homes = found().homes.lonlat
    (west, south), (east, north) = homes.min(axis=0) - 0.05, homes.max(axis=0) + 0.05
    for feature in plan["features"]:
        geometry = feature["geometry"]
        points = [geometry["coordinates"]] if geometry["type"] == "Point" else None
        for lon, lat in points or geometry["coordinates"]:
            assert west < lon < east
            assert south < lat < north
    kinds = [f["geometry"]["type"] for f in plan["features"]]
    assert kinds.count("LineString") == 2
    assert set(kinds) == {"Point", "LineString"}


def test_properties_say_what_the_plan_does(written):
    plan, _ = written
    by_name = {f["properties"]["site"]: f["properties"] for f in plan["features"]}
    assert len(by_name) == len(plan["features"])
    site = by_name[candidate(20)]
    assert (site["status"], site["kind"], site["rooms"]) == (
        "opened", "badminton_court; reading_room", 2,
    )  # fmt: skip
    assert (site["area"], site["tier"], site["plan"]) == (200, "compound", "plan 2")
    assert (site["gain"], site["gain_low"]) == (6_400, 5_200)
    assert by_name[HOSTILE]["rooms"] == 1
    assert by_name["五常港人行桥"]["status"] == "opened"
    assert by_name["地下通道"]["status"] == "candidate"
    assert by_name[inputs().tables.centres[1].centre]["kind"] == "hall closed"
    assert by_name[candidate(1)]["gain"] is None  # nothing there: nothing known
    total = sum(p["cost"] for p in by_name.values() if p["what"])
    assert total == pytest.approx(seen().plan.cost.base)


def test_every_centre_of_today_is_there_once(written):
    plan, _ = written
    names = [f["properties"]["site"] for f in plan["features"]]
    assert len(names) == len(set(names))
    assert {p.name for p in found().today.places} <= set(names)


def test_the_csv_has_the_same_rows_and_opens_in_excel(written):
    plan, folder = written
    assert (folder / "sites.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    table = pd.read_csv(folder / "sites.csv", encoding="utf-8-sig")
    assert tuple(table.columns) == COLUMNS
    assert table["site"].tolist() == [f["properties"]["site"] for f in plan["features"]]
    assert (table.loc[table["status"] == "opened", "cost_low"] > 0).all()


def test_links_without_a_position_are_in_the_csv_alone():
    bare = page_data(found())
    assert all(f["geometry"]["type"] == "Point" for f in geojson(bare)["features"])
    rows = {r["site"]: r for r in site_rows(bare)}
    assert math.isnan(rows["五常港人行桥"]["lon"])
    assert rows["五常港人行桥"]["cost"] == 60_000


def test_a_link_of_several_walks_is_several_lines():
    (name, lines) = "地下通道", (((120.0, 30.2), (120.1, 30.3)), ((120.1, 30.3), (120.2, 30.2)))
    many = geojson(page_data(found(), {name: lines}))["features"][-1]["geometry"]
    assert many["type"] == "MultiLineString"
    assert many["coordinates"][1] == [[120.1, 30.3], [120.2, 30.2]]


def test_infinite_areas_are_null():
    sites = tuple(replace(s, area_m2=math.inf) for s in found().catalogue.sites)
    catalogue = replace(found().catalogue, sites=sites)
    rows = geojson(page_data(replace(found(), catalogue=catalogue)))["features"]
    assert rows[0]["properties"]["area_available"] is None
    json.dumps(rows, allow_nan=False)
