"""The same training elsewhere: a file that axolotl reads, the rows beside it, and the commands that start it on a cluster.

Nothing is loaded for it: no model, no tokenizer. Rows go as chats, which axolotl reads under our template; it packs them, and
leaves out what is longer than the window.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tasks.publish.export.messages import Shape, Unfit, plain, tools_of
from tasks.publish.export.source import for_training
from tasks.publish.release.making import OFFLINE
from tasks.publish.release.origin import Kind, Origin
from tasks.publish.release.places import public
from tasks.records import Json
from tasks.training.preparation import Wanted
from tasks.training.recipes import Recipe
from tasks.training.students import TeachingError
from tasks.training.templates import CLOSE, OPEN, ours

CONFIG, COMMANDS, TEMPLATE = "axolotl.yaml", "train.sh", "chat_template.jinja"
_ROWS: dict[Kind, str] = {"rows": "rows.jsonl", "bench": "held_out.jsonl"}
_PER_MACHINE = 8


def write_for_cluster(wanted: Wanted, processes: int, recipe: str) -> Json:
    """Write the files below the output; counts of rows and the names of the files."""
    if wanted.student.endswith(".gguf"):
        raise TeachingError(
            f"--student {wanted.student}: axolotl reads no GGUF file: name the model's folder, or its name of the hub"
        )
    folder, origin = Path(wanted.output), Origin(wanted.data)
    folder.mkdir(parents=True, exist_ok=True)
    left_out: Counter[str] = Counter()
    rows = {kind: _write(folder / name, _chats(origin, kind, wanted, left_out)) for kind, name in _ROWS.items()}
    config = axolotl(wanted.student, wanted.recipe, processes, held_out=bool(rows["bench"]))
    comment = f"# {recipe} for {public(wanted.student)}, by agentinstruct; {COMMANDS} starts it\n"
    (folder / CONFIG).write_text(
        comment + yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    (folder / COMMANDS).write_text(commands(processes), encoding="utf-8")
    (folder / TEMPLATE).write_text(ours(), encoding="utf-8")
    written = [CONFIG, COMMANDS, TEMPLATE, *_ROWS.values()]
    message = f"{rows['rows']:,} rows, {CONFIG} and {COMMANDS} for {processes:,} GPUs: copy the folder to the cluster"
    return {
        "rows": rows["rows"],
        "held_out": rows["bench"],
        "left_out": dict(left_out),
        "files": written,
        "message": message,
    }


def axolotl(student: str, recipe: Recipe, processes: int, *, held_out: bool) -> Json:
    """The configuration as axolotl reads it."""
    told: Json = {
        "base_model": student,
        "chat_template": "jinja",
        "chat_template_jinja": TEMPLATE,
        "datasets": [_read_from(_ROWS["rows"])],
        **({"test_datasets": [{**_read_from(_ROWS["bench"]), "split": "train"}]} if held_out else {}),
        "special_tokens": {"eos_token": CLOSE},
        "tokens": [OPEN, CLOSE],
        "output_dir": "student",
        "dataset_prepared_path": "prepared",
        "sequence_len": recipe.window,
        "excess_length_strategy": "drop",
        "sample_packing": True,
        "eval_sample_packing": False,
        "pad_to_sequence_len": True,
        "learning_rate": recipe.learning_rate,
        "lr_scheduler": recipe.schedule,
        "warmup_steps": recipe.warmup_steps,
        "weight_decay": recipe.weight_decay,
        "num_epochs": recipe.epochs,
        "micro_batch_size": recipe.windows_at_once,
        "gradient_accumulation_steps": max(1, recipe.windows_per_step // (recipe.windows_at_once * processes)),
        "optimizer": "adamw_torch_fused",
        "bf16": "auto" if recipe.precision == "auto" else recipe.precision == "bfloat16",
        "attn_implementation": "flash_attention_2",
        "gradient_checkpointing": recipe.gradient_checkpointing,
        "save_steps": recipe.checkpoint_steps,
        "save_total_limit": 1,
        "eval_strategy": "epoch" if held_out else "no",
        "logging_steps": 10,
        "seed": recipe.seed,
    }
    if recipe.most_steps:
        told["max_steps"] = recipe.most_steps
    return told | _method(recipe, processes)


def _read_from(path: str) -> Json:
    """How axolotl reads a file of rows: it takes the tokenizer's own template for one that names none."""
    return {
        "path": path,
        "ds_type": "json",
        "type": "chat_template",
        "chat_template": "jinja",
        "chat_template_jinja": TEMPLATE,
        "field_messages": "messages",
        "field_tools": "tools",
        "roles_to_train": ["assistant"],
        "train_on_eos": "turn",
    }


def _method(recipe: Recipe, processes: int) -> Json:
    if recipe.method == "lora" and recipe.lora_layers:
        raise TeachingError("--config-only adapts every layer: leave lora_layers at 0")
    if recipe.method == "lora":
        return {
            "adapter": "lora",
            "lora_r": recipe.lora_rank,
            "lora_alpha": 2 * recipe.lora_rank,
            "lora_target_linear": True,
        }
    if recipe.method == "last":
        raise TeachingError(
            "--config-only knows the methods full and lora: axolotl names layers by each model's own names"
        )
    if processes == 1:
        return {}
    sharded: dict[str, Any] = {
        "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
        "state_dict_type": "FULL_STATE_DICT",
        "reshard_after_forward": True,
    }
    return {"fsdp_version": 2, "fsdp_config": sharded}


def commands(processes: int) -> str:
    """A script that starts the training: on one machine, or on each of several with its number and the first one's address."""
    machines = -(-processes // _PER_MACHINE)
    words = ["accelerate", "launch", "--num_processes", str(processes), "--num_machines", str(machines)]
    more = ""
    if machines > 1:
        more = ' --machine_rank "$1" --main_process_ip "$2" --main_process_port 29500 --rdzv_backend static'
    usage = (
        f"# On each of {machines} machines: sh {COMMANDS} NUMBER ADDRESS, with its number from 0 on and the address of "
        "machine 0\n"
    )
    return (
        "#!/bin/sh\n# pip install 'axolotl[flash-attn]'\n"
        + (usage if machines > 1 else "")
        + f'set -e\ncd "$(dirname "$0")"\n{shlex.join(words)}{more} -m axolotl.cli.train {CONFIG}\n'
    )


def _chats(origin: Origin, kind: Kind, wanted: Wanted, left_out: Counter[str]) -> Iterator[Json]:
    """Rows as chats, tools and arguments of calls as JSON text, which axolotl reads: of objects it would drop each null, and
    `datasets` would give one what another has. What cannot be told is counted."""
    for source in origin.sources(kind, "test" if kind == "bench" else "train"):
        for row in origin.read(source):
            if not for_training(row) and not wanted.offline_rows:
                left_out[OFFLINE] += 1
                continue
            try:
                told: Json = {"messages": plain(row["messages"], Shape(), objects=False)}
            except Unfit as unfit:
                left_out[str(unfit)] += 1
                continue
            yield told | ({"tools": json.dumps(tools)} if (tools := tools_of(row)) else {})


def _write(path: Path, rows: Iterator[Json]) -> int:
    """Put rows into a file of JSON lines, those with tools first, which a reader takes for the shape of all; their number."""
    lines = [json.dumps(row, ensure_ascii=False) for row in sorted(rows, key=lambda row: "tools" not in row)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)
