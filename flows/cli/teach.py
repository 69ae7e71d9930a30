"""The command that teaches a student a dataset."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.looking import AsJson
from flows.cli.options import fields_of
from flows.home import server_log


def teach(
    data: Annotated[str, Parameter(name="DATA", help="A curated dataset: what was the --output of `curate`.")],
    /,
    *,
    student: Annotated[
        str, Parameter(help="What is taught: a folder or a name of the hub that transformers loads, or a GGUF file.")
    ],
    output: Annotated[str, Parameter(help="Where the student goes: a folder that transformers loads afterwards.")],
    recipe: Annotated[
        Literal["orca3", "demo"],
        Parameter(help="orca3: 8192 tokens packed, 8e-6, cosine, 3 epochs. demo: two cores and a small model."),
    ] = "orca3",
    method: Annotated[
        Literal["full", "lora", "last"] | None,
        Parameter(
            help="What is trained: all weights, an adapter, or the last layers; what the recipe says without it."
        ),
    ] = None,
    preferences: Annotated[
        bool, Parameter(help="Afterwards teach it which answers were preferred (DPO).", negative=())
    ] = False,
    config_only: Annotated[
        bool, Parameter(help="Only write a file for axolotl and the commands that train on a cluster.", negative=())
    ] = False,
    processes: Annotated[int, Parameter(help="Processes that train together, one for each GPU.")] = 1,
    offline_rows: Annotated[
        bool, Parameter(help="Rows of the offline teacher too, which are not for training.", negative=())
    ] = False,
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KEY=VALUE of any number of the recipe, repeatable; docs/teaching.md lists them.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Teach a student a dataset, and measure its loss on rows of other documents before and after. The same command resumes."""
    from flows.server.private_server import PrefectApi

    teaching = fields_of("--set", set_)
    with PrefectApi(server_log()) as api:
        api.begin_early()
        from flows.cli.teach_run import run_teaching

        return run_teaching(
            api,
            as_json=as_json,
            data=data,
            student=student,
            output=output,
            recipe=recipe,
            preferences=preferences,
            config_only=config_only,
            processes=processes,
            offline_rows=offline_rows,
            teaching={**teaching, **({"method": method} if method else {})},
        )
