"""What a walk through a folder leaves out: run directories, what `.gitignore` files name, installed and built files."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from tasks.records.store import EXPORT_FILE, REGISTRY_FILE, Store

Problem = tuple[str, str]
_OWN = ("own_output", "a run directory: what runs write is never a document")
_REMEDY = "left out; --set read_ignored=true reads it"
_BUILT = ("ignored", f"a folder of installed or built files, {_REMEDY}")
_INSTALLED = frozenset(
    {
        *("node_modules", "bower_components", "jspm_packages", "site-packages", "dist-packages", "venv", "virtualenv"),
        *("__pycache__", "__pypackages__", "build", "dist", "target", "_build"),
    }
)
_RULES = ".gitignore"
_RUN = (
    *({"steps", ".lock"}, {"steps", "manifest.json"}, {EXPORT_FILE}),
    *({"batches", ".lock"}, {"batches", REGISTRY_FILE}, {"versions", "latest.json"}),
)
"""Names that stand together in a run directory, in an export of one or in a factory, alone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of a `.gitignore` file, which hold below its folder."""

    folder: str
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is left out: always the run directory `output` and every other, the rest unless `read` says otherwise."""

    output: str = ""
    read: bool = False

    def of_folder(self, path: str, names: Collection[str]) -> Problem | None:
        """Why a folder with these entries is not entered, wherever it lies."""
        if path == self.output or any(own <= set(names) for own in _RUN):
            return _OWN
        return None

    def of_entry(self, path: str, is_folder: bool, rules: Sequence[Rules]) -> Problem | None:
        """Why an entry met on the way is not read."""
        if self.read:
            return None
        name = os.path.basename(path)
        if is_folder and (name in _INSTALLED or os.path.lexists(os.path.join(path, "pyvenv.cfg"))):
            return _BUILT
        if _named(path, is_folder, rules):
            return "ignored", f"named by a {_RULES}, {_REMEDY}"
        return None

    def of_member(self, name: str) -> tuple[str, Problem] | None:
        """The folder inside an archive that a member is left out with, and why."""
        folders = name.split("/")[:-1]
        depth = next((i for i, folder in enumerate(folders, 1) if folder in _INSTALLED), 0)
        return ("/".join(folders[:depth]), _BUILT) if depth and not self.read else None

    def rules_in(self, folder: str, names: Collection[str]) -> list[Rules]:
        """The rules that a folder with these entries adds."""
        if self.read or _RULES not in names:
            return []
        try:
            lines = Path(folder, _RULES).read_text(encoding="utf-8", errors="replace").splitlines()
            return [Rules(folder, GitIgnoreSpec.from_lines(lines))]
        except (OSError, ValueError):
            return []

    def rules_above(self, folder: str) -> list[Rules]:
        """The rules of the folders above, up to that of the repository; none outside of one."""
        above: list[Rules] = []
        place = Path(folder)
        for parent in (place, *place.parents):
            if parent != place:
                above += self.rules_in(str(parent), [_RULES] if (parent / _RULES).is_file() else [])
            if (parent / ".git").exists():
                return above[::-1]
        return []


def run_directory(output: str) -> str:
    """The real path of a local run directory, as a walk meets it; empty for one elsewhere."""
    store = Store(output) if output else None
    return os.path.realpath(store.root) if store and store.local else ""


def _named(path: str, is_folder: bool, rules: Sequence[Rules]) -> bool:
    """Whether the rules leave it out: the last that speaks of it decides, and those of deeper folders come last."""
    for own in reversed(rules):
        below = os.path.relpath(path, own.folder) + ("/" if is_folder else "")
        said = own.spec.check_file(below).include
        if said is not None:
            return said
    return False
