"""Sandboxed code that wants more than its share, or to live on: it is stopped, and nothing of it is left."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import zipfile
from pathlib import Path

import pytest

from tasks.tools.sandbox import PROCESSES, languages, run
from tasks.tools.sandbox import worker as sandbox_worker
from tasks.tools.sandbox.output import MOST_OUTPUT
from tasks.tools.sandbox.pool import AT_ONCE
from tests.processes import children, lacking
from tests.tools.confinement import CANARY, NOBODY, PYTHON, commands, gone, sampled, unconfined

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"no sandbox here: {lacking()}")

# Limits


def memory() -> int:
    """Bytes that our sandboxes hold."""
    total = 0
    for process in children(os.getpid()):
        try:
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
        except OSError:
            continue
    return total


def processes() -> int:
    return len(children(os.getpid()))


def test_twenty_children_of_two_hundred_megabytes_are_stopped_together() -> None:
    code = """
import os, time
for _ in range(20):
    if not os.fork():
        held = b"x" * (200 << 20)
        time.sleep(20)
        os._exit(0)
time.sleep(20)
"""
    with sampled(memory) as highest:
        done = run(code, seconds=15)
    assert "more than 1024 MB of memory in all" in done.stderr
    assert done.exit_code == -9 and not done.timed_out
    assert 200 << 20 < highest[0] < 2 << 30


def test_a_machine_short_of_memory_would_end_it_first() -> None:
    assert run("print(open('/proc/self/oom_score_adj').read())").stdout == "1000\n\n"


def test_one_process_gets_no_more_than_its_share() -> None:
    done = run("held = []\nwhile True:\n    held.append(b'x' * (10 << 20))")
    assert done.stderr.endswith("MemoryError\n") and done.exit_code == 1


OTHERS = {
    ("sh", "memory"): "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done",
    ("sh", "processes"): "while :; do sleep 60 & done; wait",
    ("bash", "processes"): ":(){ :|:& };:; sleep 60",
    ("node", "memory"): "const held = []; for (;;) held.push(Buffer.alloc(10 << 20, 1))",
    ("node", "heap"): "const held = []; for (;;) held.push({number: held.length})",
    ("node", "network"): "require('net').connect(80, '127.0.0.1')",
    ("perl", "memory"): "my @held; push @held, 'x' x (10 << 20) while 1",
}


@pytest.mark.parametrize("language, attack", OTHERS)
def test_other_languages_are_held_alike(language: str, attack: str) -> None:
    if language not in languages():
        pytest.skip(f"{language} is not installed: apt-get install {language}")
    before = processes()
    with sampled(processes) as number, sampled(memory) as held:
        done = run(OTHERS[language, attack], language=language, seconds=1 if attack == "processes" else 10)
    assert done.exit_code != 0 and (attack == "processes" or not done.timed_out)
    assert number[0] - before <= PROCESSES + 2 * (AT_ONCE + 2)
    assert held[0] < 2 << 30
    assert not done.stdout
    assert attack != "network" or "EPERM" in done.stderr


@pytest.mark.parametrize(
    "bomb",
    ["while True: os.fork()", "while True: threading.Thread(target=time.sleep, args=(60,)).start()"],
    ids=["processes", "threads"],
)
def test_a_fork_bomb_stays_small(bomb: str) -> None:
    code = f"import os, threading, time\ntry:\n    {bomb}\nexcept (OSError, RuntimeError):\n    time.sleep(60)"
    before = processes()
    with sampled(processes) as highest:
        done = run(code, seconds=1)
    assert done.timed_out and done.exit_code == -9
    # Each that stands ready or is started meanwhile is two: bubblewrap's own process and the supervisor.
    assert highest[0] - before <= PROCESSES + 2 * (AT_ONCE + 2)


def test_the_folder_is_small() -> None:
    code = """
written = 0
try:
    for number in range(9):
        with open(f"part{number}", "wb", buffering=0) as file:
            for _ in range(20):
                written += file.write(bytes(1 << 20))
