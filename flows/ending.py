"""How a run ends that does not end well: in one sentence, for who typed the command and for who filled in the form."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, ParamSpec, cast

from prefect.states import Failed

from flows.home import NoHome, home
from flows.order import OrderError
from flows.preparation import NotWritable
from flows.room import no_room
from flows.words import in_form_words
from prompts import CatalogueError
from tasks.curation.decontamination import BenchmarkError
from tasks.documents.discover import NothingToRead
from tasks.evaluation.bench import BenchError
from tasks.evaluation.judge_tasks import ItemError
from tasks.evaluation.named import TaskError
from tasks.evaluation.public import PublicTaskError
from tasks.evaluation.serving import ServingError
from tasks.evaluation.students import StudentError
from tasks.evaluation.versions import OtherVersion
from tasks.factory.registry import Damaged
from tasks.publish.finished import Finished
from tasks.publish.release.origin import ReleaseError
from tasks.publish.shortfall import shortfall, unreached
from tasks.records import Json
from tasks.records.marks import MarksError
from tasks.records.packages import PackageError
from tasks.records.store import DirectoryBusy, DirectoryTaken
from tasks.settings import SettingsError
from tasks.steps.mix_file import MixError
from tasks.steps.reading import NothingUsable
from tasks.teacher import StopRun
from tasks.teacher.ledger import LedgerError
from tasks.tools.web.search import WebSearchError
from tasks.training.students import TeachingError, TrainingStopped

P = ParamSpec("P")


class Told(Exception):
    """An end that was to be expected: its message is for people."""


class Incomplete(Told):
    """The run ended before every shard was done; what is finished is published and the same command resumes the rest."""

    def __init__(self, manifest: Json, stopped: str, failed: list[str]) -> None:
        shards, records = manifest["shards"]["total"], manifest["unfinished"]
        why = stopped or (failed and f"{len(failed)} of {shards} shards failed: {', '.join(sorted(set(failed)))}")
        unfinished = "1 record is" if records == 1 else f"{records:,} records are"
        super().__init__(why or f"{unfinished} unfinished, since the endpoint kept failing on calls for them")
        self.manifest, self.stopped, self.failed = manifest, stopped, failed


class TooFewRows(Told):
    """The run got to its end and brought nothing, or next to nothing; the message says why and what to do."""

    def __init__(self, manifest: Json, problem: str) -> None:
        super().__init__(problem)
        self.manifest = manifest


def in_one_sentence(run: Callable[P, Coroutine[Any, Any, Json]]) -> Callable[P, Coroutine[Any, Any, Json]]:
    """A flow's function whose expected problems are the state that it ends in: one sentence in the form's words, no traceback.

    Who awaits the flow in Python gets the exception itself.
    """

    @wraps(run)
    async def ended(*given: P.args, **named: P.kwargs) -> Json:
        try:
            return await run(*given, **named)
        except Exception as problem:
            if not (sentence := sentence_of(problem)):
                raise
            return cast(Json, Failed(message=in_form_words(sentence), data=problem))

    signature = inspect.signature(run, eval_str=True)  # Prefect would look up the names of its types in this module
    setattr(ended, "__signature__", signature)  # noqa: B010
    return ended


def sentence_of(problem: BaseException) -> str:
    """What to tell of a problem that was to be expected, with its remedy; empty for a defect of ours."""
    if not isinstance(problem, NoHome) and (full := no_room(problem, [home()])):
        return full
    if isinstance(problem, Incomplete | LedgerError | StopRun):
        return f"{problem}. Run the same command again to resume"
    return str(problem) if isinstance(problem, EXPECTED) else ""


EXPECTED = (
    BenchError,
    BenchmarkError,
    CatalogueError,
    Damaged,
    DirectoryBusy,
    DirectoryTaken,
    ItemError,
    MarksError,
    MixError,
    NoHome,
    NotWritable,
    NothingToRead,
    NothingUsable,
    OrderError,
    OtherVersion,
    PackageError,
    PublicTaskError,
    ReleaseError,
    ServingError,
    SettingsError,
    StudentError,
    TaskError,
    TeachingError,
    Told,
    TrainingStopped,
    WebSearchError,
)


def _a_defect(record: logging.LogRecord) -> bool:
    return not (record.exc_info and record.exc_info[1] and sentence_of(record.exc_info[1]))


# The engine logs once more, with a traceback, what the state says already.
logging.getLogger("prefect.engine").addFilter(_a_defect)


def complete(manifest: Json, finished: Sequence[Finished], stopped: str) -> Json:
    """The manifest, if every shard got to the end; else Incomplete, with the reason for which the run was stopped, if it was."""
    failed = [f.problem for f in finished if f.problem and not f.stopped]
    if not manifest["complete"]:
        raise Incomplete(manifest, stopped, failed)
    return manifest


def enough(manifest: Json, asked_for: int) -> Json:
    """The manifest, if about as many rows came out as were asked for, or just as many as were wanted; else TooFewRows."""
    if problem := unreached(manifest) or shortfall(manifest, asked_for):
        raise TooFewRows(manifest, problem)
    return manifest
