"""Homes, sites and links on one plane, and what the plan does at each."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sim.report.site.places import link_lines, page_data
from sim.scenario.loading import load
from sim.siting.moves.catalogue import Catalogue

from .made_up import SCENARIO, found, links, seen


def test_every_site_has_the_status_of_what_is_done_there():
    by_status = Counter(s.status for s in seen().sites)
    assert by_status == {"candidate": 54, "opened": 6, "existing": 4, "changed": 1, "closed": 1}
    opened = {s.site.name: s.rooms for s in seen().sites if s.status == "opened"}
    assert sum(opened.values()) == 9


def test_costs_of_sites_and_links_are_the_plans():
    total = sum(s.cost.base for s in seen().sites)
    total += sum(link.cost.base for link in seen().links if link.opened)
    assert total == pytest.approx(seen().plan.cost.base)


def test_all_places_lie_on_one_plane():
    """Distances are those of the sphere."""
    s = seen()
    for xy, lonlat in (
        (s.homes, s.outcome.homes.lonlat),
        (s.site_xy, np.array([(t.site.lon, t.site.lat) for t in s.sites])),
        (s.today, np.array([(p.lon, p.lat) for p in s.outcome.today.places])),
        (s.links[0].xy[0], np.array(s.links[0].lines[0])),
    ):
        lon, lat = np.radians(lonlat).T
        half = np.sin((lat[1] - lat[0]) / 2) ** 2
        half += np.cos(lat[0]) * np.cos(lat[1]) * np.sin((lon[1] - lon[0]) / 2) ** 2
        sphere = 2 * 6371.0 * np.arcsin(np.sqrt(half))
        assert np.hypot(*(xy[1] - xy[0])) == pytest.approx(sphere, rel=2e-3)
    at_home = seen().links[0].xy[0, 0]
    assert at_home == pytest.approx(s.homes[7], abs=1e-9)


def test_links_without_lines_have_none():
    bare = page_data(found(), {"五常港人行桥": links()["五常港人行桥"]})
    assert [len(link.lines) for link in bare.links] == [1, 0]
    assert bare.links[1].xy.shape == (0, 2, 2)
    assert [link.opened for link in bare.links] == [True, False]


def test_lines_of_links_lead_from_homes_to_centres():
    tables = load(SCENARIO.with_name("nanteng-links.yaml"), need_level=False).tables
    walks = [w for w in tables.walks if w.link]
    candidate = next(w.centre for w in walks if w.centre not in {c.centre for c in tables.centres})
    site = replace(found().catalogue.sites[0], name=candidate)
    lines = link_lines(tables, Catalogue((site,), ()))
    homes = {o.origin: (o.lon, o.lat) for o in tables.origins}
    ends = {c.centre: (c.lon, c.lat) for c in tables.centres} | {candidate: (site.lon, site.lat)}
    wanted = [(w.link, (homes[w.origin], ends[w.centre])) for w in walks if w.centre in ends]
    assert [(name, line) for name in lines for line in lines[name]] == sorted(
        wanted, key=lambda pair: list(lines).index(pair[0])
    )
    assert (site.lon, site.lat) in {centre for its in lines.values() for _, centre in its}
