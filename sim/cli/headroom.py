"""`linli headroom`: how much growth a scenario takes, and what breaks first."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.engine import EngineOptions, engine_block, open_engine
from sim.cli.exits import UsageProblem
from sim.cli.progress import progress_bar, say
from sim.cli.results import Begun, Question, check_out, common_words, open_folder, shown
from sim.cli.unchanged import digests, identity_of, unchanged
from sim.scenario.inputs import Inputs
from sim.scenario.loading_all import load_under

if TYPE_CHECKING:
    from sim.analysis.headroom import Headroom

__all__ = ["headroom_of"]

TARGETS = (0.8, 0.9)
"""Four of five and nine of ten requests get a slot."""
MOST = 1000
"""Largest multiplier that a scenario may have."""
TABLES = ("headroom.csv", "curves.csv")
GUARDED = (*TABLES, "manifest.json")
REPLACED = (*TABLES, "charts", "scenarios")
FORMAT = 1


def headroom_of(
    path: Path,
    policies: Sequence[Path],
    targets: Sequence[str],
    largest: float,
    out: Path | None,
    sets: Sequence[str],
    replications: str | None,
    seed: str | None,
    options: EngineOptions,
    *,
    as_json: bool,
    quiet: bool,
    charts: bool,
    overwrite: bool,
) -> None:
    """Search the headroom of a scenario and write the result folder; see `linli headroom --help`.

    Every policy's file is a scenario of its own: the first one under that file's rules.
    """
    check_out(out)
    shares = _shares(targets)
    if not 1 <= largest <= MOST:
        raise UsageProblem(f"--largest {largest:g}: must lie between 1 and {MOST}")
    silent = quiet or as_json
    scenarios = load_under(path, policies, sets=sets, replications=replications, seed=seed)
    _check_names(scenarios)
    notices = [n for inputs in scenarios for n in _notices(inputs)]
    for notice in notices:
        say(f"note: {notice}", quiet=silent)
    folder = out or Path("results") / f"headroom-{scenarios[0].scenario.name}"
    question = Question.of("headroom", scenarios)
    target = open_folder(folder, GUARDED, question, REPLACED, overwrite=overwrite)
    identity = identity_of(scenarios, "headroom", shares, largest, charts)
    before = None if options.no_store else unchanged(folder, identity)
    if before is not None:
        say("nothing changed since these results were written", quiet=silent)
        _tell(before, folder, as_json=as_json, quiet=quiet)
        return
    begun = Begun()
    from sim.analysis.headroom import find_headroom, plan_for

    with (
        progress_bar("replications", quiet=silent) as progress,
        open_engine(options, progress=progress, quiet=silent) as engine,
    ):
        plan = plan_for(largest)
        found = [find_headroom(inputs, shares, engine, plan=plan) for inputs in scenarios]
        used = engine_block(engine)
    idle = [one.name for one in found if not one.lines]
    if idle:
        raise UsageProblem(f"{', '.join(idle)}: nobody asks for a slot at any multiplier tried")
    words = ["linli", "headroom", *shown([path])]
    words += [w for name in shown(policies) for w in ("--policy", name)]
    words += [w for share in targets for w in ("--target", share)]
    words += ["--largest", f"{largest:g}", *common_words(sets, replications, seed)]
    with target as results:
        told = _write(results.path, found, notices, charts=charts, silent=silent)
        _manifest(results.path, found, question, identity, told, begun.block(words, used))
    _tell(told, folder, as_json=as_json, quiet=quiet)


def _shares(targets: Sequence[str]) -> tuple[float, ...]:
    """Targets as shares between 0 and 1, each once."""
    shares = []
    for text in targets:
        number = text.strip().removesuffix("%").rstrip()
        try:
            share = float(number)
        except ValueError:
            share = math.nan
        if number != text.strip():
            share = round(share / 100, 12)  # 80 % is the very number that 0.8 is
        if not 0 < share < 1:
            hint = f" Did you mean `{share:g}%` or `{share / 100:g}`?" if 1 < share < 100 else ""
            raise UsageProblem(
                f"--target {text}: must be a share between 0 and 1, such as 0.8 or 80%.{hint}"
            )
        shares.append(share)
    return tuple(dict.fromkeys(shares)) or TARGETS


def _check_names(scenarios: Sequence[Inputs]) -> None:
    names = [inputs.scenario.name for inputs in scenarios]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise UsageProblem(
            f"--policy: {', '.join(twice)}: called like another one; give each file a `name`"
        )


def _notices(inputs: Inputs) -> list[str]:
    name, multiplier = inputs.scenario.name, inputs.scenario.demand.multiplier
    told = [f"{name}: {notice}" for notice in inputs.notices]
    if multiplier != 1:
        told.append(f"{name}: demand.multiplier {multiplier:g} plays no part: many are tried")
    return told


def _write(
    folder: Path, found: Sequence[Headroom], notices: Sequence[str], *, charts: bool, silent: bool
) -> dict[str, Any]:
    """Write tables and charts; what is to be told."""
    from sim.report.headroom import headroom_label, write_headroom
    from sim.report.headroom_words import fallen, first_words
    from sim.report.manifest import build_manifest
    from sim.report.tables import records, write_manifest

    told: dict[str, Any] = {}
    for number, one in enumerate(found):
        inner = folder / "scenarios" / one.name if number else folder
        table = one.table()
        write_headroom(inner, one)
        if number:
            write_manifest(inner, build_manifest(one.inputs, one.n, {}))
        label = headroom_label(one)
        told[one.name] = {
            "replications": one.n,
            "tried": list(one.tried),
            "headroom": records(table),
            "first": {str(t): first_words(fallen(table, t), t, label) for t in one.targets},
        }
    if charts:
        _draw(folder, found, silent=silent)
    base = found[0]
    return {
        "name": base.name,
        "targets": list(base.targets),
        "confidence": base.confidence,
        "off_platform_share": base.inputs.scenario.off_platform.share,
        **told.pop(base.name),
        "policies": told,
        "notices": list(notices),
    }


def _draw(folder: Path, found: Sequence[Headroom], *, silent: bool) -> None:
    from sim.report.headroom_charts import draw_headroom, draw_policies  # brings matplotlib

    for number, one in enumerate(found):
        say(f"drawing charts of {one.name}", quiet=silent)
        inner = folder / "scenarios" / one.name if number else folder
        draw_headroom(one, inner / "charts")
    if len(found) > 1:
        draw_policies(found, folder / "charts")


def _manifest(
    folder: Path,
    found: Sequence[Headroom],
    question: Question,
    identity: str,
    told: Mapping[str, Any],
    block: Mapping[str, Any],
) -> None:
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_manifest

    base = build_manifest(found[0].inputs, found[0].n, {})
    base.pop("run")
    write_manifest(
        folder,
        {
            **base,
            "kind": "headroom",
            "question": question.record,
            "identity": identity,
            "targets": list(found[0].targets),
            "multipliers": {one.name: one.curves.multipliers.tolist() for one in found},
            "scenarios": {one.name: f"scenarios/{one.name}/manifest.json" for one in found[1:]},
            "told": dict(told),
            "files": digests(folder),
            "run": dict(block),
        },
    )


def _tell(told: Mapping[str, Any], folder: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print(json.dumps({"out": str(folder), **told}, ensure_ascii=False))
    elif not quiet:
        from sim.cli.headroom_lines import lines_of

        print("\n".join([*lines_of(told), f"Written to {folder}"]))
