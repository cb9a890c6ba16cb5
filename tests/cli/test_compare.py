"""`linli compare`: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from builders import tiny

from sim.cli.output.answer import Question
from sim.cli.verbs.compare import folder_name, notes_of
from sim.scenario.loading import load_all

from .commands import files_of, inside

FAST = ("--no-charts", "--jobs", "1")
SMALL = ("test.yaml", "short.yaml", "offers.yaml")
ALL = "compare-tiny-vs-offers-vs-short"
"""Their default folder."""
COLUMNS = (
    "metric,group,level,scenario,baseline,difference,ci_low,ci_high,"
    "adjusted_low,adjusted_high,n,paired,unit"
)
VARIANTS = {
    "short": "policy: {window: {opens_days_ahead: 2}}",
    "offers": "policy: {overflow: {other_venues: 3, shift_minutes: 120}}",
    "seeded": "experiment: {seed: 99}",
    "more": "demand: {multiplier: 11}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny world, crowded, and scenarios that differ from it in one thing each."""
    tiny().set(demand__multiplier=10).write(tmp_path)
    for name, text in VARIANTS.items():
        text = f"extends: test.yaml\nname: {name}\n{text}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def test_what_a_comparison_writes(folder: Path) -> None:
    """Tables, a summary and a manifest a scenario; columns and names of the contract."""
    done = inside(folder, "compare", *SMALL, *FAST, "--baseline", "short")
    assert done.returncode == 0, done.stderr
    out = folder / "results" / "compare-short-vs-offers-vs-tiny"
    assert {n for n in files_of(out) if not n.startswith(".")} == {
        "comparison.csv",
        "gains.csv",
        "fairness.csv",
        "ranking.csv",
        "replications.parquet",
        "manifest.json",
        *(
            f"scenarios/{n}/{f}"
            for n in ("tiny", "short", "offers")
            for f in ("summary.csv", "manifest.json")
        ),
    }
    text = (out / "comparison.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf" + COLUMNS.encode() + b"\n")
    assert b"\r" not in text
    rows = table(out / "comparison.csv")
    assert set(rows["scenario"]) == {"tiny", "offers"}
    assert set(rows["baseline"]) == {"short"}
    assert set(rows["paired"]) == {"yes"}
    assert {"all", "segment", "zone", "tier", "distance_band"} <= set(rows["group"])
    values = pd.read_parquet(out / "replications.parquet")
    assert list(values) == ["scenario", "replication", "metric", "group", "level", "value", "of"]
    served = values[(values["metric"] == "served_share") & (values["group"] == "all")]
    totals = served.assign(top=served["value"] * served["of"]).groupby("scenario", observed=True)
    means = totals["top"].sum() / totals["of"].sum()
    at = (rows["metric"] == "served_share") & (rows["group"] == "all")
    found = rows[at].set_index("scenario")["difference"]
    for name in ("tiny", "offers"):
        assert found[name] == pytest.approx(means[name] - means["short"])
    assert "paired: yes" in done.stdout
    assert "3 replications each" in done.stdout
    assert "What differs from short (the residents are the same):" in done.stdout
    assert "  tiny    rules (policy.window.opens_days_ahead)" in done.stdout
    assert "yuan a year" in done.stdout
    assert "Best" not in done.stdout
    for name in ("tiny", "offers"):
        assert f"  {name}: " in done.stdout


@pytest.mark.slow
def test_a_scenario_in_a_comparison_is_the_run_of_it(folder: Path) -> None:
    """Its summary.csv is that of `linli run`, byte for byte but for what a run adds of zones."""
    assert inside(folder, "compare", *SMALL, *FAST, "--quiet").returncode == 0
    assert inside(folder, "run", "offers.yaml", *FAST, "--quiet").returncode == 0
    ours = table(folder / "results" / ALL / "scenarios" / "offers" / "summary.csv")
    runs = table(folder / "results" / "offers" / "summary.csv")
    keys = ["metric", "group", "level"]
    both = ours.merge(runs, on=keys, suffixes=("", "_run"))
    assert len(both) == len(ours)
    for column in ("mean", "ci_low", "ci_high", "n"):
        pd.testing.assert_series_equal(both[column], both[f"{column}_run"], check_names=False)


