"""What runs inside the sandbox as its first process: it waits for one programme, runs it, reports, and is thrown away.

The text of this module is given to the sandbox's own Python (3.9 or newer), so it imports only what starts fast and
nothing of ours. Requests and replies are lists of byte strings, each behind its length in eight bytes.

    request   settings, argv, stdin, then name and content of each file, the programme's own among them
    reply     exit code, reason it was stopped for, "cut" if files were left out, then name and content of each file

The programme is a child. As the first process of its namespace the supervisor cannot be signalled from within, and as
one that cannot be dumped it cannot be read or written to either; when it ends, the kernel kills whatever is left.
"""

from __future__ import annotations

import os
import resource
import select
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # importing it would double the time to start

BOX = "/box"
TICK = 20
"""Milliseconds between two looks at memory and files."""
READY = b"R"
MOST_FILES = 64
MOST_BYTES = 8 << 20
"""Of the files that go back."""
MOST_INODES = 10_000
"""Files and folders in the working folder and /dev/shm; a programme that makes more is stopped."""
DEEPEST = 8
NAME = 200
_PR_SET_DUMPABLE = 4


def packed(parts: list[bytes]) -> bytes:
    """The parts as one string, each behind its length."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def unpacked(data: bytes) -> list[bytes]:
    """The parts of what `packed` made; ValueError for anything else."""
    parts, at = [], 0
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at : at + 8], "big")
        if end > len(data) or at + 8 > len(data):
            raise ValueError("cut short")
        parts.append(data[at + 8 : end])
        at = end
    return parts


def main(result: int) -> None:
    """Serve one request from stdin; the reply goes to the descriptor `result`. Returns in the child only."""
    # Imported here for this process alone; the public signal module would cost milliseconds more.
    import _signal  # type: ignore[import-not-found]
    import _sitebuiltins  # noqa: F401  (what the programme's start needs is there when it starts)
    import ctypes
    import importlib.machinery  # noqa: F401

    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    os.write(result, READY)
    length = int.from_bytes(_read(8), "big")
    settings, argv, stdin, *rest = unpacked(_read(length))
    given = dict(zip(rest[::2], rest[1::2], strict=False))
    for name, content in given.items():
        _put(name, content)
    entry = os.open(BOX, os.O_TMPFILE | os.O_RDWR)
    _write(entry, stdin)
    os.lseek(entry, 0, os.SEEK_SET)
    seconds, address_space, data, processes, total, in_process = (int(word) for word in settings.split())
    child = os.fork()
    if child:
        _supervise(child, result, given, total)
    os.dup2(entry, 0)
    os.close(entry)
    os.close(result)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    os.setpgid(0, 0)
    _limit(seconds, address_space, data, processes)
    words = [os.fsdecode(word) for word in argv.split(b"\0")]
    if in_process:
        _become(words[-1])
    else:
        for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
            _signal.signal(number, _signal.SIG_DFL)  # Python ignores them, and that is inherited
        os.execv(words[0], words)


def _read(length: int) -> bytes:
    """Exactly so many bytes of stdin; the end if those who asked are gone."""
    parts = []
    while length:
        part = os.read(0, min(length, 1 << 20))
        if not part:
            os._exit(1)
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _put(name: bytes, content: bytes) -> None:
    path = os.path.join(os.fsencode(BOX), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    _write(descriptor, content)
    os.close(descriptor)


def _limit(seconds: int, address_space: int, data: int, processes: int) -> None:
    limits = {
        resource.RLIMIT_AS: address_space or resource.RLIM_INFINITY,
        resource.RLIMIT_DATA: data or resource.RLIM_INFINITY,
        resource.RLIMIT_CPU: seconds + 1,
        resource.RLIMIT_FSIZE: 32 << 20,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 64 << 10,
        resource.RLIMIT_SIGPENDING: 256,
        resource.RLIMIT_NPROC: processes,
    }
    for which, most in limits.items():
        hard = resource.getrlimit(which)[1]
        most = hard if most == resource.RLIM_INFINITY else most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    try:
        with open("/proc/self/oom_score_adj", "wb", buffering=0) as first:
            first.write(b"1000")  # where the machine itself runs out of memory, this goes first
    except OSError:
        pass  # the limits hold all the same


# The programme


def _become(path: str) -> None:
    """Run a Python programme as if it had been this interpreter's from the start."""
    import _sitebuiltins
    import builtins
    from importlib.machinery import SourceFileLoader

    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D"))
    module: Any = type(sys)("__main__")
    loader = SourceFileLoader("__main__", path)
    module.__file__, module.__loader__, module.__builtins__ = path, loader, builtins
    sys.modules["_supervisor"] = sys.modules["__main__"]  # its functions are still running
    sys.modules["__main__"] = module
    sys.argv[:] = [path]
    sys.path[0] = BOX
    shown = sys.excepthook

    def without_ours(kind: Any, error: Any, trace: Any) -> None:
        while trace and trace.tb_frame.f_globals is not module.__dict__:
            trace = trace.tb_next
        shown(kind, error.with_traceback(trace), trace)

    sys.excepthook = without_ours
    loader.exec_module(module)


