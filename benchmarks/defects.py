"""How many wrong answers get into a dataset: defects planted in the teacher's answers, and what the checks make of them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from simulator import Server, simulator
from simulator.author_defects import QUESTION, REWRITING
from simulator.case import answer_marker
from simulator.defects import reached
from simulator.kinds.calculation import CALCULATION, ESTIMATES, IN_FORMAL, stands_in
from simulator.kinds.choice import CHOICE
from simulator.kinds.coding import CODED, CODING, IN_CODE, code_stands_in
from simulator.kinds.conversation import SPOKEN, USER
from simulator.kinds.extraction import EXTRACTION, FILLED
from simulator.kinds.labelling import LABELLING
from simulator.kinds.pattern import COMPLETED, IN_EXAMPLES, PATTERN, examples_stand_in
from simulator.kinds.puzzle import DATA_ASTRAY, PUZZLE
from simulator.kinds.retrieval import CITED, RETRIEVAL
from simulator.kinds.rewriting.commission import WRITTEN
from simulator.kinds.rewriting.report import DATA
from simulator.kinds.tools import CALLS, TOOL_TASK
from simulator.kinds.web import ACTS, WEB_TASK
from simulator.pipeline import Outcome, drive, opened
from simulator.response_defects import RESPONSE
from tasks.answers import agreement
from tasks.checks import CHECKS
from tasks.kinds.tools.agreement import calls_agree
from tasks.kinds.web.contract import PageGoal
from tasks.kinds.web.use import calls_made, missed, site_of, used
from tasks.offline import reply
from tasks.records import Json, Record
from tasks.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples" / "documents"
AUTHOR = {
    "reading_comprehension": QUESTION,
    "multiple_choice": CHOICE,
    "text_classification": LABELLING,
    "text_modification": REWRITING,
    "tool_use": TOOL_TASK,
    "text_extraction": EXTRACTION,
    "creative_content": {"not_self_contained": REWRITING["not_self_contained"]},
    "conversation": {"not_self_contained": REWRITING["not_self_contained"]},
    "data_to_text": REWRITING,
    "coding": CODING,
    "few_shot_reasoning": PATTERN,
    "retrieval_augmented_generation": RETRIEVAL,
    "web_agent": WEB_TASK,
    "analytical_reasoning": {
        kind: plant for kind, plant in PUZZLE.items() if kind not in {"key_leak", "malformed_options"}
    },
    "brain_teaser": PUZZLE,
    "fermi": {
        kind: plant for kind, plant in CALCULATION.items() if kind not in {"wrong_key", "evidence_not_in_passage"}
    },
    "open_domain_question_answering": {kind: plant for kind, plant in CALCULATION.items() if kind != "range_astray"},
}
_NO_KEY = {"wrong_option", "wrong_answer", "hallucinated_answer"}
RESPONDER = {
    "reading_comprehension": sorted(RESPONSE.keys() - {"constraint_violation"}),
    "multiple_choice": sorted(RESPONSE.keys() - {"constraint_violation", "hallucinated_answer"}),
    "text_classification": sorted((RESPONSE.keys() | {"wrong_label"}) - {"constraint_violation", *_NO_KEY}),
    "text_modification": sorted(RESPONSE.keys() - _NO_KEY),
    "tool_use": sorted(CALLS),
    "text_extraction": sorted(
        (RESPONSE.keys() | FILLED.keys()) - {"constraint_violation", "cut_off", "repetition", *_NO_KEY}
    ),
    "creative_content": sorted((RESPONSE.keys() | WRITTEN.keys()) - {"constraint_violation", "cut_off", *_NO_KEY}),
    "conversation": sorted((RESPONSE.keys() | SPOKEN.keys() | USER.keys()) - {"constraint_violation", *_NO_KEY}),
    "retrieval_augmented_generation": sorted((RESPONSE.keys() | CITED.keys()) - {"constraint_violation"}),
    "web_agent": sorted(
        {"bad_tool_arguments", "unknown_tool", "wrong_call_value", "boilerplate", "refusal_text", "prompt_leak", *ACTS}
    ),
    "analytical_reasoning": sorted(RESPONSE.keys() - {"constraint_violation", "hallucinated_answer"}),
    "coding": sorted({"boilerplate", "refusal_text", "prompt_leak", "wrong_option", *CODED}),
    "few_shot_reasoning": sorted({"boilerplate", "refusal_text", "prompt_leak", *COMPLETED}),
    "brain_teaser": sorted(RESPONSE.keys() - {"constraint_violation", "hallucinated_answer"}),
    "data_to_text": sorted((RESPONSE.keys() | DATA.keys()) - {"constraint_violation", *_NO_KEY}),
    "fermi": sorted(
        (RESPONSE.keys() | ESTIMATES.keys()) - {"constraint_violation", "hallucinated_answer", "wrong_answer"}
    ),
    "open_domain_question_answering": sorted(
        (RESPONSE.keys() | {"wrong_step"}) - {"constraint_violation", "wrong_option"}
    ),
}
"""Skill -> the kinds that its responses can have; where there is no key, no answer is another's."""
BESIDE = {
    "reading_comprehension": ("wrong_arithmetic", "wrong_language", "private_data"),
    "open_domain_question_answering": ("wrong_arithmetic", "wrong_language", "private_data"),
    "fermi": ("wrong_arithmetic", "private_data"),
    "multiple_choice": ("wrong_arithmetic", "wrong_language", "private_data"),
    "text_classification": ("wrong_language", "private_data"),
    "text_modification": ("private_data",),
    "data_to_text": ("wrong_arithmetic", "wrong_language", "ungrounded_number", "private_data"),
}
"""Skill -> kinds of what is said beside the answer, where its checks look at them."""
RARE = {
    "hallucinated_answer": "always",
    "invented_parameter": "always",
    "conflict_astray": "always",
    "option_astray": "always",
    "choice_leak": "always",
}
ODDS = "0.4"
MADE = ("instruct", "refine", "respond", "verify")
"""The steps whose rejects count: defects are planted from the second step on."""


