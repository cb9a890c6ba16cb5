"""Tables: fixed form, same bytes, Chinese in Excel."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.report.tables import (
    csv_bytes,
    write_csv,
    write_manifest,
    write_replications,
    write_summary,
)

from .fake import fake_results


def test_csv_opens_in_excel_with_chinese_intact(tmp_path):
    path = write_csv(tmp_path / "a.csv", pd.DataFrame({"zone": ["和合万家"], "x": [1 / 3]}))
    assert path.read_bytes() == "\ufeffzone,x\n和合万家,0.3333333333\n".encode()


def test_numbers_are_plain_and_empty_cells_empty():
    frame = pd.DataFrame({"a": [0.1 + 0.2, -0.0, np.nan, 1e-7], "n": [20, 1, 0, 3]})
    assert csv_bytes(frame).decode("utf-8-sig") == "a,n\n0.3,20\n0,1\n,0\n1e-07,3\n"
    assert np.signbit(frame["a"][1])


def test_summary_round_trip_and_same_bytes(tmp_path):
    summary = fake_results(n=1).summary
    first = write_summary(tmp_path, summary[summary.columns[::-1]]).read_bytes()
    assert first == write_summary(tmp_path / "b", summary).read_bytes()
    back = pd.read_csv(tmp_path / "summary.csv", encoding="utf-8-sig")
    assert list(back.columns) == [
        "metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit",
    ]  # fmt: skip
    assert back["ci_low"].isna().all()
    assert np.allclose(back["mean"], summary["mean"], rtol=1e-9, equal_nan=True)


def test_summary_lacking_a_column_is_refused(tmp_path):
    with pytest.raises(ValueError, match="lacks unit"):
        write_summary(tmp_path, fake_results().summary.drop(columns="unit"))


def test_replications_same_bytes_whatever_the_index(tmp_path):
    frame = pd.DataFrame({"replication": [0, 1], "zone": ["和合万家", "x"], "v": [0.5, np.nan]})
    first = write_replications(tmp_path, [frame]).read_bytes()
    second = write_replications(tmp_path, [frame.set_axis([7, 9])]).read_bytes()
    assert first == second
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "replications.parquet"), frame)


def test_manifest_is_readable_json(tmp_path):
    path = write_manifest(tmp_path, {"name": "仓前", "seed": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "仓前", "seed": 1}
    assert "仓前" in path.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="JSON"):
        write_manifest(tmp_path, {"x": float("nan")})
