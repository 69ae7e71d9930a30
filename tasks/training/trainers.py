"""TRL's trainers, given a plan: on rows in packed windows, then on preferences. What was killed goes on from a checkpoint."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import TrainerCallback, set_seed
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer
from trl.trainer.dpo_trainer import DataCollatorForPreference

from tasks.records import Json
from tasks.training.loss import summed
from tasks.training.plan import CHECKPOINTS, PAIRS, WINDOWS, Plan
from tasks.training.progress import Progress
from tasks.training.students import open_up

_PAIR = ("prompt_ids", "chosen_ids", "rejected_ids", "chosen_mask", "rejected_mask")
_LOGGED = 200
"""Points of the loss curve at most."""


class _Tells(TrainerCallback):  # type: ignore[misc]
    """Tells of each step: loss, tokens a second, seconds left."""

    def __init__(self, progress: Progress, stage: str, tokens: float) -> None:
        self._progress, self._stage, self._tokens = progress, stage, tokens
        self._began, self._first = 0.0, 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        self._began, self._first = time.monotonic(), state.global_step
        self._progress.tell(self._stage, state.global_step, state.max_steps)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        done = state.global_step - self._first
        if not done or "loss" not in (logs or {}):
            return
        each = (time.monotonic() - self._began) / done
        self._progress.tell(
            self._stage,
            state.global_step,
            state.max_steps,
            loss=float(logs["loss"]),
            tokens_per_second=self._tokens / each if self._tokens else None,
            seconds_left=each * (state.max_steps - state.global_step),
        )


class Learnt:
    """What a trainer has come to."""

    def __init__(self, trainer: Any) -> None:
        self._trainer = trainer
        self.first = bool(trainer.is_world_process_zero())
        """Whether this process is the one that keeps what all have come to."""

    def save(self, folder: str) -> None:
        """Put the whole model into a folder, an adapter merged into it; every process has to call it."""
        model = self._trainer.accelerator.unwrap_model(self._trainer.model)
        if not hasattr(model, "merge_and_unload"):
            self._trainer.save_model(folder)
        elif self.first:
            model.merge_and_unload().save_pretrained(folder)

    def wait(self) -> None:
        """Wait until every process is here."""
        self._trainer.accelerator.wait_for_everyone()

    def curve(self) -> list[Json]:
        """Loss by step, over all attempts."""
        return [
            {"step": line["step"], "loss": line["loss"]} for line in self._trainer.state.log_history if "loss" in line
        ]


def in_bfloat16(plan: Plan) -> bool:
    """Whether the plan is calculated in bfloat16 here: where it is asked for, or where the machine is fast in it."""
    if plan.recipe.precision == "auto":
        if torch.cuda.is_available():
            return bool(torch.cuda.is_bf16_supported())
        return bool(torch.cpu._is_avx512_bf16_supported())  # elsewhere it is slower than float32
    return plan.recipe.precision == "bfloat16"


def calculating(plan: Plan, model: Any) -> Callable[[], AbstractContextManager[Any]]:
    """In what a model is asked outside of a trainer."""
    if not in_bfloat16(plan):
        return nullcontext
    return lambda: torch.autocast(model.device.type, dtype=torch.bfloat16)


def learn_rows(plan: Plan, model: Any, tokenizer: Any, progress: Progress) -> Learnt:
    """Teach the model the windows of the plan."""
    recipe, course = plan.recipe, plan.course
    windows = Dataset.from_file(str(plan.path(WINDOWS)))
    config = SFTConfig(
        **_common(plan, course.steps, "rows"),
        max_steps=course.steps,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=recipe.schedule,
        warmup_steps=course.warmup_steps,
        weight_decay=recipe.weight_decay,
        per_device_train_batch_size=recipe.windows_at_once,
        gradient_accumulation_steps=accumulation(plan),
        gradient_checkpointing=recipe.gradient_checkpointing,
        max_length=recipe.window,
        packing=True,
        packing_strategy="bfd",
        dataset_kwargs={"skip_prepare_dataset": True},
    )
    set_seed(recipe.seed)
    filled = sum(map(len, windows["input_ids"])) / max(1, len(windows)) * recipe.windows_per_step
    trainer = _RowTrainer(
        model=open_up(model, recipe),
        args=config,
        train_dataset=windows,
        processing_class=tokenizer,
        callbacks=[_Tells(progress, "rows", filled)],
    )
    trainer.train(resume_from_checkpoint=_last_checkpoint(config.output_dir))
    return Learnt(trainer)


def learn_preferences(plan: Plan, model: Any, tokenizer: Any, progress: Progress) -> Learnt:
    """Teach the model the preferences of the plan. What it begins with is what it is held to: the probabilities of its
    answers are reckoned once before, so that no second model stays in memory."""
    recipe = plan.recipe
    pairs = Dataset.from_file(str(plan.path(PAIRS)))
    size = min(recipe.windows_per_step, 8)
    steps = -(-len(pairs) // size)
    config = DPOConfig(
        **_common(plan, steps, "preferences"),
        max_steps=steps,
        learning_rate=recipe.preference_rate,
        lr_scheduler_type=recipe.schedule,
        beta=recipe.preference_beta,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=size,
        gradient_checkpointing=recipe.gradient_checkpointing,
        max_length=recipe.window,
        precompute_ref_log_probs=True,
    )
    set_seed(recipe.seed)
    trainer = _PreferenceTrainer(
        model=open_up(model, recipe),
        args=config,
        train_dataset=pairs,
        processing_class=tokenizer,
        data_collator=_PairCollator(pad_token_id=tokenizer.pad_token_id),
        callbacks=[_Tells(progress, "preferences", 0.0)],
    )
    trainer.train(resume_from_checkpoint=_last_checkpoint(config.output_dir))
    return Learnt(trainer)


class _RowTrainer(SFTTrainer):  # type: ignore[misc]
    """Scores on a processor only the tokens that are learnt from. TRL does so where it has kernels, and elsewhere scores every
    token, twice: with a vocabulary of 49,000 and one token in five to learn from that is half of a small model's step."""

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        labels = inputs["labels"]
        if labels.device.type != "cpu" or len(labels) > 1 or return_outputs or not self.model.training:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        given = {name: value for name, value in inputs.items() if name not in ("labels", "use_cache")}
        loss, tokens = summed(model, labels[0], **given)
        if num_items_in_batch is None:
            return loss / max(1, tokens)
        return loss / num_items_in_batch * (self.accelerator.num_processes if self._shares_tokens else 1)

    @property
    def _shares_tokens(self) -> bool:
        """Whether the tokens of a batch are counted over all processes, each of whose gradients then counts as a mean."""
        return bool(self.args.average_tokens_across_devices)


