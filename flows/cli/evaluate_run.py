"""An examination from the command line: checked before anything starts, its price told, then the flow, then the table."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.launch import STOPPED, came_up, quiet
from flows.cli.screen import screen, tell
from flows.evaluating import EvaluateOrder
from flows.evaluation import Plan, planned
from flows.home import home
from flows.order import order_of
from flows.room import no_room
from flows.server.private_server import PrefectApi
from tasks.evaluation.forecast import Asked, Bound
from tasks.evaluation.wording import figure_in_words, gain_in_words, notes_of, weakest_of
from tasks.publish.report.figures import money, short
from tasks.records import Json
from tasks.records.store import DirectoryBusy
from tasks.settings import Evaluating, from_pairs
from tasks.teacher import StopRun
from tasks.teacher.budget import Budget
from tasks.teacher.ledger import LedgerError
from tasks.teacher.opening import check_prices
from tasks.teacher.prices import price_of
from tasks.teacher.usage import together


def run_evaluation(api: PrefectApi, *, pairs: list[str], as_json: bool, dry_run: bool, **parameters: Any) -> int:
    """Run the flow and tell what came of it; the exit code. ValueError for what is wrong with the command."""
    order = order_of({**parameters, **_groups(pairs, parameters)}, EvaluateOrder)
    plan = planned(order)
    for student in plan.everybody:
        check_prices(student.model, plan.settings, Budget(order.max_usd, order.max_tokens, order.max_calls))
    bound = asyncio.run(_bound(plan))
    errors = screen(errors=True)
    errors.print(_foretold(bound, plan.public), style="dim", markup=False)
    if dry_run:
        tell(bound.told()) if as_json else None
        return 0
    errors.print("Starting Prefect …", style="dim")
    if problem := came_up(api, "flows.evaluate", plan.students[0].model):
        errors.print(f"{problem}.", style="yellow", markup=False)
        return STOPPED
    try:
        told = _run(order)
    except (LedgerError, StopRun) as stop:
        errors.print(f"{stop}. Run the same command again to resume.", style="yellow", markup=False)
        return STOPPED
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    except Exception as error:
        from flows.evaluate import NotExamined

        full = no_room(error, [home(), *([order.output] if "://" not in order.output else [])])
        if not full and not isinstance(error, NotExamined):
            raise
        errors.print(f"{full or error}.", style="yellow", markup=False)
        return STOPPED
    tell({**told, "output": order.output}) if as_json else _summarise(screen(), told, order.output)
    return 0


def _groups(pairs: list[str], parameters: dict[str, Any]) -> dict[str, Any]:
    """The groups of settings that an examination has; those of --set that are its own go to them."""
    own = [pair for pair in pairs if pair.partition("=")[0] in Evaluating.model_fields]
    groups = from_pairs([pair for pair in pairs if pair not in own]).groups()
    evaluating = parameters["evaluating"] | dict(pair.split("=", 1) for pair in own)
    return {"endpoint": groups["endpoint"], "running": groups["running"], "evaluating": evaluating}


async def _bound(plan: Plan) -> Bound:
    """What all students take at most."""
    order, table = plan.order, plan.settings.price_table
    judge = price_of(order.judge, table) if order.judge else None
    bound = Bound()
    for student in plan.everybody:
        asked = Asked(order.evaluating, order.seed, price_of(student.model, table), judge, bool(order.judge))
        bound += await asked.most_of(plan.bench)
        for each in plan.tasks:
            compares = each.task.compares and plan.base is not None and student != plan.base
            bound += asked.most_of_task(each, again=compares)
    return bound


def _foretold(bound: Bound, public: list[str]) -> str:
    cost = f", {money(bound.usd)}" if bound.usd is not None else ""
    beside = f" Each item of {', '.join(public)} is a call beside that." if public else ""
    keyed = f"; a program decides {bound.by_key:,} answers as a rule" if bound.by_key else ""
    return (
        f"At most {bound.student_calls:,} calls of students and {bound.judge_calls:,} of the judge, beside those that are made "
        f"again: {short(bound.prompt_tokens)} tokens of prompts, {short(bound.completion_tokens)} of answers{cost}{keyed}."
        f"{beside}"
    )


def _run(order: EvaluateOrder) -> Json:
    import uvloop

    from flows.evaluate import evaluate

    quiet()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(evaluate(**dict(order)))


def _summarise(console: Console, told: Json, output: str) -> None:
    """Print the table of the paper: a line for each task, the figures of all, the gains over the base."""
    names = [student["name"] for student in told["students"]]
    table = Table(title="Examined", title_justify="left", show_edge=False)
    table.add_column("task")
    for name in names:
        table.add_column(Text(name), justify="right")
        if name in told["differences"]:
            table.add_column("gain", justify="right")
    for line in told["table"]:
        cells = [Text(line["task"])]
        for name in names:
            cells.append(Text(figure_in_words(told, name, line)))
            if name in told["differences"]:
                cells.append(Text(gain_in_words(line, name)))
        table.add_row(*cells)
    console.print(table)
    for note in notes_of(told):
        console.print(note, style="yellow", markup=False, soft_wrap=True)
    for said in weakest_of(told):
        console.print(said, markup=False, soft_wrap=True)
    if any(found["mix"] for found in told["weakness"].values()):
        again = (
            f"agentinstruct generate DOCUMENTS --skill all --mix-from {output}/mix.yaml --output NEW --teacher MODEL"
        )
        console.print(f"To teach that next:\n  .venv/bin/{again}", markup=False, soft_wrap=True)
    console.print(f"Report: {output}/report.html  Answers: {output}/answers/", markup=False, soft_wrap=True)
    console.print(_paid(told), markup=False, soft_wrap=True)


def _paid(told: Json) -> str:
    parts = [counts for models in told["usage"].values() for counts in models.values()]
    total = together(parts)
    cost = "" if total["cost_usd"] is None else f", {money(total['cost_usd'])}"
    return (
        f"{total['made']:,} calls, {total['replayed']:,} answers of the ledger, "
        f"{short(total['prompt_tokens'] + total['completion_tokens'])} tokens{cost}"
    )
