"""What a GPU makes of the recipe orca3: tokens a second and memory, for a random model of 1.2 billion weights.

    AGENTINSTRUCT_MODEL_FILE=model.gguf AGENTINSTRUCT_DATA=out/dataset python -m benchmarks gpu

The tokenizer is that of AGENTINSTRUCT_MODEL_FILE, the rows are those of AGENTINSTRUCT_DATA, anybody's. AGENTINSTRUCT_STEPS
bounds the steps (6), AGENTINSTRUCT_LAYERS the layers (16): with one layer and one step it can be tried without a GPU.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from benchmarks.measures import Measure
from benchmarks.teaching import DATA, MODEL, STEPS, trained
from tasks.training.plan import PROGRESS
from tasks.training.recipes import RECIPES
from tasks.training.students import load_tokenizer

LAYERS = "AGENTINSTRUCT_LAYERS"
SHAPE = {"hidden_size": 2_048, "intermediate_size": 8_192, "num_attention_heads": 32, "num_key_value_heads": 8}
"""As Llama 3.2 1B has it."""


def measures() -> list[Measure]:
    model, data = os.environ.get(MODEL), os.environ.get(DATA)
    if not model or not data:
        print(f"{MODEL} names no model or {DATA} no curated dataset: nothing is measured")
        return []
    os.environ.setdefault(STEPS, "6")
    with tempfile.TemporaryDirectory() as folder:
        student, output = Path(folder) / "random", Path(folder) / "taught"
        weights = write_random(model, student)
        result = trained(data, str(student), output, RECIPES["orca3"])
        lines = map(json.loads, (output / PROGRESS).read_text(encoding="utf-8").splitlines())
        speeds = [line["tokens_per_second"] for line in lines if line.get("tokens_per_second")]
    how = f"{weights / 1e9:.2f} billion weights, {len(result['curves']['rows'])} steps on {result['device']}"
    return [
        Measure("tokens a second", speeds[-1] if speeds else 0, None, unit="/s", how=how),
        Measure("memory of the GPU", result["gpu_memory_mb"], None, unit="MB"),
        Measure("memory", result["memory_mb"], None, unit="MB"),
    ]


def write_random(model: str, folder: Path) -> int:
    """A random student with this one's tokenizer; how many weights it has."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer, _ = load_tokenizer(model)
    torch.manual_seed(0)
    layers = int(os.environ.get(LAYERS, "16"))
    config = LlamaConfig(vocab_size=len(tokenizer), num_hidden_layers=layers, max_position_embeddings=8_192, **SHAPE)
    student = LlamaForCausalLM(config)
    student.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return sum(each.numel() for each in student.parameters())
