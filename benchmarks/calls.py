"""Client CPU a call, everything included, and how fast answers of the ledger are used again."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import write_corpus
from benchmarks.overhead import LATENCY, Measured, run
from prompts import Agent
from simulator import simulator
from tasks.settings import Settings
from tasks.teacher import Teacher, open_teacher

CPU_MS, REPLAYED = 2.3, 3000.0
SMALL, LARGE = 64, 320
ASKED = 3000


def main() -> None:
    """Print CPU a call as the difference of two runs, so that start-up is not part of it, and the rate of replay."""
    print(f"{'ratio':>6} {'bound':>6}")
    for latency, what in (("0.1", "never idle"), (LATENCY, f"latency {LATENCY}: about 64 calls/s")):
        small, large = (run(documents, 64, latency) for documents in (SMALL, LARGE))
        cpu = 1000 * _a_call(small, large)
        print(f"{cpu / CPU_MS:6.2f} {'1.00':>6}  {cpu:.2f} ms of client CPU a call, {what}", flush=True)
    rate = replayed()
    print(
        f"{rate / REPLAYED:6.2f} {'1.00':>6}  {rate:,.0f} answers of the ledger used again in a second of CPU (more is better)"
    )


def _a_call(small: Measured, large: Measured) -> float:
    return (large.cpu - small.cpu) / (large.calls - small.calls)


def replayed() -> float:
    """Calls in a second of CPU that the teacher answers from its ledger: prompt filled in, found, read and parsed."""
    with tempfile.TemporaryDirectory() as name, simulator() as server:
        ledger = f"sqlite:///{Path(name) / 'ledger.db'}"
        return asyncio.run(_replayed(server.base_url, ledger, Path(name) / "corpus"))


async def _replayed(base_url: str, ledger: str, folder: Path) -> float:
    agent = Agent(name="respond", body="Answer in a sentence, from the text alone.")
    passages = [path.read_text() for path in sorted(write_corpus(folder, 50).iterdir())]
    rates = []
    for _ in range(4):  # the first fills the ledger
        teacher = open_teacher("simulated", base_url, Settings(), ledger)
        try:
            began = time.process_time()
            await asyncio.gather(*(_ask(teacher, agent, passages, number) for number in range(ASKED)))
            rates.append(ASKED / (time.process_time() - began))
        finally:
            await teacher.close()
    assert teacher.usage.replayed == ASKED
    return max(rates[1:])


async def _ask(teacher: Teacher, agent: Agent, passages: list[str], number: int) -> None:
    material = f"Question {number}: what was measured?\n\n{passages[number % len(passages)]}"
    await teacher.ask(agent, {"material": material}, temperature=0.4)


if __name__ == "__main__":
    main()
