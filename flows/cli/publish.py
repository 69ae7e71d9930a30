"""The command that publishes a dataset."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.looking import AsJson
from flows.home import server_log


def publish(
    data: Annotated[
        str, Parameter(name="DATA", help="A curated dataset, a run directory or a factory: a folder or an fsspec URL.")
    ],
    /,
    *,
    formats: Annotated[
        list[str],
        Parameter(
            name="--as",
            help="hf, orca, openai, sharegpt, alpaca, trl: one or several, with commas between.",
            negative=(),
        ),
    ] = ["hf"],  # noqa: B006 (never changed)
    output: Annotated[str, Parameter(help="Where the formats' folders go; DATA/published without it.")] = "",
    model: Annotated[
        str,
        Parameter(
            name="--for",
            help="A model whose chat template every row must suit: a folder, a .jinja file or a name of the hub. Rows are "
            "changed as little as they can be; what is not rendered whole is left out and listed.",
        ),
    ] = "",
    license: Annotated[
        str, Parameter(help="The licence that the card names, as cc-by-4.0; without it what is known of the documents.")
    ] = "",
    test_share: Annotated[
        float,
        Parameter(help="Share of rows dealt to `test`, by document, where none are held out; 0: no such split."),
    ] = 0.05,
    offline_rows: Annotated[
        bool, Parameter(help="Rows of the offline teacher too, which are not for training.", negative=())
    ] = False,
    anyway: Annotated[
        bool, Parameter(help="Publish also rows that curation found too much alike.", negative=())
    ] = False,
    push: Annotated[
        str,
        Parameter(
            help="ORG/NAME, a dataset repository of the Hugging Face hub, private unless it is there; each format but the first "
            "goes to ORG/NAME-FORMAT. The token is HF_TOKEN, or the hub's own login."
        ),
    ] = "",
    public: Annotated[bool, Parameter(help="Let everybody read the repository.", negative=())] = False,
    dry_run: Annotated[bool, Parameter(help="Only tell which files --push would push.", negative=())] = False,
    workers: Annotated[
        int, Parameter(help="Processes that share the work, with --runner; 0 for as many as there are processors.")
    ] = 0,
    runner: Annotated[
        Literal["processes", "dask", "ray"] | None,
        Parameter(help="What executes them: processes of this machine, Dask or Ray; this process alone without it."),
    ] = None,
    address: Annotated[str, Parameter(help="Of the Dask scheduler or the Ray cluster.")] = "",
    as_json: AsJson = False,
) -> int:
    """Write a dataset in the layouts that hubs and trainers load: each a folder of train and test, with a card."""
    from flows.server.private_server import PrefectApi

    with PrefectApi(server_log()) as api:
        api.begin_early()
        from flows.cli.publish_run import run_publish

        return run_publish(
            api,
            as_json=as_json,
            data=data,
            formats=formats,
            output=output,
            model=model,
            license=license,
            test_share=test_share,
            offline_rows=offline_rows,
            anyway=anyway,
            push=push,
            public=public,
            dry_run=dry_run,
            workers=workers,
            runner=runner or "",
            address=address,
        )
