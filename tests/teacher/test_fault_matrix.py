"""Every fault of an endpoint, first seen to do what it does, then survived by whole runs: nothing lost, no row changed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from benchmarks import faults
from benchmarks.faults import EXPECTED, HARMLESS, MISSING, NO_RETRIES, NORMAL, REJECTED, SKILLS, STOPS, TRANSPORT, Bench
from simulator.faults import NAMES
from simulator.pipeline import Outcome
from tasks.teacher import StopRun

pytestmark = pytest.mark.services
SURVIVED = [fault for fault in EXPECTED if fault not in STOPS]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with faults.bench(documents=4) as b:
        yield b


@pytest.fixture(scope="module")
def clean(bench: Bench) -> dict[str, Outcome]:
    """What runs come to without a fault."""
    outcomes = {skill: bench.run(skill=skill) for skill in SKILLS}
    assert all(len(o.rows) > 8 and not o.broken and not o.lost() for o in outcomes.values())
    return outcomes


def ids(outcome: Outcome) -> list[str]:
    return [record.id for record in outcome.rows]


def test_every_fault_has_an_expectation() -> None:
    assert {*EXPECTED, "http_429_long"} == set(NAMES)


@pytest.mark.parametrize("fault", SURVIVED)
def test_a_fault_does_what_it_does(bench: Bench, fault: str) -> None:
    outcome = bench.run(f"{fault}=always", faults.skill_for(fault), NO_RETRIES)
    assert bench.server.stats()["faults"][fault] > 0
    assert faults.verdict(outcome, fault) == EXPECTED[fault]
    assert outcome.usage.unmetered == (outcome.usage.made if fault == "no_usage" else 0)


@pytest.mark.parametrize("fault", SURVIVED)
def test_a_fault_is_survived(bench: Bench, clean: dict[str, Outcome], fault: str) -> None:
    skill = faults.skill_for(fault)
    outcome = bench.run(f"{fault}={faults.ODDS}", skill)
    assert bench.server.stats()["faults"][fault] > 0
    assert not outcome.broken and not outcome.lost()
    if fault in TRANSPORT or fault in HARMLESS:
        assert ids(outcome) == ids(clean[skill])
    else:
        assert set(outcome.reasons()) <= {*clean[skill].reasons(), REJECTED[fault]}
        # An answer that cannot be asked for again costs its record, and with it all that would have come of it.
        again = fault in faults.AGAIN
        assert len(outcome.rows) >= 0.6 * len(clean[skill].rows) if again else outcome.reasons()[REJECTED[fault]] > 0


def test_a_long_wait_is_waited_for(bench: Bench, clean: dict[str, Outcome]) -> None:
    began = time.monotonic()
    outcome = bench.run("http_429_long=#1", settings={**NORMAL, "patience_seconds": 0})
    assert time.monotonic() - began >= 1.5
    assert ids(outcome) == ids(clean["reading_comprehension"])
    assert outcome.usage.made == clean["reading_comprehension"].usage.made + 1


@pytest.mark.parametrize("fault", STOPS)
def test_what_cannot_mend_ends_the_run(fault: str) -> None:
    outcome, after, _ = faults.stopped(fault, documents=8, concurrency=4)
    assert outcome.broken and {type(problem) for problem in outcome.broken} == {StopRun}
    assert after <= 4
    (said,) = {str(problem) for problem in outcome.broken}
    assert 30 < len(said) < 160 and "\n" not in said


@pytest.mark.parametrize("skill", SKILLS)
def test_all_faults_at_once_lose_nothing(bench: Bench, clean: dict[str, Outcome], skill: str) -> None:
    outcome = bench.run(faults.mixture(), skill)
    stats = bench.server.stats()
    assert sum(stats["faults"].values()) > 0.1 * stats["requests"]
    assert not outcome.broken and not outcome.lost()
    assert set(outcome.reasons()) <= {*clean[skill].reasons(), *REJECTED.values()}
    assert len(outcome.rows) >= 0.25 * len(clean[skill].rows)


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("flag", MISSING)
def test_endpoints_that_lack_something_serve_as_well(
    bench: Bench, clean: dict[str, Outcome], flag: str, skill: str
) -> None:
    outcome = bench.run(skill=skill, lacks=flag)
    assert not outcome.broken and not outcome.lost()
    assert len(outcome.rows) >= 0.95 * len(clean[skill].rows)
