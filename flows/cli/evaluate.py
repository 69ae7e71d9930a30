"""The command that examines students."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flows.cli.looking import AsJson
from flows.cli.options import pairs_of
from flows.home import server_log


def evaluate(
    students: Annotated[
        list[str], Parameter(help="Whom to examine: MODEL@http://host/v1, a model's folder, or a GGUF file.")
    ],
    /,
    *,
    output: Annotated[str, Parameter(help="Where answers, figures and report go: a folder or an fsspec URL.")],
    bench: Annotated[str, Parameter(help="A curated dataset; the rows that it holds out are asked (Orca-Bench).")] = "",
    judge: Annotated[str, Parameter(help="The model that scores what no program decides.")] = "",
    judge_base_url: Annotated[
        str, Parameter(help="Its OpenAI-compatible endpoint; without it, its provider's or OpenAI's own.")
    ] = "",
    tasks: Annotated[
        list[str] | None,
        Parameter(
            help="preference, format or summary, each also as NAME=FILE.jsonl; public tasks by the names that curate --against "
            "takes; a YAML file of lm-eval's tasks, or a folder of such. With commas between them; repeatable.",
            negative=(),
        ),
    ] = None,
    limit: Annotated[int, Parameter(help="Items of each data set of a public task to ask; 0 for all.")] = 0,
    compare: Annotated[
        str, Parameter(help="Whom the others are compared with: a student, or the --output of an earlier examination.")
    ] = "",
    anyway: Annotated[
        bool, Parameter(help="Compare also what was examined by another judge, prompt or version.", negative=())
    ] = False,
    rows: Annotated[int, Parameter(help="Held-out rows of each skill to ask; 0 for all.")] = 0,
    answer_tokens: Annotated[int, Parameter(help="The longest answer of a student, in tokens.")] = 2_048,
    max_usd: Annotated[
        float, Parameter(help="Stop, to be resumed, when the calls have cost as many US dollars; 0: no bound.")
    ] = 0.0,
    max_tokens: Annotated[int, Parameter(help="Stop, to be resumed, after as many tokens; 0: no bound.")] = 0,
    max_calls: Annotated[int, Parameter(help="Stop, to be resumed, after as many calls; 0: no bound.")] = 0,
    seed: Annotated[int, Parameter(help="Decides which answers are judged in both orders.")] = 0,
    dry_run: Annotated[bool, Parameter(help="Only tell what it would take at most.", negative=())] = False,
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KEY=VALUE of a setting of endpoint, running or evaluating, repeatable.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Examine students: held-out rows scored against their references, further tasks, and the gains over another student.

    The same command again resumes, and repeats nothing that was paid for.
    """
    from flows.server.private_server import PrefectApi

    pairs, more = pairs_of(set_)
    with PrefectApi(server_log()) as api:
        if not dry_run:
            api.begin_early()
        from flows.cli.evaluate_run import run_evaluation

        return run_evaluation(
            api,
            pairs=pairs,
            as_json=as_json,
            dry_run=dry_run,
            evaluating={"rows": rows, "answer_tokens": answer_tokens, "limit": limit},
            students=[*students, *more],
            output=output,
            bench=bench,
            judge=judge,
            judge_base_url=judge_base_url,
            tasks=tasks or [],
            compare=compare,
            anyway=anyway,
            max_usd=max_usd,
            max_tokens=max_tokens,
            max_calls=max_calls,
            seed=seed,
        )
