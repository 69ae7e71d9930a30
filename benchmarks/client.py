"""Runs the command line as a process of its own and tells what it took."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def generate(arguments: Sequence[str], settings: Sequence[str]) -> resource.struct_rusage:
    """CPU and memory of one `agentinstruct generate`; RuntimeError if it did not end well."""
    command = [str(Path(sys.executable).with_name("agentinstruct")), "generate", *arguments]
    command += [f"--set={pair}" for pair in settings]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the run ended with exit code {child.returncode}")
    return usage
