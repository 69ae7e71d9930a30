"""What a terminal shows while a run goes on: one live block, or a line now and then where nobody can see it change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from flows.telling.phrases import by_reason, clock, in_batches, money
from flows.telling.progress import Snapshot, left, line, waits

LINE_SECONDS, FRAME_SECONDS = 10.0, 0.5


async def show(console: Console, snapshot: Callable[[], Snapshot]) -> None:
    """Show how far it is, until cancelled."""
    if not console.is_terminal:
        while True:
            await asyncio.sleep(LINE_SECONDS)
            console.print(line(snapshot()), highlight=False, soft_wrap=True)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            live.update(block(snapshot(), console.width), refresh=True)
            await asyncio.sleep(FRAME_SECONDS)


def block(now: Snapshot, width: int) -> Group:
    """The live block: a bar for each step, then calls, money and why it waits."""
    bars = Table.grid(Column(), Column(), Column(justify="right"), Column(no_wrap=True), padding=(0, 1))
    room = max(10, min(40, width - 52))
    for step in now.steps:
        made = f"{step.records:,} {step.makes or 'records'}"
        fell = f", {step.rejected:,} rejected" if step.rejected else ""
        bar = ProgressBar(total=1.0, completed=step.share, width=room)
        bars.add_row(step.name, bar, f"{step.shards}/{now.total}{'+' * now.reading}", Text(made + fell, style="dim"))
    lines = [Text(text, overflow="ellipsis", no_wrap=True) for text in told(now)]
    return Group(bars, *lines)


def told(now: Snapshot) -> list[str]:
    """The lines below the bars."""
    usage = now.usage
    calls = (
        f"calls {usage.made:,}",
        f"{now.rate:.1f}/s",
        f"{now.traffic.active}/{now.traffic.limit} under way",
        f"{usage.replayed:,} replayed" if usage.replayed else "",
        f"{usage.failed:,} failed" if usage.failed else "",
    )
    spent = [money(now.spent), f"{usage.prompt_tokens + usage.completion_tokens:,} tokens, {now.token_rate:,.0f}/s"]
    if now.spent is not None and now.forecast.cost_usd is not None:
        spent[0] = f"{money(now.spent)} of at most about {money(now.forecast.cost_usd)}"
    if now.earlier:
        spent.append(f"{money(now.earlier)} in earlier attempts")
    lines = [
        " · ".join(filter(None, calls)),
        " · ".join(spent),
        " · ".join(filter(None, [f"{clock(now.elapsed)} so far", left(now)])),
    ]
    if batches := in_batches(now.batched):
        lines.append(f"batches: {batches}")
    if now.rejected:
        lines.append(f"rejected: {by_reason(now.rejected)}")
    if now.failed:
        lines.append(f"{now.failed} of {now.total} shards failed; the others go on")
    if now.stopped:
        oldest = f", the oldest for {clock(now.traffic.oldest)}" if now.traffic.active else ""
        lines.append(f"stopping ({now.stopped}): {now.traffic.active} calls under way will end first{oldest}")
    elif why := waits(now):
        lines.append(f"waits: {why}")
    return lines