def kinds(skill: str) -> list[str]:
    return [*AUTHOR[skill], *RESPONDER[skill], *BESIDE.get(skill, ())]


@dataclass
class Tally:
    """What became of the planted defects of one kind in one skill."""

    planted: int = 0
    reached: list[tuple[Json, Record]] = field(default_factory=list)
    """The defects that stand in an accepted row, with the row."""
    rejects: Counter[str] = field(default_factory=Counter)


@dataclass
class Bench:
    server: Server
    folder: Path
    settings: Settings
    clean: dict[tuple[str, int], Outcome] = field(default_factory=dict)

    def without(self, skill: str, seed: int) -> Outcome:
        """The run over the same documents without a defect, made once."""
        if (skill, seed) not in self.clean:
            self.clean[skill, seed] = self._run(skill, seed, "", self._base(skill, seed))
        return self.clean[skill, seed]

    def tally(self, skill: str, kind: str, wanted: int, seeds: Sequence[int]) -> Tally:
        """Runs with this defect, one seed after the other, until so many are planted."""
        done = Tally()
        for seed in seeds:
            clean = self.without(skill, seed)
            folder = self.folder / f"{skill}-{seed}-{kind}"
            kept = ("documents", "transform", *(() if kind in AUTHOR[skill] else ("instruct", "refine")))
            for step in kept:  # what the defect cannot touch need not be made again
                shutil.copytree(self._base(skill, seed) / "steps" / step, folder / "steps" / step)
            self._plant(done, skill, seed, f"{kind}={RARE.get(kind, ODDS)}", folder, clean)
            if done.planted >= wanted:
                break
        return done

    def mixed(self, skill: str, seed: int) -> Tally:
        """One run in which every kind is planted now and then."""
        done, odds = Tally(), 0.6 / len(kinds(skill))
        plan = ",".join(f"{kind}={odds:.4f}" for kind in kinds(skill))
        self._plant(done, skill, seed, plan, self.folder / f"{skill}-{seed}-mixed", self.without(skill, seed))
        return done

    def _plant(self, done: Tally, skill: str, seed: int, plan: str, folder: Path, clean: Outcome) -> None:
        outcome = self._run(skill, seed, plan, folder)
        assert not outcome.broken and not outcome.lost()
        planted = self.server.stats()["planted"]
        done.planted += len(planted)
        done.reached += survivors(planted, outcome.rows, clean)
        done.rejects += outcome.reasons(*MADE)
        shutil.rmtree(folder)

    def _base(self, skill: str, seed: int) -> Path:
        return self.folder / f"{skill}-{seed}"

    def _run(self, skill: str, seed: int, defects: str, folder: Path) -> Outcome:
        self.server.configure(defects=defects, seed=seed)
        self.server.reset()
        return asyncio.run(self._driven(skill, seed, folder))

    async def _driven(self, skill: str, seed: int, folder: Path) -> Outcome:
        async with opened(skill, folder, self.settings, base_url=self.server.base_url, seed=seed) as run:
            return await drive(run, [str(EXAMPLES)])


