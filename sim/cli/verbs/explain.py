"""`linli explain`: one venue's week, or one request, by simulating its replication again."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem, asked_language
from sim.cli.options import Json, PlainTongue, Quiet, settle_language
from sim.messages import speak
from sim.report.files import add_to_listing, translated
from sim.sentences import spoken

if TYPE_CHECKING:
    from sim.explain.request import RequestExplanation
    from sim.model import Model
    from sim.scenario.inputs import Inputs

SHOWN = 20


def explain(
    results: Annotated[
        Path | None, typer.Argument(metavar="RESULTS", help="A result folder of `run`.")
    ] = None,
    venue: Annotated[str | None, typer.Option("--venue", help="Draw this venue's week.")] = None,
    week: Annotated[
        str | None,
        typer.Option("--week", help="ISO week, such as 2025-W20 [default: the busiest]."),
    ] = None,
    request: Annotated[
        str | None,
        typer.Option(
            "--request", help="Explain this wish (`wish` in requests.parquet), or `refused`."
        ),
    ] = None,
    replication: Annotated[
        int, typer.Option("--replication", min=0, help="Replication of the request or the week.")
    ] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for picture and table.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> None:
    """One venue's week, or one request: what was tried, what was in the way, what would help."""
    settle_language(language)
    if results is None:
        raise UsageProblem(_which_results())
    if venue is not None and request is not None:
        raise UsageProblem("linli explain: --venue NAME or --request WISH, one at a time.")
    inputs, n = _read(results)
    speak(asked_language() or inputs.scenario.language)
    if venue is None and request is None:
        raise UsageProblem(_what_to_ask(results, inputs))
    if replication >= n:
        raise UsageProblem(f"--replication {replication}: {results} has 0 to {n - 1}.")
    from sim.model import build_model

    model = build_model(inputs)
    if venue is not None:
        folder = out or results / "explain"
        answer = _venue(inputs, model, n, venue, week, replication, folder, results)
    else:
        answer = _request(inputs, model, str(request), replication)
    if as_json:
        print(json.dumps(answer[1], ensure_ascii=False, default=str))
    elif not quiet:
        print(spoken(answer[0]))


def _which_results() -> str:
    """The finished runs at hand, or how to make one."""
    found = ", ".join(f"results/{name}" for name in _finished(Path("results"))[:SHOWN])
    if not found:
        return "linli explain RESULTS: no finished run in results/; `linli run SCENARIO` makes one."
    return f"linli explain RESULTS: of which run? At hand: {found}"


def _finished(folder: Path) -> list[str]:
    """Names of the finished runs in a folder."""
    return sorted(path.parent.name for path in folder.glob("*/manifest.json"))


def _what_to_ask(results: Path, inputs: Inputs) -> str:
    """Requests and venues that may be explained of these results, as commands to copy."""
    names = [row.venue for row in inputs.tables.venues]
    return (
        f"linli explain {results}: say what to explain.\n"
        f'  linli explain {results} --venue "{names[0]}"    one of {len(names)} venues\n'
        f"  linli explain {results} --request refused    requests that were refused, to choose from"
    )


