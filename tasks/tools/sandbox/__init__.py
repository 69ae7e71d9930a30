"""The code interpreter: runs a programme in a sandbox, fresh for each call, or not at all."""

from tasks.tools.sandbox.interpreter import (
    PROCESSES,
    Execution,
    SandboxUnavailable,
    arun,
    available,
    close,
    languages,
    run,
)

__all__ = ["PROCESSES", "Execution", "SandboxUnavailable", "arun", "available", "close", "languages", "run"]