@contextmanager
def bench(**settings: int) -> Iterator[Bench]:
    """Runs without repair, unless it is asked for: what is measured is what checks find."""
    with tempfile.TemporaryDirectory() as folder, simulator() as server:
        yield Bench(server, Path(folder), Settings.model_validate({"repairs": 0, **settings}))


def survivors(planted: Sequence[Json], rows: Sequence[Record], clean: Outcome) -> list[tuple[Json, Record]]:
    """The planted defects that stand in a row, with the row; what leaves a true and well-formed row is none."""
    right = {_task(record): record for record in clean.entered["respond"]}
    found = [(defect, row) for row in rows for defect in reached(planted, [row.messages])]
    return [(defect, row) for defect, row in found if _holds(defect, row, right.get(_task(row)))]


def _task(record: Record) -> tuple[str, ...]:
    return (record.passage, str(record.tools), record.instruction, str(record.answerable), *sorted(record.options))


def _holds(defect: Json, row: Record, right: Record | None) -> bool:
    """Whether the row is worse for the defect; `right` is the record as its author meant it."""
    kind, detail, text = defect["kind"], defect["detail"], row.messages[-1]["content"]
    if kind == "wrong_key":  # the same instruction may be another record's
        if right is None:
            return not row.options and row.key == defect["value"]["key"]
        return _told(row) != _told(right) and agreement(replace(row, options=right.options, key=right.key)) is not True
    if kind == "bad_key_call" and right is not None:
        return calls_agree(replace(row, calls=right.calls)) is not None
    if kind == "evidence_not_in_passage":
        return any(quote in row.evidence for quote in defect["value"]["evidence"] if quote not in row.passage)
    if kind == "wrong_answer" and detail == "set" and row.answer_form != "set":  # a line less need not be wrong
        return agreement(row) is not True
    if "entered" in row.formal and (kind in ACTS or kind in WEB_TASK or kind == "wrong_call_value"):
        # What counts is whether the site is left as the author meant it, even by a detour.
        calls = [(name, arguments) for _, name, arguments in calls_made(row.messages)]
        goal = None if right is None else PageGoal.model_validate(right.formal)
        return goal is None or bool(missed(used(site_of(row), calls).page, goal))
    if kind == "conflict_astray":
        return bool(row.formal.get("conflict") == defect["value"]["formal"]["conflict"])
    if kind in {"tell_tale", "spoilt_set"}:  # many tasks are asked for in the same words
        key = defect["value"].get("key")
        return bool(sorted(row.options) == sorted(defect["value"]["options"]) and key in (None, row.key))
    if kind == "mistake_missing":
        return CHECKS["misconceptions"](row) is not None
    if kind == "echoed":  # what is said again was right the first time
        return bool(
            sum(m["role"] == "assistant" and m["content"].strip() == _echo(defect, row) for m in row.messages) > 1
        )
    if kind == "stray_example":
        return bool(row.formal.get("examples") == defect["value"]["formal"]["examples"])
    if kind in {"key_not_in_passage", "broken_form"}:
        return all(getattr(row, name) == value for name, value in defect["value"].items())
    if kind in IN_CODE:
        return code_stands_in(defect, row.formal)
    if kind in IN_EXAMPLES:
        return examples_stand_in(defect, row.formal)
    if kind in IN_FORMAL:
        return stands_in(defect, row.formal) and (right is None or _told(row) != _told(right))
    if kind in DATA_ASTRAY:
        return right is not None and _told(row) != _told(right)
    if kind == "rule_altered":  # another puzzle, and right where the key is what its prose comes to
        return agreement(replace(row, messages=solved_anew(row))) is not True
    if kind == "malformed_options":
        return _malformed(detail, row)
    if kind == "constraint_violation" and detail == "lost_fact":
        return any(fact not in text for fact in row.evidence)
    if kind == "constraint_violation" and detail != "unchanged":
        stated = {"bold", "italic"} if detail == "style" else {detail}
        return any(constraint["kind"] in stated for constraint in row.constraints)
    return True


