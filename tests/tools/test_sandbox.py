"""The code interpreter as its callers use it, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.tools.sandbox import arun, available, close, languages, run
from tasks.tools.sandbox import pool as sandbox_pool
from tasks.tools.sandbox import seccomp as sandbox_seccomp
from tasks.tools.sandbox import worker as sandbox_worker
from tasks.tools.sandbox.output import fit, read_reply
from tests.processes import alive, children, lacking, within

ROOT = Path(__file__).parents[2]
here = pytest.mark.skipif(bool(lacking()), reason=f"no sandbox here: {lacking()}")


@here
def test_the_sandbox_holds_here() -> None:
    assert available() == ""


# Use


@here
def test_a_programme_runs_as_it_would_elsewhere() -> None:
    code = """
import sys, helper, json
from dataclasses import dataclass

@dataclass
class Point:
    x: int

def main():
    print(json.dumps([helper.double(Point(2).x), input(), sys.argv, __file__, __name__]))
    with open("data/made.txt", "w") as file:
        file.write("made")

if __name__ == "__main__":
    main()
    exit(3)
"""
    files: dict[str, bytes | str] = {"helper.py": "def double(x): return 2 * x", "data/given.txt": b"given\xff"}
    done = run(code, stdin="line\n", files=files)
    assert done.stdout == '[4, "line", ["/box/main.py"], "/box/main.py", "__main__"]\n'
    assert (done.stderr, done.exit_code, done.files) == ("", 3, {"data/made.txt": b"made"})
    assert not done.truncated and not done.timed_out and done.seconds > 0


@here
@pytest.mark.parametrize(
    "code, last",
    [
        ("def f():\n    return 1 / 0\nf()", "ZeroDivisionError: division by zero"),
        ("x = (", "SyntaxError: '(' was never closed"),
        ("raise SystemExit('over')", "over"),
    ],
)
def test_errors_are_those_of_the_code_alone(code: str, last: str) -> None:
    done = run(code)
    assert done.exit_code == 1 and done.stderr.rstrip().endswith(last)
    assert set(re.findall(r'File "([^"]*)"', done.stderr)) <= {"/box/main.py"}


@here
def test_changed_files_come_back_and_others_do_not() -> None:
    code = "open('a', 'w').write('new'); open('b', 'a').close(); open('main.py', 'a').write('#')"
    done = run(code, files={"a": "old", "b": "same", "c": "untouched"})
    assert done.files == {"a": b"new", "main.py": code.encode() + b"#"}


@here
def test_asyncio_processes_and_threads_work() -> None:
    code = """
import asyncio, multiprocessing, concurrent.futures
async def main():
    process = await asyncio.create_subprocess_exec("echo", "sub", stdout=-1)
    print((await process.communicate())[0].decode().strip(), await asyncio.to_thread(lambda: "thread"))
asyncio.run(main())
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, [-1, -2]))
with concurrent.futures.ThreadPoolExecutor(16) as threads:
    print(sum(threads.map(abs, range(-100, 0))))
