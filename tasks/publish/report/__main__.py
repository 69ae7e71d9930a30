"""`python -m tasks.publish.report FOLDER`: the page of a finished run, made in a process that ends with the one it serves."""

from __future__ import annotations

import os
import sys
import threading

from tasks.publish.report.report import write_report
from tasks.publish.run_directory import RunDirectory


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    write_report(RunDirectory(sys.argv[1]))
    os._exit(0)
