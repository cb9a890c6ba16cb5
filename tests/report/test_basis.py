"""What figures rest on: the same words in the footer, in the terminal and in the manifest."""

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from builders import tiny
from cli.commands import inside

import sim
from sim.cli.output.answer import identity_of
from sim.report.context import chart_context
from sim.report.manifest import basis, build_manifest, inputs_of
from sim.scenario.inputs import PLACES_AND_PEOPLE, world_words
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder

EXTRAPOLATED = "extrapolated: levels as fitted for cangqian, nothing fitted here"
TARGET = {"bookings": 100}


def town(folder, own=None, **changes):
    """The tiny world with a level fitted as `town`; `own`: the target of this scenario."""
    parts = tiny().set(demand__fit="town", **changes)
    del parts.scenario["demand"]["level"]
    if own:
        parts.scenario["calibration"] = own
    path = parts.write(folder)
    entry = {
        "level": 2, "bookings": 100, "half_width": 0.01, "replications": 9, "seed": 1,
        "window": ["2026-03-02", "2026-03-15"], "scenario": "town.yaml", "fit_hash": "0" * 64,
    }  # fmt: skip
    (folder / "levels.yaml").write_text(json.dumps({"town": entry}), "utf-8")
    hashed = load(path).fit_hash if own else entry["fit_hash"]
    (folder / "levels.yaml").write_text(json.dumps({"town": entry | {"fit_hash": hashed}}), "utf-8")
    return path


def test_fitted_and_growth(tmp_path):
    path = town(tmp_path, TARGET)
    fitted = "level fitted to 100 bookings (assumption)"
    assert basis(load(path)) == fitted
    assert basis(load(path, sets=["demand.multiplier=20"])) == f"{fitted}; here demand x 20"


def test_every_fitted_total_is_named():
    inputs = load(shipped_folder() / "cangqian.yaml")
    assert basis(inputs) == (
        "levels fitted to 7,121 bookings, 39,122 participations, 26,700 redemptions "
        "(article: China City News, 2025-11-01)"
    )


EXPORT = {"value": 100, "source": "data", "note": "platform export; without test accounts"}


def test_totals_are_credited_to_who_says_them(tmp_path):
    inputs = load(town(tmp_path, {"bookings": EXPORT}))
    words = "level fitted to 100 bookings (data: platform export)"
    assert basis(inputs) == words
    assert chart_context(inputs, 1).level_note == words
    assert build_manifest(inputs, 1)["basis"] == words


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        (["bookings={value: 3200, source: data, note: platform export}"],
         "3,200 bookings (data: platform export), 39,122 participations, 26,700 redemptions "
         "(article: China City News, 2025-11-01)"),
        (["redemptions=9", "participations={value: 50, source: data}"],
         "7,121 bookings (article: China City News, 2025-11-01), 50 participations (data), "
         "9 redemptions (assumption)"),
    ],
)  # fmt: skip
def test_of_several_sources_each_is_said_of_its_totals(sets, words):
    sets = [f"calibration.{text}" for text in sets]
    inputs = load(shipped_folder() / "cangqian.yaml", sets=sets)
    assert basis(replace(inputs, fitted=True)) == f"levels fitted to {words}"


def test_another_total_on_the_command_line_loses_the_credit(tmp_path):
    path = town(tmp_path, {"bookings": EXPORT})
    said = basis(load(path, sets=["calibration.bookings=120"]))
    assert "platform export" not in said


def worlds(tmp_path, sources, *sets):
    """The tiny world with a source for all rows of some tables."""
    parts = tiny()
    for name, rows in parts.tables.items():
        for row in rows:
            row["source"] = sources.get(name, "register of 2025")
    return load(parts.write(tmp_path), sets=sets)


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({}, "real places and people"),
        (dict.fromkeys(("hours", "off_platform"), "assumption"), "real places and people"),
        (dict.fromkeys(PLACES_AND_PEOPLE, "Synthetic; no real place"), "a synthetic world"),
        ({"people": "synthetic; census 2020", "venues": "assumed"},
         "a partly synthetic world (synthetic: people, venues)"),
    ],
)  # fmt: skip
def test_the_kind_of_world_is_what_its_rows_say(sources, words, tmp_path):
    inputs = worlds(tmp_path, sources)
    assert chart_context(inputs, 1).source == f"linli simulation of {words}"
    manifest = build_manifest(inputs, 1)
    assert manifest["world"] == words
    assert world_words(inputs_of(manifest, inputs.path)) == words


