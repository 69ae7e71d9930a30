"""A factory: what is new among the documents becomes a batch, and the batches one new version of the dataset.

documents -> survey -> batches: documents -> transform -> ... -> verify -> register
                    -> version
"""

from __future__ import annotations

from functools import partial

from prefect import flow
from prefect.states import Completed

from flows.curating import check_judge
from flows.ending import Told, in_one_sentence
from flows.intake import Asked, Made, judges_settings, look, make, make_version, plant_at, sitting_of
from flows.order import (
    BaseUrl,
    Curated,
    CuratingGroup,
    Documents,
    EndpointGroup,
    FactoryMode,
    FactoryOrder,
    FactorySkill,
    KeptVersions,
    Limit,
    MaxCalls,
    MaxTokens,
    MaxUsd,
    MixFrom,
    Output,
    PublishedFormats,
    ReadingGroup,
    RunningGroup,
    SamplingGroup,
    Seed,
    TeacherName,
    ToolsGroup,
    VanishedRows,
    VerifyingGroup,
    WatchingGroup,
    order_of,
)
from flows.preparation import Prepared, check
from flows.publish import publish as publish_dataset
from flows.telling.names import named
from flows.telling.phrases import number
from flows.telling.story import hush, say
from flows.turn import in_turn
from tasks.factory.batches import planned
from tasks.factory.factory import Factory, Ways
from tasks.factory.survey import Survey
from tasks.records import Json
from tasks.settings import Curating, Endpoint, Reading, Running, Sampling, Tools, Verifying, Watching
from tasks.steps.mix import ALL
from tasks.steps.mix_file import MixFile
from tasks.teacher.budget import Budget


class Unfinished(Told):
    """Some batches could not be finished; the next run takes them up again. `summary` tells what was done all the same."""

    def __init__(self, summary: Json, made: list[Made]) -> None:
        super().__init__("; ".join(each.problem for each in made if each.problem))
        self.summary, self.stopped = summary, any(each.stopped for each in made)


@flow(name="factory", flow_run_name=named("out/factory"), validate_parameters=False)
@in_one_sentence
async def factory(
    documents: Documents,
    skill: FactorySkill = ALL,
    output: Output = "out/factory",
    teacher: TeacherName = "offline",
    base_url: BaseUrl = "",
    mode: FactoryMode = "append",
    vanished: VanishedRows = "keep",
    keep_versions: KeptVersions = 0,
    curate: Curated = False,
    curating: CuratingGroup = Curating(),  # noqa: B008 (frozen, as the others are)
    watching: WatchingGroup = Watching(),  # noqa: B008
    publish: PublishedFormats = (),
    limit: Limit = 0,
    max_usd: MaxUsd = 0.0,
    max_tokens: MaxTokens = 0,
    max_calls: MaxCalls = 0,
    seed: Seed = 0,
    mix_from: MixFrom = "",
    reading: ReadingGroup = Reading(),  # noqa: B008
    sampling: SamplingGroup = Sampling(),  # noqa: B008
    tools: ToolsGroup = Tools(),  # noqa: B008
    verifying: VerifyingGroup = Verifying(),  # noqa: B008
    endpoint: EndpointGroup = Endpoint(),  # noqa: B008
    running: RunningGroup = Running(),  # noqa: B008
) -> Json:
    """Take in what is new among the documents, and make one new version of the dataset.

    Args:
        documents: Files, folders, globs or fsspec URLs: all of them, each time; what was taken in before is passed over.
        skill: What the conversations teach; `all` for a balanced mix of every skill.
        output: The factory's directory: a folder or an fsspec URL; empty for out/factory.
        teacher: A model of the endpoint, `offline` (the embedded teacher), or an endpoint of an installed package.
        base_url: An OpenAI-compatible endpoint; empty for OpenAI's own.
        mode: append: a version holds all rows so far. replace: new rows of a changed document take the place of its old ones.
            version: a version holds the new rows alone.
        vanished: Whether rows of documents that are no longer there are kept or withdrawn.
        keep_versions: The newest so many versions are kept; 0 keeps all.
        curate: Whether a version holds only the rows that curation chooses of all batches, some of them held out.
        curating: Which rows those are.
        watching: From where on the rows of a version are too much alike to be published.
        publish: Formats in which a new version is published, below published/ in the factory; empty for none.
        limit: New or changed files to take in at most; the others wait for the next run. 0 for all.
        max_usd: US dollars that the run may cost; 0 sets no bound.
        max_tokens: Tokens that the run may take; 0 sets no bound.
        max_calls: Calls that the run may make; 0 sets no bound.
        seed: Decides every draw.
        mix_from: A file that says which skills and task types to teach more, and whether harder or easier; `evaluate` writes one.
        reading: What of the documents is read, and how it is cut into pieces.
        sampling: How many passages, instructions and responses are made, and in which variety.
        tools: What agents may use while they answer.
        verifying: What a row must pass, who judges it, and how difficult its task is.
        endpoint: How the endpoint is reached and how long it is waited for.
        running: How fast the endpoint is asked, and how the work is cut up.

    Returns:
        What was found, made and changed.

    Raises:
        Unfinished: A batch failed, was stopped or brought next to nothing; the next run takes it up again.
        OrderError: A parameter is not what it may be; likewise what `check` raises.
    """
    order = order_of(locals(), FactoryOrder)
    ready = Prepared(order)
    check(ready)
    check_curating(order)
    asked = Asked(order)
    async with in_turn(order.output, partial(plant_at, order.output)) as plant:
        found = await look(plant, order.documents, order.settings)
        begin(found, ready.mix.asked)
        made: list[Made] = []
        for batch in planned(plant.store, plant.registry, found.fresh, asked.how, plant.now(), order.limit):
            made.append(await make(plant, batch, asked.within(made)))
            if made[-1].stopped:
                break
        left = order.model_copy(update=asked.left(made))
        version = await make_version(plant, ways_of(order), asked.told, sitting_of(plant, left))
        summary = summary_of(plant, found, made, version)
        summary["published"] = await publish_version(plant, version, order) if version and order.publish else None
    if any(each.problem for each in made):
        raise Unfinished(summary, made)
    return Completed(message=summary["message"], data=summary)  # type: ignore[return-value]  # its data is what a caller gets


