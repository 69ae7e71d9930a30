"""Where state that outlives a run lives, and a quiet Prefect in it. Imported before Prefect, which reads these at import."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


class NoHome(ValueError):
    """The home folder cannot be written; the message names the remedy."""


def home() -> Path:
    """`.agentinstruct/` of the current folder, or what AGENTINSTRUCT_HOME says; made if absent, for this user alone.

    Raises NoHome if nothing can be written there.
    """
    folder = _place()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise NoHome(
            f"cannot write to {folder} ({error.strerror}), where the ledger of paid answers lives: set AGENTINSTRUCT_HOME to a "
            "folder that can be written"
        ) from None


def keep_private() -> None:
    """Take from others what they could read in the home folder: Prefect writes as the umask says, and so did we once."""
    top = _place()
    if top.name == ".agentinstruct":  # a folder of another name may hold more than ours
        _close(top)
    for entry in (*top.glob("ledger.db*"), *(top / name for name in ("prefect", "locks"))):
        _close(entry)
        for folder, folders, files in os.walk(entry):
            for name in (*folders, *files):
                _close(Path(folder, name))


def _close(path: Path) -> None:
    with suppress(OSError):  # it is gone meanwhile, or somebody else's
        mode = path.lstat().st_mode
        if mode & 0o077 and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & 0o700)


def _place() -> Path:
    return Path(os.environ.get("AGENTINSTRUCT_HOME") or ".agentinstruct").resolve()


def server_log() -> Path:
    """Where a private Prefect server writes, in the home folder, which need not be there yet; its database is beside it."""
    return _place() / "prefect" / "server.log"


def ledger_url(named: str = "") -> str:
    """The ledger that a run names, else that of AGENTINSTRUCT_LEDGER, else an SQLite file in the home folder."""
    return named or os.environ.get("AGENTINSTRUCT_LEDGER") or f"sqlite:///{home() / 'ledger.db'}"


_SETTLED: set[str] = set()
"""Variables that were set here, and not by the user."""


def settle(**otherwise: str) -> None:
    """Point Prefect at the home folder, which need not be there yet, and keep it quiet, or as `otherwise` says; what the user has
    set stays."""
    quiet = {
        "PREFECT_HOME": str(_place() / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "LANGSMITH_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
    }
    for name, value in {**quiet, **otherwise}.items():
        if name not in os.environ or name in otherwise.keys() & _SETTLED:
            os.environ[name] = value
            _SETTLED.add(name)