# The supervisor


def _supervise(child: int, result: int, given: dict[bytes, bytes], total: int) -> None:
    """Wait for the programme and keep watch; then kill what is left, send the reply and end."""
    poll = select.poll()
    poll.register(os.pidfd_open(child), select.POLLIN)
    poll.register(0, 0)  # only that those who asked have hung up
    reason, status = "", None
    try:
        while status is None and not reason:
            events = poll.poll(TICK)
            status = _reaped(child)
            if any(event & (select.POLLHUP | select.POLLERR) for descriptor, event in events if descriptor == 0):
                reason = "stopped"
            else:
                reason = _excess(total)
    except BaseException:
        reason = "unwatched"
    if status is None:
        status = 9
    try:
        os.kill(-1, 9)
        while True:
            os.waitpid(-1, 0)
    except (ProcessLookupError, ChildProcessError):
        pass  # nobody is left
    files, cut = _collected(given)
    code = -(status & 0x7F) if status & 0x7F else status >> 8
    _write(result, packed([b"%d" % code, reason.encode(), b"cut" if cut else b"", *files]))
    os._exit(0)


def _reaped(child: int) -> int | None:
    """The programme's status if it has ended; orphans that have ended go with it."""
    while True:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == child:
            return status
        if process == 0:
            return None


def _excess(total: int) -> str:
    """What there is too much of in all, which no limit of a process counts."""
    page, pages = resource.getpagesize(), 0
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            try:
                with open(f"/proc/{name}/statm", "rb", buffering=0) as statm:
                    pages += int(statm.read(200).split()[1])
            except (OSError, IndexError):
                continue  # it has ended since
    if pages * page > total:
        return "memory"
    for folder in (BOX, "/dev/shm"):
        state = os.statvfs(folder)
        if state.f_files - state.f_ffree > MOST_INODES:
            return "files"
    return ""


def _collected(given: dict[bytes, bytes]) -> tuple[list[bytes], bool]:
    """Name and content of each regular file made or changed, and whether some had to be left out."""
    found: list[bytes] = []
    room, cut = MOST_BYTES, False
    for name, path, size in _regular(os.fsencode(BOX), b"", DEEPEST):
        if name in given and size == len(given[name]) and _content(path, size) == given[name]:
            continue
        if len(found) >= 2 * MOST_FILES or size > room or len(name) > NAME:
            cut = True
            continue
        content = _content(path, size)
        if content is None:
            cut = True
            continue
        room -= size
        found += [name, content]
    return found, cut


def _regular(folder: bytes, prefix: bytes, depth: int) -> list[tuple[bytes, bytes, int]]:
    """Name, path and size of the regular files under a folder; links are not followed and not named."""
    found = []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []
    for entry in entries:
        if entry.is_file(follow_symlinks=False):
            found.append((prefix + entry.name, entry.path, entry.stat(follow_symlinks=False).st_size))
        elif entry.is_dir(follow_symlinks=False) and depth > 1:
            found += _regular(entry.path, prefix + entry.name + b"/", depth - 1)
    return found


def _content(path: bytes, size: int) -> bytes | None:
    """What the file holds; None if it cannot be read or is longer than it said."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        content = file.read(size + 1)
    return content if len(content) == size else None


if __name__ == "__main__":
    main(int(sys.argv[1]))
