"""report.html of runs made up: how long it takes to make, what memory, size, how soon Chromium shows and searches it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.runs import write_run

_MAKE = """
import json, resource, sys, time
from tasks.publish.report.report import write_report
from tasks.publish.run_directory import RunDirectory
from tasks.steps.pipeline import PIPELINE
usage = lambda: resource.getrusage(resource.RUSAGE_SELF)
before = usage()
write_report(RunDirectory(sys.argv[1]))
after = usage()
print(json.dumps([after.ru_utime - before.ru_utime, after.ru_maxrss / 1024, before.ru_maxrss / 1024]))
"""
_SHOWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
_SEARCH = """
word => {
  const field = document.getElementById("reader-search"), began = performance.now();
  field.value = word;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  document.body.offsetHeight;
  return performance.now() - began;
}
"""
_WORDS = ("harbour", "the council of", '"no such words"', "e a i", "1874")
_TRIES = 5


def made(folder: Path) -> tuple[float, float, float]:
    """CPU seconds, peak MB and MB before, of making the page of a run in a process of its own, as at a run's end."""
    told = subprocess.run([sys.executable, "-c", _MAKE, str(folder)], check=True, capture_output=True, text=True)
    seconds, peak, before = json.loads(told.stdout)
    return seconds, peak, before


def opened(page: Path, address: str) -> float | None:
    """Milliseconds from the start of loading until the page is painted, the median of some; None without a Chromium."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return None
    taken = []
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except Error:
            return None
        for _ in range(_TRIES):
            tab = browser.new_page()
            tab.goto(f"file://{page}{address}", wait_until="load")
            taken.append(float(tab.evaluate(_SHOWN)))
            tab.close()
        browser.close()
    return sorted(taken)[_TRIES // 2]


def searched(page: Path) -> float | None:
    """Milliseconds from a change of what is searched until the list shows what was found, the slowest of some; None as above."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except Error:
            return None
        tab = browser.new_page()
        tab.goto(f"file://{page}#records", wait_until="load")
        tab.wait_for_selector("#reader-frame[data-searchable]", timeout=60_000)
        slowest = max(float(tab.evaluate(_SEARCH, word)) for word in _WORDS)
        browser.close()
    return slowest


def main() -> None:
    """Print a line for 150, 1,000 and 5,000 rows."""
    head = (
        "rows",
        "run made s",
        "page s (CPU)",
        "peak MB",
        "of them before",
        "page MB",
        "overview ms",
        "records ms",
        "search ms",
    )
    print("  ".join(f"{name:>12}" for name in head))
    for rows in (150, 1_000, 5_000):
        with tempfile.TemporaryDirectory() as name:
            began = time.monotonic()
            write_run(name, rows)
            wrote = time.monotonic() - began
            seconds, peak, before = made(Path(name))
            page = Path(name) / "report.html"
            shown = [opened(page, address) for address in ("", "#records")]
            figures = [rows, wrote, seconds, peak, before, page.stat().st_size / 1e6, *shown, searched(page)]
            print("  ".join(f"{'-' if f is None else round(f, 1):>12}" for f in figures), flush=True)


if __name__ == "__main__":
    main()