def test_json_is_one_object_and_nothing_else(folder: Path) -> None:
    """--json: differences, pairing, who gains, fairness, the best, and where it was written."""
    words = ("--json", "--out", "here", "--set", "experiment.primary=[served_share,met_share]")
    done = inside(folder, "compare", *SMALL, *FAST, *words)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["out"], answer["paired"], answer["replications"]) == ("here", "yes", 3)
    assert answer["primary"] == ["served_share", "met_share"]
    assert set(answer["who"]) == {"short", "offers"}
    pairs = {(r["scenario"], r["metric"]) for r in answer["variance_ratio"]}
    assert pairs == {(s, m) for s in ("short", "offers") for m in answer["primary"]}
    rows = table(folder / "here" / "comparison.csv").dropna(subset=["adjusted_low"])
    assert len(answer["differences"]) == len(rows) == 4
    for row, told in zip(rows.to_dict("records"), answer["differences"], strict=True):
        assert {k: told[k] for k in ("metric", "scenario", "n")} == {
            k: row[k] for k in ("metric", "scenario", "n")
        }
        assert told["adjusted_low"] == pytest.approx(row["adjusted_low"])
    manifest = json.loads((folder / "here" / "manifest.json").read_text("utf-8"))
    assert manifest["told"]["variance_ratio"] == answer["variance_ratio"]
    assert answer["best"].startswith("No best is named")


