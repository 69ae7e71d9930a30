"""Runs the command line as a person does, in a process and a home of its own, and reads what it leaves behind."""

from __future__ import annotations

import atexit
import io
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from unittest.mock import patch

import pyarrow.parquet as pq

from flows.home import settle
from flows.server.private_server import prefect_api
from simulator import Server
from tasks.records import Json

ROOT = Path(__file__).parent.parent
PROGRAM = str(Path(sys.executable).with_name("agentinstruct"))
SKILL = "reading_comprehension"
PATIENCE = 4
"""What every deadline is multiplied by: it ends what hangs and measures nothing, and some machines are slow."""
T = TypeVar("T")
FOREIGN = ("PREFECT_", "AGENTINSTRUCT_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


@dataclass
class Started:
    """A run under way; its output goes to files, so that no pipe can fill up."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def ended(self, seconds: float = 90) -> Ended:
        """Wait for the end; the run is killed when the time, by PATIENCE, is up."""
        try:
            code = self.process.wait(PATIENCE * seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no end after {PATIENCE * seconds} s; so far: {self.err.read_text()}") from None
        return Ended(code, self.out.read_text(), self.err.read_text())


@dataclass
class Home:
    """A folder with a home, documents and run directories in it; `api` "" makes each run start a Prefect of its own."""

    folder: Path
    api: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    _runs: int = 0

    @property
    def path(self) -> Path:
        return self.folder / "home"

    def environment(self) -> dict[str, str]:
        """The test's environment without what belongs to another Prefect, another home or another endpoint."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(FOREIGN) and "proxy" not in n.lower()}
        chosen = {"AGENTINSTRUCT_HOME": str(self.path), "AGENTINSTRUCT_KEEP_SERVER": "0", "PYTHONPATH": str(ROOT)}
        return {**kept, **chosen, **({"PREFECT_API_URL": self.api} if self.api else {}), **self.variables}

    def start(self, *arguments: str | Path, new_session: bool = False) -> Started:
        """The program with these arguments, in `folder`."""
        self._runs += 1
        out, err = (self.folder / f"{self._runs}.{stream}" for stream in ("out", "err"))
        with out.open("wb") as o, err.open("wb") as e:
            command = [PROGRAM, *map(str, arguments)]
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stdout=o, stderr=e, start_new_session=new_session
            )
        return Started(process, out, err)

    def generate(self, output: str, *options: str, documents: str = "documents", new_session: bool = False) -> Started:
        """`agentinstruct generate`, for the skill that the tests use."""
        arguments = ("generate", documents, "--skill", SKILL, "--output", output, *options)
        return self.start(*arguments, new_session=new_session)

    def run(self, output: str, *options: str, documents: str = "documents") -> Ended:
        return self.generate(output, *options, documents=documents).ended()


@dataclass(frozen=True)
class Result:
    """A run directory."""

    path: Path
    skill: str = SKILL

    @property
    def manifest(self) -> Json:
        value: Json = json.loads((self.path / "manifest.json").read_text())
        return value

    def rows(self) -> list[Json]:
        """Accepted rows by id; the lineage as what it spells."""
        return sorted(_rows(self.path / "dataset" / self.skill), key=lambda row: str(row["id"]))

    def rejects(self) -> list[Json]:
        return _rows(self.path / "rejected")

    def published(self) -> dict[str, bytes]:
        """The bytes of dataset and rejects by file."""
        files = [*self.path.glob("dataset/**/*.parquet"), *self.path.glob("rejected/*.parquet")]
        return {str(file.relative_to(self.path)): file.read_bytes() for file in files}

    def shards(self, step: str) -> dict[str, int]:
        """The shards of a step by name, with the time of their writing."""
        return {file.name: file.stat().st_mtime_ns for file in (self.path / "steps" / step).glob("*.parquet")}

    def items(self, step: str) -> list[Json]:
        """Records and rejects that a step made: id, parent, reason (None for records) and body."""
        return _rows(self.path / "steps" / step)


def _rows(folder: Path) -> list[Json]:
    files = sorted(folder.glob("*.parquet"))
    return [row for file in files for row in pq.read_table(io.BytesIO(file.read_bytes())).to_pylist()]


@dataclass(frozen=True)
class Prefect:
    """A Prefect server with its database."""

    url: str
    database: Path


@cache
def shared_prefect() -> Prefect:
    """One Prefect server for all tests of a session; it leaves with this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="prefect-")))
    foreign = [name for name in os.environ if name.startswith(FOREIGN)]
    with patch.dict(os.environ, {"PYTHONPATH": str(ROOT)}):
        for name in foreign:
            os.environ.pop(name, None)
        os.environ |= {"AGENTINSTRUCT_HOME": str(folder), "AGENTINSTRUCT_KEEP_SERVER": "0"}
        settle()
        stack.enter_context(prefect_api(folder / "server.log"))
        return Prefect(os.environ["PREFECT_API_URL"], folder / "server.db")


def ask_prefect(path: str, body: Json | None = None) -> Any:
    """What the shared Prefect server answers: to a GET, or to a POST if there is a body. It is asked again, as Prefect's own
    client does, where its database is busy."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(shared_prefect().url + path, data, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for left in reversed(range(5)):
        try:
            with opener.open(request, timeout=30 * PATIENCE) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code != 503 or not left:
                raise
            time.sleep(1)


def wait_for(what: str, probe: Callable[[], T], seconds: float = 60) -> T:
    """The first true value that `probe` gives, within these seconds by PATIENCE."""
    deadline = time.monotonic() + PATIENCE * seconds
    while not (found := probe()):
        assert time.monotonic() < deadline, f"waited {PATIENCE * seconds} s for {what}"
        time.sleep(0.02)
    return found


def against(server: Server) -> tuple[str, ...]:
    """The options that make a simulator the teacher."""
    return ("--teacher", "simulated", "--base-url", server.base_url)


def processes_of(home: Home) -> Iterator[int]:
    """Processes that were started with this home and still live."""
    mark = f"AGENTINSTRUCT_HOME={home.path}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
