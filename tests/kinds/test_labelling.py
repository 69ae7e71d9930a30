"""Text classification: sets of labels, the labels that a response gives, and a run from document to rows."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from simulator.skill_runs import failed
from tasks.answers import agreement, readings
from tasks.answers.label import spell_labels, split_option
from tasks.kinds import all_checks, kinds
from tasks.kinds.labelling.complete import append_examples, arrange_labels
from tasks.records import Json, Record, Source, rng
from tasks.settings import Settings

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
LABELS = [
    "billing: the writer asks about a charge that was made",
    "refund request: the writer wants money to be paid back",
    "fault: something that was bought does not work",
    "none of these: the message meets no other condition",
]
PASSAGE = "The fee was charged twice in May. I have written about it before. Please let me have it back."


def record(**more: object) -> Record:
    fields: Json = {"passage": PASSAGE, "instruction": "What does the writer want?", **more}
    return Record(source=Source(id="s", uri="u", kind="text"), **fields)


def labelling(**more: object) -> Record:
    return record(**{"answer_form": "label", "options": LABELS, "key": ["refund request"], **more})


def answered(text: str, task: Record) -> bool | None:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    return agreement(record(**{**{n: getattr(task, n) for n in _COPIED}, "messages": messages}))


_COPIED = ("passage", "instruction", "answer_form", "options", "key", "formal")


def test_an_option_is_a_label_and_its_definition() -> None:
    assert split_option("**billing**: a charge") == ("billing", "a charge")
    assert split_option("not urgent - can wait") == ("not urgent", "can wait")
    assert split_option("low-risk") == ("low-risk", "")
    assert split_option("goods > food: eaten") == ("goods > food", "eaten")


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        (["Refund Request"], ["refund request"]),
        (["B"], ["refund request"]),
        (["refund request: the writer wants money"], ["refund request"]),
        (["fault, billing"], ["billing", "fault"]),
        (["something else"], ["something else"]),
        (["fault", "something else"], ["fault", "something else"]),
    ],
)
def test_a_key_is_spelt_and_ordered_as_the_labels_are(key: list[str], wanted: list[str]) -> None:
    assert spell_labels(key, LABELS, letters=True) == wanted


def test_labels_move_and_the_steps_of_a_scale_do_not() -> None:
    steps = ["low: no harm", "middle: some harm", "high: great harm"]
    orders = {tuple(arrange_labels(steps, {"ordered": True}, rng("scale", i))) for i in range(40)}
    assert orders == {tuple(steps), tuple(steps[::-1])}
    assert len({arrange_labels(LABELS, {}, rng("labels", i))[0] for i in range(40)}) == len(LABELS)


def test_examples_are_shown_once() -> None:
    examples = [{"text": "It broke.", "label": "fault"}, {"text": "Why 12 euros?", "label": "billing"}]
    shown = append_examples("Label it.", examples, rng(1))
    assert all(e["text"] in shown and e["label"] in shown for e in examples)
    assert append_examples(shown, examples, rng(2)) == shown
    assert append_examples("Label it.", [], rng(1)) == "Label it."


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"options": LABELS[:1]}, "well_formed"),
        ({"options": [*LABELS, "Billing: a charge that nobody understands"]}, "well_formed"),
        ({"key": ["complaint"]}, "well_formed"),
        ({"key": []}, "well_formed"),
        ({"key": [], "answerable": False}, "well_formed"),
        ({"key": ["billing", "fault"]}, "well_formed"),
        ({"options": [*LABELS[:3], "none of these"]}, "labels"),
        ({"options": [*LABELS, "question: the writer asks about a charge that was made"]}, "labels"),
        ({"key": ["billing", "refund request"], "options": LABELS[:2], "formal": {"several": True}}, "labels"),
        ({"passage": f"Category: refund request. {PASSAGE}"}, "labels"),
        ({"instruction": "The label is refund request. Say why."}, "labels"),
        ({"instruction": "Label it. The answer is refund request."}, "answer_hidden"),
    ],
)
def test_unsound_label_sets_are_rejected(change: Json, check: str) -> None:
    assert failed(labelling(), ["well_formed", "labels", "answer_hidden"]) is None
    found = failed(labelling(**change), ["well_formed", "labels", "answer_hidden"])
    assert found is not None and found[0] == check


def test_several_labels_may_be_right_where_the_scheme_says_so() -> None:
    task = labelling(key=["billing", "refund request"], formal={"several": True})
    assert failed(task, ["well_formed", "labels"]) is None


def test_definitions_may_differ_in_a_figure_or_a_denial() -> None:
    few = ["few: the text has one to 3 figures in it", "many: the text has one to 9 figures in it"]
    assert all_checks()["labels"](labelling(options=few, key=["few"])) is None
    denied = ["due: the bill for the service was paid in time", "late: the bill for the service was not paid in time"]
    assert all_checks()["labels"](labelling(options=denied, key=["late"])) is None


@pytest.mark.parametrize(
    ("examples", "sound"),
    [
        ([("It broke.", "fault"), ("Why 12 euros?", "billing")], True),
        ([("It broke.", "fault"), ("Why 12 euros?", "anger")], False),
        ([("It broke.", "fault"), ("It broke.", "billing")], False),
        ([("It broke.", "fault"), ("It is torn.", "fault")], False),
        ([("It broke.", "fault"), ("", "billing")], False),
        ([("It broke.", "fault"), (PASSAGE, "refund request")], False),
        ([("It broke.", "fault, billing"), ("Why 12 euros?", "billing")], False),
    ],
)
def test_examples_fit_the_set_and_leave_the_text_out(examples: list[tuple[str, str]], sound: bool) -> None:
    given = [{"text": text, "label": label} for text, label in examples]
    shown = append_examples("Label it.", given, rng(1))
    found = all_checks()["labels"](labelling(instruction=shown, formal={"examples": given}))
    assert (found is None) == sound


def test_examples_that_are_not_shown_are_noticed() -> None:
    given = [{"text": "It broke.", "label": "fault"}, {"text": "Why 12 euros?", "label": "billing"}]
    assert all_checks()["labels"](labelling(formal={"examples": given})) == "an example is not shown"


@pytest.mark.parametrize(
    "text",
    [
        "refund request",
        "**Refund request.**",
        "Answer: refund request.",
        "refund request: the fee was charged twice",
        "refund request because the fee was charged twice.",
        "refund request\n\nThe writer asks for the fee back.",
        "The nearest label is billing, but a repayment is wanted.\n\nAnswer: refund request",
        "This is a refund request, not billing.",
        "The fee is mentioned. Therefore the right label is **refund request**.",
        "Category: Refund Request",
    ],
)
def test_a_label_is_read_however_it_is_given(text: str) -> None:
    assert readings(labelling(), text) == [["refund request"]]
    assert answered(text, labelling()) is True


@pytest.mark.parametrize(
    "text",
    ["It could be billing or refund request.", "complaint", "The fee was charged twice.", "Answer: complaint", "B"],
)
def test_no_label_is_read_where_none_is_settled_on(text: str) -> None:
    assert readings(labelling(), text) == []


def test_another_label_is_not_the_authors() -> None:
    for text in ("billing", "Answer: fault", "billing, refund request", "I would label it billing."):
        assert answered(text, labelling()) is False


@pytest.mark.parametrize(
    "text",
    [
        "billing, fault",
        "fault and billing",
        "- billing\n- fault",
        "Answer: fault; billing",
        "The labels are billing and fault.",
        "billing: a charge is asked about.\nfault: it does not work.",
        "billing, fault. Both are mentioned in the first line.",
    ],
)
def test_several_labels_are_read_as_a_set(text: str) -> None:
    task = labelling(key=["billing", "fault"], formal={"several": True})
    assert answered(text, task) is True
    assert answered(text, labelling(key=["billing", "none of these"], formal={"several": True})) is False


def test_the_plan_comes_before_question_and_key() -> None:
    properties = list(kinds()["labelling"].drafts.edit.model_json_schema()["properties"])
    assert properties.index("formal") < properties.index("instruction") < properties.index("key")


def test_every_transformation_suits_several_task_types() -> None:
    skill = prompts.load("text_classification")
    for transformation in skill.transformations:
        assert sum(skill.suits(t, transformation.name) for t in skill.task_types) >= 5, transformation.name


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    async def run() -> Outcome:
        settings = Settings.model_validate({"chunks_per_document": 1, "instructions_per_passage": 4})
        async with opened("text_classification", tmp_path_factory.mktemp("run"), settings, seed=3) as opened_run:
            return await drive(opened_run, [str(DOCUMENTS)], limit=12)

    return asyncio.run(run())


def test_a_run_yields_rows_of_many_task_types(outcome: Outcome) -> None:
    assert not outcome.broken and not outcome.lost()
    assert len(outcome.rows) >= 40
    assert len({row.task_type for row in outcome.rows}) >= 12
    assert len({e["goal"] for row in outcome.rows for e in row.lineage if e.get("goal")}) >= 4
    assert sum(outcome.reasons("verify").values()) <= 0.02 * len(outcome.entered["verify"])


def test_labels_are_shown_with_their_definitions_and_the_text(outcome: Outcome) -> None:
    rows = outcome.rows
    for row in rows:
        shown = next(m["content"] for m in row.messages if m["role"] == "user")
        assert row.passage in shown and all(option in shown for option in row.options)
        assert all(e["text"] in shown for e in row.formal.get("examples") or [])
    assert any(len(row.key) > 1 for row in rows)
    assert any(row.formal.get("examples") for row in rows)
    firsts = Counter(
        row.options.index(next(o for o in row.options if split_option(o)[0] == row.key[0])) for row in rows
    )
    assert firsts[0] <= 0.45 * len(rows)