def test_another_folder_takes_replications_from_the_store(folder: Path) -> None:
    """The same tables from the store; only what a new scenario or replication adds is computed.

    With --quiet: no results, no notes, no progress.
    """
    done = inside(folder, "compare", *SMALL, *FAST, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    words = ("--quiet", "--out", "other")
    assert inside(folder, "compare", *SMALL, *FAST, *words).returncode == 0
    out = folder / "other"
    run = json.loads((out / "manifest.json").read_text("utf-8"))["run"]
    assert (run["computed"], run["from_store"]) == (0, 9)
    for name in ("comparison.csv", "replications.parquet"):
        same = folder / "results" / ALL / name
        assert (out / name).read_bytes() == same.read_bytes()
    words = ("--quiet", "--out", "more", "--replications", "4")
    assert inside(folder, "compare", *SMALL, "more.yaml", *FAST, *words).returncode == 0
    run = json.loads((folder / "more" / "manifest.json").read_text("utf-8"))["run"]
    assert (run["computed"], run["from_store"]) == (3 + 4, 9)


@pytest.mark.parametrize(
    ("other", "key"),
    [
        pytest.param("seeded", "experiment.seed", marks=pytest.mark.slow),
        ("more", "demand.multiplier"),
    ],
)
def test_other_residents_are_not_paired(other: str, key: str, folder: Path) -> None:
    """Another seed or demand: paired: no, why, no ratio; the rest of the scenarios stay paired."""
    done = inside(folder, "compare", "test.yaml", "short.yaml", f"{other}.yaml", *FAST)
    assert done.returncode == 0, done.stderr
    out = folder / "results" / f"compare-tiny-vs-{'-vs-'.join(sorted(['short', other]))}"
    assert "paired: no" in done.stdout
    assert "the residents are not all the same" in done.stdout
    assert f"{other}: not paired with tiny, other residents: {key}" in done.stdout
    rows = table(out / "comparison.csv")
    assert rows.groupby("scenario")["paired"].unique().map(list).to_dict() == {
        "short": ["yes"],
        other: ["no"],
    }
    fairness = table(out / "fairness.csv")
    priced = fairness[fairness["metric"] == "price_of_fairness"]
    assert set(priced["scenario"]) == {"tiny", "short"}


def test_all_problems_of_all_scenarios_in_one_pass(folder: Path) -> None:
    """Each broken file is named; what both inherit from one file is said once."""
    for name, text in (("bad", "polcy: {}"), ("worse", "demand: {multiplier: -1}")):
        text = f"extends: test.yaml\nname: {name}\n{text}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = inside(folder, "compare", "test.yaml", "bad.yaml", "worse.yaml")
    assert done.returncode == 2
    assert "bad.yaml:3" in done.stderr
    assert "worse.yaml:3" in done.stderr
    assert "Did you mean `policy`" in done.stderr
    text = (folder / "test.yaml").read_text("utf-8").replace('minutes": 30', 'minutes": 31')
    (folder / "test.yaml").write_text(text, encoding="utf-8")
    done = inside(folder, "compare", *SMALL)
    assert done.returncode == 2
    assert done.stderr.count("does not divide 60") == 1


@pytest.mark.slow
def test_a_kept_level_is_said_in_one_line(folder: Path) -> None:
    """Policies keep the fitted level of the baseline: one line, not a warning for each."""
    parts = tiny().set(calibration={"bookings": 200, "tolerance": 0.1, "half_width": 0.1})
    del parts.scenario["demand"]["level"]
    parts.set(demand__fit="tiny").write(folder)
    done = inside(folder, "calibrate", "test.yaml", "--quiet")
    assert done.returncode == 0, done.stderr
    done = inside(folder, "compare", *SMALL, *FAST)
    said = [line for line in done.stderr.splitlines() if "level" in line]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("note: All use the level ")
    done = inside(folder, "compare", *SMALL, *FAST, "--set", "policy.window.opens_days_ahead=5")
    said = [line for line in done.stderr.splitlines() if "level" in line]
    assert len(said) == 1, done.stderr


@pytest.mark.slow
def test_other_peoples_files_stay(folder: Path) -> None:
    """A comparison.csv that linli did not write is not replaced; strangers beside it stay."""
    out = folder / "here"
    out.mkdir()
    (out / "comparison.csv").write_text("mine", encoding="utf-8")
    done = inside(folder, "compare", *SMALL, *FAST, "--out", "here")
    assert done.returncode == 2
    assert (out / "comparison.csv").read_text("utf-8") == "mine"
    (out / "comparison.csv").rename(out / "notes.csv")
    assert inside(folder, "compare", *SMALL, *FAST, "--quiet", "--out", "here").returncode == 0
    words = ("--quiet", "--out", "here", "--overwrite")
    assert inside(folder, "compare", *SMALL[:2], *FAST, *words).returncode == 0
    assert (out / "notes.csv").read_text("utf-8") == "mine"
    assert not (out / "scenarios" / "offers").exists()


def test_what_differs_is_said(folder: Path) -> None:
    """Opening hours, or hours and rules, or nothing: never "only the rules"."""
    late = "zones: {South: {opening: {close: '23:00'}}}"
    for name, text in (
        ("late", late),
        ("both", late + "\npolicy: {window: {opens_days_ahead: 2}}"),
        ("again", ""),
    ):
        text = f"extends: test.yaml\nname: {name}\n{text}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    words = ("late.yaml", "both.yaml", "again.yaml")
    priced = ("--set", "costs.yuan_per_m2_open_hour=1")
    done = inside(folder, "compare", "test.yaml", *words, *FAST, *priced)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert "What differs from tiny (the residents are the same):" in said
    assert "  late   opening hours (zones.South.opening)" in said
    keys = "zones.South.opening, policy.window.opens_days_ahead"
    assert f"  both   opening hours and rules ({keys})" in said
    assert "  again  nothing" in said
    assert "rules differ" not in done.stdout + done.stderr
    assert "wishes met (booked and used): tiny " in done.stdout
    rows = [line.split() for line in said if line.startswith("  again ")]
    assert any(row[1:] == ["0.0"] * 2 + ["0"] * 4 for row in rows), rows
    table_of = folder / "results" / "compare-tiny-vs-again-vs-both-vs-late"
    assert set(table(table_of / "gains.csv")["metric"]) == {"met_share"}
    told = json.loads((table_of / "manifest.json").read_text("utf-8"))["told"]
    cost = {r["scenario"]: r for r in told["figures"] if r["metric"] == "operating_cost_year"}
    assert cost["late"]["value"] == cost["both"]["value"] > cost["again"]["value"] == 0


def test_groups_that_are_not_the_same_are_said(folder: Path) -> None:
    """Other peak hours; other residents beside other hours: said before it runs and beside it."""
    late = "zones: {South: {opening: {close: '23:00'}}}"
    for name, text in (
        ("early", "analysis: {peak_weekday: 17-20}"),
        ("late", late),
        ("both", f"demand: {{multiplier: 11}}\n{late}"),
    ):
        text = f"extends: test.yaml\nname: {name}\n{text}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    names = ("test", "early", "late", "both", "more")
    notes = notes_of(load_all([folder / f"{name}.yaml" for name in names]), 0)
    peak = [note for note in notes if "peak_weekday" in note]
    own = [note for note in notes if "groups by tier and walk are its own" in note]
    assert [note.split(":")[0] for note in (*peak, *own)] == ["early", "both"]
    done = inside(folder, "compare", "test.yaml", "early.yaml", "late.yaml", "both.yaml", *FAST)
    assert done.returncode == 0, done.stderr
    assert "  early  peak hours (analysis.peak_weekday)" in done.stdout.splitlines()
    assert (
        "  Groups by tier and walk hold other people under both: the total may lie outside them."
    ) in done.stdout.splitlines()


def test_another_question_needs_overwrite(folder: Path) -> None:
    """Other scenarios or another `--set` in the same folder: status 2, what is there, what to do.

    The same question again, edited or replicated more often, replaces the answer.
    """
    here = (*FAST, "--quiet", "--out", "here")
    assert inside(folder, "compare", "test.yaml", "short.yaml", *here).returncode == 0
    before = files_of(folder / "here")
    for other in (
        ("test.yaml", "short.yaml", "offers.yaml"),
        ("test.yaml", "short.yaml", "--baseline", "short"),
        ("test.yaml", "short.yaml", "--set", "off_platform.share=0"),
    ):
        done = inside(folder, "compare", *other, *here)
        assert done.returncode == 2
        assert "here: holds results of `linli compare` for tiny, short" in done.stderr
        assert "--overwrite" in done.stderr
        assert files_of(folder / "here") == before
    done = inside(folder, "run", "test.yaml", *here)
    assert (done.returncode, "`linli compare`" in done.stderr) == (2, True)
    text = (folder / "short.yaml").read_text("utf-8").replace(": 2", ": 3")
    (folder / "short.yaml").write_text(text, encoding="utf-8")
    again = ("short.yaml", "test.yaml", "--baseline", "tiny", "--replications", "2", "--seed", "3")
    assert inside(folder, "compare", *again, *here).returncode == 0
    done = inside(folder, "run", "test.yaml", *here, "--overwrite")
    assert done.returncode == 0, done.stderr
    left = {name for name in files_of(folder / "here") if not name.startswith(".")}
    tables = {"league.csv", "replications.parquet", "summary.csv", "week.csv"}
    assert left == {*tables, "manifest.json"}


def test_default_folders_follow_all_scenarios() -> None:
    """The order of the others is nothing; many names become a hash that tells them apart."""
    assert folder_name(Question("compare", ("a", "b", "c"))) == "compare-a-vs-b-vs-c"
    long = [f"{'x' * 30}-{i}" for i in range(5)]
    names = [folder_name(Question("compare", ("a", *long[:n]))) for n in (3, 4, 5)]
    names += [folder_name(Question("compare", ("a", *long[1:])))]
    assert len(set(names)) == 4
    assert all(len(name) < 60 and name.startswith("compare-a-vs-") for name in names)
