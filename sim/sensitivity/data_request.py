"""What to ask the operator for: the data that would narrow an answer most, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from sim.messages import catalogue, in_each_language, listed, say
from sim.sensitivity.findings import CHOSEN, Findings
from sim.stats.given_data import FEW


def data_request(findings: Findings, most: int = 5) -> str:
    """`data-request.md`: what would narrow the answer most, and by how much."""
    rows = list(_wanted(findings))[:most]
    pages = in_each_language(partial(_page, findings, rows))
    return f"{pages['en']}\n\n{pages['zh']}\n"


def _page(findings: Findings, rows: Sequence[tuple[str, list[str]]]) -> str:
    """The request in the language spoken."""
    s = findings.asked
    fitted, chosen = int(s.reached.sum()), s.of in CHOSEN
    if not rows:
        ranked = any(driven.ranked for driven in findings.figure_drivers)
        why = "few" if fitted < FEW else "same" if chosen and ranked else "none"
        return f"{say('request.title')}\n\n{say(f'request.{why}', n=FEW)}"
    names = dict(zip((d.name for d in s.dimensions), s.called, strict=True))
    keys = {d.name: d.keys[0] if d.keys else d.name for d in s.dimensions}
    lines = [
        say("request.title"),
        "",
        say("request.head", names=listed(s.labels), n=len(s.dimensions), draws=fitted),
        "",
        say(f"request.{'chosen' if chosen else 'narrows'}", unit=say(f"request.unit.{s.unit}")),
        "| --- | --- | --- |",
    ]
    for key, ends in rows:
        settles = say("request.settles", name=names[key], key=key)
        worth = say("both.values", mean=ends[0], low=ends[1], high=ends[2])
        lines.append(f"| {asked_for(keys[key], names[key])} | {settles} | {worth} |")
    return "\n".join(lines)


def asked_for(key: str, name: str) -> str:
    """What to ask for to know an input: the message of the longest part of its key."""
    steps = key.split(".")
    tries = (f"{steps[0]}.{steps[-1]}", ".".join(steps[:2]), steps[0])
    found = next((one for one in tries if f"ask.{one}" in catalogue()), "other")
    return say(f"ask.{found}", name=name)


def _wanted(findings: Findings) -> Iterator[tuple[str, list[str]]]:
    """Inputs of the leading figure worth asking for, and their worth; the most first."""
    s = findings.asked
    table = findings.drivers
    ranked = {s.dimensions[j].name for driven in findings.figure_drivers for j in driven.ranked}
    first = table[(table["question"] == findings.figure_drivers[0].name)]
    first = first[first["input"].isin(ranked)].sort_values("worth", ascending=False, kind="stable")
    for row in first.to_dict("records"):
        worth = np.array([row["worth"], row["worth_low"], row["worth_high"]], dtype=float)
        worth *= 100.0 if s.unit == "share" else 1.0
        digits = 0 if s.of == "site" else 1
        if worth[0] >= 0.5 * 10**-digits:
            yield str(row["input"]), [f"{value:,.{digits}f}" for value in worth]
