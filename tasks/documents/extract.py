"""Foreign formats, read in a process of their own: a hang, a crash or a memory bomb costs one document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

from tasks.documents.readers import Note, Reading
from tasks.records import Rejected

WORKER = Path(__file__).with_name("worker.py")
_ROOT = Path(__file__).parents[2]
_START_SECONDS = 120
_DOCUMENTS_PER_WORKER = 500
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")


class Extractor:
    """A worker process, started when first needed, kept for many documents, replaced after a failure.

    For one thread at a time; the worker ends with :meth:`close`, and by itself when this process dies.
    """

    def __init__(self, seconds: int, limit: int) -> None:
        self._seconds, self._limit = seconds, limit
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue  # a broken pipe has nothing left to flush

    def extract(self, job: Literal["document", "api"], data: bytes, format: str) -> Reading:
        """What the document holds; :class:`Rejected` with the worker's reason, as `timeout`, or as `broken` if it died."""
        if self._process is None or self._process.poll() is not None or self._served >= _DOCUMENTS_PER_WORKER:
            self.close()
            self._process = self._start()
        self._served += 1
        header = {"job": job, "format": format, "length": len(data), "limit": self._limit, "seconds": self._seconds}
        try:
            with _killed_after(self._process, self._seconds) as expired:
                reply, text = _exchange(self._process, header, data)
        except (OSError, ValueError):
            self.close()
            if expired.is_set():
                raise Rejected("timeout", f"not read within {self._seconds} s (extraction_seconds)") from None
            raise Rejected("broken", "the extractor crashed or ran out of memory on it") from None
        except BaseException:
            self.close()
            raise
        if reply.get("exhausted"):
            self.close()
        if reply["reason"]:
            raise Rejected(reply["reason"], reply["detail"])
        return Reading(text, reply["title"], tuple(Note(*note) for note in reply["notes"]))

    def _start(self) -> subprocess.Popen[bytes]:
        # A clean environment: a foreign file must not meet our keys. One thread and few arenas keep the memory small.
        keep = {name: os.environ[name] for name in _KEPT if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **keep,
                "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), keep.get("PYTHONPATH")))),
                "LANG": "C.UTF-8",
                "MALLOC_ARENA_MAX": "2",
                "RAYON_NUM_THREADS": "1",
                "TOKIO_WORKER_THREADS": "1",
            },
            start_new_session=True,  # Ctrl-C is ours to handle
        )
        self._process, self._served = process, 0
        with _killed_after(process, _START_SECONDS):
            ready = process.stdout.readline() if process.stdout else b""
        if ready != b"ready\n":
            self.close()
            raise RuntimeError(f"the document extractor does not start; try: {sys.executable} -P {WORKER} 0")
        return process


@contextmanager
def _killed_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kills the process, and says so in the event, unless the block is left in time."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        process.kill()

    alarm = threading.Timer(seconds, expire)
    alarm.daemon = True
    alarm.start()
    try:
        yield expired
    finally:
        alarm.cancel()
        alarm.join()  # or it may yet kill what the next document needs


def _exchange(process: subprocess.Popen[bytes], header: dict[str, Any], data: bytes) -> tuple[dict[str, Any], str]:
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(header).encode() + b"\n")
    process.stdin.write(data)
    process.stdin.flush()
    line = process.stdout.readline()
    reply: dict[str, Any] = json.loads(line)
    body = process.stdout.read(reply["length"])
    if len(body) != reply["length"]:
        raise OSError("the worker died while it answered")
    return reply, body.decode()