def ways_of(order: FactoryOrder) -> Ways:
    """How versions are made."""
    return Ways(
        order.mode, order.vanished, order.keep_versions, order.curating if order.curate else None, order.watching
    )


def check_curating(order: FactoryOrder) -> None:
    """SettingsError or PackageError for a judge that cannot be had, before anything is made."""
    if order.curate and order.curating.judge:
        check_judge(order.curating, judges_settings(order.settings), Budget(usd=order.max_usd))


async def publish_version(plant: Factory, version: Json, order: FactoryOrder) -> Json | None:
    """Publish a new version, unless its rows are too much alike; what was written."""
    if alarms := version["sameness"]["alarms"]:
        say(f"Version {version['version']} is not published: {'; '.join(alarms)}.", warn=True)
        return None
    root = plant.store.output.rstrip("/")
    told: Json = await publish_dataset(
        f"{root}/versions/{version['version']}",
        order.publish,
        f"{root}/published",
        offline_rows=order.curating.offline_rows,
    )
    return told


def begin(found: Survey, mix: MixFile) -> None:
    """Begin the story of the run with what was found, and the mix that is asked for."""
    hush()
    files = ", ".join(f"{count:,} {name}" for name, count in counts_of(found).items() if count)
    say(f"Found {files or 'no'} files." + (f" Mix: {mix}." if mix else ""))


def counts_of(found: Survey) -> dict[str, int]:
    """Files by what they are to the factory."""
    changed = sum(fresh.changed for fresh in found.fresh)
    return {
        "new": len(found.fresh) - changed,
        "changed": changed,
        "unchanged": found.unchanged,
        "gone": found.gone,
        "withdrawn": found.withdrawn,
        "unreadable": len(found.unreadable),
    }


def summary_of(plant: Factory, found: Survey, made: list[Made], version: Json | None) -> Json:
    """What was found, made and changed: counts and names."""
    files = counts_of(found)
    unread = [{"uri": each.uri, "why": each.problem[1]} for each in found.unreadable if each.problem]
    facts = ("version", "rows", "difference", "left_out", "skills", "sameness")
    told = {name: version[name] for name in facts} if version else None
    batches = [each.told for each in made]
    summary = {"files": files, "unread": unread, "batches": batches, "made": told, "latest": plant.latest}
    return {**summary, "message": _message(summary)}


def _message(summary: Json) -> str:
    """One sentence for the state that the UI shows."""
    files, made = summary["files"], summary["made"]
    fresh, batches = files["new"] + files["changed"], summary["batches"]
    unread = f"; {files['unreadable']:,} could not be read" if files["unreadable"] else ""
    again = sum(bool(batch["again"]) for batch in batches)
    unread += f"; {number(again, 'batch', 'es')} brought next to nothing, the next run tries again" if again else ""
    if made:
        change = made["difference"]
        counts = f"{number(made['rows'], 'row')}, {change['added']:,} added, {change['removed']:,} removed"
        return f"Version {made['version']}: {counts}{unread}"
    latest = f"{summary['latest']} stays the latest version" if summary["latest"] else "there is no version yet"
    if batches or fresh:
        return f"No new row from {number(fresh, 'new or changed file')}{unread}: {latest}"
    return f"Nothing new among {number(files['unchanged'] + files['withdrawn'], 'file')}{unread}: {latest}"
