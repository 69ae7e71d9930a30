"""A model served for as long as a block lasts: started, waited for, and ended with us, whatever ends us."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tasks.evaluation.serving import keeper
from tasks.evaluation.serving.commands import HOST, MISSING, Command, command, missing
from tasks.settings import Settings

START_SECONDS = 1800.0
"""How long a model may load; vLLM compiles for minutes."""
ANSWER_SECONDS = 3600.0
"""How long an answer may take: a batch of long prompts takes a few processors minutes, and one waits for another."""
TELL_SECONDS = 30.0
KILLED = 128 + signal.SIGKILL
_ROOT = Path(__file__).parents[3]
_END_SECONDS = keeper.GRACE_SECONDS + 5


class ServingError(ValueError):
    """A model cannot be served; one sentence that says why and what helps."""


@dataclass(frozen=True)
class Served:
    """A model behind an endpoint."""

    base_url: str
    model: str
    by: str
    """What serves it."""
    at_once: int
    """Chats to send it at once, at most; 0 for any number."""
    death: asyncio.Task[str]
    """Ends where the server does within the block, with the sentence that says so; cancelled after it."""

    def suited(self, settings: Settings) -> Settings:
        """The settings with no more calls at once than it bears, and the patience that a slow machine needs: it answers all."""
        most = min(settings.max_concurrency, self.at_once or settings.max_concurrency)
        seconds = max(settings.request_seconds, ANSWER_SECONDS)
        return settings.model_copy(update={"max_concurrency": most, "request_seconds": seconds})

    def on_death(self, told: Callable[[str], None]) -> None:
        """Tell that the server has ended, which callers would else wait for as for any endpoint that is down."""
        self.death.add_done_callback(lambda task: None if task.cancelled() else told(task.result()))


@asynccontextmanager
async def served(path: Path, model: str = "", tell: Callable[[str], None] = lambda told: None) -> AsyncIterator[Served]:
    """The endpoint of a folder that transformers loads or of a GGUF file, until the block ends.

    `model` is the name it answers to, by default the folder's or the file's; `tell` takes a sentence now and then while it
    loads. Raises ServingError, before the block where it cannot start, after it where it died within.
    """
    path = path.expanduser().resolve()
    model = model or (path.stem if path.is_file() else path.name)
    if packages := missing(path):
        raise ServingError(f"serving {path.name} needs {', '.join(packages)}: {MISSING}")
    port = _free_port()
    chosen = await asyncio.to_thread(command, path, model, port)
    with tempfile.TemporaryFile() as log:
        process = _started(chosen, log.fileno())
        try:
            await _answering(process, chosen, port, path.name, tell, log.fileno())
            death = asyncio.create_task(_death(process, chosen, path.name, log.fileno()))
            try:
                yield Served(f"http://{HOST}:{port}/v1", model, chosen.name, chosen.at_once, death)
            except Exception as error:
                if process.poll() is None:
                    raise
                raise ServingError(_died(process, chosen, path.name, log.fileno())) from error
            finally:
                death.cancel()
        finally:
            await asyncio.shield(asyncio.to_thread(_end, process))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
    return port


def _started(chosen: Command, log: int) -> subprocess.Popen[bytes]:
    home = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    # Threads of torch that wait for each other busily slow everybody on a machine that does something else as well.
    # Unbuffered, so that the last line of its log is what it said last.
    always = {"PYTHONPATH": home, "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1"}
    environment = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, **always}
    return subprocess.Popen(
        [sys.executable, "-P", keeper.__file__, *chosen.words],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=environment,
        start_new_session=True,  # Ctrl-C is ours to handle
    )


async def _answering(
    process: subprocess.Popen[bytes], chosen: Command, port: int, name: str, tell: Callable[[str], None], log: int
) -> None:
    """Returns when the server answers; ServingError if it ends or takes too long."""
    began = told = time.monotonic()
    tell(f"Starting {chosen.name} for {name}.")
    while not await asyncio.to_thread(_healthy, port):
        if process.poll() is not None:
            raise ServingError(_died(process, chosen, name, log))
        now = time.monotonic()
        if now - began > START_SECONDS:
            raise ServingError(f"{chosen.name} did not load {name} within {START_SECONDS / 60:.0f} minutes")
        if now - told >= TELL_SECONDS:
            told = now
            tell(f"{chosen.name} has been loading {name} for {now - began:.0f} s.")
        await asyncio.sleep(0.2)
    tell(f"{name} answers after {time.monotonic() - began:.0f} s.")


def _healthy(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(urllib.error.URLError, OSError), opener.open(f"http://{HOST}:{port}/health", timeout=10) as reply:
        return bool(reply.status == 200)
    return False


def _died(process: subprocess.Popen[bytes], chosen: Command, name: str, log: int) -> str:
    """Why, in a sentence: the last line of its log is the error's own, where it was not killed."""
    if process.wait() in (KILLED, -signal.SIGKILL):
        return f"{chosen.name} cannot serve {name}: it was killed, perhaps for want of memory; choose a smaller model"
    said = os.pread(log, 1 << 20, max(0, os.fstat(log).st_size - (1 << 20))).decode("utf-8", "replace")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"{chosen.name} cannot serve {name}: {lines[-1][:300] if lines else 'it ended without a word'}"


async def _death(process: subprocess.Popen[bytes], chosen: Command, name: str, log: int) -> str:
    while process.poll() is None:
        await asyncio.sleep(0.5)
    return _died(process, chosen, name, log)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    with suppress(OSError):
        process.stdin.close()  # the keeper ends the server and itself
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
