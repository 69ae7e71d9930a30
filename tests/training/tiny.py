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


def write_gguf(file: Path) -> str:
    """Such a student in a GGUF file, as llama.cpp would keep one; where."""
    from gguf import GGUFWriter, TokenType

    words = tokenizer()
    tokens = [*words.convert_ids_to_tokens(range(len(words))), "th"]
    student, writer = model(len(tokens)), GGUFWriter(str(file), "llama")
    config = student.config
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_merges(["t h"])
    writer.add_token_types([TokenType.CONTROL if "<|" in token else TokenType.NORMAL for token in tokens])
    writer.add_eos_token_id(words.eos_token_id)
    names = {
        "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
        "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "model.layers": "blk",
    }  # fmt: skip
    for name, weights in student.state_dict().items():
        for ours, theirs in names.items():
            name = name.replace(ours, theirs)
        writer.add_tensor(name, weights.float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return str(file)
