"""`agentinstruct estimate`: what a run would take, told without a paid call and without a trace in its directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.screen import screen, tell
from flows.home import ledger_url
from flows.order import Order, order_of
from flows.preparation import Prepared
from flows.telling.phrases import number
from tasks.publish.report.figures import money as dollars
from tasks.publish.report.figures import short
from tasks.records import Json
from tasks.settings import Settings, SettingsError, from_pairs
from tasks.steps.forecast import Basis, Forecast, Prices, forecast_by
from tasks.steps.history import History
from tasks.steps.ranges import Range
from tasks.steps.reading import Pieces, count_documents
from tasks.teacher.endpoints import model_of
from tasks.teacher.ledger import LedgerError, known_outcomes
from tasks.teacher.prices import price_of

REPLAYED = "Calls that the ledger can answer are among these: which those are shows only when the run makes them."


def estimate_run(*, pairs: list[str], as_json: bool, **parameters: Any) -> None:
    """Read the documents as the run would and tell what it takes; ValueError for what is wrong with the command."""
    order = order_of({**parameters, **from_pairs(pairs).groups()}, Order)
    ready, pieces = Prepared(order), Pieces()
    errors = screen(errors=True)
    with errors.status("Reading …") as status:
        given = (pieces, ready.files, ready.mix, ready.settings)
        for read in count_documents(*given, seed=order.seed, limit=order.limit):
            status.update(f"Reading … {read:,} documents, {pieces.total:,} pieces")
    model = model_of(order.teacher) or order.teacher
    basis = Basis(ready.mix, ready.settings, pieces, _prices(model, ready.settings), _history(ready, model))
    types = sum(len(skill.task_types) for skill in ready.mix.skills.values())
    wanted = order.rows or order.rows_per_type * types
    said = forecast_by(basis, wanted)
    if as_json:
        tell({"documents": _documents(pieces), "teacher": model, **said.told(), "wanted": wanted, "note": REPLAYED})
    else:
        show(screen(), said, pieces, model, wanted)


def _prices(model: str, settings: Settings) -> Prices:
    """What the voices cost; judge and student are the teacher where the settings name no model for them."""
    names = [model, *(model_of(own) or own or model for own in (settings.judge_model, settings.student_model))]
    return Prices(*(price_of(name, settings.price_table) for name in names))


def _history(ready: Prepared, model: str) -> History:
    try:
        return History(tuple(known_outcomes(ledger_url(ready.settings.ledger), model)))
    except LedgerError as error:
        raise SettingsError(str(error)) from None


def _documents(pieces: Pieces) -> Json:
    return {
        "used": pieces.used,
        "rejected": pieces.rejected_by.total(),
        "pieces": pieces.total,
        "characters": sum(counts.characters for counts in pieces.by_skill.values()),
    }


def show(console: Console, said: Forecast, pieces: Pieces, model: str, wanted: int) -> None:
    """Print it as a table, a row a step."""
    found = _documents(pieces)
    console.print(
        Text(
            f"{found['used']:,} documents in {found['pieces']:,} pieces, {found['characters']:,} characters; "
            f"{found['rejected']:,} cannot be used. Teacher: {model}."
        ),
        soft_wrap=True,
    )
    table = Table(title="least – likely – most", title_style="dim")
    table.add_column("step")
    for name in ("calls", "tokens", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, step in [*said.steps.items(), ("in all", said.whole)]:
        cost = "unknown" if step.cost_usd is None else _span(step.cost_usd, dollars)
        table.add_row(name, _span(step.calls), _span(step.tokens, short), cost)
    console.print(table)
    console.print(Text(f"Rows: {_rows(said, wanted)}."), soft_wrap=True)
    console.print(Text(f"Time: {_time(said)}."), soft_wrap=True)
    console.print(Text(f"{_goes_by(said)} {REPLAYED}"), soft_wrap=True)


def _rows(said: Forecast, wanted: int) -> str:
    come = (
        f"about {_span(said.accepted)} accepted ones come of them"
        if said.accepted
        else "how many are accepted was not measured"
    )
    all_of_it = f"the documents ask for {said.rows:,}, before refinement makes more of them; {come}"
    if not wanted:
        return all_of_it
    again = " in further rounds over the same documents" if wanted > said.brought.likely else ""
    return f"{wanted:,} accepted ones wanted, for which the figures above are{again}; {all_of_it}"


def _time(said: Forecast) -> str:
    low, high, why = said.duration.low, said.duration.high, said.duration.why
    if low is None:
        return f"unknown: {why}"
    return f"{_clock(low)} to {_clock(high)} ({why})" if high is not None else f"at least {_clock(low)} ({why})"


def _goes_by(said: Forecast) -> str:
    if said.measured:
        return f"By {number(said.measured, 'earlier run')} of this model in the ledger."
    return "Nothing was measured with this model yet: the range is from what usually comes to what the settings allow at most."


def _span(span: Range, shown: Callable[[float], str] = "{:,.0f}".format) -> str:
    return f"{shown(span.low)}–{shown(span.likely)}–{shown(span.high)}"


def _clock(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
