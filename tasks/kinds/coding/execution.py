"""Answers in code are run: against tests that another agent wrote, against the code shown, or beside a hidden solution."""

from __future__ import annotations

from tasks.agents.kind import SkillRun
from tasks.agents.review import Tests
from tasks.checks.check import Doubt, Finding
from tasks.kinds.coding.checks import code_in
from tasks.kinds.coding.claims import claimed_output, doctests
from tasks.kinds.coding.contract import Coding
from tasks.kinds.coding.source import stub, tree
from tasks.records import Json, Record
from tasks.text.replies import reply
from tasks.tools.sandbox.programs import examples, failure, passes, printed, query_rows, unavailable

_NAME = "write_tests"
_FAILED = (
    "A reader of the task wrote the tests shown, and the response's code fails at the place where their run ended. Work out by "
    "hand what the task demands there. Is the test wrong, because it demands what the task does not say or rules out, and the "
    "code right?"
)
_FULL = {"python": "Python", "javascript": "JavaScript (Node)", "bash": "Bash", "perl": "Perl"}


async def execution(record: Record, run: SkillRun) -> Finding:
    """Runs the answer's code. Tests count only if they fail on an empty stub, and on code that is meant to be broken."""
    formal = Coding.model_validate(record.formal)
    if record.answer_form != "code" or not record.answerable or formal.judged in ("reading", "same_code"):
        return Finding(skipped="no code to run", decides=formal.judged == "same_code")
    if reason := unavailable(
        run.settings, formal.language, formal.code_language if formal.judged == "prints" else "sql"
    ):
        return Finding(skipped=reason)
    code = code_in(reply(record), formal.language, formal.names)
    if code is None:
        return Finding(problem="no code to run")
    if formal.judged == "query":
        return await _queried(formal, code)
    if formal.judged == "prints":
        return await _prints(formal, code)
    if formal.judged == "test_suite":
        return await _finds(formal, code)
    return await _tested(record, run, formal, code)


async def _queried(formal: Coding, code: str) -> Finding:
    found, wanted = await query_rows(formal.code, code), await query_rows(formal.code, formal.solution)
    if wanted is None:
        return Finding(skipped="the author's query fails")
    if found is None:
        return Finding(problem="the query fails")
    same = found == wanted if "order by" in formal.solution.lower() else sorted(found) == sorted(wanted)
    return Finding(decides=True) if same else Finding(problem="the query finds other rows")


async def _prints(formal: Coding, code: str) -> Finding:
    hidden = formal.solution.strip()
    wanted = await printed(hidden or formal.code, formal.language if hidden else formal.code_language, formal.stdin)
    done = await printed(code, formal.language, formal.stdin)
    if wanted.exit_code:
        return Finding(skipped="the program to compare with fails")
    if done.exit_code or done.timed_out:
        return Finding(problem="the program fails")
    same = _lines(done.stdout) == _lines(wanted.stdout)
    return Finding(decides=True) if same else Finding(problem="the program prints something else")


def _lines(said: str) -> list[str]:
    return [line.rstrip() for line in said.strip().splitlines()]


async def _finds(formal: Coding, tests: str) -> Finding:
    """A test suite passes on the right code and fails on every wrong version of it."""
    if not await passes(formal.code, tests, formal.language):
        return Finding(problem="the tests refuse the right code")
    for wrong in formal.wrong:
        if await passes(wrong, tests, formal.language):
            return Finding(problem="the tests accept a wrong version")
    if await passes(stub(formal.code, formal.language, formal.names), tests, formal.language):
        return Finding(problem="the tests accept an empty stub")
    return Finding(decides=True)


async def _tested(record: Record, run: SkillRun, formal: Coding, code: str) -> Finding:
    answer = await run.ask(
        _NAME,
        {"task": _task(record)},
        {},
        schema=Tests,
        temperature=0.2,
        variables={"language": _FULL.get(formal.language, formal.language)},
    )
    tests: Tests = answer.parsed
    paid: list[Json] = [answer.event]
    if tests.unsuitable or not tests.code.strip():
        return Finding(skipped="no tests could be written", events=paid)
    if formal.language == "python" and tree(tests.code) is None:
        return Finding(skipped="void tests: they do not parse", events=paid)
    if await passes(stub(code, formal.language, formal.names), tests.code, formal.language):
        return Finding(skipped="void tests: an empty stub passes", events=paid)
    same = formal.code_language == formal.language
    if formal.judged == "repair" and same and await passes(formal.code, tests.code, formal.language):
        return Finding(skipped="void tests: the broken code passes", events=paid)
    if formal.judged == "same_behaviour" and same and not await passes(formal.code, tests.code, formal.language):
        return Finding(skipped="void tests: the code shown fails", events=paid)
    said = await failure(code, tests.code, formal.language)
    if not said:
        return Finding(decides=True, events=paid)
    # Who wrote the tests may be the one who erred.
    shown = {"tests": tests.code, "what the run ended with": said}
    return Finding(doubt=Doubt("the code fails its tests", _FAILED, shown), events=paid)


def _task(record: Record) -> str:
    """The task as its solver sees it."""
    return next((str(m.get("content") or "") for m in record.messages if m.get("role") == "user"), record.instruction)


async def stated_output(record: Record, run: SkillRun) -> Finding:
    """Runs the examples with results that an answer gives for Python code, `>>>` lines and blocks of output, and compares."""
    formal = Coding.model_validate(record.formal)
    text = reply(record)
    code = code_in(text, "python", formal.names) or ""
    shown = formal.code if formal.code_language == "python" and formal.judged != "repair" else ""
    texts, claim = doctests(text), claimed_output(text)
    if not texts and claim is None:
        return Finding(skipped="no result is claimed")
    if reason := unavailable(run.settings, "python"):
        return Finding(skipped=reason)
    known = code if code and tree(code) is not None and ">>>" not in code.partition("\n")[0] else shown
    if texts and (found := await examples(known, texts)) is not None and found[0]:
        return Finding(problem=f"{found[0]} of {found[1]} examples give another result")
    if claim is not None:
        done = await printed(claim[0])
        if done.exit_code == 0 and _lines(done.stdout) != _lines(claim[1]):
            return Finding(problem="the code prints something else than is claimed")
    return Finding()
