"""The code interpreter's sandbox: executions a second, time to an answer, and what a thousand of them leave behind."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

from tasks.tools.sandbox import arun, available, close, languages
from tasks.tools.sandbox.start import NOBODY

EXECUTIONS = 1000
SECONDS = 5.0


def main() -> None:
    """Print speed for one caller and for many, per language for one, and the processes, mounts and descriptors left."""
    if reason := available():
        sys.exit(f"no sandbox here: {reason}")
    print(f"{'callers':>8} {'language':>9} {'per second':>11} {'p50 ms':>7} {'p95 ms':>7}")
    for language in languages():
        _print(1, language, asyncio.run(_called(1, language)))
    for callers in (2, 8):
        _print(callers, "python", asyncio.run(_called(callers, "python")))
    close()
    before = _held()
    began = time.monotonic()
    asyncio.run(_thousand())
    seconds = time.monotonic() - began
    close()
    left = {name: count - before[name] for name, count in _held().items()}
    told = ", ".join(f"{count} {name}" for name, count in left.items())
    print(f"{EXECUTIONS} executions in {seconds:.1f} s ({EXECUTIONS / seconds:.0f} a second) left {told}")


_PROGRAMMES = {
    "node": "console.log(6 * 7)",
    "php": "<?php echo 6 * 7;",
    "python": "print(6 * 7)",
    "perl": "print 6 * 7",
}
_OTHERS = {"ruby": "puts 6 * 7", "lua": "print(6 * 7)"}


async def _called(callers: int, language: str) -> tuple[float, list[float]]:
    """Seconds it took in all, and of each execution, while so many ask one after the other."""
    code = {**_PROGRAMMES, **_OTHERS}.get(language, "echo 42")
    times: list[float] = []
    began = time.monotonic()

    async def ask() -> None:
        while time.monotonic() - began < SECONDS:
            asked = time.monotonic()
            done = await arun(code, language=language)
            times.append(time.monotonic() - asked)
            assert done.stdout.strip() == "42", done

    await asyncio.gather(*(ask() for _ in range(callers)))
    return time.monotonic() - began, times


def _print(callers: int, language: str, measured: tuple[float, list[float]]) -> None:
    seconds, times = measured
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{callers:>8} {language:>9} {len(times) / seconds:>11.0f} {p50 * 1000:>7.0f} {p95 * 1000:>7.0f}")


async def _thousand() -> None:
    places = asyncio.Semaphore(8)

    async def one(number: int) -> None:
        async with places:
            done = await arun(f"print({number}); open('made', 'w').write('x')")
            assert done.stdout == f"{number}\n" and done.files == {"made": b"x"}, done

    await asyncio.gather(*(one(number) for number in range(EXECUTIONS)))


def _held() -> dict[str, int]:
    """What could be left behind: sandboxes, mounts, files in the temporary folders, descriptors of ours."""
    processes = 0
    for folder in Path("/proc").iterdir():
        try:
            processes += folder.name.isdigit() and b"bwrap" in (folder / "cmdline").read_bytes()
        except OSError:
            continue
    return {
        "processes": processes,
        "mounts": len(Path("/proc/self/mountinfo").read_text().splitlines()),
        "files": sum(
            entry.stat(follow_symlinks=False).st_uid == NOBODY
            for entry in [*os.scandir("/tmp"), *os.scandir("/dev/shm")]
        ),
        "descriptors": len(os.listdir("/proc/self/fd")),
    }


if __name__ == "__main__":
    main()
