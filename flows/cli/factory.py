"""The commands of a factory: a run of it, and a withdrawal."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.looking import AsJson
from flows.cli.options import MIX_FROM, NOTHING_SAID, Prompts, Running, add_skills, fields_of, pairs_of
from flows.home import server_log


def factory(
    documents: Annotated[list[str], Parameter(help="Files, folders, globs or fsspec URLs: all of them, each time.")],
    /,
    *,
    output: Annotated[str, Parameter(help="The factory's directory: a folder or an fsspec URL.")],
    skill: Annotated[
        str, Parameter(help="What the conversations teach: a name that `agentinstruct skills` lists, or `all`.")
    ] = "all",
    teacher: Annotated[
        str, Parameter(help="A model of the endpoint, `offline`, or an installed endpoint: NAME or NAME:MODEL.")
    ] = "offline",
    base_url: Annotated[str, Parameter(help="An OpenAI-compatible endpoint; without it, OpenAI's own.")] = "",
    mode: Annotated[
        Literal["append", "replace", "version"],
        Parameter(
            help="A version holds all rows so far; or those, with new rows of a changed document in place of its old ones; "
            "or the new rows alone."
        ),
    ] = "append",
    vanished: Annotated[
        Literal["keep", "withdraw"], Parameter(help="What becomes of rows of documents that are no longer there.")
    ] = "keep",
    keep_versions: Annotated[int, Parameter(help="The newest so many versions are kept; 0 keeps all.")] = 0,
    curate: Annotated[
        bool,
        Parameter(
            help="A version holds only the rows that curation chooses of all batches, some held out.", negative=()
        ),
    ] = False,
    curating: Annotated[
        list[str] | None,
        Parameter(
            help="KEY=VALUE of what curation asks, repeatable: hold_out, against, min_score …, as options of `curate`.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    watching: Annotated[
        list[str] | None,
        Parameter(
            help="KEY=VALUE of the bounds of sameness, repeatable; a version that breaks one is not published.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    publish: Annotated[
        str, Parameter(help="Formats of `publish`, with commas between, in which a new version is written.")
    ] = "",
    limit: Annotated[int, Parameter(help="New or changed files to take in at most; 0 for all.")] = 0,
    max_usd: Annotated[
        float, Parameter(help="Stop, to be resumed, when the calls have cost as much; 0: no bound.")
    ] = 0,
    max_tokens: Annotated[int, Parameter(help="Stop, to be resumed, after as many tokens; 0: no bound.")] = 0,
    max_calls: Annotated[int, Parameter(help="Stop, to be resumed, after as many calls; 0: no bound.")] = 0,
    seed: Annotated[int, Parameter(help="Decides every draw.")] = 0,
    mix_from: Annotated[str, MIX_FROM] = "",
    running: Running = NOTHING_SAID,
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KEY=VALUE of any setting, repeatable, as for generate.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    own: Prompts = None,
    as_json: AsJson = False,
) -> int:
    """Take in what is new among the documents, and make one new version of the dataset. Run it every night."""
    add_skills(own)
    from flows.server.private_server import PrefectApi

    with PrefectApi(server_log()) as api:
        api.begin_early()
        from flows.cli.factory_run import run_factory

        pairs, more = pairs_of(set_)
        return run_factory(
            api,
            documents=[*documents, *more],
            skill=skill,
            output=output,
            teacher=teacher,
            base_url=base_url,
            mode=mode,
            vanished=vanished,
            keep_versions=keep_versions,
            curate=curate or bool(curating),
            curating=fields_of("--curating", curating, lists=("against",)),
            watching=fields_of("--watching", watching),
            publish=[name for name in publish.split(",") if name],
            limit=limit,
            max_usd=max_usd,
            max_tokens=max_tokens,
            max_calls=max_calls,
            seed=seed,
            mix_from=mix_from,
            pairs=[*running.pairs(), *pairs],
            as_json=as_json,
        )


def withdraw(
    document: Annotated[
        str, Parameter(help="Its path or uri, its file name, or its id (`provenance.document` of a row).")
    ],
    /,
    *,
    output: Annotated[str, Parameter(help="The factory's directory.")],
    reason: Annotated[str, Parameter(help="Why; kept in the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take all that came of a document out of a factory's versions, from now on and for good."""
    from flows.cli.factory_run import take_out

    take_out(document, output, reason, as_json=as_json)
