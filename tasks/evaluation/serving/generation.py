"""A model that answers many chats at once: those that wait are put into one batch of one generation."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from tasks.evaluation.serving.requests import ChatRequest, Refused

BATCH_TOKENS = 32_768
"""Most tokens, prompts padded and answers, of one batch: what it needs of memory grows with them."""
MOST = 16
"""Most chats in a batch."""


@dataclass(frozen=True)
class Reply:
    """What the model said; `ended` unless it ran out of room."""

    text: str
    ended: bool
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class Waiting:
    """A chat that waits for its answer."""

    request: ChatRequest
    tokens: list[int]
    room: int
    gone: Callable[[], bool]
    """Whether nobody waits any more."""
    reply: Future[Reply] = field(default_factory=Future)

    @property
    def sort(self) -> tuple[float, float, tuple[str, ...]]:
        """What chats of one batch have in common."""
        return self.request.temperature, self.request.top_p, self.request.stop


class Generation:
    """The model with its tokenizer; one thread generates, any number may ask."""

    def __init__(self, path: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        file = {"gguf_file": path.name} if path.is_file() else {}
        where = path.parent if path.is_file() else path
        gpu = torch.cuda.is_available()
        self._torch = torch
        self._tokenizer = AutoTokenizer.from_pretrained(where, **file)
        # On a CPU 32 bits: there a batch and a single chat come to the same answer, and 16 bits are no faster.
        self._model = AutoModelForCausalLM.from_pretrained(where, dtype="auto" if gpu else torch.float32, **file)
        self._model = self._model.to("cuda" if gpu else "cpu").eval()
        if not self._tokenizer.chat_template:
            raise ValueError(f"{path.name} has no chat template")
        told = self._model.generation_config.eos_token_id
        ends = {*(told if isinstance(told, list) else [told]), self._tokenizer.eos_token_id}
        self._ends = sorted(each for each in ends if each is not None)
        self._context = int(getattr(self._model.config.get_text_config(), "max_position_embeddings", 0) or 1 << 20)
        self._waiting: queue.Queue[Waiting] = queue.Queue()
        threading.Thread(target=self._generate, daemon=True).start()

    def ask(self, request: ChatRequest, gone: Callable[[], bool]) -> Future[Reply]:
        """The answer to come; Refused for a chat that the template does not take or that leaves no room for an answer."""
        try:
            text = self._tokenizer.apply_chat_template(
                request.turns(), tools=request.tools, add_generation_prompt=True, tokenize=False
            )
        except Refused:
            raise
        except Exception as error:  # whatever a template raises
            raise Refused(f"messages: the chat template does not take them ({type(error).__name__})") from None
        tokens = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        left = self._context - len(tokens)
        if left < 1:
            told = f"the prompt has {len(tokens)} tokens; this model's maximum context length is {self._context} tokens"
            raise Refused(told, "context_length_exceeded")
        waiting = Waiting(request, tokens, min(left, request.room or left), gone)
        self._waiting.put(waiting)
        return waiting.reply

    def _generate(self) -> None:
        kept: list[Waiting] = []
        while True:
            kept += [] if kept else [self._waiting.get()]
            while not self._waiting.empty():
                kept.append(self._waiting.get())
            kept = [each for each in kept if not each.gone()]
            if not kept:
                continue
            batch = batch_of(kept)
            kept = [each for each in kept if not any(each is one for one in batch)]
            try:
                for waiting, reply in zip(batch, self._replies(batch), strict=True):
                    waiting.reply.set_result(reply)
            except Exception as error:
                for waiting in batch:
                    waiting.reply.set_exception(error)

    def _replies(self, batch: list[Waiting]) -> list[Reply]:
        torch, request = self._torch, batch[0].request
        if request.seed is not None:
            torch.manual_seed(request.seed)
        pad = self._tokenizer.pad_token_id if self._tokenizer.pad_token_id is not None else self._ends[0]
        longest = max(len(each.tokens) for each in batch)
        padding = [longest - len(each.tokens) for each in batch]
        tokens = [[pad] * left + each.tokens for left, each in zip(padding, batch, strict=True)]
        mask = [[0] * left + [1] * (longest - left) for left in padding]
        rooms = torch.tensor([each.room for each in batch], device=self._model.device)
        sampled = request.temperature > 0
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=torch.tensor(tokens, device=self._model.device),
                attention_mask=torch.tensor(mask, device=self._model.device),
                max_new_tokens=int(rooms.max()),
                stopping_criteria=[lambda ids, scores, **_: ids.shape[1] - longest >= rooms],
                do_sample=sampled,
                temperature=request.temperature if sampled else None,
                top_p=request.top_p if sampled else None,
                top_k=0 if sampled else None,
                eos_token_id=self._ends,
                pad_token_id=pad,
                **({"stop_strings": list(request.stop), "tokenizer": self._tokenizer} if request.stop else {}),
            )
        said = made[:, longest:].tolist()
        return [self._reply(waiting, row) for waiting, row in zip(batch, said, strict=True)]

    def _reply(self, waiting: Waiting, row: list[int]) -> Reply:
        row = row[: waiting.room]
        end = next((place for place, token in enumerate(row) if token in self._ends), None)
        # Tokens of a tool call may be special ones, and are part of what is said; the end alone is not.
        text = self._tokenizer.decode(row[:end], skip_special_tokens=False, clean_up_tokenization_spaces=False)
        cuts = [place for each in waiting.request.stop if (place := text.find(each)) >= 0]
        text = text[: min(cuts)] if cuts else text
        used = len(row) if end is None else end + 1
        return Reply(text, end is not None or bool(cuts), len(waiting.tokens), used)


def batch_of(waiting: list[Waiting]) -> list[Waiting]:
    """Those that are answered next: the first, and those of its sort that fit beside it."""
    first = waiting[0]
    batch = [first]
    if first.request.seed is not None and first.request.temperature > 0:
        return batch  # what is drawn must not depend on who else asks
    for each in waiting[1:]:
        whole = max(len(one.tokens) + one.room for one in (*batch, each)) * (len(batch) + 1)
        if each.sort == first.sort and each.request.seed == first.request.seed and whole <= BATCH_TOKENS:
            batch.append(each)
        if len(batch) == MOST:
            break
    return batch
