"""Training as it is: packed rows do not see each other, what was killed goes on, preferences are learnt, the student loads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.records import Json
from tests.publish.release.dataset import write_dataset
from tests.running import PATIENCE, ROOT

torch = pytest.importorskip("torch", reason="teaching needs its packages: pip install -e '.[teach]'")
pytestmark = pytest.mark.services


def planned(folder: Path, name: str, *, student: str = "", preferences: bool = False, **more: Any) -> Any:
    """A plan to teach a tiny student, its rows made ready."""
    from tasks.publish.release.origin import Origin
    from tasks.settings import Teaching
    from tasks.training.plan import Plan
    from tasks.training.preparation import Wanted, key_of, prepare
    from tasks.training.recipes import Course, recipe_of
    from tests.training.tiny import write_student

    if not (folder / "data").exists():
        write_dataset(folder / "data")
        write_student(folder / "student")
    numbers = {
        "method": "last",
        "window": 2_048,
        "last_layers": 1,
        "checkpoint_steps": 2,
        "held_out_rows": 2,
        "precision": "float32",
        **more,
    }
    wanted = Wanted(
        data=str(folder / "data"),
        student=student or str(folder / "student"),
        output=str(folder / name),
        recipe=recipe_of("demo", Teaching(**numbers)),
        preferences=preferences,
        offline_rows=False,
    )
    told = prepare(wanted, key_of(wanted, Origin(wanted.data)))
    plan = Plan(
        student=wanted.student,
        output=wanted.output,
        recipe=wanted.recipe,
        course=Course(**told["course"]),
        pairs=sum(told["preferences"]["rows"].values()),
        held_out=sum(told["held_out"]["rows"].values()),
        prepared=told["key"],
    )
    plan.write()
    return plan


def start(plan: Any) -> subprocess.Popen[bytes]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    log = plan.path("training/log.txt").open("ab")
    return subprocess.Popen(
        [sys.executable, "-m", "tasks.training", str(plan.path("training/plan.json"))],
        env=variables,
        stdout=log,
        stderr=log,
    )


def lines(plan: Any) -> Iterator[Json]:
    path = plan.path("training/progress.jsonl")
    yield from map(json.loads, path.read_text().splitlines() if path.exists() else ())


def done(plan: Any, process: subprocess.Popen[bytes]) -> Json:
    assert process.wait(280 * PATIENCE) == 0, plan.path("training/log.txt").read_text()[-2000:]
    result = plan.kept("training/result.json")
    assert result is not None
    return dict(result)


def test_a_student_of_a_gguf_file_becomes_a_folder(tmp_path: Path) -> None:
    from tasks.training.students import load_model, load_tokenizer
    from tests.training.tiny import write_gguf

    plan = planned(tmp_path, "out", student=write_gguf(tmp_path / "tiny.gguf"), most_steps=1)
    assert done(plan, start(plan))["curves"]["rows"]
    tokenizer, _ = load_tokenizer(plan.output)
    before, after = load_model(plan.student, tokenizer), load_model(plan.output, tokenizer)
    changed = {
        name for name, weights in after.state_dict().items() if not torch.equal(weights, before.state_dict()[name])
    }
    assert changed and all("layers.1." in name for name in changed)  # the last layer alone was taught


def test_packed_rows_do_not_see_each_other(tmp_path: Path) -> None:
    """Each row's logits in a window, as TRL hands it to the model, are those of the row by itself."""
    from datasets import Dataset
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    from tests.training.tiny import model

    plan = planned(tmp_path, "out", most_steps=2)
    [window, *_] = Dataset.from_file(str(plan.path("training/windows.arrow")))
    assert len(window["seq_lengths"]) > 2 and sum(window["seq_lengths"]) == len(window["input_ids"]) <= 2_048
    student = model(258)
    batch = DataCollatorForLanguageModeling(pad_token_id=0, padding_free=True)([window])
    batch.pop("labels")
    with torch.no_grad():
        together = student(**batch, use_cache=False).logits[0]
        start = 0
        for length in window["seq_lengths"]:
            alone = student(torch.tensor([window["input_ids"][start : start + length]]), use_cache=False).logits[0]
            assert torch.allclose(together[start : start + length], alone, atol=1e-4), start
            start += length
        mixed = student(input_ids=batch["input_ids"], use_cache=False).logits[0]
    assert not torch.allclose(mixed, together, atol=1e-2)  # rows that see each other would be noticed


