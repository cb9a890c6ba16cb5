"""Whole files or none; result folders that survive interruption."""

import errno
import os
import subprocess
import sys

import pytest

from sim.report import files
from sim.report.files import EnvironmentProblem, ResultFolder, atomic_write


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def visible(folder):
    return [n for n in names(folder) if n != files.LISTING]


def test_atomic_write_makes_folders_and_leaves_no_traces(tmp_path):
    atomic_write(tmp_path / "a" / "b.txt", b"1")
    atomic_write(tmp_path / "a" / "b.txt", b"2")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"2"
    assert names(tmp_path) == ["a/b.txt"]


def test_failed_write_keeps_the_old_content(tmp_path, monkeypatch):
    path = tmp_path / "b.txt"
    atomic_write(path, b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(EnvironmentProblem, match=r"b\.txt: the disk is full"):
        atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["b.txt"]


def test_out_is_a_file_or_below_one(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(EnvironmentProblem, match="file stands where a folder"),
        ResultFolder(tmp_path / "file"),
    ):
        pass
    with (
        pytest.raises(EnvironmentProblem, match="file stands where a folder"),
        ResultFolder(tmp_path / "file" / "deeper"),
    ):
        pass
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes all")
def test_read_only_folder(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(EnvironmentProblem, match="not writable"), ResultFolder(tmp_path / "out"):
        pass


def test_not_writable_is_said_so(tmp_path, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "out"))

    monkeypatch.setattr(files.tempfile, "mkdtemp", denied)
    with (
        pytest.raises(EnvironmentProblem, match="out: not writable"),
        ResultFolder(tmp_path / "out"),
    ):
        pass


def write(folder, **contents):
    for name, text in contents.items():
        atomic_write(folder / name.replace("__", "/").replace("_", "."), text.encode())


def test_new_folder_appears_whole(tmp_path):
    out = tmp_path / "results" / "x"
    with ResultFolder(out) as result:
        write(result.path, manifest_json="{}", charts__a_png="a")
        assert not out.exists()
    assert visible(out) == ["charts/a.png", "manifest.json"]
    assert names(out.parent) == [f"x/{n}" for n in names(out)]


def test_second_run_removes_its_old_charts_and_nobody_elses_files(tmp_path):
    out = tmp_path / "x"
    with ResultFolder(out) as result:
        write(result.path, manifest_json="1", charts__a_png="1", charts__b_png="1", k_csv="1")
    write(out, notes_txt="mine", charts__mine_png="mine")
    with ResultFolder(out) as result:
        write(result.path, manifest_json="2", charts__a_png="2")
    assert visible(out) == [
        "charts/a.png", "charts/mine.png", "k.csv", "manifest.json", "notes.txt",
    ]  # fmt: skip
    assert (out / "charts" / "a.png").read_text() == "2"


def test_failure_in_the_body_keeps_the_old_results(tmp_path):
    out = tmp_path / "x"
    with ResultFolder(out) as result:
        write(result.path, manifest_json="1")

    def interrupted():
        with ResultFolder(out) as result:
            write(result.path, manifest_json="2", summary_csv="2")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert visible(out) == ["manifest.json"]
    assert (out / "manifest.json").read_text() == "1"
    assert names(tmp_path) == [f"x/{n}" for n in names(out)]


def test_full_disk_in_the_body_is_an_environment_problem(tmp_path):
    with pytest.raises(EnvironmentProblem, match="disk is full"), ResultFolder(tmp_path / "x"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert names(tmp_path) == []


def test_other_errors_pass_unchanged(tmp_path):
    with pytest.raises(FileNotFoundError), ResultFolder(tmp_path / "x"):
        (tmp_path / "absent").read_bytes()


def test_manifest_comes_last(tmp_path, monkeypatch):
    """A swap that breaks off leaves no manifest: the folder is seen to be incomplete."""
    out = tmp_path / "x"
    with ResultFolder(out) as result:
        write(result.path, manifest_json="1", summary_csv="1", z_csv="1")
    real, seen = os.replace, []

    def breaks(source, target):
        if str(target).startswith(str(out) + os.sep):
            seen.append(os.path.basename(target))
            if len(seen) == 3:
                raise OSError(errno.EIO, "Input/output error")
        real(source, target)

    monkeypatch.setattr(files.os, "replace", breaks)
    with pytest.raises(EnvironmentProblem), ResultFolder(out) as result:
        write(result.path, manifest_json="2", summary_csv="2", z_csv="2")
    assert "manifest.json" not in seen
    assert not (out / "manifest.json").exists()


def test_a_forged_listing_removes_nothing_outside(tmp_path):
    out = tmp_path / "x"
    write(out, manifest_json="1")
    (tmp_path / "precious").write_text("x")
    (out / files.LISTING).write_text('["charts/../../precious", "/etc/none", 3]')
    with ResultFolder(out) as result:
        write(result.path, manifest_json="2")
    assert (tmp_path / "precious").exists()


HOLDING = """
import sys
from pathlib import Path
from sim.report.files import ResultFolder
with ResultFolder(Path(sys.argv[1])) as result:
    (result.path / "a.png").write_text("a")
    print("writing", flush=True)
    sys.stdin.read()
"""


def writer(out):
    """A process in the middle of writing results into a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(out)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "writing\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="no locks on folders")
def test_the_next_run_removes_what_a_killed_one_left_and_nothing_of_one_that_writes(tmp_path):
    killed, writing = writer(tmp_path / "x"), writer(tmp_path / "x")
    killed.kill()
    killed.wait()
    assert len(list(tmp_path.iterdir())) == 2
    with ResultFolder(tmp_path / "x") as result:
        write(result.path, manifest_json="1")
        assert len(list(tmp_path.iterdir())) == 2  # the other one that writes, and this one
    writing.communicate("")
    assert writing.returncode == 0
    assert visible(tmp_path / "x") == ["a.png", "manifest.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_name_of_wildcards_is_no_pattern(tmp_path):
    """Folders of another name stay, whatever the name of this one would match."""
    other = tmp_path / ".xy-writing-1"
    other.mkdir()
    os.utime(other, (0, 0))
    with ResultFolder(tmp_path / "x?") as result:
        write(result.path, manifest_json="1")
    assert other.exists()


def test_without_locks_leftovers_go_when_they_are_old(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_lock", lambda folder: None)
    old, new = tmp_path / ".x-writing-old", tmp_path / ".x-writing-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    with ResultFolder(tmp_path / "x") as result:
        write(result.path, manifest_json="1")
    assert not old.exists()
    assert new.exists()
