"""Serve the deployments on this machine, with a Prefect server of our own where none is named."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.home import home, keep_private, settle
from flows.server.deployments import deployment_of, read_deployments
from flows.server.engines import SERVE
from flows.server.prefect_server import PrefectServer, ServerDown, answers, free_port

PORT = 4200


def serve(file: Path, port: int) -> int:
    """Serve every deployment of a Prefect file until Ctrl-C or SIGTERM; `port` 0 is the first free one from 4200 on.

    The exit code: 0 after such an end, 3 if the server of our own does not start, or does not stay. ValueError, in one
    sentence, for what is wrong with the command or the file.
    """
    _settle()
    try:
        with _server(port) as (address, server), suppress(KeyboardInterrupt):
            _serve(file, address, server)
    except ServerDown as down:
        print(f"{down}. Start it again", file=sys.stderr)
        return 3
    except ExceptionGroup as several:
        if several.split(RuntimeError)[1]:
            raise
        print("The Prefect server has not answered for a while. Start it again", file=sys.stderr)  # the runner gives up
        return 3
    return 0


def _serve(file: Path, address: str, server: PrefectServer | None) -> None:
    # Prefect reads its settings when it is imported, and takes seconds: meanwhile the server starts.
    from flows.server.runner import run_until_stopped

    entries = read_deployments(file)
    if server:
        server.wait()
    served = [deployment_of(entry) for entry in entries]
    names = [deployment.name for deployment in served]
    os.environ[SERVE] = str(os.getpid())
    run_until_stopped(served, server, lambda lost: print(_greeting(address, names, lost), flush=True))


def _settle() -> None:
    """Prefect's settings for serving, where the user has set none."""
    os.environ["AGENTINSTRUCT_HOME"] = str(home())  # wherever a run goes
    settle(
        PREFECT_LOGGING_LEVEL="INFO",  # what the UI shows of a run
        PREFECT_LOGGING_TO_API_ENABLED="true",
    )


def _greeting(address: str, names: list[str], lost: list[str]) -> str:
    told = [
        f"Serving {', '.join(names)} at {address}",
        f"Open it, choose Deployments, {names[0]}, then Run. Ctrl-C ends it; schedules and runs are kept.",
    ]
    if lost:
        told.append(f"Killed earlier, now Crashed; Retry resumes: {', '.join(lost)}")
    return "\n".join(told)


@contextmanager
def _server(port: int) -> Iterator[tuple[str, PrefectServer | None]]:
    """The address of Prefect's UI, and the server there if it is ours: it may be starting still, and ends with the block."""
    folder = home() / "prefect"
    folder.mkdir(mode=0o700, exist_ok=True)
    keep_private()  # what an earlier version left
    if url := os.environ.get("PREFECT_API_URL"):
        if port:
            raise ValueError(
                f"--port is for a server of our own, and PREFECT_API_URL names {url}: leave out one of them"
            )
        if not answers(url):
            raise ValueError(f"no Prefect server answers at PREFECT_API_URL={url}: start it, or unset the variable")
        address = url.rstrip("/").removesuffix("/api")
        with _the_only_one(folder / "serve.lock", address):
            yield address, None
        return
    chosen = _port(port)
    with _the_only_one(folder / "serve.lock", f"http://127.0.0.1:{chosen}"):
        server = PrefectServer(chosen, folder / "prefect.db", folder / "serve.log")
        os.environ["PREFECT_API_URL"] = server.api
        try:
            yield server.address, server
            if server.lost:
                raise server.lost
        finally:
            del os.environ["PREFECT_API_URL"]
            server.end()


def _port(asked: int) -> int:
    if asked and free_port(asked, asked) is None:
        raise ValueError(f"port {asked} is taken: choose another --port, or leave it out for one that is free")
    found = asked or free_port(PORT, PORT + 99)
    if not found:
        raise ValueError(f"no port is free from {PORT} to {PORT + 99}: choose one with --port")
    return found


@contextmanager
def _the_only_one(lock: Path, address: str) -> Iterator[None]:
    """Hold the home for serving; ValueError, with the address of who serves, if somebody does. The kernel lets go of it."""
    with open(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"this folder is served already, at {file.read().strip()}: open that, or end it first"
            ) from None
        file.truncate()
        file.write(address)
        file.flush()
        yield
