"""The Prefect server of a run without PREFECT_API_URL: one that is kept warm for further runs, or one that is gone with it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.server.kept_server import KeptServer, kept_server
from flows.server.prefect_server import PrefectServer, ServerDown, answers, free_port

VARIABLE = "AGENTINSTRUCT_KEEP_SERVER"
MINUTES = 10.0
_URL, _SECRET = "PREFECT_API_URL", "PREFECT_API_AUTH_STRING"
_SPARED = dict.fromkeys(
    (
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START",
        "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED",
        "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED",
        "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED",
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
        "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED",
        "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED",
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED",
        "PREFECT_SERVER_UI_ENABLED",
    ),
    "false",
)
"""Off where the user has not set it: what schedules, deployments and pages need takes a third of the server's start, and the
feed of events four fifths of its database."""


class PrefectApi:
    """The Prefect API of this process: the one that PREFECT_API_URL names, else a server of our own, its output in `log`.

    Prefect reads the address as it is imported: `begin` comes before that, `wait` before a flow, `end` at the end.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._server: PrefectServer | KeptServer | None = None
        self._before: dict[str, str | None] | None = None

    def __enter__(self) -> PrefectApi:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin_early(self) -> None:
        """Begin before the command has proved sound, so that the server starts meanwhile, where an earlier run has been: a wrong
        command leaves nothing where nothing was."""
        if self._log.parent.is_dir():
            with suppress(ServerDown):  # it is tried once more
                self.begin()

    def begin(self) -> None:
        """Find a server or start one, if that has not been done.

        ServerDown if it cannot be started; ValueError if none answers at PREFECT_API_URL, or for a wrong
        AGENTINSTRUCT_KEEP_SERVER.
        """
        if self._before is not None:
            return
        if url := os.environ.get(_URL):
            if not answers(url):
                raise ValueError(f"no Prefect server answers at PREFECT_API_URL={url}: start it, or unset the variable")
            self._before = {}
            return
        try:
            self._server = _server(self._log, _minutes())
        except OSError as error:
            raise ServerDown(f"Prefect's server cannot be started ({error.strerror or error})") from error
        secret = self._server.secret if isinstance(self._server, KeptServer) else ""
        given = {_URL: self._server.api, **({_SECRET: secret} if secret else {})}
        self._before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)

    def wait(self) -> None:
        """Until it answers; ServerDown if it does not come up."""
        self.begin()
        if self._server:
            self._server.wait()

    def end(self) -> None:
        """Leave a server that is kept, end another: it holds nothing that matters, for shards and ledger are the truth."""
        for name, value in (self._before or {}).items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})
        if isinstance(self._server, KeptServer):
            self._server.leave()
        elif self._server:
            self._server.kill()


@contextmanager
def prefect_api(log: Path) -> Iterator[None]:
    """A Prefect API that answers; see :class:`PrefectApi`."""
    with PrefectApi(log) as api:
        api.wait()
        yield


def _server(log: Path, minutes: float) -> PrefectServer | KeptServer:
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A database of its own: a server that the user runs on the same home would find it locked.
    database = log.with_suffix(".db")
    kept = kept_server(database, log, minutes, _SPARED) if minutes else None
    return kept or PrefectServer(free_port() or 0, database, log, _SPARED)


def _minutes() -> float:
    said = os.environ.get(VARIABLE, "").strip()
    try:
        minutes = float(said or MINUTES)
    except ValueError:
        minutes = -1.0
    if not (math.isfinite(minutes) and minutes >= 0):
        raise ValueError(f"{VARIABLE} must be minutes, 0 for none, saw '{said}'")
    return minutes