def test_what_was_killed_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    plan, other = (planned(tmp_path, name, most_steps=12, window=512) for name in ("killed", "whole"))
    process = start(plan)
    try:
        while not any(line["stage"] == "rows" and line["step"] >= 5 for line in lines(plan)):
            assert process.poll() is None, plan.path("training/log.txt").read_text()[-2000:]
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert plan.kept("training/result.json") is None
    killed_at = max(line["step"] for line in lines(plan) if line["stage"] == "rows")
    result = done(plan, start(plan))
    again = [line["step"] for line in lines(plan) if line["stage"] == "rows"]
    resumed = again[again.index(killed_at) + 1]
    assert 4 <= resumed <= killed_at and resumed % 2 == 0 and again[-1] == plan.course.steps > 6
    assert [point["step"] for point in result["curves"]["rows"]] == list(range(1, plan.course.steps + 1))
    assert len([line for line in lines(plan) if line["stage"] == "before"]) == plan.held_out > 0  # measured once
    whole = done(other, start(other))
    assert [p["loss"] for p in whole["curves"]["rows"]] == pytest.approx([p["loss"] for p in result["curves"]["rows"]])
    one, two = (AutoModelForCausalLM.from_pretrained(each.output).state_dict() for each in (plan, other))
    assert all(torch.allclose(one[name], two[name], atol=1e-6) for name in two)


def test_rows_then_preferences_make_a_student_that_loads(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from tasks.records.store import Store
    from tasks.training.finish import finish

    plan = planned(tmp_path, "out", preferences=True, method="lora", most_steps=4, most_pairs=4, learning_rate=0.01)
    assert plan.pairs == 4
    result = done(plan, start(plan))
    assert result["curves"]["preferences"][0]["loss"] == pytest.approx(
        0.6931, abs=1e-3
    )  # it begins with what it is held to
    before, after = (sum(f["loss"] for f in result[when]) for when in ("before", "after"))
    assert after < before
    prepared = json.loads(plan.path("training/prepared.json").read_text())
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text())
    facts = {"student": "tiny", "data": "data", "origin": manifest, "recipe": "demo", "method": "lora", "settings": {}}
    told = finish(Store(plan.output), facts, prepared, result)
    assert told["against"] == ["HumanEval", "bench.jsonl"] and set(told["loss"]) == {
        "coding",
        "conversation",
        "tool_use",
    }
    assert all(f["tokens"] > 0 for f in told["loss"].values()) and told["tokens"].keys() == told["loss"].keys()
    assert json.loads(plan.path("teaching.json").read_text()) == told
    rows = [json.loads(line) for line in plan.path("losses.jsonl").read_text().splitlines()]
    assert len(rows) == plan.held_out and {"id", "skill", "task_type", "tokens", "before", "after"} == rows[0].keys()
    for skill, loss in told["loss"].items():
        own = [row for row in rows if row["skill"] == skill]
        assert loss["tokens"] == sum(row["tokens"] for row in own)
        assert loss["after"] * loss["tokens"] == pytest.approx(
            sum(row["after"] * row["tokens"] for row in own), rel=1e-3
        )
    assert b"Loss by skill" in plan.path("report.html").read_bytes()
    student, words = (kind.from_pretrained(plan.output) for kind in (AutoModelForCausalLM, AutoTokenizer))
    assert student.config.use_cache and words.eos_token == "<|im_end|>" and "generation" in words.chat_template
    asked = words.apply_chat_template(
        [{"role": "user", "content": "Hi."}], add_generation_prompt=True, return_tensors="pt"
    )
    assert student.generate(**asked, max_new_tokens=3).shape[1] > asked["input_ids"].shape[1]
    assert not list(plan.path("").rglob("*.bin")) and not plan.path("training/checkpoints").exists()


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of names that other versions of transformers have not yet
@pytest.mark.parametrize("method", ["last", "lora"])
def test_scoring_only_what_is_learnt_comes_to_what_trl_comes_to(
    tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trl import SFTTrainer

    from tasks.training import trainers
    from tasks.training.progress import Progress
    from tasks.training.students import load_model, load_tokenizer

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    curves = []
    for name, trainer in (("ours", trainers._RowTrainer), ("trl", SFTTrainer)):
        monkeypatch.setattr(trainers, "_RowTrainer", trainer)
        plan = planned(tmp_path, name, method=method, windows_per_step=2, learning_rate=1e-2, most_steps=4)
        tokenizer, _ = load_tokenizer(plan.student)
        learnt = trainers.learn_rows(
            plan, load_model(plan.student, tokenizer), tokenizer, Progress(tmp_path / f"{name}.jsonl", first=True)
        )
        curves.append([line["loss"] for line in learnt.curve()])
    assert curves[0] == pytest.approx(curves[1], rel=1e-4)
    assert len(curves[0]) > 1 and curves[0][-1] < curves[0][0]


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("layers", "adapted"), [(0, {"0", "1"}), (1, {"1"})])
def test_an_adapter_is_of_as_many_layers_as_are_asked_for(layers: int, adapted: set[str]) -> None:
    from tasks.settings import Teaching
    from tasks.training.recipes import recipe_of
    from tasks.training.students import open_up
    from tests.training.tiny import model

    recipe = recipe_of("demo", Teaching(method="lora", lora_layers=layers))
    opened = [name for name, part in open_up(model(258), recipe).named_parameters() if part.requires_grad]
    assert {name.partition(".layers.")[2][0] for name in opened} == adapted
    assert all("lora" in name for name in opened)
