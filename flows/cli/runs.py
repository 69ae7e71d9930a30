"""The runs below a folder: where they are, what they came to, what they cost and how they ended."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import fsspec
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from flows.cli.screen import screen, tell
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store

_DEPTH = 5
_UNKNOWN = "–"
_SKIPPED = {"node_modules", "site-packages", "__pycache__"}
_ROOM_FOR_ALL = 110
"""Columns of a terminal in which every fact has one of its own."""
_STATES = {
    "complete": "green",
    "version": "green",
    "running": "cyan",
    "cut short": "red",
    "failed": "red",
    "killed": "red",
}


@dataclass(frozen=True)
class Ran:
    """A run in a line; None where nothing is known."""

    output: str
    state: str
    """`running`, `complete`, `cut short` if nothing was published, how its last attempt ended, or a factory's `version`."""
    skill: str = ""
    teacher: str = ""
    when: datetime | None = None
    rows: int | None = None
    rejects: int | None = None
    calls: int | None = None
    cost_usd: float | None = None


def show_runs(folders: Sequence[str], as_json: bool) -> None:
    """Every run below these folders, the newest first; without folders, below `out` and right here."""
    given = [(folder, _DEPTH) for folder in folders] or [*([("out", _DEPTH)] if Path("out").is_dir() else []), (".", 2)]
    outputs = dict.fromkeys(output for folder, depth in given for output in below(folder, depth))
    runs = sorted((ran(output) for output in outputs), key=lambda run: (run.when is None, -_seconds(run), run.output))
    if as_json:
        tell([{**asdict(run), "when": run.when and run.when.isoformat(timespec="seconds")} for run in runs])
        return
    console = screen(wide=True)
    if not runs:
        where = " or ".join(folder for folder, _ in given)
        console.print(Text(f"No run below {where}: `agentinstruct generate` makes one."), soft_wrap=True)
        return
    console.print(_table(runs, console))


def below(folder: str, depth: int) -> Iterator[str]:
    """The run directories in a folder or fsspec URL and so many levels below it; LookupError if there is no such folder."""
    try:
        fs, root = fsspec.core.url_to_fs(folder)
    except (ImportError, ValueError) as lacking:
        raise LookupError(f"cannot read {folder}: {lacking}") from None
    if not fs.isdir(root):
        raise LookupError(f"there is no folder {folder}: name one that holds the --output of some runs")
    for path, folders, files in fs.walk(root, maxdepth=depth, detail=True):
        inside = path[len(root) :].strip("/")
        output = (f"{folder.rstrip('/')}/{inside}" if inside else folder).removeprefix("./")
        run = Store(output) if "manifest.json" in files or "steps" in folders else None
        if run and (
            isinstance((run.read_json("manifest.json") or {}).get("skills"), dict) or run.files("steps/documents")
        ):
            folders.clear()
            yield output
        for name, facts in list(folders.items()):
            if name.startswith(".") or name in _SKIPPED or facts.get("islink"):
                del folders[name]


def ran(output: str) -> Ran:
    """What is known of the run in a directory."""
    directory = RunDirectory(output)
    try:
        manifest = directory.manifest
    except LookupError:
        state = "running" if _held(directory.store) else "cut short"
        return Ran(output, state, when=_written(directory.store, "steps"))
    calls, attempts = manifest.get("calls", {}), manifest.get("attempts", [])
    ended = (
        "complete"
        if manifest.get("complete")
        else attempts[-1].get("ended", "unfinished")
        if attempts
        else "unfinished"
    )
    state = "version" if "version" in manifest else "running" if _held(directory.store) else ended
    return Ran(
        output,
        state,
        manifest.get("skill", ""),
        manifest.get("teacher", {}).get("model") or "",
        _told(manifest, attempts) or _written(directory.store, "manifest.json"),
        manifest.get("accepted"),
        sum(manifest["rejected"].values()) if "rejected" in manifest else None,
        calls.get("made"),
        calls.get("cost_usd"),
    )


def _held(store: Store) -> bool:
    """Whether a process of this machine holds the directory, as far as the kernel tells: to try would get in its way."""
    try:
        inode = os.stat(store.path(".lock")).st_ino
        locks = Path("/proc/locks").read_text().split()
    except OSError:
        return False
    return store.local and any(place.endswith(f":{inode}") for place in locks)


def _told(manifest: Json, attempts: Sequence[Json]) -> datetime | None:
    """When it was begun, as it says itself."""
    told = attempts[-1].get("started") if attempts else manifest.get("created")
    return datetime.fromisoformat(told) if told else None


def _written(store: Store, relative: str) -> datetime | None:
    try:
        when: datetime = store.fs.modified(store.path(relative))
    except (OSError, NotImplementedError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _seconds(run: Ran) -> float:
    return run.when.timestamp() if run.when else 0.0


def _table(runs: Sequence[Ran], console: Console) -> Table:
    """One line a run where there is room, else three."""
    facts = [_facts(run) for run in runs]
    if console.width >= _ROOM_FOR_ALL:
        numbers = [Column(name, justify="right", no_wrap=True) for name in ("rows", "rejects", "calls", "cost")]
        kept = [Column(name, no_wrap=True) for name in ("when", "state")]
        table = Table(
            Column("run", overflow="fold"), "skill", "teacher", kept[0], *numbers, kept[1], box=box.SIMPLE_HEAD
        )
        for row in facts:
            table.add_row(*row)
        return table
    table = Table(
        "run",
        Column("when", no_wrap=True),
        *(Column(name, justify="right", no_wrap=True) for name in ("made", "paid")),
        box=box.SIMPLE_HEAD,
    )
    table.columns[0].overflow = "fold"
    for run, (name, _, _, when, rows, rejects, calls, cost, state) in zip(runs, facts, strict=True):
        made = [Text(told) for told in (f"{rows} rows", f"{rejects} rejects") if not told.startswith(_UNKNOWN)]
        paid = (Text(f"{calls} calls"), cost) if run.calls is not None else ()
        what = [Text(told) for told in (run.skill, run.teacher and f"with {run.teacher}") if told]
        table.add_row(_lines(name, *what), _lines(when, state), _lines(*made), _lines(*paid))
    return table


def _lines(*cells: Text) -> Text:
    return Text("\n").join(cells)


def _facts(run: Ran) -> list[Text]:
    when = run.when.astimezone().strftime("%d %b %Y %H:%M") if run.when else _UNKNOWN
    cost = "unknown" if run.cost_usd is None else f"${run.cost_usd:,.2f}"
    numbers = [_UNKNOWN if number is None else f"{number:,}" for number in (run.rows, run.rejects, run.calls)]
    return [
        Text(run.output, "bold"),
        *(
            Text(each)
            for each in (
                run.skill or _UNKNOWN,
                run.teacher or _UNKNOWN,
                when,
                *numbers,
                cost if run.calls is not None else _UNKNOWN,
            )
        ),
        Text(run.state, _STATES.get(run.state, "yellow")),
    ]
