"""Follows a how-to of `docs/how_to/` to the letter, in a copy of the repository: its files, its edits, its commands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.running import PATIENCE, ROOT, Home, shared_prefect

FOLDER = ROOT / "docs" / "how_to"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_NAMED = re.compile(r"(?:#|<!--) (\S+?)(?: -->)?\n")
_LEFT_OUT = (".git", ".venv*", ".agentinstruct", "out", "shared", ".*_cache", "*.egg-info")


@dataclass(frozen=True)
class Page:
    """What a how-to has its reader do."""

    text: str
    new: dict[str, str]
    """Path -> what the page has the reader write."""
    edits: list[tuple[str, str, str]]
    """Path, lines before, lines after."""
    commands: list[str]

    @property
    def lines(self) -> int:
        """Lines of the new files."""
        return sum(body.count("\n") for body in self.new.values())

    @property
    def added(self) -> int:
        """Lines that edits add to files of ours, or change in them."""
        return sum(
            len(set(after.splitlines()) - set(before.splitlines()))
            for path, before, after in self.edits
            if (ROOT / path).exists()
        )


def read_page(name: str) -> Page:
    """The page of this name; a block with code that does not say its file is an error."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    page = Page(text, {}, [], [])
    for language, body in _BLOCK.findall(text):
        if language == "sh":
            page.commands.extend(body.splitlines())
            continue
        head = _NAMED.match(body)
        assert head, f"{name}: a block does not begin with the name of its file: {body[:60]!r}"
        rest = body[head.end() :]
        if language == "diff":
            page.edits.append((head[1], _side(rest, " -"), _side(rest, " +")))
        else:
            page.new[head[1]] = rest
    return page


def _side(diff: str, marks: str) -> str:
    return "".join(line[1:] + "\n" for line in diff.splitlines() if line[0] in marks)


@dataclass(frozen=True)
class Copy:
    """A copy of the repository with a virtual environment of its own name, and how its commands are run."""

    folder: Path

    def follow(self, page: Page) -> str:
        """Do all that the page says, in a copy without skills of one's own; what its commands wrote."""
        shutil.rmtree(self.folder / "my_skills", ignore_errors=True)
        for path, body in page.new.items():
            assert not (self.folder / path).exists(), f"{path} is there already"
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(body, encoding="utf-8")
        waiting = list(page.edits)
        out = ""
        for command in [*page.commands, ""]:
            waiting = [edit for edit in waiting if not self._edited(*edit)]
            out += self.run(command) if command else ""
        assert not waiting, f"nothing to edit: {waiting}"
        return out

    def _edited(self, path: str, before: str, after: str) -> bool:
        """Make an edit, if its file is there yet: a command may make it."""
        file = self.folder / path
        if not file.exists():
            return False
        text = file.read_text(encoding="utf-8")
        # A line of the page may be the start of a longer one.
        found = text.count(before) or text.count(before[:-1])
        assert found == 1, f"{path} holds this {found} times: {before}"
        before, after = (before, after) if before in text else (before[:-1], after[:-1])
        file.write_text(text.replace(before, after), encoding="utf-8")
        return True

    def run(self, command: str) -> str:
        """What a command writes, run in the copy; it must end well."""
        home = Home(self.folder, api=shared_prefect().url)
        environment = {**home.environment(), "PYTHONPATH": str(self.folder)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=110 * PATIENCE,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout


def copy_repository(folder: Path) -> Copy:
    """A copy whose `.venv` is ours."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1], target_is_directory=True)
    return Copy(folder)
