"""A GGUF file served by llama.cpp's own OpenAI-compatible server, from the package xllamacpp: llama_server.py FILE PORT.

It stands alone: the Python that runs it has xllamacpp and needs nothing else. One thread, one request at a time.
"""

from __future__ import annotations

import importlib
import sys
import threading


def main(file: str, port: int) -> None:
    llama = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path, params.port, params.n_ctx, params.n_parallel = file, port, 8192, 1
    params.use_jinja, params.warmup = True, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = llama.Server(params)
    print("serving", server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
