"""A student of a few thousand weights, random, with a token for each byte: as small as one can be, and loaded as any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def tokenizer(marks: tuple[str, ...] = ("<|im_start|>", "<|im_end|>")) -> Any:
    """A token for each byte, and these marks; the last one ends an answer."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytewise = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytewise.decoder = decoders.ByteLevel()
    bytewise.add_special_tokens(list(marks))
    return PreTrainedTokenizerFast(tokenizer_object=bytewise, eos_token=marks[-1], pad_token=marks[-1])


def model(tokens: int, seed: int = 0) -> Any:
    """A Llama of two layers."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=tokens, max_position_embeddings=8192, **sizes)).eval()


def write_student(folder: Path) -> str:
    """Such a student in a folder; where."""
    words = tokenizer()
    model(len(words)).save_pretrained(folder)
    words.save_pretrained(folder)
    return str(folder)
