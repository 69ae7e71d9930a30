"""How one sandbox is started and ended: bubblewrap with a waiting Python in it.

As root it is started as an unprivileged user, since the kernel does not count root's processes.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.tools.sandbox import worker as sandbox_worker
from tasks.tools.sandbox.seccomp import program

NOBODY = 65534
SETPRIV = "/usr/bin/setpriv"
BOX_BYTES, SHARED_BYTES = 64 << 20, 16 << 20
_APART = """
    --unshare-all --unshare-user --disable-userns --uid 65534 --gid 65534 --cap-drop ALL --hostname sandbox
    --die-with-parent --as-pid-1 --new-session --clearenv
"""
REMEDY = (
    "in Docker give the container --security-opt seccomp=unconfined --security-opt apparmor=unconfined, "
    "on Ubuntu run sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
)
START = 30.0
"""Seconds a sandbox may take to be ready; it is milliseconds on an idle machine."""


class SandboxUnavailable(Exception):
    """Code cannot be run here; one sentence that says why and what helps."""


@dataclass(frozen=True)
class Sandbox:
    """One started sandbox and the descriptor its reply comes from."""

    process: subprocess.Popen[bytes]
    reply: int

    def wait_ready(self) -> None:
        """Returns when it waits for its request; SandboxUnavailable with bubblewrap's words if it did not start."""
        readable = select.poll()
        readable.register(self.reply, select.POLLIN)
        said = readable.poll(START * 1000) and os.read(self.reply, 1)
        if said == sandbox_worker.READY and self.process.poll() is None:
            return
        told = ""
        with suppress(subprocess.TimeoutExpired):  # the reply is closed a moment before the process has ended
            self.process.wait(2)
            assert self.process.stderr
            told = self.process.stderr.read(500).decode("utf-8", "replace").strip().partition("\n")[0]
        raise SandboxUnavailable(f"the sandbox did not start ({told or 'no answer'}); {REMEDY}")

    def discard(self) -> None:
        """End it, whatever it does, and forget its descriptors; returns when it is gone."""
        if self.process.stdin and not self.process.stdin.closed:
            with suppress(OSError):
                self.process.stdin.close()  # its supervisor ends itself and all within
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()  # the kernel kills what is within
            self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream and not stream.closed:
                stream.close()
        with suppress(OSError):
            os.close(self.reply)


@cache
def runtime() -> tuple[str, list[str]]:
    """The sandbox's Python and what bubblewrap must bind for it besides /usr; SandboxUnavailable where there is none."""
    system = Path("/usr/bin/python3")
    if system.exists():
        return str(system), []
    own = Path(sys.base_prefix).resolve()
    python = own / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    hidden = own.is_relative_to("/root") or own.is_relative_to("/home") or len(own.parts) < 3
    if hidden and not own.is_relative_to("/usr"):
        raise SandboxUnavailable("the sandbox has no Python of its own: apt-get install python3")
    bound = [] if own.is_relative_to("/usr") else ["--ro-bind", str(own), str(own)]
    return str(python), [*bound, "--setenv", "LD_LIBRARY_PATH", str(own / "lib")]


@cache
def _arguments() -> tuple[str, ...]:
    """Everything but the filter's descriptor and the supervisor's text, the same for each sandbox."""
    bubblewrap = shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")
    if not bubblewrap:
        raise SandboxUnavailable("bubblewrap is not installed: apt-get install bubblewrap")
    words = [bubblewrap, *_APART.split(), "--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib32", "lib64"):
        root = Path("/", name)
        if root.is_symlink():
            words += ["--symlink", os.readlink(root), str(root)]
        elif root.is_dir():
            words += ["--ro-bind", str(root), str(root)]
    if Path("/etc/alternatives").is_dir():  # links alone: /usr/bin/awk leads there and back
        words += ["--ro-bind", "/etc/alternatives", "/etc/alternatives"]
    words += ["--proc", "/proc", "--tmpfs", "/dev", "--dir", "/run"]
    for name in ("null", "random", "urandom"):  # not zero, which is shared memory to whoever maps it
        words += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        words += ["--symlink", f"/proc/self/fd{target}", f"/dev/{name}"]
    for path, size in (("/dev/shm", SHARED_BYTES), (sandbox_worker.BOX, BOX_BYTES)):
        words += ["--size", str(size), "--tmpfs", path]
    words += ["--chdir", sandbox_worker.BOX, *runtime()[1]]
    settings = {"PATH": "/usr/bin:/bin", "HOME": sandbox_worker.BOX, "TMPDIR": sandbox_worker.BOX, "LANG": "C.UTF-8"}
    # The same programme prints the same sets in the same order, and a thread does not reserve an arena of 64 MB.
    for name, value in {**settings, "PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "1"}.items():
        words += ["--setenv", name, value]
    return (*words, "--remount-ro", "/dev", "--remount-ro", "/")


def start() -> Sandbox:
    """Start one sandbox; the calling thread must outlive it."""
    python, _ = runtime()
    dropping, nobody = _dropping()
    outside = [*dropping, *_arguments()]
    reply, theirs = os.pipe()
    filtering, filter_in = os.pipe()
    os.write(filter_in, program())
    os.close(filter_in)
    inside = [python, "-s", "-S", "-B", "-u", "-c", _supervisor(), str(theirs)]
    try:
        process = subprocess.Popen(
            [*outside, "--seccomp", str(filtering), "--", *inside],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=(theirs, filtering),
            env={},
            cwd="/",
            start_new_session=True,
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else [],
        )
    except (OSError, subprocess.SubprocessError) as error:
        os.close(reply)
        raise SandboxUnavailable(f"bubblewrap cannot be started as user {NOBODY} ({error}); {REMEDY}") from None
    finally:
        os.close(theirs)
        os.close(filtering)
    return Sandbox(process, reply)


def _dropping() -> tuple[list[str], int | None]:
    """How to start as an unprivileged user where we are root: a command that becomes one, or else the user for Popen."""
    if os.geteuid() != 0:
        return [], None
    if Path(SETPRIV).exists():
        return [SETPRIV, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"], None
    return [], NOBODY  # slower: Popen then copies the page tables of this process, which may be large


@cache
def _supervisor() -> str:
    return Path(sandbox_worker.__file__).read_text(encoding="utf-8")
