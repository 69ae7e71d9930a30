"""Options that several commands have."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from cyclopts import Parameter

Prompts = Annotated[
    str | None, Parameter(name="--prompts", help="A folder of your own skills: they add to ours and override them.")
]


@Parameter(name="*")
@dataclass(frozen=True)
class Running:
    """Flags that stand for settings: those that are changed from run to run."""

    max_concurrency: Annotated[int | None, Parameter(help="Calls under way at once, at most.")] = None
    rpm: Annotated[int | None, Parameter(help="Requests a minute, at most.")] = None
    tpm: Annotated[int | None, Parameter(help="Tokens a minute, of prompts and answers, at most.")] = None
    ledger: Annotated[
        str | None, Parameter(help="Database of the answers, shared by machines: postgresql://USER@HOST/DATABASE.")
    ] = None
    processes: Annotated[int | None, Parameter(help="Processes that share the work.")] = None
    runner: Annotated[
        Literal["processes", "dask", "ray", "pool"] | None,
        Parameter(help="What executes them; this machine without it."),
    ] = None
    address: Annotated[
        str | None, Parameter(help="Of the Dask scheduler or the Ray cluster; of a pool, its deployment, FLOW/NAME.")
    ] = None
    shard_size: Annotated[int | None, Parameter(help="Pieces of documents a shard.")] = None
    batch: Annotated[
        str | None,
        Parameter(
            help="Steps whose calls go through the provider's Batch API, at about half the price: all, or some of "
            "transform,instruct,refine,respond,verify."
        ),
    ] = None

    def pairs(self) -> list[str]:
        """Those that were given, as `--set` takes them."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return [f"{name}={value}" for name, value in given.items() if value is not None]


NOTHING_SAID = Running()


MIX_FROM = Parameter(
    help="A file that says which skills and task types to teach more, and whether harder or easier; `evaluate` writes one."
)
Documents = Annotated[list[str], Parameter(help="Files, folders, globs or fsspec URLs.")]


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """What rows a run is asked for, of which teacher, and within which budget."""

    skill: Annotated[
        str, Parameter(help="What the conversations teach: a name that `agentinstruct skills` lists, or `all`.")
    ]
    teacher: Annotated[
        str, Parameter(help="A model of the endpoint, `offline`, or an installed endpoint: NAME or NAME:MODEL.")
    ] = "offline"
    base_url: Annotated[str, Parameter(help="An OpenAI-compatible endpoint; without it, OpenAI's own.")] = ""
    limit: Annotated[int, Parameter(help="Documents to use at most; 0 for all.")] = 0
    rows: Annotated[
        int, Parameter(help="Accepted rows to make, no fewer and no more; 0: what the documents bring.")
    ] = 0
    rows_per_type: Annotated[int, Parameter(help="The same of each task type.")] = 0
    max_usd: Annotated[
        float, Parameter(help="Stop, to be resumed, when the calls have cost as many US dollars; 0: no bound.")
    ] = 0.0
    max_tokens: Annotated[int, Parameter(help="Stop, to be resumed, after as many tokens; 0: no bound.")] = 0
    max_calls: Annotated[int, Parameter(help="Stop, to be resumed, after as many calls; 0: no bound.")] = 0
    seed: Annotated[int, Parameter(help="Decides every draw.")] = 0
    mix_from: Annotated[str, MIX_FROM] = ""
    marks: Annotated[
        str, Parameter(help="A file of marks that a report's reader saved: what it calls bad is left out.")
    ] = ""
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KEY=VALUE of any setting, repeatable; `agentinstruct settings` lists them.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None

    def parameters(self, documents: list[str], running: Running) -> dict[str, Any]:
        """The same as an order takes it, with the settings as pairs."""
        pairs, more = pairs_of(self.set_)
        plain = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "set_"}
        return {"documents": [*documents, *more], "pairs": [*running.pairs(), *pairs], **plain}


def pairs_of(words: list[str] | None) -> tuple[list[str], list[str]]:
    """Settings, and the documents among what --set took: a setting without its value must not pass for a document."""
    from tasks.settings import Settings

    pairs = [word for word in words or [] if "=" in word or word in Settings.model_fields]
    return pairs, [word for word in words or [] if word not in pairs]


def add_skills(folder: str | None) -> None:
    """Add the skills of the folder that `--prompts` names, if it names one; CatalogueError if there is none."""
    if folder:
        from prompts import use  # takes its time, which --help need not wait for

        use(folder)


def fields_of(flag: str, words: list[str] | None, lists: tuple[str, ...] = ()) -> dict[str, Any]:
    """Fields of a group as KEY=VALUE gives them; those in `lists` take several, with commas. ValueError for other words."""
    found: dict[str, Any] = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign:
            raise ValueError(f"{flag} takes KEY=VALUE, saw '{word}'")
        found[name] = [part for part in value.split(",") if part] if name in lists else value
    return found