"""
    done = run(code)
    assert (done.stdout, done.stderr) == ("sub thread\n[1, 2]\n5050\n", "")


@here
def test_a_programme_prints_the_same_every_time() -> None:
    code = "print({str(number) for number in range(50)}, hash('x'))"
    assert run(code).stdout == run(code).stdout


@here
def test_large_input_and_output_pass() -> None:
    text = "x" * 90_000 + "\n"
    given = os.urandom(3 << 20)
    done = run(
        "import sys\nsys.stdout.write(sys.stdin.read())\nopen('out', 'wb').write(open('in', 'rb').read()[::-1])",
        stdin=text,
        files={"in": given},
    )
    assert done.stdout == text and done.files == {"out": given[::-1]}


@here
@pytest.mark.parametrize("language", [name for name in languages() if name != "python"])
def test_every_language_installed_here_runs(language: str) -> None:
    code = {"node": "console.log(6 * 7); process.exitCode = 3", "perl": "print 6 * 7 . qq(\\n); exit 3"}
    code |= {
        "ruby": "puts 6 * 7; exit 3",
        "lua": "print(6 * 7) os.exit(3)",
        "php": "<?php echo 6 * 7, PHP_EOL; exit(3);",
    }
    done = run(code.get(language, "echo $((6 * 7)); exit 3"), language=language)
    assert (done.stdout, done.exit_code) == ("42\n", 3)
    assert done.files == {}


@here
def test_languages_are_those_of_the_sandbox() -> None:
    assert languages()[0] == "python"
    with pytest.raises(ValueError, match="no language 'cobol' here; there are: python"):
        run("x", language="cobol")


@here
@pytest.mark.parametrize(
    "name", ["../up", "/etc/x", "a/../../b", "", ".", "a//b", "a\0b", "a\nb", "main.py", "x" * 201, "d/" * 9 + "f"]
)
def test_files_may_not_lead_outside(name: str) -> None:
    with pytest.raises(ValueError, match="1 files have names"):
        run("", files={name: "x"})


@here
@pytest.mark.parametrize("seconds", [0, -1, 301, float("nan")])
def test_time_must_be_bounded(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds must be above 0 and at most 300"):
        run("", seconds=seconds)


@here
def test_input_must_be_bounded() -> None:
    with pytest.raises(ValueError, match="16 MB"):
        run("", files={"big": bytes(17 << 20)})
    with pytest.raises(ValueError, match="at most 64 files"):
        run("", files={str(number): b"" for number in range(65)})


# Many at once, and what is left


@here
def test_calls_at_once_do_not_meet_and_leave_the_loop_free() -> None:
    async def calls() -> tuple[list[str], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        code = "import os, time\nprint(os.listdir(), {})\nopen('mine', 'w').close()\ntime.sleep(0.2)"
        done = await asyncio.gather(*(arun(code.format(number)) for number in range(6)))
        ticking.cancel()
        return [one.stdout for one in done], ticks

    heard, ticks = asyncio.run(calls())
    assert heard == [f"['main.py'] {number}\n" for number in range(6)]
    assert ticks > 20


@here
def test_a_cancelled_call_ends_its_programme() -> None:
    async def cancelled() -> None:
        call = asyncio.create_task(arun("import time; time.sleep(60)", seconds=60))
        await asyncio.sleep(0.3)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    close()
    others = children(os.getpid())
    asyncio.run(cancelled())
    close()
    assert within(3, lambda: children(os.getpid()) <= others)


@here
def test_nothing_is_left_behind() -> None:
    run("")
    close()
    others = children(os.getpid())
    descriptors = len(os.listdir("/proc/self/fd"))
    mounts = Path("/proc/self/mountinfo").read_text()
    for number in range(30):
        assert run(f"open('x', 'w').write('{number}')").files == {"x": str(number).encode()}
    close()
    assert children(os.getpid()) <= others
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert Path("/proc/self/mountinfo").read_text() == mounts


SLEEPER = """
import threading, time
from tasks.tools.sandbox import run
threading.Thread(target=run, args=("import time; time.sleep(60)",), kwargs={"seconds": 60}, daemon=True).start()
run("")
time.sleep(0.3)
print("ready", flush=True)
time.sleep(60)
"""


@here
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_sandboxes_die_with_the_process_that_started_them(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout and parent.stdout.readline() == b"ready\n"
        sandboxes = children(parent.pid)
        parent.send_signal(number)
    assert len(sandboxes) >= 5  # two that stand ready, one at work with its programme
    assert within(5, lambda: not any(map(alive, sandboxes)))


@here
def test_a_forked_process_has_its_own() -> None:
    code = """
import os
from tasks.tools.sandbox import run
print(run("print('first')").stdout, end="", flush=True)
child = os.fork()
print(run(f"print('{'parent' if child else 'child'}')").stdout, end="", flush=True)
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert sorted(done.stdout.split()) == ["child", "first", "parent"], done.stderr


@here
def test_one_that_died_while_it_stood_ready_is_replaced() -> None:
    close()
    others = children(os.getpid())
    run("")
    assert within(5, lambda: len(children(os.getpid()) - others) == 2 * sandbox_pool.AT_ONCE)
    waiting = children(os.getpid()) - others
    for process in waiting:
        os.kill(process, signal.SIGKILL)
    assert within(5, lambda: not any(map(alive, waiting)))
    assert run("print(1)").stdout == "1\n"


@here
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="needs /usr/bin/python3, which every user can read")
def test_it_works_for_an_ordinary_user() -> None:
    code = f"""
import os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, {str(ROOT)!r})
from tasks.tools.sandbox import available, run
print(os.getuid(), repr(available()), run("print(6 * 7)").stdout.strip())
"""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", code],
        user=12345,
        group=12345,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
    )
    if "ModuleNotFoundError" in done.stderr or "PermissionError" in done.stderr:
        pytest.skip("this folder is not open to other users")
    assert (done.stdout, done.stderr) == ("12345 '' 42\n", "")


# The filter, and what the supervisor says


HEADERS = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h",),
    "aarch64": ("/usr/include/asm-generic/unistd.h",),
}