def test_the_kind_of_world_can_be_stated(tmp_path):
    inputs = worlds(tmp_path, {}, "world.kind=mixed")
    assert world_words(inputs) == "a partly synthetic world"
    inputs = worlds(tmp_path, {"people": "synthetic"}, "world.kind=real")
    assert world_words(inputs) == "real places and people"
    assert inputs.notices[0] == (
        "world.kind: real, but `source` says of rows of people that they are synthetic or assumed."
    )
    assert inputs.input_hash == worlds(tmp_path, {}).input_hash  # words, no figures


def test_results_are_written_again_when_only_a_source_changes(tmp_path):
    before, after = (identity_of([worlds(tmp_path, s)]) for s in ({}, {"people": "synthetic"}))
    assert before != after


def sentences(path):
    """What a file of code or a template may print: strings that are no docstrings."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        return text.splitlines()
    nodes = list(ast.walk(ast.parse(text)))
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = (n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return [node.value for node in strings if id(node) not in silent]


def test_no_source_is_written_into_the_code():
    """Whose figures they are and what kind of world it is: the scenario says so, nothing else."""
    root = Path(sim.__file__).parent
    words = re.compile(r"China City|newspaper|article's|the article|synthetic", re.IGNORECASE)
    parts = ("report", "measure", "zones", "explain", "studies", "season", "siting", "cli")
    files = [path for part in parts for path in (root / part).rglob("*")]
    files = [p for p in files if p.suffix in (".py", ".html") and "generate" not in p.parts]
    said = [(p.name, words_) for p in files for words_ in sentences(p) if words.search(words_)]
    assert len(files) > 100
    assert said == []


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        (["choice.outside=-3"], "what-if: level as fitted for town"),
        (["calibration="], "extrapolated: levels as fitted for town, nothing fitted here"),
        (["calibration=", "demand.multiplier=2"],
         "extrapolated: levels as fitted for town, nothing fitted here; here demand x 2"),
        (["calibration=", "name=town"], "what-if: level as fitted for town"),
        (["demand.level=2"], "level set by hand"),
        (["demand.level={value: 2, source: data, note: a.csv}"], "level from data: a.csv"),
        (["demand.level=2", "calibration="], "level set by hand"),
    ],
)  # fmt: skip
def test_without_a_fit_of_these_inputs(sets, expected, tmp_path):
    assert basis(load(town(tmp_path, TARGET), sets=sets)) == expected


def test_the_district_says_so_wherever_its_figures_are():
    inputs = load(shipped_folder() / "district.yaml")
    assert basis(inputs) == EXTRAPOLATED
    manifest = build_manifest(inputs, 1)
    assert manifest["basis"] == EXTRAPOLATED
    assert basis(inputs_of(manifest, inputs.path)) == EXTRAPOLATED  # as `linli explain` reads it
    own = load(shipped_folder() / "district-reading.yaml", need_level=False)
    assert not basis(own).startswith("extrapolated")


def test_footer_terminal_and_manifest_say_the_same(tmp_path):
    path = town(tmp_path)
    words = "extrapolated: levels as fitted for town, nothing fitted here"
    inputs = load(path)
    assert chart_context(inputs, 1).level_note == words
    words_of_run = ("run", path.name, "--no-charts", "--jobs", "1", "--out", "out")
    done = inside(tmp_path, *words_of_run)
    assert done.stdout.splitlines()[1].strip() == f"a synthetic world; {words}"
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["basis"] == words
    done = inside(
        tmp_path, "run", path.name, "--no-charts", "--jobs", "1", "--out", "out", "--json"
    )
    assert json.loads(done.stdout)["basis"] == words
