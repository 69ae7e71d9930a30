"""One run from the command line: checked before anything starts, then the flow, then a summary."""

from __future__ import annotations

import asyncio
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.cli.room import no_room
from flows.cli.summary import summarise
from flows.home import home
from flows.order import MOST_CONCURRENT
from flows.preparation import prepared
from flows.server.prefect_server import ServerDown
from flows.server.private_server import prefect_api
from prompts import knobs
from tasks.kinds.fit import lost_tools
from tasks.records import Json
from tasks.records.store import DirectoryBusy
from tasks.settings import Settings, SettingsError, from_pairs
from tasks.steps.mix import Mix, mix_of
from tasks.teacher import StopRun
from tasks.teacher.endpoints import check_teacher
from tasks.teacher.prices import price_of
from tasks.tools.toolbox import Toolbox

FAILED, STOPPED = 1, 3


def launch(*, pairs: list[str], skill: str, output: str, **parameters: Any) -> int:
    """Run the flow and tell how it went; the exit code. ValueError for what is wrong with the command."""
    settings = from_pairs(pairs)
    asked = {name: parameters[name] for name in parameters if name != "documents"}
    _check(settings, mix_of(skill, settings.mix), **asked)
    console, errors = Console(highlight=False), Console(stderr=True, highlight=False, soft_wrap=True)
    with ExitStack() as stack:
        stack.enter_context(_held(parameters["documents"], skill, output, settings))
        errors.print(f"Reading with {parameters['teacher']} as the teacher; starting Prefect …", style="dim")
        try:
            stack.enter_context(prefect_api(home() / "prefect" / "server.log"))
        except ServerDown as down:
            told = no_room(down, [home()]) or f"{down}. Run the same command again"
            errors.print(f"{told}.", style="yellow", markup=False)
            return STOPPED
        # Prefect reads its settings and takes a second to import: not before the command has proved sound.
        from flows.generate import Incomplete, TooFewRows

        folders: list[str | Path] = [home(), *([output] if "://" not in output else [])]
        try:
            manifest = _run(skill=skill, output=output, **parameters, **settings.groups())
        except Incomplete as incomplete:
            if full := no_room(incomplete, folders):
                errors.print(f"{full}.", style="yellow", markup=False)
                return STOPPED
            summarise(console, incomplete.manifest, output)
            errors.print(f"{incomplete}. Run the same command again to resume.", style="yellow", markup=False)
            return STOPPED if incomplete.stopped else FAILED
        except TooFewRows as few:
            summarise(console, few.manifest, output)
            errors.print(f"{few}.", style="yellow", markup=False)
            return FAILED
        except StopRun as stop:
            errors.print(f"{stop}. Run the same command again to resume.", style="yellow", markup=False)
            return STOPPED
        except Exception as error:
            if not (full := no_room(error, folders)):
                raise
            errors.print(f"{full}.", style="yellow", markup=False)
            return STOPPED
    summarise(console, manifest, output)
    return 0


def _run(**parameters: Any) -> Json:
    """The flow, in this process and on an event loop of its own; its manifest."""
    import uvloop

    from flows.generate import generate

    _quiet()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(generate(**parameters))


@contextmanager
def _held(documents: list[str], skill: str, output: str, settings: Settings) -> Iterator[None]:
    """The run prepared; ValueError, in one sentence, for documents or a directory that cannot be had."""
    with ExitStack() as stack:
        try:
            ready = stack.enter_context(prepared(documents, skill, output, settings))
        except DirectoryBusy as busy:
            raise ValueError(str(busy)) from None
        except OSError as error:
            raise ValueError(f"cannot write to {output}: {error.strerror or error}; choose another --output") from None
        for found in ready.files:
            if found.problem and found.problem[0] == "not_found":
                _warn(f"{found.uri}: {found.problem[1]}; it will be among the rejects")
        yield


def _check(settings: Settings, mix: Mix, *, teacher: str, base_url: str, **numbers: int) -> None:
    """ValueError for what is wrong with the parameters of a run, before anything starts."""
    for name, least in (("limit", 0), ("concurrency", 1), ("shard_size", 0)):
        if numbers[name] < least:
            raise ValueError(f"--{name.replace('_', '-')} must be at least {least}, saw {numbers[name]}")
    if numbers["concurrency"] > MOST_CONCURRENT:
        raise ValueError(f"--concurrency must be at most {MOST_CONCURRENT}, saw {numbers['concurrency']}")
    if base_url and not base_url.startswith(("http://", "https://")):
        raise SettingsError(f"--base-url must begin with http:// or https://, saw '{base_url}'")
    price_of(teacher, settings.price_table)
    for name, reason in lost_tools(Toolbox(settings), mix.skills.values()).items():
        _warn(f"the tool {name} is off: {reason}; what needs it is skipped")
    _check_names(settings, mix)
    check_teacher(teacher, base_url, settings)


def _warn(what: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"warning: {what}", style="yellow", markup=False)


def _check_names(settings: Settings, mix: Mix) -> None:
    """Names in settings that stand for something the skills have."""
    checks = {name for skill in mix.skills.values() for name in (*skill.checks.instruction, *skill.checks.response)}
    axes = {*knobs().instruct, "language", *(axis for skill in mix.skills.values() for axis in skill.axes)}
    for key, value, known in (("skip_checks", settings.skip_checks, checks), ("axes", settings.axes, axes)):
        unknown = {name.strip() for name in value.split(",") if name.strip()} - known
        if unknown:
            raise SettingsError(f"{key}: unknown {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")


def _quiet() -> None:
    """Nothing of Prefect's and its clients' inner life on a user's terminal."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
