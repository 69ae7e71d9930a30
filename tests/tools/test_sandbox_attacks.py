"""What written code may try, and that it is held.

An attack prints `through` if it got what it wanted and `held` if not. Where it can be shown cheaply that it does get it
without the sandbox, it first runs as a plain process of an unprivileged user.
"""

from __future__ import annotations

import errno
import os
import platform
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.tools.sandbox import close, run
from tasks.tools.sandbox import worker as sandbox_worker
from tasks.tools.sandbox.output import printable
from tasks.tools.sandbox.seccomp import ARCHITECTURES, DENIED, PARTLY
from tests.processes import children, lacking
from tests.tools.confinement import CANARY, unconfined

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"no sandbox here: {lacking()}")

NUMBERS = {
    name: numbers[list(ARCHITECTURES).index(platform.machine())]
    for name, numbers in {**DENIED, **PARTLY}.items()
    if platform.machine() in ARCHITECTURES
}


# What gets through without a sandbox

CALL = """
import ctypes, os, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *[a if isinstance(a, ctypes._Pointer) or a is None else ctypes.c_long(a)
        if isinstance(a, int) else a for a in arguments])
CHILDREN = []
def supervisor():
    return 1 if os.getppid() == 1 else child()
def child():
    pid = os.fork()
    if not pid:
        time.sleep(5)
        os._exit(0)
    CHILDREN.append(pid)
    return pid
def told(through):
    print("through" if through else "held")
    for pid in CHILDREN:
        os.kill(pid, 9)
    os._exit(0)
def attempt(function):
    try:
        return function() is not False
    except OSError:
        return False
"""

ATTACKS = {
    "environment of any process": """
import glob
def read(path):
    try:
        return open(path, "rb").read()
    except OSError:
        return b""
told(any(CANARY in read(path) for path in glob.glob("/proc/*/environ")) or CANARY in repr(os.environ).encode())
""",
    "a port on loopback": "told(attempt(lambda: socket.create_connection(('127.0.0.1', PORT), 2)))",
    "a name": "told(attempt(lambda: socket.getaddrinfo('localhost', 80)))",
    "an abstract socket": """
told(attempt(lambda: socket.socket(socket.AF_UNIX).connect("\\0" + NAME)))
""",
    "a raw system call for a socket": "told(call(SOCKET, 2, 1, 0) >= 0)",
    "sockets of the machine": "told(NAME in open('/proc/net/unix').read())",
    "users of the machine": "told(attempt(lambda: open('/etc/passwd').read()))",
    "a file outside": "told(attempt(lambda: open(FILE).read()))",
    "a file outside by way of ..": "told(attempt(lambda: open('../' * 20 + FILE).read()))",
    "a file outside by way of a link": "os.symlink(FILE, 'link'); told(attempt(lambda: open('link').read()))",
    "a file outside by way of the supervisor's root": "told(attempt(lambda: open(f'/proc/{supervisor()}/root' + FILE)))",
    "processes of the machine": "told(os.path.exists(f'/proc/{PID}'))",
    "a user namespace": "told(call(UNSHARE, 0x10000000) == 0)",
    "a user namespace with a new process": """
pid = call(CLONE, 0x10000000 | 17, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
told(pid > 0)
""",
    "a user namespace with clone3": """
arguments = (ctypes.c_uint64 * 8)(0x10000000, 0, 0, 0, 17, 0, 0, 0)
pid = call(CLONE3, ctypes.byref(arguments), 64)
if pid == 0:
    os._exit(0)
told(pid > 0)
""",
    "mounts, as root of a namespace": """
call(UNSHARE, 0x10000000 | 0x20000)
told(call(MOUNT, b"none", b"/", b"tmpfs", 0, None) == 0)
""",
    "ptrace": "told(call(PTRACE, 16, child(), 0, 0) == 0)",
    "memory of another process": """
text = ctypes.create_string_buffer(b"x" * 8)
part = (ctypes.c_uint64 * 2)(ctypes.addressof(text), 8)
told(call(PROCESS_VM_READV, child(), ctypes.byref(part), 1, ctypes.byref(part), 1, 0) == 8)
""",
    "a descriptor of another process": """
pid = child()
told(call(PIDFD_GETFD, os.pidfd_open(pid), 1, 0) >= 0)
""",
    "io_uring": "told(call(IO_URING_SETUP, 4, ctypes.byref((ctypes.c_uint8 * 120)())) >= 0)",
    "the kernel's keys": "told(call(ADD_KEY, b'user', b'name', b'key', 3, -2 & 0xFFFFFFFF) >= 0 or call(KEYCTL, 0, -3, 1) >= 0)",
    "memory without an address": "told(call(MEMFD_CREATE, b'x', 0) >= 0)",
    "shared memory that stays": "told(call(SHMGET, 0, 1 << 20, 0o1600) >= 0)",
    "shared pages that are no longer counted": """
import mmap
def hide():
    pages = mmap.mmap(-1, 64 << 20)
    for at in range(0, len(pages), 4096):
        pages[at] = 1
    pages.madvise(mmap.MADV_DONTNEED)
    resident = int(open("/proc/self/statm").read().split()[1]) * 4096
    return resident < 64 << 20 and pages[4096] == 1
told(attempt(hide))
""",
    "a device that is shared memory": "told(attempt(lambda: open('/dev/zero', 'r+b')))",
    "another personality": "told(call(PERSONALITY, 0x0040000) >= 0)",
    "file handles": """
handle = (ctypes.c_uint8 * 256)()
handle[0] = 128
told(call(NAME_TO_HANDLE_AT, -100, b'/', ctypes.byref(handle), ctypes.byref(ctypes.c_int()), 0) == 0)
""",
    "limits of the supervisor": """
told(call(PRLIMIT64, supervisor(), 7, ctypes.byref((ctypes.c_uint64 * 2)(3, 3)), None) == 0)
""",
    "priority of the supervisor": "told(call(SETPRIORITY, 0, supervisor(), 19) == 0)",
    "a gigabyte and a half in one process": """
try:
    bytearray(3 << 29)
except MemoryError:
    told(False)
told(True)
""",
    "two hundred processes": """
told(attempt(lambda: [child() for _ in range(200)]))
""",
    "a file of a hundred megabytes": """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def write():
    with open("big", "wb", buffering=0) as file:
        file.seek(100 << 20)
        file.write(b"x")
told(attempt(write))
""",
    "shared memory without end": """
def write():
    with open("/dev/shm/" + NAME, "wb", buffering=0) as file:
        for _ in range(24):
            if file.write(bytes(1 << 20)) < 1 << 20:
                return False
try:
    through = attempt(write)
finally:
    os.unlink("/dev/shm/" + NAME)
told(through)
""",
    "a thousand open files": """
def opened():
    for _ in range(500):
        os.dup(1)
told(attempt(opened))
""",
}


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """A file, a port, an abstract socket and a process of this machine, for the attacks to find."""
    name = f"{CANARY}-{os.getpid()}"
    close()  # so that those that stand ready are started with the canary in our environment
    os.environ["SECRET"] = CANARY
    with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"\0{name}")
        unix.listen()
        file = Path(f"/tmp/{name}")
        file.write_text("a secret")
        file.chmod(0o644)
        try:
            yield {
                "CANARY": CANARY.encode(),
                "PORT": port.getsockname()[1],
                "NAME": name,
                "FILE": str(file),
                "PID": os.getpid(),
                **{call.upper(): number for call, number in NUMBERS.items()},
            }
        finally:
            file.unlink()
            del os.environ["SECRET"]


