"""Students: a model of a folder, of a GGUF file or of the hub, loaded to be taught, and kept so that transformers loads it."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tasks.training.recipes import Recipe
from tasks.training.templates import template_for

PACKAGES = ("torch", "trl", "transformers", "peft", "gguf", "accelerate", "datasets")
_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.A)


class TeachingError(ValueError):
    """A student cannot be taught so; the message says why, and names the remedy."""


class TrainingStopped(RuntimeError):
    """A training ended before it was done; the message says where it tells why, and how to go on."""


def need_packages() -> None:
    """TeachingError with the command that installs what is missing."""
    if missing := [name for name in PACKAGES if find_spec(name) is None]:
        raise TeachingError(f"teaching needs {', '.join(missing)}: pip install -e '.[teach]'")


def check_student(student: str) -> None:
    """TeachingError if there can be no such student."""
    path = Path(student).expanduser()
    if path.suffix == ".gguf" and not path.is_file():
        raise TeachingError(f"--student {student}: there is no such file")
    if path.is_dir() and not (path / "config.json").is_file():
        raise TeachingError(f"--student {student}: the folder has no config.json, so it holds no model of transformers")
    if path.suffix != ".gguf" and path.is_file():
        raise TeachingError(
            f"--student {student}: a file of a model ends in .gguf; give a folder, or a name of the hub"
        )
    if not path.exists() and not _NAME.fullmatch(student):
        raise TeachingError(f"--student {student}: there is no such folder or file, and no model of a hub is called so")


def identity(student: str) -> list[Any]:
    """Stands for a student: its files with size and time, or its name."""
    path = Path(student).expanduser()
    files = [path] if path.is_file() else sorted(each for each in path.glob("*") if each.is_file())
    return [(each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in files] or [student]


def _place(student: str) -> dict[str, str]:
    """What transformers calls it by."""
    path = Path(student).expanduser()
    if path.suffix == ".gguf":
        return {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    return {"pretrained_model_name_or_path": str(path) if path.exists() else student}


def load_tokenizer(student: str) -> tuple[Any, str]:
    """Its tokenizer with the template that it is taught with, and the template's name. TeachingError if it cannot be had."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(**_place(student), trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise TeachingError(f"--student {student}: its tokenizer cannot be loaded ({type(error).__name__})") from None
    if not tokenizer.is_fast:
        raise TeachingError(f"--student {student}: its tokenizer cannot tell where its tokens stand in a text")
    tokenizer.chat_template, name = template_for(tokenizer)
    if name == "ours" and "<|im_end|>" in tokenizer.get_vocab():
        tokenizer.eos_token = "<|im_end|>"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, name


def load_model(student: str, tokenizer: Any) -> Any:
    """The model, its weights in float32; one of a GGUF file as one that can be saved. Only safetensors and GGUF are read."""
    import torch
    from transformers import AutoModelForCausalLM

    place = _place(student)
    only = {} if "gguf_file" in place else {"use_safetensors": True}
    how: dict[str, Any] = {"dtype": torch.float32, "trust_remote_code": False, **only}
    try:
        model = AutoModelForCausalLM.from_pretrained(**place, **how, attn_implementation=_attention())
    except (OSError, ValueError) as error:
        raise TeachingError(f"--student {student}: the model cannot be loaded ({type(error).__name__})") from None
    if "gguf_file" in place:
        del (
            model.config.quantization_config
        )  # its weights are plain numbers by now, and what says otherwise is not saved
        fresh = type(model)(model.config)
        fresh.load_state_dict(model.state_dict())
        fresh.generation_config = model.generation_config
        fresh.config._attn_implementation = model.config._attn_implementation
        model = fresh
    model.config.use_cache = False  # with a cache, transformers lets packed rows see each other
    for config in (model.config, model.generation_config):
        config.eos_token_id, config.pad_token_id = tokenizer.eos_token_id, tokenizer.pad_token_id
    return model


def _attention() -> str:
    from transformers.utils import is_flash_attn_2_available

    return "flash_attention_2" if is_flash_attn_2_available() else "sdpa"


def open_up(model: Any, recipe: Recipe) -> Any:
    """The model with what the recipe trains open to change, and all else frozen."""
    if recipe.method == "full":
        return model
    if recipe.method == "lora":
        from peft import LoraConfig, get_peft_model

        rank, where = recipe.lora_rank, _linear(model, recipe.lora_layers) if recipe.lora_layers else "all-linear"
        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=where, task_type="CAUSAL_LM")
        return get_peft_model(model, config)
    layers = model.get_decoder().layers
    model.requires_grad_(False)
    for layer in layers[-recipe.last_layers :]:
        layer.requires_grad_(True)
    return model


def _linear(model: Any, layers: int) -> list[str]:
    """The names of the linear parts of so many layers, from the last one on."""
    import torch

    last = {id(part) for layer in model.get_decoder().layers[-layers:] for part in layer.modules()}
    return [name for name, part in model.named_modules() if id(part) in last and isinstance(part, torch.nn.Linear)]


def precision_of(student: str) -> str:
    """In which precision a student was kept, and is kept again; float32 for one of a GGUF file, which is a sort of its own."""
    from transformers import AutoConfig

    if "gguf_file" in (place := _place(student)):
        return "float32"
    kept = AutoConfig.from_pretrained(**place, trust_remote_code=False).dtype
    return str(kept or "float32").removeprefix("torch.")


def save(model: Any, tokenizer: Any, folder: str, precision: str) -> None:
    """Put model and tokenizer into a folder."""
    import torch

    model.config.use_cache = True
    model.to(getattr(torch, precision)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
