"""No text of documents or answers and no key is in anything that Prefect keeps or that lies in the home, whatever goes wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from simulator import simulator
from tasks.records import Json
from tests.running import SKILL, Result
from tests.serving import serving

pytestmark = pytest.mark.services

KEY, DOCUMENT, ANSWER = "sk-canary-5ee1d0c7a2b4", "Quetzalwharf", "Brindlemoor"
FEW: Json = {"sampling": {"instructions_per_passage": 1, "refinement_rounds": 0}, "endpoint": {"patience_seconds": 0}}


class Blabbing(BaseHTTPRequestHandler):
    """An endpoint that repeats what it was sent: the key, the prompt, and its answers in its errors."""

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        way = self.path.split("/")[1]
        if way == "refuses":
            self._answer(401, {"error": {"message": f"Incorrect API key: {self.headers['Authorization']}. {asked}"}})
        elif way == "complains":
            self._answer(400, {"error": {"message": f"cannot answer '{asked}' with {ANSWER}", "type": "odd"}})
        else:
            said = {"role": "assistant", "content": f"{ANSWER} {ANSWER}, no JSON at all"}
            usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
            self._answer(200, {"choices": [{"index": 0, "message": said, "finish_reason": "stop"}], "usage": usage})

    def _answer(self, status: int, body: Json) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def blabbing() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blabbing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_no_text_and_no_key_is_kept_where_it_does_not_belong(tmp_path: Path) -> None:
    write_corpus(tmp_path / "documents", 2, words=90)
    for path in (tmp_path / "documents").iterdir():
        path.write_text(f"The sign at {DOCUMENT} has been read by many. {path.read_text()}")
    served = serving(tmp_path, OPENAI_API_KEY=KEY)
    with blabbing() as address, simulator() as sound, served.started():
        bases = {way: f"{address}/{way}/v1" for way in ("refuses", "complains", "rambles")} | {"works": sound.base_url}
        asked = {"documents": ["documents"], "skill": SKILL, "teacher": "simulated", **FEW}
        ends = {
            way: served.ended(served.run({**asked, "base_url": base, "output": f"out/{way}"}))["state_type"]
            for way, base in bases.items()
        }
        assert ends == {"refuses": "FAILED", "complains": "FAILED", "rambles": "FAILED", "works": "COMPLETED"}
        told = [line["message"] for line in served.ask("/logs/filter", {"limit": 200})]
        artifacts = served.ask("/artifacts/filter", {})
    assert told and artifacts and Result(tmp_path / "out" / "works").rows()
    kept = [p for p in (tmp_path / "home").rglob("*") if p.is_file() and not p.name.startswith("ledger.db")]
    assert any(path.suffix == ".db" for path in kept)
    said = "\n".join([*told, json.dumps(artifacts), (tmp_path / "serve.out").read_text()])
    for canary in (KEY, DOCUMENT, ANSWER):
        assert canary not in said
        assert [path.name for path in kept if canary.encode() in path.read_bytes()] == []
    assert [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()] == []
