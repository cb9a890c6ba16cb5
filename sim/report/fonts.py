"""A font that covers Chinese, or Latin labels with a warning: never boxes."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
from matplotlib import font_manager

from sim.messages import Language, catalogue, say
from sim.report.context import ChartContext, RunResults
from sim.report.files import EnvironmentProblem
from sim.report.page import Finding

FALLBACKS = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
)
LATIN = "DejaVu Sans"
LABELS = (
    "tier_labels",
    "zone_labels",
    "kind_labels",
    "segment_labels",
    "activity_kind_labels",
    "place_kind_labels",
    "centre_labels",
    "rule_labels",
)
TEXTS = (
    "scenario_name",
    "title",
    "place",
    "peak",
    "source",
    "run_id",
    "assumption_note",
    "level_note",
)
UNSEEN = {"Cc", "Cf", "Cs"}
"""Unicode categories of characters that are no picture: control, format, surrogate."""


@dataclass(frozen=True)
class FontChoice:
    """Families in the order in which glyphs are looked up, and what they cover."""

    families: tuple[str, ...]
    characters: frozenset[int]

    def missing(self, text: str) -> str:
        """Characters of the text that no family can draw."""
        return "".join(sorted({c for c in text if ord(c) not in self.characters}))


def shipped_font() -> Path | None:
    """Noto Sans SC out of the package zhplot, found without importing it."""
    spec = importlib.util.find_spec("zhplot")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "fonts" / "NotoSansSC-Regular.ttf"
        if path.is_file():
            return path
    return None


@lru_cache(maxsize=1)
def choose_font() -> FontChoice:
    """Register the shipped font and choose families once per process."""
    manager = font_manager.fontManager
    shipped = shipped_font()
    if shipped is not None:
        manager.addfont(str(shipped))
    known = {entry.name: entry.fname for entry in manager.ttflist}
    if shipped is not None:
        known[FALLBACKS[0]] = str(shipped)
    families = [*[name for name in FALLBACKS if name in known][:1], LATIN]
    characters: set[int] = set()
    for name in families:
        path = known.get(name) or font_manager.findfont(name)
        characters |= set(font_manager.get_font(path).get_charmap())
    return FontChoice(tuple(families), frozenset(characters))


def require_glyphs(font: FontChoice, language: Language) -> None:
    """Refuse to draw in a language whose messages would be boxes.

    Raises
    ------
    EnvironmentProblem
        If the font lacks a character of a message in the language.
    """
    words = "".join(message[language] for message in catalogue().values())
    if missing := font.missing("".join(words.split())):
        raise EnvironmentProblem(
            f"--language {language}: no font here has {len(missing)} characters of the charts "
            f"({missing[:5]}...): install the package zhplot or the font Noto Sans SC, or draw "
            "with --language en."
        )


def drawable(results: RunResults, font: FontChoice) -> RunResults:
    """Give results whose names can all be drawn with this font.

    A label that cannot is replaced by the scenario's own name, if that can, or by a numbered
    one (`zone 2`); single characters in running text by `?`. The context's `font_note`, shown
    in the footer, says which.
    """
    context, bad = results.context, set[str]()
    changes: dict[str, object] = {
        "changed": tuple(_running(text, font, bad) for text in context.changed)
    }
    for name in LABELS:
        dimension = name.removesuffix("_labels")
        labels = dict(getattr(context, name))
        for level in _levels(results.summary, dimension):
            labels.setdefault(level, level.replace("_", " "))
        changes[name] = _safe_labels(labels, dimension, font, bad)
    for name in TEXTS:
        changes[name] = _running(str(getattr(context, name)), font, bad)
    places = _safe_places(results.places, font, bad)
    if bad:
        changes["font_note"] = say("page.font", n=len(bad))
    known = {f.name for f in fields(ChartContext)}
    safe = replace(context, **{k: v for k, v in changes.items() if k in known})  # type: ignore[arg-type]
    return RunResults(safe, results.summary, places)


def drawable_labels(
    context: ChartContext,
    levels: Iterable[tuple[str, str]],
    names: Iterable[tuple[str, str]],
    font: FontChoice,
) -> tuple[ChartContext, dict[tuple[str, str], str]]:
    """Context, and labels of names that the scenario has no labels for, that can all be drawn.

    Parameters
    ----------
    levels
        (group, level) that the context labels.
    names
        (what it is, its name); the result has what is shown of each.
    """
    results = RunResults(
        context,
        pd.DataFrame(list(dict.fromkeys(levels)), columns=["group", "level"]),
        pd.DataFrame(list(dict.fromkeys(names)), columns=["type", "name"]),
    )
    safe = drawable(results, font)
    places = safe.places
    keys = zip(places["type"], places["name"], strict=True)
    return safe.context, dict(zip(keys, places["label"].astype(str), strict=True))


def _levels(summary: pd.DataFrame, dimension: str) -> list[str]:
    """Levels of a dimension in the order of the table."""
    levels: dict[str, None] = {}
    for group in summary["group"].unique():
        parts = str(group).split("*")
        if dimension in parts:
            rows = summary.loc[summary["group"] == group, "level"].astype(str).unique()
            for level in rows:
                split = level.split("*")
                if len(split) == len(parts):
                    levels.setdefault(split[parts.index(dimension)])
    return list(levels)


def _safe_labels(
    labels: dict[str, str], dimension: str, font: FontChoice, bad: set[str]
) -> dict[str, str]:
    out = {}
    for i, (level, written) in enumerate(labels.items(), start=1):
        label = _plain(written)
        missing = font.missing(label)
        bad.update(missing)
        own = _plain(level.replace("_", " "))
        numbered = own if not font.missing(own) else f"{dimension} {i}"
        out[level] = numbered if missing else label
    return out


def _safe_places(places: pd.DataFrame, font: FontChoice, bad: set[str]) -> pd.DataFrame:
    """Add a column `label` that can be drawn."""
    out = places.copy()
    if "name" not in out.columns:
        return out
    labels = []
    names = out["name"].astype(str).map(_plain)
    for i, (kind, name) in enumerate(zip(out["type"], names, strict=True), 1):
        missing = font.missing(name)
        bad.update(missing)
        labels.append(f"{kind} {i}" if missing else name)
    out["label"] = labels
    return out


def _plain(text: str) -> str:
    """Text on one line, without characters that are no picture."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in UNSEEN).strip()


def _running(text: str, font: FontChoice, bad: set[str]) -> str:
    """Give a running text that can be drawn; remember what cannot."""
    bad.update(font.missing(_plain(text)))
    return _drawable(text, font)


def _drawable(text: str, font: FontChoice) -> str:
    """Text without characters that cannot be drawn; brackets left empty go too."""
    text = _plain(text)
    missing = font.missing(text)
    if not missing:
        return text
    gap = "\0"
    kept = re.sub(f"[{re.escape(missing)}]+", gap, text)
    kept = re.sub(rf"\s*[(]{gap}[)]|(?<=\w)\s+{gap}(?!\w)", "", kept)
    return kept.replace(gap, "?")


def drawable_finding(finding: Finding, font: FontChoice) -> Finding:
    """Give a finding whose words can all be drawn; the table stays as it is."""
    return replace(
        finding,
        title=_drawable(finding.title, font),
        subtitle=_drawable(finding.subtitle, font),
        note=_drawable(finding.note, font),
    )