def test_not_even_bubblewrap_itself_has_our_environment(outside: dict[str, object]) -> None:
    run("")
    environments = [environment(process) for process in children(os.getpid())]
    assert environments and not any(CANARY.encode() in seen for seen in environments)


def environment(process: int) -> bytes:
    """Empty too if it has ended or may not be read."""
    try:
        return Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return b""


OFTEN_OFF = {"io_uring", "the kernel's keys", "file handles", "memory of another process", "ptrace"}
"""What many kernels refuse everybody."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_gets_through_without_the_sandbox_and_not_with_it(attack: str, outside: dict[str, object]) -> None:
    names = "".join(f"{name} = {value!r}\n" for name, value in outside.items())
    code = f"{CALL}{names}{ATTACKS[attack]}"
    assert unconfined(code) == "through" or attack in OFTEN_OFF
    done = run(code)
    assert (done.stdout, done.stderr, done.exit_code) == ("held\n", "", 0)


REFUSED = {
    "metadata of a cloud": "socket.create_connection(('169.254.169.254', 80), 2)",
    "a socket of any family": "[socket.socket(family) for family in (socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET)]",
    "a file in /": "open('/new', 'w')",
    "a file in /usr": "open('/usr/bin/new', 'w')",
    "a file in /dev": "open('/dev/new', 'w')",
    "the supervisor's memory": "open('/proc/1/mem', 'r+b')",
    "the supervisor's environment": "open('/proc/1/environ')",
    "the supervisor's descriptors": "os.listdir('/proc/1/fd')",
    "settings of the kernel": "open('/proc/sys/kernel/hostname', 'w')",
    "the kernel's emergency keys": "open('/proc/sysrq-trigger', 'w')",
    "a terminal's input": "__import__('fcntl').ioctl(0, 0x5412, b'x')",
    "the host's name": "socket.sethostname('x')",
    "a device": "os.mknod('disk', 0o60600, os.makedev(254, 0))",
    "root": "os.setuid(0)",
    "another root": "os.chroot('/usr')",
}


@pytest.mark.parametrize("attack", REFUSED)
def test_it_is_refused(attack: str) -> None:
    done = run(f"{CALL}\ntry:\n    {REFUSED[attack]}\nexcept OSError as error:\n    print(error.errno)")
    assert errno.errorcode[int(done.stdout)] in ("EPERM", "EACCES", "EROFS", "ENOENT", "EINVAL"), done
    assert (done.stderr, done.exit_code) == ("", 0)


def test_nothing_of_this_machine_is_there() -> None:
    done = run("import os; print(os.listdir('/'), os.listdir('/run'), os.uname().nodename, os.getuid())")
    root = {"bin", "box", "dev", "etc", "lib", "lib32", "lib64", "proc", "run", "usr"}
    names, _, rest = done.stdout.partition("] ")
    assert {name.strip("'[") for name in names.split(", ")} <= root
    assert rest.startswith("[] sandbox 65534")


def test_of_etc_only_the_links_of_programs_are_there() -> None:
    code = """
