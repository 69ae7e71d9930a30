"""`python -m simulator`: serve until SIGTERM, or until stdin closes or the parent is gone."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import resource
import signal
import threading
from dataclasses import fields
from pathlib import Path

from simulator.features import Features
from simulator.server import Config, Reply, Simulator, serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A loopback OpenAI-compatible endpoint.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", default="0", help="SECONDS, lognormal:MEAN:SIGMA or replay[:FILE]")
    parser.add_argument("--faults", default="", help="NAME=PROBABILITY|always|#COUNT, comma-separated")
    parser.add_argument("--defects", default="", help="the same, for what is wrong with proper answers")
    parser.add_argument(
        "--capacity", default="", help="rate=R,burst=S,among=K,serve=K,down=A:B …: see simulator/capacity.py"
    )
    parser.add_argument("--batch-latency", default="0", help="how long a batch takes, as --latency")
    parser.add_argument("--batch-faults", default="", help="as --faults, for whole batches")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", type=Path, help="append a line of JSON for each request to this file")
    parser.add_argument("--teacher", default="tasks.offline:reply", help="MODULE:FUNCTION from request to completion")
    parser.add_argument("--no-parent-watch", action="store_true", help="outlive stdin and the parent process")
    for flag in fields(Features):
        parser.add_argument(f"--{flag.name.replace('_', '-')}", action="store_true")
    args = parser.parse_args()
    features = Features(**{flag.name: getattr(args, flag.name) for flag in fields(Features)})
    config = Config(
        latency=args.latency,
        faults=args.faults,
        defects=args.defects,
        batch_latency=args.batch_latency,
        batch_faults=args.batch_faults,
        capacity=args.capacity,
        seed=args.seed,
        features=features,
    )
    try:
        simulator = Simulator(_teacher(args.teacher), config, args.record)
    except ValueError as error:
        parser.error(str(error))
    _allow_many_connections()
    asyncio.run(_run(simulator, args.host, args.port, watch=not args.no_parent_watch))


async def _run(simulator: Simulator, host: str, port: int, *, watch: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    orphaned = asyncio.create_task(_orphaned(os.getppid(), stop)) if watch else None
    if watch:
        threading.Thread(target=_await_end_of_stdin, args=(loop, stop), daemon=True).start()

    def ready(bound: int) -> None:
        print(json.dumps({"base_url": f"http://{host}:{bound}/v1", "pid": os.getpid()}), flush=True)

    await serve(simulator, host, port, ready, stop)
    if orphaned:
        orphaned.cancel()


async def _orphaned(parent: int, stop: asyncio.Event) -> None:
    # A fork of the parent may hold its end of our stdin open after its death.
    while os.getppid() == parent:
        await asyncio.sleep(0.5)
    stop.set()


def _await_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(stop.set)


def _teacher(path: str) -> Reply:
    module, _, name = path.partition(":")
    reply: Reply = getattr(importlib.import_module(module), name)
    return reply


def _allow_many_connections() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
