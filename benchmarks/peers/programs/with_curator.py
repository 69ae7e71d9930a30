"""curator: four LLM blocks, one after the other, with so many concurrent requests each."""

from __future__ import annotations

import os
import sys
import tempfile
import types

os.environ |= {
    "CURATOR_DISABLE_CACHE": "true",
    "CURATOR_VIEWER": "0",
    "TELEMETRY_ENABLED": "false",
    "OPENAI_API_KEY": "none",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "CURATOR_CACHE_DIR": tempfile.mkdtemp(),
}


class _Words:
    """A stub of tiktoken's encodings, which are downloaded: a token is four characters."""

    def encode(self, text: str, **_: object) -> list[int]:
        return [0] * (len(text) // 4)


stub = types.ModuleType("tiktoken")
stub.get_encoding = stub.encoding_for_model = lambda *_: _Words()  # type: ignore[attr-defined]
stub.Encoding = _Words  # type: ignore[attr-defined]

from bespokelabs import curator  # noqa: E402

sys.modules["tiktoken"] = stub
import bespokelabs.curator.request_processor.online.openai_online_request_processor as online  # noqa: E402

online.tiktoken = stub

address, texts, concurrency = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CALLS = 4


class Call(curator.LLM):  # type: ignore[misc]
    def prompt(self, row: dict[str, str]) -> str:
        return row["text"]

    def parse(self, row: dict[str, str], answer: str) -> dict[str, str]:
        return {"text": answer + row["text"][:20]}


if __name__ == "__main__":
    rows = [{"text": f"Text {number}. " * 40} for number in range(texts)]
    limits = {"max_requests_per_minute": 1_000_000, "max_tokens_per_minute": 1_000_000_000}
    params = {"base_url": address, "max_concurrent_requests": concurrency, "request_timeout": 120, **limits}
    for _ in range(CALLS):
        made = Call(model_name="simulated", backend="openai", backend_params=params)(rows)
        rows = [{"text": row["text"]} for row in getattr(made, "dataset", made)]
