"""What is done once before a run: all that it asks for is looked at, its directory is held and claimed, its files are found.

The command line does it before Prefect starts, so that a wrong command is told at once; a served run does it in its flow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cached_property

from flows.home import home, ledger_url
from flows.order import Order
from flows.shares.check import check_runner
from prompts import knobs
from tasks.documents.discover import Found, discover
from tasks.kinds.fit import lost_tools
from tasks.records.marks import read_marks
from tasks.records.store import DirectoryBusy, DirectoryTaken, Store
from tasks.records.threshold import heeding, threshold_of
from tasks.settings import ALL_STEPS, SettingsError
from tasks.steps.mix import mix_of
from tasks.steps.mix_file import read_mix
from tasks.steps.pipeline import PIPELINE
from tasks.teacher.budget import Budget
from tasks.teacher.endpoints import check_teacher
from tasks.teacher.ledger import LedgerError, check_ledger
from tasks.teacher.opening import check_prices
from tasks.tools.toolbox import Toolbox


class NotWritable(ValueError):
    """The run directory cannot be had; the message says why and names the remedy."""


class Prepared:
    """A run before it starts. A plain class: Prefect walks through dataclasses that a task is given."""

    def __init__(self, order: Order) -> None:
        self.order, self.marks = order, read_marks(order.marks)
        self.threshold = threshold_of(self.marks, order.settings.judge_threshold)
        self.settings = heeding(order.settings, self.marks)
        self.mix = mix_of(order.skill, self.settings.mix, read_mix(order.mix_from))
        try:
            self.store = Store(order.output)
        except (ImportError, ValueError) as error:  # a scheme that nobody knows, or whose package is not installed
            raise NotWritable(f"cannot write to {order.output}: {error}; choose another --output") from error

    @cached_property
    def files(self) -> list[Found]:
        """The files that the documents name; NothingToRead if there is none."""
        return discover(self.order.documents, self.store.output, self.settings.read_ignored)

    def taken_files(self) -> list[Found]:
        """The same, to be read once: a long list is not kept for the whole run."""
        files = self.files
        del self.files
        return files

    def lost_tools(self) -> Iterator[str]:
        """Tools that the skills of the run will do without, one sentence each."""
        for name, reason in lost_tools(Toolbox(self.settings), self.mix.skills.values()).items():
            yield f"the tool {name} is off: {reason}; what needs it is skipped"

    def warnings(self) -> Iterator[str]:
        """What the run will do without, one sentence each."""
        yield from self.lost_tools()
        if self.threshold.best not in (None, self.settings.judge_threshold):
            yield f"{self.threshold}; this run has {self.settings.judge_threshold}"
        for found in self.files:
            if found.problem and found.problem[0] == "not_found":
                yield f"{found.uri}: {found.problem[1]}; it will be among the rejects"


_PREPARED: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


@contextmanager
def prepared(order: Order) -> Iterator[Prepared]:
    """The run, its directory held until the block ends; the one that is being prepared already, if it is the same.

    Raises, in one sentence each: CatalogueError for a skill that does not load, SettingsError or PackageError for a teacher or
    a setting that cannot be had, MarksError or MixError for a file that holds no marks or no mix, DirectoryTaken, DirectoryBusy
    or NotWritable for a directory that cannot; NothingToRead.
    """
    known = _PREPARED.get()
    if known is not None and known.order == order:
        yield known
        return
    run = Prepared(order)
    check(run)
    with _held(run):
        token = _PREPARED.set(run)
        try:
            _ = run.files
            yield run
        finally:
            _PREPARED.reset(token)


def check(run: Prepared) -> None:
    """SettingsError or PackageError for what cannot be had, before anything is read or written."""
    order = run.order
    check_prices(order.teacher, run.settings, Budget(usd=order.max_usd))
    _check_names(run)
    check_runner(order.running)
    check_teacher(order.teacher, order.base_url, run.settings)
    try:
        check_ledger(ledger_url(run.settings.ledger))
    except LedgerError as error:
        raise SettingsError(str(error)) from None


@contextmanager
def _held(run: Prepared) -> Iterator[None]:
    """The run's directory, claimed and locked until the block ends."""
    with ExitStack() as stack:
        try:
            run.store.claim(run.mix.name)
            stack.enter_context(run.store.locked(home()))
        except (DirectoryBusy, DirectoryTaken):
            raise
        except Exception as error:
            if run.store.local and not isinstance(error, OSError):
                raise
            # Clients of object stores raise whatever they like.
            output, why = run.order.output, getattr(error, "strerror", None) or error
            raise NotWritable(f"cannot write to {output}: {why}; choose another --output") from error
        yield


def _check_names(run: Prepared) -> None:
    """Names in settings that stand for something the skills have, or the pipeline."""
    skills, settings = run.mix.skills.values(), run.settings
    checks = {name for skill in skills for name in (*skill.checks.instruction, *skill.checks.response)}
    axes = {*knobs().instruct, "language", *(axis for skill in skills for axis in skill.axes)}
    steps = {ALL_STEPS, *(step.name for step in PIPELINE)}
    given = (
        ("skip_checks", settings.skip_checks, checks),
        ("axes", settings.axes, axes),
        ("batch", settings.batch, steps),
    )
    for key, value, known in given:
        unknown = {name.strip() for name in value.split(",") if name.strip()} - known
        if unknown:
            raise SettingsError(f"{key}: unknown {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    drawn = {name.strip() for name in settings.axes.split(",")}
    shifted = {axis for way in run.mix.asked.difficulty.values() for axis in getattr(knobs(), way)}
    if shifted and not shifted & drawn:
        raise SettingsError(
            f"axes: a mix that asks for easier or harder tasks needs {', '.join(sorted(shifted))} among them"
        )
