"""Every shipped set of rules and every part of a policy has its place in the pages."""

from __future__ import annotations

import re
from typing import get_args

from sim.scenario.schema.policy import Batch, Policy, Selection

from .pages import ROOT, text_of

POLICIES = ROOT / "scenarios" / "policies"
PARTS = ROOT / "docs" / "parts"


def test_every_set_of_rules_is_in_both_tables() -> None:
    page = text_of(ROOT / "docs" / "policies.md")
    named = re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)
    shipped = {path.stem for path in POLICIES.glob("*.yaml")} - {"levels"}
    assert set(named) == shipped
    assert {name for name in shipped if named.count(name) == 1} == {
        "neighbours-first", "optimised-daily", "points-for-peak", "two-bookings", "weekly-ballot",
    }  # what-ifs without a source  # fmt: skip


def test_every_page_of_a_part_is_in_the_index() -> None:
    index = text_of(PARTS / "README.md")
    for page in PARTS.glob("*.md"):
        assert page.name == "README.md" or f"]({page.name}" in index, page.name


def test_every_part_and_selection_is_in_the_index() -> None:
    index = text_of(PARTS / "README.md")
    for key in set(Policy.model_fields) - {"overrides"}:
        assert f"`policy.{key}" in index, key
    for selection in get_args(get_args(Selection)[0]):
        rule = selection.model_fields["rule"].default
        assert not issubclass(selection, Batch) or f"rule: {rule}`" in index, rule
