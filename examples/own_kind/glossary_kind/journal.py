"""The endpoint journal: another endpoint answers, and each request is written down with its reply, a line of JSON each."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tasks.records import Json
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints import Endpoint, open_endpoint

VARIABLE = "GLOSSARY_JOURNAL"


class Journal:
    """An endpoint of one's own: here it delegates; it may as well translate for a service that speaks another protocol."""

    def __init__(self, inner: Endpoint, path: Path) -> None:
        # The model sets the price. The name goes into the ledger: one of its own, so that no answer skips the journal.
        self.model, self.name = inner.model, f"journal of {inner.name}"
        self._inner, self._path = inner, path

    async def complete(self, body: Json) -> Any:
        reply = await self._inner.complete(body)  # it raises tasks.teacher.faults.Fault where there is none
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"request": body, "reply": reply}) + "\n")
        return reply

    async def close(self) -> None:
        await self._inner.close()


def open_journal(model: str, base_url: str | None, settings: Settings, connections: int) -> Endpoint:
    """The endpoint for `--teacher journal:MODEL`, where MODEL is what `--teacher` would name without it."""
    path = os.environ.get(VARIABLE)
    if not path or not model:
        raise SettingsError(
            f"journal: set {VARIABLE} to a file and name who answers, such as --teacher journal:offline"
        )
    return Journal(open_endpoint(model, base_url, settings, connections), Path(path))