@pytest.mark.parametrize("machine", sandbox_seccomp.ARCHITECTURES)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = next((path for path in HEADERS[machine] if Path(path).exists()), None)
    if header is None:
        pytest.skip(f"no headers of the kernel for {machine}: apt-get install linux-libc-dev")
    told = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text()))
    column = list(sandbox_seccomp.ARCHITECTURES).index(machine)
    ours = {name: numbers[column] for name, numbers in {**sandbox_seccomp.DENIED, **sandbox_seccomp.PARTLY}.items()}
    assert {name: int(told[name]) for name in ours if name in told} == {n: c for n, c in ours.items() if n in told}
    assert not [name for name, number in ours.items() if number is not None and name not in told]


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> str:
    """What the filter answers to a call, by running it."""
    program = sandbox_seccomp.program(machine)
    steps = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    mark = sandbox_seccomp.ARCHITECTURES[machine] if architecture is None else architecture
    data = struct.pack("<IIQ6Q", number, mark, 0, *arguments, *[0] * (6 - len(arguments)))
    at, held = 0, 0
    while True:
        operation, yes, no, operand = steps[at]
        at += 1
        match operation:
            case 0x20:
                held = struct.unpack_from("<I", data, operand)[0]
            case 0x15:
                at += yes if held == operand else no
            case 0x35:
                at += yes if held >= operand else no
            case 0x45:
                at += yes if held & operand else no
            case 0x06:
                return {0x7FFF0000: "allowed", 0x80000000: "killed", 0x50001: "EPERM", 0x50026: "ENOSYS"}[operand]
            case _:
                raise AssertionError(operation)


@pytest.mark.parametrize("machine", sandbox_seccomp.ARCHITECTURES)
def test_the_filter_refuses_what_it_names_and_nothing_else(machine: str) -> None:
    column = list(sandbox_seccomp.ARCHITECTURES).index(machine)
    denied = {numbers[column] for numbers in sandbox_seccomp.DENIED.values()} - {None}
    partly = {name: numbers[column] for name, numbers in sandbox_seccomp.PARTLY.items()}
    for number in range(sandbox_seccomp.NEWEST + 1):
        if number not in partly.values():
            assert verdict(machine, number) == ("EPERM" if number in denied else "allowed"), number
    assert verdict(machine, partly["clone3"]) == verdict(machine, sandbox_seccomp.NEWEST + 1) == "ENOSYS"
    assert verdict(machine, partly["clone"], 0x3D0F00) == verdict(machine, partly["clone"], 17) == "allowed"
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert verdict(machine, partly["clone"], flag | 17) == "EPERM"
    assert verdict(machine, partly["socketpair"], 1) == "allowed"
    assert verdict(machine, partly["socketpair"], 2) == verdict(machine, partly["socketpair"], 0) == "EPERM"
    assert verdict(machine, partly["prlimit64"], 0) == "allowed"
    assert verdict(machine, partly["prlimit64"], 1) == "EPERM"
    assert verdict(machine, partly["ioctl"], 0, 0x5401) == "allowed"
    assert verdict(machine, partly["ioctl"], 0, 0x5412) == verdict(machine, partly["ioctl"], 0, 0x541C) == "EPERM"
    assert (
        verdict(machine, partly["mmap"], 0, 1, 3, 0x22) == verdict(machine, partly["mmap"], 0, 1, 3, 0x01) == "allowed"
    )
    assert verdict(machine, partly["mmap"], 0, 1, 3, 0x21) == verdict(machine, partly["mmap"], 0, 1, 3, 0x23) == "EPERM"
    assert verdict(machine, 0x40000001) == "killed"
    assert verdict(machine, 1, architecture=0x40000003) == "killed"


def test_a_reply_that_is_not_one_is_refused() -> None:
    whole = sandbox_worker.packed([b"0", b"", b"", b"name", b"content"])
    assert read_reply(whole) == (0, "", {"name": b"content"}, False)
    assert all(read_reply(whole[:cut]) is None for cut in (0, 1, 7, 9, 20, len(whole) - 1))
    assert read_reply(b"\xff" * 100) is None
    assert read_reply(sandbox_worker.packed([b"x", b"", b""])) is None
    outside = sandbox_worker.packed([b"0", b"", b"", b"../up", b"1", b"/abs", b"2", b"bad\xff", b"3", b"good", b"4"])
    assert read_reply(outside) == (0, "", {"good": b"4"}, True)
    many = [part for number in range(100) for part in (str(number).encode(), b"")]
    held = read_reply(sandbox_worker.packed([b"0", b"", b"", *many]))
    assert held and len(held[2]) == sandbox_worker.MOST_FILES and held[3]


def test_names_that_fit_stay_inside() -> None:
    assert all(map(fit, ["a", "a/b.txt", "naïve 速い.py", ".hidden", "...", "x" * 200]))
    assert not any(map(fit, ["..", "a/..", "/a", "./a", "a/", "a/./b", "a\u202eb", "a\x1b", "\ud800"]))
