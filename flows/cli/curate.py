"""The command that makes a dataset of the rows of runs."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.looking import AsJson
from flows.cli.options import fields_of
from flows.home import server_log


def curate(
    runs: Annotated[
        list[str],
        Parameter(help="Run directories, or versions of a factory. Of two rows that say the same, the first stays."),
    ],
    /,
    *,
    output: Annotated[str, Parameter(help="Where the dataset goes: a folder or an fsspec URL.")],
    against: Annotated[
        list[str] | None,
        Parameter(
            help="Benchmarks whose items no row may hold: names such as mmlu and gsm8k, `all`, or files of your own. Repeatable.",
            negative=(),
        ),
    ] = None,
    hold_out: Annotated[
        int, Parameter(help="Rows of each skill to hold out, a tenth of them at most; 0 for none.")
    ] = 100,
    rows: Annotated[int, Parameter(help="Rows to train on, in all; 0 for all that are left.")] = 0,
    mix: Annotated[str, Parameter(help="Shares of skills: coding:2,fermi:1.")] = "",
    min_score: Annotated[
        float, Parameter(help="The least score that the judge of the run gave; rows without one stay.")
    ] = 0.0,
    difficulty: Annotated[
        str, Parameter(help="Bands of measured difficulty to keep: medium,hard; rows not measured stay.")
    ] = "",
    judge: Annotated[
        str,
        Parameter(
            help="Model that is asked whether a row near to an item of --against asks the same in other words; what it confirms "
            "is dropped."
        ),
    ] = "",
    judge_base_url: Annotated[str, Parameter(help="The judge's endpoint; without it, OpenAI's own.")] = "",
    max_usd: Annotated[
        float, Parameter(help="Stop, to be resumed, when the judge has cost as many US dollars; 0: no bound.")
    ] = 0.0,
    max_tokens: Annotated[int, Parameter(help="Stop, to be resumed, after as many tokens; 0: no bound.")] = 0,
    max_calls: Annotated[int, Parameter(help="Stop, to be resumed, after as many calls; 0: no bound.")] = 0,
    max_concurrency: Annotated[int, Parameter(help="Calls of the judge under way at once, at most.")] = 256,
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KEY=VALUE of how the judge's endpoint is reached, as for generate, such as api_key_variable. Repeatable.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    private: Annotated[
        Literal["drop", "keep"], Parameter(help="What becomes of rows with personal data or a secret.")
    ] = "drop",
    diversity: Annotated[
        Literal["off", "filter", "facility"],
        Parameter(
            help="filter drops rows too close to a better one; facility chooses those of --rows that stand for all best."
        ),
    ] = "off",
    alike: Annotated[float, Parameter(help="Cosine similarity from which on filter takes two rows for one.")] = 0.9,
    embeddings: Annotated[
        str,
        Parameter(
            help="Folder of a model2vec model for diversity (hashed words without it), and to find more rows that may say an "
            "item of --against in other words."
        ),
    ] = "",
    offline_rows: Annotated[
        bool, Parameter(help="Rows of the offline teacher too, which are not for training.", negative=())
    ] = False,
    seed: Annotated[int, Parameter(help="Decides which documents are held out.")] = 0,
    workers: Annotated[
        int, Parameter(help="Processes that share the work; 0 for as many as there are processors.")
    ] = 0,
    runner: Annotated[
        Literal["processes", "dask", "ray"], Parameter(help="What executes them; this machine without it.")
    ] = "processes",
    address: Annotated[str, Parameter(help="Of the Dask scheduler or the Ray cluster.")] = "",
    as_json: AsJson = False,
) -> int:
    """Make one dataset of the rows of runs: nothing said twice, in a benchmark, private or poor, and some rows held out."""
    from flows.server.private_server import PrefectApi

    with PrefectApi(server_log()) as api:
        api.begin_early()
        from flows.cli.curate_run import run_curation

        return run_curation(
            api,
            as_json=as_json,
            runs=runs,
            output=output,
            workers=workers,
            runner=runner,
            address=address,
            max_usd=max_usd,
            max_tokens=max_tokens,
            max_calls=max_calls,
            max_concurrency=max_concurrency,
            endpoint=fields_of("--set", set_),
            curating={
                "against": [name for words in against or () for name in words.split(",") if name],
                "hold_out": hold_out,
                "rows": rows,
                "mix": mix,
                "min_score": min_score,
                "difficulty": difficulty,
                "judge": judge,
                "judge_base_url": judge_base_url,
                "private": private,
                "diversity": diversity,
                "alike": alike,
                "embeddings": embeddings,
                "offline_rows": offline_rows,
                "seed": seed,
            },
        )