def _echo(defect: Json, row: Record) -> str:
    """The answer that a marker stands for."""
    said = [m["content"].strip() for m in row.messages if m["role"] == "assistant"]
    return next((text for text in said if answer_marker(row.messages, text) == defect["marker"]), "")


def _told(record: Record) -> list[str]:
    """The key in words: options are shown in a drawn order."""
    lettered = dict(zip("ABCDEFGH", record.options, strict=False))
    return [lettered.get(key, key) for key in record.key]


def solved_anew(row: Record) -> list[Json]:
    """The row's messages with the answer that a reader of its prose comes to."""
    asked = next(m for m in row.messages if m["role"] == "user")
    return [asked, reply({"messages": [asked]})["choices"][0]["message"]]


def _malformed(detail: str, row: Record) -> bool:
    if detail == "duplicate":
        return len(set(row.options)) < len(row.options)
    if detail == "all_of_the_above":
        return "All of the above" in row.options
    if detail == "lettered":
        return any(option.startswith(f"{letter}. ") for option, letter in zip(row.options, "ABCDEFGH", strict=False))
    return bool(row.key) and row.key[0] not in "ABCDEFGH"[: len(row.options)]


def false_rejections(outcome: Outcome) -> tuple[int, int]:
    """Rejects of the verify step and rows that came into it."""
    return outcome.reasons("verify").total(), len(outcome.entered["verify"])


def main(wanted: int = 60, seeds: int = 8, skills: Sequence[str] = tuple(AUTHOR)) -> None:
    """Print what becomes of `wanted` defects of each kind and skill, each check's rejects, and clean rows rejected."""
    total: Counter[str] = Counter()
    checks: dict[str, Counter[str]] = {skill: Counter() for skill in skills}
    with bench(chunk_words=250, instructions_per_passage=4) as b:
        print(f"{'skill':<22} {'defect':<24} {'planted':>7} {'reached':>7} {'share':>6}  stopped by")
        for skill in skills:
            for kind in kinds(skill):
                tally = b.tally(skill, kind, wanted, range(seeds))
                usual = b.without(skill, 0).reasons(*MADE)
                made = Counter({why: n for why, n in tally.rejects.items() if why not in usual or n > 2 * usual[why]})
                stopped = ", ".join(f"{why} {n}" for why, n in made.most_common(4))
                share = len(tally.reached) / max(1, tally.planted)
                print(f"{skill:<22} {kind:<24} {tally.planted:>7} {len(tally.reached):>7} {share:>6.1%}  {stopped}")
                total.update(planted=tally.planted, reached=len(tally.reached))
                checks[skill] += made
        print(f"{'all':<47} {total['planted']:>7} {total['reached']:>7} {total['reached'] / total['planted']:>6.1%}")
        print(
            "\nRejects by check; `refusal` is the teacher's own, `bad_key` and `ambiguous` are a second solve's verdict"
        )
        for skill, made in checks.items():
            print(f"{skill:<22} {', '.join(f'{why} {n}' for why, n in made.most_common())}")
        print("\nClean answers that the verify step rejects")
        for skill in skills:
            runs = [false_rejections(outcome) for (name, _), outcome in b.clean.items() if name == skill]
            wrong, rows = (sum(counts) for counts in zip(*runs, strict=True))
            print(f"{skill:<22} {wrong} of {rows} ({wrong / rows:.1%})")


if __name__ == "__main__":
    main()
