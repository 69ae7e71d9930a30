"""A PostgreSQL server of a test's own, in a folder of its own, on a free port of the loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.server.prefect_server import free_port

USER, PASSWORD = "agentinstruct", "a-password-of-tests"
_FOLDERS = (*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/bin"), Path("/usr/bin"))


@dataclass
class Cluster:
    """A server that runs; who connects gives the password by PGPASSWORD."""

    data: Path
    port: int

    def url(self, database: str) -> str:
        """The address of a database, which is made if there is none of this name."""
        made = as_owner("createdb", "-h", str(self.data.parent), "-p", str(self.port), "-U", USER, database)
        assert made.returncode == 0 or "already exists" in made.stderr, made.stderr
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        self._controlled("start", "-w", "-l", str(self.data.parent / "log"), "-o", self._options())

    def stop(self) -> None:
        """At once, as if it had crashed."""
        self._controlled("stop", "-m", "immediate")

    def restart(self) -> None:
        self.stop()
        self.start()

    def _options(self) -> str:
        return f"-p {self.port} -k {self.data.parent} -c listen_addresses=127.0.0.1 -c shared_buffers=16MB -c fsync=off"

    def _controlled(self, *arguments: str) -> None:
        done = as_owner("pg_ctl", "-D", str(self.data), *arguments)
        assert done.returncode == 0, done.stderr


def as_owner(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs; not as root, whom it refuses."""
    path = _program(program)
    assert path is not None
    before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    # Into files: a server that it starts keeps what it was given open.
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run([*before, path, *arguments], stdout=told, stderr=told, cwd="/", timeout=60, text=True)
        told.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, "", told.read())


def _program(name: str) -> str | None:
    folders = os.pathsep.join(str(folder) for folder in sorted(_FOLDERS, reverse=True))
    return shutil.which(name, path=folders) or shutil.which(name)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server until the block ends; the test is skipped where PostgreSQL or its driver is not installed."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'psycopg[binary]'")
    if _program("initdb") is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a short path: sockets have names of 107 letters at most
    try:
        password = folder / "password"
        password.write_text(PASSWORD)
        if os.getuid() == 0:
            for each in (folder, password):
                shutil.chown(each, 65534, 65534)
        server = Cluster(folder / "data", free_port() or 0)
        made = as_owner(
            *("initdb", "-D", str(server.data), "-U", USER, "--pwfile", str(password), "--no-sync"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C"),
        )
        assert made.returncode == 0, made.stderr
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