import os
inside = [entry for entry in os.scandir('/etc/alternatives') if not entry.is_symlink()]
print(os.listdir('/etc'), [entry.name for entry in inside], os.access('/etc/alternatives', os.W_OK))
"""
    if os.path.isdir("/etc/alternatives"):
        assert run(code).stdout.strip() in ("['alternatives'] [] False", "['alternatives'] ['README'] False")
    assert "FileNotFoundError" in run("open('/etc/passwd')").stderr


# What is said and handed back


def test_a_forged_reply_is_not_heard() -> None:
    forged = sandbox_worker.packed([b"0", b"", b"", b"forged", b"x"])
    code = f"""
import os
for folder in ("/proc/self/fd", "/proc/1/fd"):
    for number in range(64):
        for name in (number, f"{{folder}}/{{number}}"):
            if number in (1, 2):
                continue
            try:
                os.write(name if isinstance(name, int) else os.open(name, os.O_WRONLY), {forged!r})
            except OSError:
                pass
print('{{"ok": true}}')
os._exit(5)
"""
    done = run(code)
    assert done.exit_code == 5 and done.files == {} and done.stdout == '{"ok": true}\n'


def test_only_plain_files_of_the_folder_come_back() -> None:
    code = """
import os
open("plain", "w").write("1")
os.makedirs("a/b")
open("a/b/deep", "w").write("2")
for name, target in {"passwd": "/etc/passwd", "up": "../usr", "own": "plain", "memory": "/proc/1/mem"}.items():
    os.symlink(target, name)
os.symlink("/usr", "folder")
os.mkfifo("pipe")
for name in (b"bad\\xff", "line\\nend", "esc\\x1b[2J", "turn\\u202e", "x" * 250):
    open(name, "w").write("3")
open("locked", "w").write("4")
os.chmod("locked", 0)
path = "."
for _ in range(300):
    path += "/d"
    os.mkdir(path)
open(path + "/bottom", "w").write("5")
"""
    done = run(code)
    assert (done.stderr, done.exit_code) == ("", 0)
    assert done.files == {"plain": b"1", "a/b/deep": b"2"} and done.truncated


@pytest.mark.parametrize(
    "given, shown",
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b", "ab"),
        ("\x1b]52;c;cGF5bG9hZA==", ""),
        ("\x1bPpayload\x1b\\c\x9b2Jd", "cd"),
        ("\x1bc\x1b(0\x1b7e", "e"),
        ("one\rtwo\r\nthree\b\x00\x7f\t.", "one\ntwo\nthree\t."),
        ("a\u202eb\u2066c\u200f\ufeff\U000e0041", "abc"),
        ("naïve 速い 🙂 👩‍👧", "naïve 速い 🙂 👩‍👧"),
    ],
)
def test_what_acts_on_a_reader_is_taken_out(given: str, shown: str) -> None:
    assert printable(given.encode()) == shown
    done = run("import sys; sys.stderr.write(sys.stdin.read())", stdin=given.replace("\r", "\n"))
    assert done.stderr == printable(given.replace("\r", "\n").encode())


def test_bad_utf8_is_replaced() -> None:
    done = run("import os; os.write(1, b'a\\xff\\xc3b\\x00')")
    assert done.stdout == "a\ufffd\ufffdb"
