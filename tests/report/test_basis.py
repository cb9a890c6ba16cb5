"""What figures rest on: the same words in the footer, in the terminal and in the manifest."""

import json

import pytest
from builders import tiny
from cli.commands import linli

from sim.report.basis import basis
from sim.report.context import chart_context
from sim.report.manifest import build_manifest, inputs_of
from sim.scenario.loading import load
from sim.scenario.shipped import shipped_folder

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
    fitted = "level fitted to 100 bookings (China City News, 2025-11-01)"
    assert basis(load(path)) == fitted
    assert basis(load(path, sets=["demand.multiplier=20"])) == f"{fitted}; here demand x 20"


def test_every_fitted_total_is_named():
    inputs = load(shipped_folder() / "cangqian.yaml")
    assert basis(inputs) == (
        "levels fitted to 7,121 bookings, 39,122 participations, 26,700 redemptions "
        "(China City News, 2025-11-01)"
    )


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        (["choice.outside=-3"], "what-if: level as fitted for town"),
        (["calibration="], "extrapolated: levels as fitted for town, nothing fitted here"),
        (["calibration=", "demand.multiplier=2"],
         "extrapolated: levels as fitted for town, nothing fitted here; here demand x 2"),
        (["calibration=", "name=town"], "what-if: level as fitted for town"),
        (["demand.level=2"], "level set by hand"),
        (["demand.level=2", "calibration="], "level set by hand"),
    ],
)  # fmt: skip
def test_without_a_fit_of_these_inputs(sets, expected, tmp_path):
    assert basis(load(town(tmp_path, TARGET), sets=sets)) == expected


def test_the_district_says_so_wherever_its_figures_are():
    inputs = load(shipped_folder() / "district.yaml")
    assert basis(inputs) == EXTRAPOLATED
    manifest = build_manifest(inputs, 1, {})
    assert manifest["basis"] == EXTRAPOLATED
    assert basis(inputs_of(manifest, inputs.path)) == EXTRAPOLATED  # as `linli explain` reads it
    own = load(shipped_folder() / "district-reading.yaml", need_level=False)
    assert not basis(own).startswith("extrapolated")


def test_footer_terminal_and_manifest_say_the_same(tmp_path):
    path = town(tmp_path)
    words = "extrapolated: levels as fitted for town, nothing fitted here"
    inputs = load(path)
    assert chart_context(inputs, 1).level_note == words
    done = linli(tmp_path, "run", path.name, "--no-charts", "--jobs", "1", "--out", "out")
    assert done.stdout.splitlines()[1].strip() == words
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["basis"] == words
    done = linli(tmp_path, "run", path.name, "--no-charts", "--jobs", "1", "--out", "out", "--json")
    assert json.loads(done.stdout)["basis"] == words
