"""What a factory's run does, as Prefect tasks: look at the documents, make a batch, register it, make a version."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.ending import Incomplete, TooFewRows
from flows.generate import run_through
from flows.greeting import greeted
from flows.home import home
from flows.judging import Sitting
from flows.order import FactoryOrder, Order
from flows.preparation import NotWritable, Prepared
from flows.session import opened
from tasks.documents.discover import discover
from tasks.factory import registry
from tasks.factory.batches import MOST_TRIES, Batch, write
from tasks.factory.curation import FOLDER
from tasks.factory.factory import Factory, Ways, held
from tasks.factory.index import write_index
from tasks.factory.survey import Survey, survey
from tasks.publish.shortfall import EXPECTED
from tasks.records import Json, digest
from tasks.settings import ENDPOINT_ONLY, Settings
from tasks.steps.mix import mix_of
from tasks.steps.mix_file import read_mix
from tasks.steps.reading import DealtShard, NothingUsable, Pieces, read_documents
from tasks.steps.run import Run
from tasks.teacher import StopRun
from tasks.teacher.budget import Budget


class Asked:
    """What rows are made by. A plain class: Prefect walks through dataclasses that a task is given."""

    def __init__(self, order: Order) -> None:
        self.order = order
        skill, teacher, seed, settings = order.skill, order.teacher, order.seed, order.settings
        mix = mix_of(skill, settings.mix, read_mix(order.mix_from)).told
        self.told: Json = {
            "skill": skill,
            "teacher": {"model": teacher},
            "seed": seed,
            **({"mix": mix} if mix else {}),
            "settings": settings.model_dump(mode="json"),
        }
        """What the manifest of a version tells of it."""
        plain = settings.model_dump(mode="json", exclude=ENDPOINT_ONLY)
        self.how = digest(skill, teacher, seed, plain, *([mix] if mix else []))[:20]
        """Stands for all that decides the rows of a batch but its documents; an unfinished batch is resumed if it is the same."""

    def within(self, made: Sequence[Made]) -> Asked:
        """The same with what these batches have left of the budget, if there is one."""
        return Asked(self.order.model_copy(update=self.left(made)))

    def left(self, made: Sequence[Made]) -> Json:
        """What these batches have left of the budget, if there is one, by the order's fields."""
        calls, usd = sum(each.calls for each in made), sum(each.usd for each in made)
        tokens = sum(each.tokens for each in made)
        return {
            **({"max_calls": max(1, self.order.max_calls - calls)} if self.order.max_calls else {}),
            **({"max_tokens": max(1, self.order.max_tokens - tokens)} if self.order.max_tokens else {}),
            **({"max_usd": max(1e-9, self.order.max_usd - usd)} if self.order.max_usd else {}),
        }


class Made:
    """What became of a batch."""

    def __init__(
        self,
        batch: Batch,
        manifest: Json | None,
        problem: str = "",
        *,
        stopped: bool = False,
        again: str = "",
        unfit: str = "",
    ) -> None:
        self.problem, self.stopped = problem, stopped
        """Why it is not finished, and whether nothing more can be made in this run; empty if it is finished."""
        last = manifest["attempts"][-1] if manifest else {}
        self.calls: int = last.get("made", 0)
        self.tokens: int = last.get("prompt_tokens", 0) + last.get("completion_tokens", 0)
        self.usd: float = last.get("cost_usd") or 0.0
        self.told: Json = {
            "id": batch.plan.id,
            "resumed": batch.resumed,
            "files": len(batch.files),
            "documents": manifest["documents"]["used"] if manifest else 0,
            "rows": manifest["accepted"] if manifest else 0,
            "calls": {name: last.get(name) for name in ("made", "replayed", "cost_usd")},
            "problem": problem,
            "again": again,
            "unfit": unfit,
        }


@contextmanager
def plant_at(output: str) -> Iterator[Factory]:
    """The factory in this directory, until the block ends; NotWritable if it cannot be had, DirectoryBusy if another has it."""
    with ExitStack() as stack:
        try:
            plant = stack.enter_context(held(output, home()))
        except OSError as error:
            why = error.strerror or error
            raise NotWritable(f"cannot write to {output}: {why}; choose another --output") from error
        yield plant


