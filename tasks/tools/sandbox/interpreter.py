"""The code interpreter: runs a programme in a sandbox, fresh for each call, or not at all.

The programme sees the standard library of its language, read-only, and an empty folder of its own; no network, no
environment, no files, users or processes of this machine. Time, memory, processes, output and files are bounded. It is
bubblewrap's namespaces, a filter of system calls and limits: protection from wrong and from injected code, none from an
error in the kernel itself. Nothing it prints or writes is to be trusted, a verdict on itself least of all.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from tasks.tools.sandbox import output as sandbox_output
from tasks.tools.sandbox import worker as sandbox_worker
from tasks.tools.sandbox.pool import AT_ONCE, POOL
from tasks.tools.sandbox.probe import verdict
from tasks.tools.sandbox.start import SandboxUnavailable, runtime

__all__ = ["Execution", "SandboxUnavailable", "arun", "available", "close", "languages", "run"]

_MEMORY = 512 << 20
"""Address space of each process, and data where a language reserves more than it uses."""
RESERVED = 32 << 30
"""Address space of each process of such a language."""
TOTAL_MEMORY = 1 << 30
"""What all its processes may hold together; beyond it they are killed."""
PROCESSES = 32
"""Processes and threads together, the supervisor's own among them."""
MOST_SECONDS = 300.0
MOST_INPUT = 16 << 20


@dataclass(frozen=True)
class Language:
    """How a programme is run: the file it is written to, the command, and which limit holds its memory."""

    file: str
    command: tuple[str, ...]
    reserves: bool = False
    """It reserves far more address space than it uses."""


_LANGUAGES = {
    "python": Language("main.py", ()),
    "sh": Language("main.sh", ("sh",)),
    "bash": Language("main.sh", ("bash",)),
    "node": Language("main.js", ("node", "--max-old-space-size=256"), reserves=True),
    "perl": Language("main.pl", ("perl",)),
    "ruby": Language("main.rb", ("ruby",)),
    "lua": Language("main.lua", ("lua",)),
    "php": Language("main.php", ("php",)),
}


@dataclass(frozen=True)
class Execution:
    """What a programme did. Text has no control characters; files are as it left them."""

    stdout: str
    stderr: str
    """Ends with a line in brackets if it was stopped."""
    exit_code: int
    """Negative: the signal that ended it."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Regular files that it made or changed in its folder, by relative name."""
    truncated: bool = False
    """Output or files were left out because there was too much of them."""
    timed_out: bool = False
    seconds: float = 0.0


def languages() -> list[str]:
    """Languages that code can be in here, Python first; empty where no code can be run."""
    return [] if available() else _installed()


def available() -> str:
    """Empty if code can be run here, else one sentence why not and what helps; found out once, by trying to break out."""
    with _probing:
        return _verdict()


def run(
    code: str,
    *,
    language: str = "python",
    stdin: str = "",
    files: Mapping[str, bytes | str] | None = None,
    seconds: float = 10,
) -> Execution:
    """Run the code and wait for it. ValueError for input out of bounds; SandboxUnavailable rather than run it unconfined."""
    return _run(code, language, stdin, files or {}, seconds, threading.Event())


async def arun(
    code: str,
    *,
    language: str = "python",
    stdin: str = "",
    files: Mapping[str, bytes | str] | None = None,
    seconds: float = 10,
) -> Execution:
    """The same, leaving the event loop free; a cancelled call ends its programme."""
    stop = threading.Event()
    work = partial(_run, code, language, stdin, files or {}, seconds, stop)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads(), work)
    finally:
        stop.set()


def close() -> None:
    """End the sandboxes that stand ready; the next call starts new ones. The end of the process does it too."""
    POOL.close()


def _run(
    code: str, language: str, stdin: str, files: Mapping[str, bytes | str], seconds: float, stop: threading.Event
) -> Execution:
    if reason := available():
        raise SandboxUnavailable(reason)
    return _execute(_request(code, language, stdin, files, seconds), seconds, stop)


