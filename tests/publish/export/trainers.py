"""TRL's trainers take exports, each under a template of its own: run in an environment that has TRL, see `make test-trainers`.

    python trainers.py FOLDER      FOLDER/<family>/{trl,dpo,kto}, or FOLDER/<family> as `publish --as trl` leaves it

A family is an entry of FAMILIES.
It prints, as JSON, the rows that each trainer has prepared and the loss of one step with a tiny model.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import datasets
import trl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification, PreTrainedTokenizerFast

SHIPPED, OURS = Path(trl.__file__).parent / "chat_templates", Path(__file__).parent / "templates"
FAMILIES = {
    "qwen2.5": SHIPPED / "qwen2_5.jinja",
    "qwen3": SHIPPED / "qwen3.jinja",
    "llama3.1": SHIPPED / "llama3_1.jinja",
    "gemma": SHIPPED / "gemma.jinja",
    "mistral": OURS / "mistral.jinja",
    "glm4": SHIPPED / "glm4moe.jinja",
    "gptoss": SHIPPED / "gptoss.jinja",
    "phi3.5": SHIPPED / "phi3_5.jinja",
}
TRAINERS = {
    "trl": (trl.SFTTrainer, trl.SFTConfig, {"max_length": 4096, "packing": False}),
    "dpo": (trl.DPOTrainer, trl.DPOConfig, {"max_length": 4096}),
    "kto": (trl.KTOTrainer, trl.KTOConfig, {"max_length": 4096}),
    "reward": (trl.RewardTrainer, trl.RewardConfig, {"max_length": 4096}),
}
TRAINERS["sft"] = TRAINERS["trl"]
EXPORTS, CONFIGS = ("trl", "dpo", "kto"), ("sft", "dpo", "kto", "reward")


def tokenizer(template: Path) -> Any:
    """A token for each byte, with a family's chat template."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*letters, "<s>", "</s>", "<pad>"])}
    bytewise = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytewise.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=bytewise, bos_token="<s>", eos_token="</s>", pad_token="<pad>")
    made.chat_template = template.read_text()
    return made


def tiny(tokens: int, *, scoring: bool = False) -> Any:
    """A model of a few thousand weights, which writes or scores."""
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = LlamaConfig(vocab_size=tokens, max_position_embeddings=4096, **sizes)
    if scoring:
        config.num_labels, config.pad_token_id = 1, tokens - 1
        return LlamaForSequenceClassification(config)
    return LlamaForCausalLM(config)


def trained(format: str, folder: Path, template: Path, scratch: Path) -> dict[str, Any]:
    """Rows that the format's trainer has prepared of an export, one of them as text, and the loss of one step."""
    trainer, config, more = TRAINERS[format]
    words = tokenizer(template)
    beside = {"ref_model": tiny(len(words))} if format in ("dpo", "kto") else {}
    arguments = config(
        output_dir=str(scratch),
        max_steps=1,
        per_device_train_batch_size=2,
        report_to=[],
        use_cpu=True,
        bf16=False,
        disable_tqdm=True,
        save_strategy="no",
        **more,
    )
    where = (str(folder), format) if (folder / "README.md").exists() else (str(folder / format),)
    rows = datasets.load_dataset(*where, split="train", cache_dir=str(scratch / "cache"))
    training = trainer(
        model=tiny(len(words), scoring=format == "reward"),
        args=arguments,
        train_dataset=rows,
        processing_class=words,
        **beside,
    )
    prepared = training.train_dataset
    ids = next(name for name in ("input_ids", "chosen_ids", "completion_ids") if name in prepared.column_names)
    text = "\n".join(words.decode(row[ids]) for row in prepared)
    return {"rows": len(prepared), "text": text, "loss": training.train().training_loss}


def main(folder: Path) -> None:
    """Train on every export of the folder and print what came of it."""
    datasets.disable_progress_bars()
    told = {
        family: {
            format: trained(format, folder / family, template, folder / "scratch")
            for format in (CONFIGS if (folder / family / "README.md").exists() else EXPORTS)
        }
        for family, template in FAMILIES.items()
        if (folder / family).exists()
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
