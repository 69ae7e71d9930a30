"""What serves a model: vLLM where it and a GPU are at hand, else a small server of ours on transformers.

`transformers serve` (5.24) was tried and is no choice: it takes one request at a time, answers 500 to a prompt that is too long
or malformed, which clients take for a passing fault, drops what is said beside a tool call, and ends on a GGUF file.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

from tasks.evaluation.serving.generation import MOST

HOST = "127.0.0.1"
MISSING = "pip install -e '.[teach]'"
"""The remedy where nothing is installed that could serve."""


@dataclass(frozen=True)
class Command:
    """What is started, and what it is called where its beginning is told."""

    name: str
    words: tuple[str, ...]
    at_once: int = 0
    """Chats to send it at once, at most: as many as it answers together, and as many that wait; 0 for any number."""


def missing(path: Path) -> list[str]:
    """The packages that serving this model needs and that are not installed."""
    needed = ["torch", "transformers", *(["gguf"] if path.is_file() else [])]
    return [package for package in needed if importlib.util.find_spec(package) is None]


def command(path: Path, model: str, port: int) -> Command:
    """What serves the model at this port of loopback under its name."""
    where = ("--host", HOST, "--port", str(port))
    if path.is_dir() and _vllm():
        return Command(
            "vLLM", (sys.executable, "-m", _VLLM, "--model", str(path), "--served-model-name", model, *where)
        )
    ours = (sys.executable, "-P", "-m", "tasks.evaluation.serving.server", str(path), "--model", model, *where)
    return Command("transformers", ours, at_once=2 * MOST)


_VLLM = "vllm.entrypoints.openai.api_server"


def _vllm() -> bool:
    if importlib.util.find_spec("vllm") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())
