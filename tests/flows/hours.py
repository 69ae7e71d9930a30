"""A process that runs a factory hour after hour, in fast forward: a line of parameters in, a line of what came of it out."""

from __future__ import annotations

import asyncio
import json
import sys

from flows.home import home, settle


def main() -> None:
    """Run the flow for each line of standard input; what the run ended with, or its problem, is told on standard output."""
    settle()
    home()
    from flows.factory import Unfinished, factory

    for line in sys.stdin:
        try:
            told = {"summary": asyncio.run(factory(**json.loads(line)))}
        except Unfinished as unfinished:
            told = {"summary": unfinished.summary, "problem": str(unfinished), "stopped": unfinished.stopped}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
