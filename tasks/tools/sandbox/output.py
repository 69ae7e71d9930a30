"""What comes out of a sandbox: read without ever waiting on it, bounded, and freed of what could act on a reader."""

from __future__ import annotations

import os
import re
import selectors
import threading
import time
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tasks.tools.sandbox import worker as sandbox_worker
from tasks.tools.sandbox.start import Sandbox

MOST_OUTPUT = 100_000
"""Bytes kept of stdout and of stderr; a programme that writes more is stopped."""
GRACE = 3.0
"""Seconds the supervisor has to end what it was told to end."""
_MOST_REPLY = sandbox_worker.MOST_BYTES + (1 << 20)
_TICK = 0.1
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, the cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, the clipboard
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_ENDS = re.compile(r"\r+\n|\r")
# Controls but tab and newline; marks that turn the direction of text; tags that no one sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@dataclass
class Transcript:
    """What was heard of one execution."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    reply: bytearray = field(default_factory=bytearray)
    flooded: bool = False
    timed_out: bool = False
    seconds: float = 0.0


def exchange(sandbox: Sandbox, request: bytes, seconds: float, stop: threading.Event) -> Transcript:
    """Send the request and read until all is closed, the time is over, too much came, or `stop` is set."""
    process, heard = sandbox.process, Transcript()
    assert process.stdin and process.stdout and process.stderr
    began = time.monotonic()
    deadline, told = began + seconds, False
    unsent = memoryview(request)
    sinks = {
        process.stdout.fileno(): (heard.stdout, MOST_OUTPUT),
        process.stderr.fileno(): (heard.stderr, MOST_OUTPUT),
        sandbox.reply: (heard.reply, _MOST_REPLY),
    }
    with selectors.DefaultSelector() as selector:
        for descriptor in sinks:
            selector.register(descriptor, selectors.EVENT_READ)
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        while any(descriptor in selector.get_map() for descriptor in sinks):
            now = time.monotonic()
            heard.timed_out |= not told and now >= deadline
            if not told and (heard.timed_out or heard.flooded or stop.is_set()):
                told, deadline = True, now + GRACE
                _hang_up(sandbox, selector)
            elif told and now >= deadline:
                process.kill()
                break
            for key, _ in selector.select(min(_TICK, max(0.0, deadline - now))):
                if key.fd in sinks:
                    sink, most = sinks[key.fd]
                    data = os.read(key.fd, 65_536)
                    if not data:
                        selector.unregister(key.fd)
                    heard.flooded |= len(sink) + len(data) > most
                    sink += data[: most - len(sink)]
                elif key.fileobj is process.stdin:
                    unsent = _sent(sandbox, unsent, selector)
    heard.seconds = time.monotonic() - began
    return heard


def _sent(sandbox: Sandbox, unsent: memoryview, selector: selectors.BaseSelector) -> memoryview:
    """What is left to send; stdin stays open, since closing it is the sign to stop."""
    assert sandbox.process.stdin
    try:
        unsent = unsent[os.write(sandbox.process.stdin.fileno(), unsent[: 1 << 16]) :]
    except BlockingIOError:
        return unsent
    except BrokenPipeError:
        unsent = unsent[:0]
    if not unsent:
        selector.unregister(sandbox.process.stdin)
    return unsent


def _hang_up(sandbox: Sandbox, selector: selectors.BaseSelector) -> None:
    assert sandbox.process.stdin
    if sandbox.process.stdin in selector.get_map():
        selector.unregister(sandbox.process.stdin)
    sandbox.process.stdin.close()


def printable(data: bytes) -> str:
    """Text without terminal sequences, controls, marks of direction and invisible tags; bad UTF-8 is replaced."""
    text = _LINE_ENDS.sub("\n", _SEQUENCES.sub("", data.decode("utf-8", "replace")))
    return _INVISIBLE.sub("", text)


def read_reply(data: bytes) -> tuple[int, str, dict[str, bytes], bool] | None:
    """Exit code, reason it was stopped for, files, and whether some were left out; None if there is no whole reply."""
    try:
        code, reason, cut, *rest = sandbox_worker.unpacked(data)
        files, dropped = {}, cut == b"cut" or len(rest) > 2 * sandbox_worker.MOST_FILES
        for name, content in zip(rest[: 2 * sandbox_worker.MOST_FILES : 2], rest[1::2], strict=False):
            if fit(text := name.decode("utf-8", "replace")) and text.encode() == name:
                files[text] = content
            else:
                dropped = True
        return int(code), reason.decode("ascii"), files, dropped
    except ValueError:
        return None


def fit(name: str) -> bool:
    """Whether it names a file inside the working folder, in characters that do nothing but show."""
    path = PurePosixPath(name)
    return (
        0 < len(name) <= sandbox_worker.NAME
        and not path.is_absolute()
        and ".." not in path.parts
        and str(path) == name
        and name != "."
        and len(path.parts) <= sandbox_worker.DEEPEST
        and name.isprintable()
    )