except OSError as error:
    print(error.errno, written >> 20)
"""
    done = run(code)
    error, megabytes = map(int, done.stdout.split())
    assert error == 28 and 32 < megabytes <= 64
    assert sum(map(len, done.files.values())) <= sandbox_worker.MOST_BYTES and done.truncated


def test_an_archive_of_a_hundred_thousand_files_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number % 100}/{number}"), b"")
    code = "import zipfile; zipfile.ZipFile('many.zip').extractall('.')"
    done = run(code, files={"many.zip": packed.getvalue()}, seconds=15)
    assert "more than 10000 files" in done.stderr and done.exit_code == -9
    assert len(done.files) <= sandbox_worker.MOST_FILES and done.truncated


@pytest.mark.parametrize("descriptor", [1, 2])
def test_a_gigabyte_of_output_is_cut_and_stopped(descriptor: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = run(f"import os\nfor _ in range(1024):\n    os.write({descriptor}, b'x' * (1 << 20))", seconds=10)
    kept = done.stdout if descriptor == 1 else done.stderr.partition("\n")[0]
    assert len(kept) == MOST_OUTPUT and done.truncated and done.exit_code == -9
    assert not done.timed_out
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10


ENDLESS = {
    "loop": "while True: pass",
    "sleep": "time.sleep(1000)",
    "ignored signals": "[signal.signal(n, signal.SIG_IGN) for n in range(1, 32) if n not in (9, 19)]; time.sleep(1000)",
    "stopped itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "closed outputs": "os.closerange(0, 64); time.sleep(1000)",
    "waits for its stopped child": "child = os.fork(); os.kill(os.getpid(), 19) if not child else os.waitpid(child, 0)",
}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_ended(code: str) -> None:
    done = run(f"import os, signal, time\nprint('begun')\n{code}", seconds=0.5)
    assert done.timed_out and done.exit_code == -9
    assert done.stdout == "begun\n" and "limit of 0.5 s" in done.stderr


def test_processor_time_is_limited_too() -> None:
    done = run("import resource; print(resource.getrlimit(resource.RLIMIT_CPU))", seconds=3)
    assert done.stdout == "(5, 5)\n"


def test_a_stack_that_overflows_is_its_own() -> None:
    code = "import sys; sys.setrecursionlimit(10**9)\ndef f(*a): return list(map(f, [1]))\nf()"
    done = run(code, seconds=10)
    assert done.exit_code not in (0, -9) and not done.timed_out
    assert run("print(1)").stdout == "1\n"


# What would live on

DAEMON = """
import os, subprocess, sys, time
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(30)", "MARKER"])
    os._exit(0)
time.sleep(0.3)
print("done")
"""


def test_a_daemon_does_not_outlive_it() -> None:
    marker = f"{CANARY}-daemon-{os.getpid()}"
    code = DAEMON.replace("MARKER", marker)
    plain = code.replace("os.setsid()", "os.setsid(); os.closerange(0, 3)")
    assert unconfined(plain) == "done"
    alive = [process for process, command in commands() if f"\0{marker}\0".encode() in command]
    assert len(alive) == 1, "without the sandbox it lives on"
    os.kill(alive[0], 9)
    assert gone(marker.encode())
    done = run(code)
    assert (done.stdout, done.exit_code) == ("done\n", 0) and done.seconds < 30
    assert gone(marker.encode(), 0.5)


def test_killing_everybody_reaches_nobody_else() -> None:
    nobody = NOBODY if os.geteuid() == 0 else None
    with subprocess.Popen([PYTHON, "-c", "import time; time.sleep(60)"], user=nobody) as other:
        code = """
import os
if not (child := os.fork()):
    while True: pass
os.kill(-1, 9)
print(os.waitpid(child, 0)[1])
for number in (9, 15, 19, 2, 11):
    os.kill(1, number)
print("alone")
"""
        done = run(code)
        alive = other.poll() is None
        other.kill()
    assert (done.stdout, done.stderr, done.exit_code) == ("9\nalone\n", "", 0)
    assert alive
