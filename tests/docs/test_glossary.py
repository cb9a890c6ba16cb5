"""The glossary has each term once, in two languages, by names of the schema and of the metrics."""

from __future__ import annotations

import json
import re

from sim.messages import catalogue
from sim.metrics import METRICS
from sim.sentences import sentences

from .pages import ROOT, text_of

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in text_of(ROOT / "docs" / "glossary.md").splitlines()[7:]
]


def test_each_term_is_there_once_in_both_languages() -> None:
    for column in (0, 1):
        terms = [term.strip() for row in ROWS for term in re.split("[,，]", row[column])]
        assert len(terms) == len(set(terms))
    assert all(re.search(r"[\u4e00-\u9fff]", row[1]) for row in ROWS)
    assert all(len(row) == 4 and row[2] for row in ROWS)


EXPLAINED_ONLY = {
    "标准化比例", "自动释放", "社团时段", "公共随机数", "无差别区间", "商家", "商品", "超额接纳",
    "分流", "节约", "稳健准则", "同时预约的场地数", "就餐轮次", "候补名单",
}  # fmt: skip
"""Terms of the model that no message needs."""


def test_chinese_terms_are_those_of_the_messages() -> None:
    messages = [message["zh"] for message in catalogue().values()]
    said = "\n".join([*messages, *(zh for table in sentences() for zh in table.values())])
    for row in ROWS:
        for term in re.split("[,，]", row[1]):
            assert (term.strip() in said) != (term.strip() in EXPLAINED_ONLY), term


def test_names_are_those_of_the_schema_the_metrics_and_the_results() -> None:
    schema = json.loads(text_of(ROOT / "scenarios" / "schema.json"))
    inside = set(re.findall(r'"(\w+)": [{]', text_of(ROOT / "scenarios" / "schema.json")))
    results = set(re.findall(r"`(\w+)`", text_of(ROOT / "docs" / "reference" / "results.md")))
    for row in ROWS:
        names = re.findall(r"`([^`]+)`", row[3])
        assert names, row
        for name in names:
            first, *rest = [part for part in name.split(".") if not part.startswith("<")]
            if rest:
                assert first in schema["properties"], name
                assert set(rest) <= inside, name
            else:
                assert {name} <= {*METRICS} | {*schema["properties"]} | inside | results, name