@cache
def _verdict() -> str:
    def attempt(code: str, seconds: float) -> tuple[str, str]:
        done = _execute(_request(code, "python", "", {}, seconds), seconds, threading.Event())
        return done.stdout, done.stderr

    return verdict(attempt)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="execution")


_probing = threading.Lock()


def _forget() -> None:
    """In a forked child neither the threads nor who held the lock are there."""
    global _probing
    _probing = threading.Lock()
    _threads.cache_clear()


os.register_at_fork(after_in_child=_forget)


def _installed() -> list[str]:
    return [name for name in _LANGUAGES if _command(name)]


@cache
def _command(language: str) -> tuple[str, ...]:
    """The command inside the sandbox; empty if the language is unknown or not installed under /usr."""
    known = _LANGUAGES.get(language)
    if known is None:
        return ()
    if not known.command:
        return (runtime()[0],)
    found = Path("/usr/bin", known.command[0]).resolve()  # often a link by way of /etc, which is not inside
    return (str(found), *known.command[1:]) if found.is_file() and found.is_relative_to("/usr") else ()


def _request(code: str, language: str, stdin: str, files: Mapping[str, bytes | str], seconds: float) -> bytes:
    """What the supervisor is told; see sandbox_worker."""
    command = _command(language)
    if not command:
        raise ValueError(f"no language '{language}' here; there are: {', '.join(_installed())}")
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"seconds must be above 0 and at most {MOST_SECONDS:.0f}")
    known = _LANGUAGES[language]
    given = {name: _bytes(content) for name, content in files.items()}
    if unfit := [name for name in given if not sandbox_output.fit(name) or name == known.file]:
        raise ValueError(f"{len(unfit)} files have names that are absolute, lead outside, or are {known.file}")
    given[known.file] = _bytes(code)
    if len(given) > sandbox_worker.MOST_FILES:
        raise ValueError(f"at most {sandbox_worker.MOST_FILES} files, the code's own among them")
    if sum(map(len, given.values())) + len(stdin) > MOST_INPUT:
        raise ValueError(f"code, files and stdin together may have at most {MOST_INPUT >> 20} MB")
    path = f"{sandbox_worker.BOX}/{known.file}"
    address_space, data = (RESERVED, 2 * _MEMORY) if known.reserves else (_MEMORY, 0)
    settings = [int(seconds) + 1, address_space, data, PROCESSES, TOTAL_MEMORY, int(language == "python")]
    parts = [" ".join(map(str, settings)).encode(), "\0".join([*command, path]).encode(), _bytes(stdin)]
    for name, content in given.items():
        parts += [name.encode(), content]
    body = sandbox_worker.packed(parts)
    return len(body).to_bytes(8, "big") + body


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")


def _execute(request: bytes, seconds: float, stop: threading.Event) -> Execution:
    """Without asking whether the sandbox is sound: that is how it is found out."""
    with POOL.free:
        sandbox = POOL.take()
        try:
            heard = sandbox_output.exchange(sandbox, request, seconds, stop)
        finally:
            sandbox.discard()
    code, reason, files, dropped = sandbox_output.read_reply(bytes(heard.reply)) or (-9, "lost", {}, False)
    if heard.timed_out:
        reason = "time"
    elif heard.flooded:
        reason = "output"
    stderr = sandbox_output.printable(bytes(heard.stderr))
    if reason in _STOPPED:
        stderr = f"{stderr.rstrip()}\n[stopped: {_STOPPED[reason].format(seconds=seconds)}]\n".lstrip()
    return Execution(
        stdout=sandbox_output.printable(bytes(heard.stdout)),
        stderr=stderr,
        exit_code=code,
        files=files,
        truncated=heard.flooded or dropped,
        timed_out=heard.timed_out,
        seconds=round(heard.seconds, 3),
    )


_STOPPED = {
    "time": "the limit of {seconds:g} s was reached",
    "output": f"it wrote more than {sandbox_output.MOST_OUTPUT // 1000} kB",
    "memory": f"it took more than {TOTAL_MEMORY >> 20} MB of memory in all",
    "files": f"it made more than {sandbox_worker.MOST_INODES} files",
    "unwatched": "it could not be watched",
    "lost": "the sandbox was lost",
}
