"""What a judge of other words decides: one pair after the other, kept under all that it came of, never guessed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tasks.curation.decontamination import Candidate
from tasks.curation.judging import UNDECIDED, Judge, Pair, Verdicts, expected_tokens, pair_of, recognise_row
from tasks.curation.rewording import Ask, Chosen, choose_with, judge_of
from tasks.curation.suspects import SUSPECTS, write_suspects
from tasks.curation.verdicts import counted, kept_verdicts, open_pairs, read_verdicts, unanswered, write_verdicts
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating
from tasks.teacher import EndpointDown, Fault, Teacher
from tests.curation.rows import lines_of, row, write_rows
from tests.scripted import Scripted, reply
from tests.teacher.asking import run, transport

JUDGE = Judge("judge", "http://judge/v1")
ITEM = "A ferry carries 48 cars on each crossing and makes 9 crossings a day. How many cars can it carry on a day?"
SAME = "On each crossing 48 cars find room on a ferry. How many can it carry on a day of 9 crossings?"
ALIKE = "On each crossing 36 cars find room on a ferry. How many can it carry on a day of 7 crossings?"
OTHER = "Which bird lays its eggs on the bare rock of the northern cliffs?"
FREE: Json = {"tokens": 0, "cost_usd": 0.0}


def says(held: str) -> Json:
    return reply(json.dumps({"wanted": "The cars.", "difference": "None.", "verdict": held}))


def pair(item: str = "1", asked: str = SAME, passage: str = "", number: int = 0) -> Pair:
    near = Candidate(number, "exam", item, 0.5, "words")
    return pair_of(JUDGE, near, f"r{number}", ITEM + item, asked, passage)


def held(
    tmp_path: Path, script: list[Any], pairs: Sequence[Pair], known: Verdicts | None = None
) -> tuple[Json, Teacher]:
    found: list[Json] = []

    async def work(teacher: Teacher) -> None:
        found.append(await recognise_row(pairs, known or {}, teacher))

    teacher = run(f"sqlite:///{tmp_path}/ledger.db", Scripted(script), work, patience_seconds=0, attempts=2)
    return {each.candidate.item: found[0][each.key] for each in pairs if each.key in found[0]}, teacher


def test_a_row_is_asked_about_until_an_item_is_confirmed(tmp_path: Path) -> None:
    pairs = [pair("1"), pair("2"), pair("3")]
    found, teacher = held(tmp_path, [says("only_alike"), says("gives_away")], pairs)
    assert {item: each["held"] for item, each in found.items()} == {"1": "only_alike", "2": "gives_away"}
    assert teacher.usage.made == 2 and found["1"]["tokens"] == 15
    body = teacher.endpoint.bodies[0]  # type: ignore[attr-defined]
    assert (
        body["temperature"] == 0 and SAME in body["messages"][1]["content"] and ITEM in body["messages"][1]["content"]
    )
    _, again = held(tmp_path, [says("same_question")], pairs)
    assert (again.usage.made, again.usage.replayed) == (0, 2), "the ledger answers"
    _, none = held(
        tmp_path / "nothing", [says("only_alike")], pairs, {each.key: {"held": "only_alike"} for each in pairs}
    )
    assert none.usage.made == none.usage.replayed == 0, "verdicts that are known are not asked for"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ([says("unclear")], "unclear"),
        ([reply("no verdict")], "not_in_schema"),
        (
            [says("same_question") | {"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}],
            "empty_answer",
        ),
        ([Fault("overflow", "context_overflow")], "context_overflow"),
    ],
)
def test_what_gives_no_verdict_is_undecided_and_says_why(tmp_path: Path, script: list[Any], why: str) -> None:
    found, _ = held(tmp_path, script, [pair("1")])
    assert (found["1"]["held"], found["1"]["why"]) == (UNDECIDED, why)


def test_an_endpoint_that_is_away_leaves_it_open(tmp_path: Path) -> None:
    with pytest.raises(EndpointDown):
        held(tmp_path, [transport()], [pair("1")])


def test_a_verdict_is_kept_under_all_that_it_came_of(tmp_path: Path) -> None:
    same, other = pair("1"), pair("1", asked=ALIKE)
    assert len({same.key, other.key, pair("2").key, pair("1", passage="By the sea.").key}) == 4
    extra = pair_of(Judge("judge", JUDGE.base_url, '{"top_p": 1}'), same.candidate, "r0", ITEM + "1", SAME, "")
    assert extra.key not in (same.key, pair("1").key[:-1]) and pair("1").key == same.key
    store = Store(str(tmp_path))
    write_verdicts(
        store, "kept", "a", {same.key: {"held": "only_alike", **FREE}, other.key: {"held": UNDECIDED, **FREE}}
    )
    assert read_verdicts(store, "kept").keys() == {same.key}, "what is undecided is asked again"
    assert kept_verdicts(store, "kept", "a").keys() == {same.key, other.key}
    assert kept_verdicts(store, "kept", "b") == {} == read_verdicts(store, "nowhere")
    assert SAME not in (tmp_path / "kept" / "judged-a.json").read_text()


def test_long_texts_are_shown_by_their_ends() -> None:
    shown = pair(asked="begin " + "x" * 20_000 + " end").blocks["task"]
    assert len(shown) < 6_100 and shown.startswith("begin") and shown.endswith("end")
    short, long = expected_tokens([pair()])[0], expected_tokens([pair(), pair("2")])[0]
    assert long == pytest.approx(2 * short, rel=0.01) and short > 300


def test_only_open_pairs_are_asked_and_one_of_each_row_is_told_as_undecided() -> None:
    first, second, third = pair("1"), pair("2"), pair("1", asked=ALIKE, number=1)
    assert open_pairs([first, second, third], {}) == [first, second, third]
    assert open_pairs([first, second, third], {second.key: {"held": "same_question"}}) == [third]
    assert open_pairs([first, second], {first.key: {"held": "only_alike"}}) == [second]
    assert unanswered([first, second, third], {}).keys() == {first.key, third.key}
    told = counted(
        JUDGE,
        [first, second, third],
        {first.key: {"held": "gives_away", "tokens": 10, "cost_usd": 0.5}, third.key: {"held": UNDECIDED, **FREE}},
    )
    assert told == {
        "model": "judge",
        "rows": 2,
        "pairs": 2,
        "confirmed": 1,
        "undecided": 1,
        "tokens": 10,
        "cost_usd": 0.5,
    }


# The choice


def chosen(folder: Path, told: Sequence[Json], ask: Ask, **settings: Any) -> Chosen:
    exam = folder / "exam.jsonl"
    folder.mkdir(exist_ok=True)
    exam.write_text(json.dumps({"id": "ferry", "question": ITEM}))
    curating = Curating(hold_out=0, against=(str(exam),), judge="judge", **settings)
    return choose_with(lines_of(write_rows(folder / "run", told)), curating, {}, [], judge_of(curating), ask)


def by_numbers(asked: list[Pair]) -> Ask:
    """A judge that holds what 48 and 9 say; it notes what it was asked."""

    def ask(pairs: Sequence[Pair]) -> Verdicts:
        asked.extend(pairs)
        return {p.key: {"held": "same_question" if "48" in p.blocks["task"] else "only_alike", **FREE} for p in pairs}

    return ask


def test_what_the_judge_confirms_is_dropped_with_the_item_that_it_matched(tmp_path: Path) -> None:
    rows = [row(SAME, "432", document="a"), row(ALIKE, "252", document="b"), row(OTHER, "A murre.", document="c")]
    asked: list[Pair] = []
    found = chosen(tmp_path, rows, by_numbers(asked))
    lines = found.fates.lines
    step, reason, detail, match = found.fates.why(lines.numbers_of([rows[0]["id"]])[rows[0]["id"]])
    assert (step, reason) == ("decontamination", "in_other_words") and match.endswith("exam.jsonl:ferry")
    assert detail == "judge holds that it asks the same"
    assert {lines.id(each) for each in found.fates.training.tolist()} == {rows[1]["id"], rows[2]["id"]}
    assert {pair.row for pair in asked} == {rows[0]["id"], rows[1]["id"]}, (
        "a row that is near to nothing is not asked about"
    )
    assert found.judged and (found.judged["pairs"], found.judged["confirmed"]) == (2, 1)
    assert found.fates.funnel()["coding"]["decontamination"]["reasons"] == {"in_other_words": 1}
    write_suspects(Store(str(tmp_path)), lines, found.suspects or [], found.verdicts)
    listed = [json.loads(line) for line in (tmp_path / SUSPECTS).read_text().splitlines()]
    assert {each["row"]: each["judge"] for each in listed} == {
        rows[0]["id"]: "same_question",
        rows[1]["id"]: "only_alike",
    }
    assert listed[0]["near"] >= listed[1]["near"] and listed[0]["by"] == "words"
    assert "ferry carries" not in (tmp_path / SUSPECTS).read_text()


def test_what_takes_the_place_of_a_dropped_row_is_judged_too(tmp_path: Path) -> None:
    reworded = [
        row(SAME.replace("find room", word), "432", document=word) for word in ("fit", "have a place", "can stand")
    ]
    asked: list[Pair] = []
    found = chosen(tmp_path, [*reworded, row(OTHER, "A murre.", document="c")], by_numbers(asked), rows=1)
    [left] = found.fates.training.tolist()
    assert found.fates.lines.id(left) not in {each["id"] for each in reworded}
    assert len(asked) == len({pair.key for pair in asked}), "nothing is asked twice"


def test_what_has_no_verdict_stays(tmp_path: Path) -> None:
    rows = [row(SAME, "432"), row(OTHER, "A murre.")]
    found = chosen(tmp_path, rows, lambda pairs: unanswered(pairs, {}))
    assert len(found.fates.training) == 2
    assert found.judged and (found.judged["confirmed"], found.judged["undecided"]) == (0, 1)
    assert [each["why"] for each in found.verdicts.values()] == ["endpoint_down"]


@pytest.mark.parametrize("near", [True, False])
def test_without_a_judge_nobody_is_asked(tmp_path: Path, near: bool) -> None:
    def ask(_: Sequence[Pair]) -> Verdicts:
        raise AssertionError

    lines = lines_of(write_rows(tmp_path / "run", [row(SAME, "432")]))
    found = choose_with(lines, Curating(hold_out=0), {}, [], judge_of(Curating()) if near else None, ask)
    assert found.suspects is None and found.judged is None and len(found.fates.training) == 1
