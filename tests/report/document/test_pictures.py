"""Pictures of a document: in its language, and of the folder that a chapter is of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from builders import tiny
from cli.commands import inside
from PIL import Image

from sim.messages import LANGUAGES, Language
from sim.report.document.content import Document
from sim.report.document.report import document
from sim.report.drawing import all_charts

from ..fake import fake_results
from ..fake_neighbourhood import neighbourhood


def with_chart(folder: Path, copy: Path, name: str, drawn_in: str = "en") -> Path:
    """A copy of a result folder in which one chart lies."""
    shutil.copytree(folder, copy)
    (copy / "charts").mkdir(exist_ok=True)
    (copy / "charts" / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    Image.new("RGB", (4, 4)).save(copy / "charts" / f"{name}.png")
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "language": drawn_in}), encoding="utf-8")
    return copy


def shown(made: Document) -> list[Path]:
    return [picture.path for chapter in made.chapters for picture in chapter.pictures]


@pytest.mark.parametrize("drawn_in", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_shown_in_a_document_of_their_language(
    folders: dict[str, Path], language: Language, drawn_in: Language, tmp_path: Path
) -> None:
    """A document in the other language says that it leaves them out."""
    run = with_chart(folders["run"], tmp_path / "run", "heatmap-subdistrict", drawn_in)
    made = document([run], language)
    assert shown(made) == ([run / "charts" / "heatmap-subdistrict"] * (language == drawn_in))
    left_out = {"en": "leaves them out", "zh": "中文报告未收录"}[language]
    said = any(left_out in words for chapter in made.chapters for words in chapter.words)
    assert said == (language != drawn_in)


def test_a_study_shows_its_own_charts_beside_a_run(
    folders: dict[str, Path], searched: list[Path], tmp_path: Path
) -> None:
    advice = next(folder for folder in searched if (folder / "advice.csv").is_file())
    study = with_chart(advice, tmp_path / "advice", "advice_plane")
    assert shown(document([folders["run"], study], "en")) == [study / "charts" / "advice_plane"]


def test_a_run_in_both_languages_gives_each_document_its_charts(tmp_path: Path) -> None:
    path = tiny().set(language="zh", experiment__replications=2).write(tmp_path)
    words = ("run", path.name, "--jobs", "1")
    done = inside(tmp_path, *words, "--language", "both")
    assert done.returncode == 0, done.stderr
    assert "仿真 2 次" in done.stdout
    run = next((tmp_path / "results").iterdir())
    for language, folder in (("zh", run / "charts"), ("en", run / "charts" / "en")):
        assert {picture.parent for picture in shown(document([run], language))} == {folder}
    assert inside(tmp_path, *words).returncode == 0
    assert not (run / "charts" / "en").exists()


def test_drivers_of_every_figure_are_shown(searched: list[Path], tmp_path: Path) -> None:
    """A file for each figure whose drivers were sought, as `linli sensitivity` names them."""
    study = next(folder for folder in searched if (folder / "drivers.csv").is_file())
    for number in (1, 2):
        source, study = study, tmp_path / f"drawn-{number}"
        with_chart(source, study, f"sensitivity_drivers_{number}")
    names = [path.name for path in shown(document([study], "en"))]
    assert names == ["sensitivity_drivers_1", "sensitivity_drivers_2"]


def test_every_picture_of_a_run_has_a_place_in_its_report(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    names = {
        data.finding.name
        for results in (fake_results(), neighbourhood())
        for chart in all_charts().values()
        for data in chart.analyse(results)
    }
    run = with_chart(folders["run"], tmp_path / "run", "funnel")
    for name in names:
        for end in ("svg", "png"):
            drawn = (run / "charts" / f"funnel.{end}").read_bytes()
            (run / "charts" / f"{name}.{end}").write_bytes(drawn)
    assert {path.name for path in shown(document([run], "en"))} == names