class _PreferenceTrainer(DPOTrainer):  # type: ignore[misc]
    """Takes preferences that are tokens already."""

    def _prepare_dataset(self, dataset: Any, *more: Any) -> Any:
        return dataset

    def _set_signature_columns_if_needed(self) -> None:
        self._signature_columns: list[str] = [*_PAIR, "ref_chosen_logps", "ref_rejected_logps"]


class _PairCollator(DataCollatorForPreference):  # type: ignore[misc]
    """TRL's, but of an answer with calls only what the assistant says counts, and not the results."""

    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        batch: dict[str, Any] = super().torch_call(examples)
        masks = [example[name] for name in ("chosen_mask", "rejected_mask") for example in examples]
        starts = [len(example["prompt_ids"]) for example in examples] * 2
        for line, mask, start in zip(batch["completion_mask"], masks, starts, strict=True):
            line[start : start + len(mask)] = torch.tensor(mask, dtype=line.dtype)
        return batch


def accumulation(plan: Plan) -> int:
    """Rounds of windows at once that make up a step."""
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    return max(1, plan.recipe.windows_per_step // (plan.recipe.windows_at_once * processes))


def _common(plan: Plan, steps: int, stage: str) -> Json:
    recipe = plan.recipe
    return {
        "output_dir": str(plan.path(CHECKPOINTS) / stage),
        "save_steps": recipe.checkpoint_steps,
        "save_total_limit": 1,
        "logging_steps": max(1, steps // _LOGGED),
        "report_to": [],
        "disable_tqdm": True,
        "bf16": in_bfloat16(plan),
        "use_cpu": not torch.cuda.is_available(),
        "seed": recipe.seed,
    }


def _last_checkpoint(folder: str) -> str | None:
    """The newest checkpoint that was written to its end: a trainer's state is the last that is written of one."""
    found = []
    for path in Path(folder).glob("checkpoint-*"):
        try:
            found.append((json.loads((path / "trainer_state.json").read_text())["global_step"], str(path)))
        except (OSError, ValueError, KeyError):
            continue
    return max(found)[1] if found else None
