"""What tests and benchmarks run against: a loopback OpenAI-compatible endpoint, and the steps in one process (`pipeline`).

The endpoint is the offline teacher, late, faulty and wrong as told.

`with simulator(latency="lognormal:1:0.5", faults="http_429=0.05") as server:` runs one in a process of its own;
`python -m simulator` serves one from the command line.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.records import Json

__all__ = ["Server", "simulator"]

ROOT = Path(__file__).parents[1]


class Server:
    """A running simulator, seen from its parent."""

    def __init__(self, base_url: str, pid: int) -> None:
        self.base_url, self.pid = base_url, pid
        self._root = base_url.removesuffix("/v1")

    def stats(self) -> Json:
        """Counts since the start or the last reset: see `stats.Stats`."""
        return self._call("/stats")

    def configure(self, **changes: Any) -> Json:
        """Change a setting of `Config` or a flag of `Features`; gives what then holds. ValueError if wrong."""
        return self._call("/control", changes)

    def reset(self) -> None:
        """Forget all counts and renew the counted faults and defects."""
        self._call("/reset", {})

    def _call(self, path: str, body: Json | None = None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as response:
                answer: Json = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            with error:
                said = error.read()
            raise ValueError(
                json.loads(said)["error"]["message"] if error.code == 400 else f"HTTP {error.code}"
            ) from None


@contextmanager
def simulator(
    latency: str = "0",
    faults: str = "",
    defects: str = "",
    seed: int = 0,
    *,
    batch_latency: str = "0",
    batch_faults: str = "",
    capacity: str = "",
    record: Path | None = None,
    teacher: str = "tasks.offline:reply",
    port: int = 0,
    **flags: bool,
) -> Iterator[Server]:
    """A simulator in a process of its own, stopped at the end; `flags` are those of `Features`: `no_tools=True`."""
    command = [sys.executable, "-m", "simulator", f"--port={port}", f"--latency={latency}", f"--faults={faults}"]
    command += [f"--defects={defects}", f"--seed={seed}", f"--teacher={teacher}"]
    command += [f"--batch-latency={batch_latency}", f"--batch-faults={batch_faults}", f"--capacity={capacity}"]
    command += [f"--record={record.resolve()}"] if record else []
    command += [f"--{name.replace('_', '-')}" for name, on in flags.items() if on]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if selector.select(timeout=30) else b""
        if not line:
            raise RuntimeError("the simulator did not start; its stderr says why")
        yield Server(**json.loads(line))
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
