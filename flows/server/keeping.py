"""The process of a server that is kept: it serves until nobody has used it for a while, or its home folder is gone.

It stands in no folder, holds no terminal and no pipe, and is in a session of its own.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flows.server.kept_server import ADDRESS, leased
from flows.server.prefect_server import END_SECONDS, server_of

if TYPE_CHECKING:
    import uvicorn

LOOK_SECONDS = 1.0


def keep(listener: int, address: int, folder: Path, tables: Path, minutes: float) -> int:
    """Serve on a socket that was passed; the exit code."""
    os.set_inheritable(address, False)
    server = server_of(tables)
    threading.Thread(target=_end_when_idle, args=(server, address, folder, minutes), daemon=True).start()
    with socket.socket(fileno=listener) as heard:
        server.run(sockets=[heard])
    return 0 if server.started else 1


def _end_when_idle(server: uvicorn.Server, address: int, folder: Path, minutes: float) -> None:
    used = time.monotonic()
    with suppress(OSError):
        while os.path.samestat(os.fstat(address), os.stat(folder / ADDRESS)):
            with leased(folder) as in_use:
                if in_use:
                    used = time.monotonic()
                elif time.monotonic() - used > 60 * minutes:
                    (folder / ADDRESS).unlink()
                    server.should_exit = True  # what it has heard is written down
                    time.sleep(END_SECONDS)  # a run that comes now waits for our end, and starts another
                    break
            time.sleep(LOOK_SECONDS)
    os._exit(0)  # it ought to be gone by now; or the home folder was deleted, and what is told no longer matters


if __name__ == "__main__":
    os.umask(0o077)  # its database and its logs tell of the user's work
    os.chdir("/")
    sys.exit(keep(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), float(sys.argv[5])))