@task(name="survey", task_run_name="survey", cache_policy=NO_CACHE, persist_result=False)
async def look(plant: Factory, documents: Sequence[str], settings: Settings) -> Survey:
    """List the documents and compare them with the registry."""

    def work() -> Survey:
        files = discover(documents, plant.store.output, settings.read_ignored, may_be_empty=True)
        found = survey(files, plant.registry, plant.withdrawn.files)
        registry.save(plant.store, plant.registry)
        return found

    return await asyncio.to_thread(work)


async def make(plant: Factory, batch: Batch, asked: Asked) -> Made:
    """Take the batch through the steps in a run directory of its own, and register it if it got to its end.

    One that brought next to nothing is tried again by later runs, so many times; then it counts as what it is. That fails a run
    only where many rows were asked for: of a few documents none may be fit.
    """
    order = asked.order.model_copy(update={"output": f"{plant.store.output.rstrip('/')}/{batch.folder}"})
    ready = Prepared(order)
    manifest: Json | None = None
    unfit = ""
    try:
        with ready.store.locked(home()):
            async with opened(ready) as session:
                run = Run(session, Pieces())
                await greeted(run)
                manifest = await run_through(run, order, shards_of(run, plant, batch))
    except NothingUsable as nothing:
        unfit = str(nothing)
    except TooFewRows as few:
        manifest = few.manifest
        tried = batch.plan.model_copy(update={"barren": batch.plan.barren + 1})
        write(plant.store, tried)
        if tried.barren < MOST_TRIES:
            few_asked = manifest["forecast"]["rows"] < EXPECTED
            return Made(batch, manifest, "" if few_asked else str(few), again=str(few))
    except Incomplete as incomplete:
        return Made(batch, incomplete.manifest, str(incomplete), stopped=bool(incomplete.stopped))
    except StopRun as stop:
        return Made(batch, None, str(stop), stopped=True)
    await register(plant, batch, manifest)
    return Made(batch, manifest, unfit=unfit)


def shards_of(run: Run, plant: Factory, batch: Batch) -> Generator[DealtShard]:
    """The shards of those documents of the batch that the factory does not know, as they are read."""
    known, withdrawn = plant.registry.documents.keys(), plant.withdrawn.documents
    batch.held.clear()
    session = run.session
    return read_documents(
        run.pieces,
        session.store,
        batch.found,
        session.mix,
        session.settings,
        seed=session.seed,
        stopped=lambda: session.teacher.stopped,
        wanted=partial(batch.wanted, known, withdrawn),
        dealt=batch.plan.dealt,
    )


@task(name="register", task_run_name="register", cache_policy=NO_CACHE, persist_result=False)
async def register(plant: Factory, batch: Batch, manifest: Json | None) -> None:
    """Enter the batch into the registry: from here on its rows belong to every version that wants them."""

    def work() -> None:
        rows = write_index(plant.store, batch.folder)
        pieces = {name: facts["passages"] for name, facts in manifest["skills"].items()} if manifest else {}
        batch.close(plant.registry, rows, pieces, plant.withdrawn.documents)
        registry.save(plant.store, plant.registry)

    await asyncio.to_thread(work)


@task(name="version", task_run_name="version", cache_policy=NO_CACHE, persist_result=False)
async def make_version(plant: Factory, ways: Ways, how: Json, sitting: Sitting | None) -> Json | None:
    """Make a new version, if there is anything to change; a judge that curation asks for is had by `sitting`."""
    ask = sitting.from_thread(asyncio.get_running_loop()) if sitting else None
    return await asyncio.to_thread(plant.make_version, ways, how, ask)


def sitting_of(plant: Factory, order: FactoryOrder) -> Sitting | None:
    """How the judge of versions is asked, if there is one, within the budget of the order."""
    curating = order.curating
    if not (order.curate and curating.judge):
        return None
    bound = Budget(order.max_usd, order.max_tokens, order.max_calls)
    return Sitting(curating.judge, curating.judge_base_url, judges_settings(order.settings), bound, plant.store, FOLDER)


def judges_settings(settings: Settings) -> Settings:
    """Those by which a judge of versions is asked: a secret of the teacher's address is none of another's business."""
    own = (
        "request_headers",
        "request_extra",
        "judge_model",
        "judge_base_url",
        "student_model",
        "student_base_url",
        "batch",
    )
    plain = Settings()
    key = settings.judge_key_variable or plain.api_key_variable
    return settings.model_copy(update={**{name: getattr(plain, name) for name in own}, "api_key_variable": key})