def _read(results: Path) -> tuple[Inputs, int]:
    from sim import __version__
    from sim.report.manifest import inputs_of, is_intact
    from sim.scenario.problems import nearest

    path = results / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        inputs, n = inputs_of(manifest, path), int(manifest["replications"])
        made_by, intact = manifest["versions"]["linli"], is_intact(manifest, inputs)
    except FileNotFoundError as error:
        near = nearest(results.name, _finished(results.parent))
        hint = f" Did you mean {results.parent / near}?" if near else ""
        raise UsageProblem(
            f"{results}: no manifest.json, so no finished run. "
            f"`linli run SCENARIO --out {results}` makes one.{hint}"
        ) from error
    except OSError as error:
        raise UsageProblem(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageProblem(f"{path}: not a manifest of this linli ({error})") from error
    if made_by != __version__:
        raise UsageProblem(f"{path}: made by linli {made_by}, this is {__version__}; run it again.")
    if not intact:
        raise UsageProblem(f"{path}: was changed since the run; run the scenario again.")
    return inputs, n


def _venue(
    inputs: Inputs,
    model: Model,
    n: int,
    name: str,
    week: str | None,
    rep: int,
    folder: Path,
    results: Path,
) -> tuple[str, dict[str, Any]]:
    from sim.explain.venue_week import busiest_week, venue_week
    from sim.model import simulate
    from sim.report.charts.week import clock, draw_week
    from sim.report.context import chart_context
    from sim.scenario.problems import nearest

    names = model.world.venues.names
    if name not in names:
        close = nearest(name, names)
        hint = f" Did you mean {close}?" if close else ""
        raise UsageProblem(f"--venue {name}: no such venue among {len(names)}.{hint}")
    at = names.index(name)
    history = simulate(model, inputs.scenario.experiment.seed, rep)
    monday = busiest_week(model, history, at) if week is None else _monday(week)
    try:
        found = venue_week(model, history, rep, at, monday)
    except ValueError as error:
        raise UsageProblem(f"--week {week}: {error}") from error
    with translated(folder):
        paths = draw_week(found, chart_context(inputs, n), folder)
    if folder == results / "explain":
        add_to_listing(results, paths)
    lines = [f"{name}, {found.centre}: week of {found.monday}, replication {rep}"]
    for row in found.stretches:
        if row.use in ("closed", "free"):
            continue
        day = found.monday + dt.timedelta(days=row.day)
        who = f", {row.party} people ({row.segment}), asked {row.asked_at}" if row.wish else ""
        who = f" with {row.rooms - 1} more{who}" if row.rooms > 1 else who
        if row.activity:
            who = f" ({row.activity}), {row.party} people came"
        if row.club:
            who = f" ({row.club}), {row.party} people"
        use = spoken(row.use, value=True)
        lines.append(f"  {day:%a} {clock(row.start)}-{clock(row.end)} {use}{who}")
    lines.append(f"Written: {', '.join(str(p) for p in paths)}")
    return "\n".join(lines), {
        "venue": name,
        "monday": found.monday.isoformat(),
        "replication": rep,
        "stretches": [asdict(s) for s in found.stretches],
        "files": [str(p) for p in paths],
    }


def _monday(week: str) -> dt.date:
    """Monday of an ISO week (2025-W20) or of the week of a date."""
    match = re.fullmatch(r"(\d{4})-W(\d{1,2})", week)
    try:
        if match:
            return dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return dt.date.fromisoformat(week)
    except ValueError as error:
        raise UsageProblem(f"--week {week}: write an ISO week (2025-W20) or a date") from error


def _request(inputs: Inputs, model: Model, wish: str, rep: int) -> tuple[str, dict[str, Any]]:
    from sim.explain.request import explain_wish, refused_requests

    seed = inputs.scenario.experiment.seed
    if wish == "refused":
        found = refused_requests(model, seed, rep)
        lines = [f"{len(found)} requests were refused in replication {rep}; the first:"]
        lines += [
            f"  {r.wish}  {r.start:%a %Y-%m-%d %H:%M}  {r.kind}, {r.segment}: {r.reason}"
            for r in found[:SHOWN]
        ]
        lines.append("Explain one with --request and its 16 digits.")
        return "\n".join(lines), {"replication": rep, "refused": [asdict(r) for r in found]}
    if not re.fullmatch(r"[0-9a-f]{16}", wish):
        raise UsageProblem(
            f"--request {wish}: a wish has 16 hexadecimal digits (column `wish` of "
            "requests.parquet); `--request refused` lists some."
        )
    try:
        explanation = explain_wish(model, seed, rep, wish)
    except KeyError as error:
        raise UsageProblem(f"--request {wish}: replication {rep} has no such wish.") from error
    return _explanation_words(explanation), asdict(explanation)


def _explanation_words(e: RequestExplanation) -> str:
    """An explanation in lines."""
    several = f", {e.rooms} rooms at once" if e.rooms > 1 else ""
    when = f"{e.start:%a %Y-%m-%d %H:%M}-{e.end:%H:%M}"
    lines = [
        f"Wish {e.wish}: {e.kind} for {e.party}{several}, {when}",
        f"  asked {e.asked_at:%Y-%m-%d %H:%M} by booker {e.booker} ({e.segment}, {e.origin})",
        f"  {e.outcome}",
    ]
    lines += [f"  {note}" for note in e.notes]
    if e.attempts:
        lines.append("Tried, in this order:")
    for attempt in e.attempts:
        lines.append(f"  {attempt.words}")
        for o in attempt.obstacles:
            small = [f"holds only {o.capacity}"] if o.too_small else []
            lines.append(
                f"    {o.venue}: {'; '.join([*small, *o.holdings]) or 'start not offered'}"
            )
    if e.would_serve:
        lines.append("Would have got a slot by changing one thing:")
        lines += [f"  {change.words}" for change in e.would_serve]
    elif e.attempts or e.outcome.startswith("refused"):
        lines.append("No single change of hour, centre, day, length or time of asking would do.")
    return "\n".join(lines)
