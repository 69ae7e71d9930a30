"""A Prefect server that outlives the run which started it, so that the next one finds it warm.

It serves this user's runs of one home folder: they find its address and the secret that it asks for in a file of theirs alone.
The kernel's locks tell what is true of it, whoever is killed: it holds the file of its address while it lives, and every run
holds the lease while it uses it. Nobody else's lease for some minutes, another file or none: it ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from flows.server.prefect_server import END_SECONDS, HOST, ServerDown, alone, answers, lock_of, url_of, wait_for_answer

ADDRESS, LEASE = "kept.json", "kept.lease"
_TAKEN = ("DO_NOT_TRACK", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV")
"""What it is given of the environment, beside Prefect's and Python's own: no key of an endpoint."""


@dataclass(frozen=True)
class Kept:
    """What the file of its address says."""

    port: int
    process: int
    secret: str
    sort: str
    """Stands for the versions and settings that it was started with."""
    place: str
    """Where its address is one: other machines and containers may share the folder."""

    @property
    def api(self) -> str:
        return f"http://{HOST}:{self.port}/api"


class KeptServer:
    """One that answers or will soon, leased to this process until `leave`."""

    def __init__(
        self, kept: Kept, folder: Path, log: Path, lease: int, process: subprocess.Popen[bytes] | None
    ) -> None:
        self.api, self.secret = kept.api, kept.secret
        self._kept, self._folder, self._log, self._lease, self._process = kept, folder, log, lease, process

    def wait(self) -> None:
        """Until it answers; ServerDown if it does not come up."""

        def ended() -> str:
            return "" if _known(self._folder) else "ended"

        try:
            wait_for_answer(self.api, self._log, ended)
        except ServerDown:
            if _only_one(self._lease):
                _end(self._kept, self._folder)  # whatever it hangs on, the next run gets another
            raise
        self._process = None  # others may use it

    def leave(self) -> None:
        """Let go of it; one that this process started and has not used ends, unless others have found it."""
        if self._process is not None:
            with alone(self._folder / "kept.lock"):
                if _only_one(self._lease):
                    self._process.kill()
                    self._process.wait()
        os.close(self._lease)


def kept_server(database: Path, log: Path, minutes: float, otherwise: Mapping[str, str]) -> KeptServer | None:
    """The server over this database, found or started; None if it is one of another sort and in use.

    It ends when nobody has leased it for so many minutes. `otherwise` are settings of Prefect's where the user has set none.
    """
    folder = log.parent
    environment = {**otherwise, "PREFECT_SERVER_DATABASE_CONNECTION_URL": url_of(database), **_environment()}
    sort, place = _sort(environment, minutes), _place()
    lease = os.open(folder / LEASE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with alone(folder / "kept.lock"):
            fcntl.flock(lease, fcntl.LOCK_SH)
            kept, process = _known(folder), None
            if kept and kept.place == place and not answers(kept.api):
                time.sleep(0.2)  # it is starting, or dying
                kept = _known(folder)
            if kept and (kept.sort, kept.place) != (sort, place):
                if kept.place != place or not _only_one(lease):
                    os.close(lease)
                    return None
                _end(kept, folder)
                fcntl.flock(lease, fcntl.LOCK_SH)
                kept = None
            if kept is None:
                kept, process = _started(folder, lock_of(database), log, minutes, environment, (sort, place))
    except BaseException:
        with suppress(OSError):
            os.close(lease)
        raise
    return KeptServer(kept, folder, log, lease, process)


def _started(
    folder: Path, tables: Path, log: Path, minutes: float, environment: dict[str, str], like: tuple[str, str]
) -> tuple[Kept, subprocess.Popen[bytes]]:
    path, secret = folder / ADDRESS, f"agentinstruct:{secrets.token_urlsafe(32)}"
    path.unlink(missing_ok=True)  # of one that is dead
    with socket.socket() as listener, open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        listener.bind((HOST, 0))
        port = listener.getsockname()[1]
        fcntl.flock(file, fcntl.LOCK_EX)  # from here on it is the child's too, and then the child's alone
        passed = (listener.fileno(), file.fileno())
        with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.server.keeping", *map(str, passed), folder, tables, str(minutes)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                pass_fds=passed,
                env={**environment, "PREFECT_SERVER_API_AUTH_STRING": secret},
            )
        kept = Kept(port, process.pid, secret, *like)
        json.dump(asdict(kept), file)
    return kept, process


def _known(folder: Path) -> Kept | None:
    """What is known of the server, if it lives."""
    try:
        with open(folder / ADDRESS) as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None  # nobody holds it
        return Kept(**json.loads((folder / ADDRESS).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _only_one(lease: int) -> bool:
    """Whether nobody else has a lease; if so, nobody gets one until ours is shared again or given back."""
    for _ in range(10):  # the server looks at times, for a moment
        with suppress(BlockingIOError):
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    fcntl.flock(lease, fcntl.LOCK_SH)
    return False


def _end(kept: Kept, folder: Path) -> None:
    """End a server that nobody uses."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(kept.process, sign)
        until = time.monotonic() + END_SECONDS
        while time.monotonic() < until:
            if not _known(folder):
                return
            time.sleep(0.05)


def _environment() -> dict[str, str]:
    ours, not_its = ("AGENTINSTRUCT_HOME", *_TAKEN), ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING")
    return {
        name: value
        for name, value in os.environ.items()
        if name in ours or (name.startswith(("LC_", "PREFECT_", "PYTHON")) and name not in not_its)
    }


def _sort(environment: Mapping[str, str], minutes: float) -> str:
    """Changes with all that a server is made of: packages, Python, this code and the settings."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    settings = sorted(pair for pair in environment.items() if pair[0].startswith(("PREFECT_", "PYTHON")))
    installed = find_spec("prefect")
    packages = Path(installed.origin).parents[1] if installed and installed.origin else None
    changed = packages.stat().st_mtime_ns if packages else 0  # whatever is installed there, Prefect or what it needs
    made_of = (sys.version, sys.prefix, changed, sha256(code).hexdigest(), settings, minutes)
    return sha256(repr(made_of).encode()).hexdigest()


def _place() -> str:
    with suppress(OSError):
        return f"{socket.gethostname()} {os.readlink('/proc/self/ns/net')}"
    return socket.gethostname()


@contextmanager
def leased(folder: Path) -> Iterator[bool]:
    """Whether anybody uses the server; if nobody does, nobody can within the block. OSError if the folder is gone."""
    with open(folder / LEASE, "rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield True
        else:
            yield False
