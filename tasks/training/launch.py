"""The command that carries a plan out, in one process or in several that train together."""

from __future__ import annotations

import sys

from tasks.training.plan import PLAN, Plan

_SHARDED = ("--use_fsdp", "--fsdp_version", "2", "--fsdp_auto_wrap_policy", "TRANSFORMER_BASED_WRAP",
            "--fsdp_state_dict_type", "FULL_STATE_DICT")  # fmt: skip
"""Weights and optimizer shared out over the GPUs, where all weights are trained."""


def command(plan: Plan, processes: int) -> list[str]:
    """The command; several processes are started by accelerate, one for each GPU, or by torch where there is none."""
    trains = ["-m", "tasks.training", str(plan.path(PLAN))]
    if processes == 1:
        return [sys.executable, *trains]
    import torch

    if not torch.cuda.is_available():  # accelerate would start one alone
        return [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}", *trains]
    many = [f"--num_processes={processes}", "--num_machines=1", "--mixed_precision=no", "--dynamo_backend=no"]
    if plan.recipe.method == "full":
        many += _SHARDED
    return [sys.executable, "-m", "accelerate.commands.launch", *many, *trains]
