"""`python -m benchmarks.reports`: the reference reports, made anew, with their time and size.

The nine sets of rules of `benchmarks.reference` at one load become a page, slides, a workbook and a
PDF in Chinese and English, in results/nine-policies/report/. `--slides` also draws the slides of
the README from them, by LibreOffice and poppler, with whatever fonts they find.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from pptx import Presentation

from benchmarks.reference import ROOT, Load, command
from sim.messages import LANGUAGES, Language
from sim.report.document.report import document

__all__ = ["main"]

LOAD = Load(0.85, 5.1, 0.3)
OUT = Path("results") / "nine-policies"
SECONDS, MEGABYTES = 20, 8
"""What a report may take on two idle cores."""
DOTS = 60
"""Dots an inch of a picture."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, report, measure; status of the first that failed, or 1 if it is too large."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--slides", action="store_true", help="draw the slides of the README")
    options = parser.parse_args(arguments)
    compare = [*command(LOAD, options.replications, OUT), "--language", "both"]
    status = subprocess.run(compare, cwd=ROOT, check=False).returncode
    if status:
        return status
    began = time.perf_counter()
    report = subprocess.run([compare[0], "report", OUT.as_posix()], cwd=ROOT, check=False)
    seconds = time.perf_counter() - began
    if report.returncode:
        return report.returncode
    size = sum(path.stat().st_size for path in (ROOT / OUT / "report").glob("report-*")) / 1e6
    print(f"{seconds:.1f} s of {SECONDS} on two idle cores, {size:.1f} MB of {MEGABYTES}")
    for language in LANGUAGES if options.slides else ():
        print(f"{_slide(language).relative_to(ROOT)} written")
    return int(size > MEGABYTES)


def _slide(language: Language) -> Path:
    """Draw the slide of the finding that sums up the comparison."""
    deck = ROOT / OUT / "report" / f"report-{language}.pptx"
    found = document([ROOT / OUT], language).findings
    title = next(finding.text for finding in found if finding.summary)
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(deck)).slides]
    page, out = str(titles.index(title) + 1), ROOT / "docs" / "images" / f"slide-{language}.png"
    with tempfile.TemporaryDirectory() as folder:
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(deck)]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        drawn = Path(folder) / "slide"
        printed = drawn.with_name(f"{deck.stem}.pdf")
        draw = ["pdftoppm", "-png", "-singlefile", "-r", str(DOTS), "-f", page, "-l", page]
        subprocess.run([*draw, str(printed), str(drawn)], check=True)
        with Image.open(drawn.with_suffix(".png")) as picture:
            picture.convert("RGB").quantize(256).save(out, optimize=True)
    return out


if __name__ == "__main__":
    sys.exit(main())
