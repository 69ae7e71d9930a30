"""What a command need not wait for: `--help` imports nothing that takes its time."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.services

HEAVY = {"aiohttp", "fsspec", "langchain_core", "numpy", "openai", "pandas", "prefect", "pyarrow", "pydantic", "yaml"}


def imported_by(program: str) -> set[str]:
    """The modules that are there when the program ends."""
    told = f"import atexit, sys\natexit.register(lambda: print(*sys.modules, file=sys.stderr))\n{program}"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    return set(run.stderr.split())


def test_help_imports_nothing_heavy() -> None:
    found = imported_by("from flows.cli.command import main\nsys.argv[1:] = ['--help']\nmain()")
    assert "cyclopts" in found
    assert not found & {*HEAVY, "prompts", "tasks"}


def test_a_run_imports_what_it_uses() -> None:
    found = imported_by(
        "import flows.generate\n"
        "from tasks.kinds import kinds\nfrom tasks.teacher.endpoints import load_client\n"
        "load_client('a-model')\nkinds()['question']"
    )
    assert {"prefect", "openai", "tasks.kinds.question"} <= found
    assert not found & {"langchain_openai", "sqlalchemy", "tasks.offline", "tasks.kinds.puzzle"}
