"""A server on this machine that answers as it is told, down to the byte, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[str], bytes | Iterable[bytes]]
"""From the path asked for to the answer, or to its parts, sent a twentieth of a second apart."""


@dataclass
class Loopback:
    port: int = 0
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "pages.example") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Loopback]:
    """The server, while it runs."""
    loopback = Loopback()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.read(65_536)
            loopback.requests.append(request)
            path = request.split(b" ")[1].decode() if request.count(b" ") > 1 else ""
            parts = answer(path)
            for part in [parts] if isinstance(parts, bytes) else parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0 if isinstance(parts, bytes) else 0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    loopback.port = server.sockets[0].getsockname()[1]
    try:
        yield loopback
    finally:
        server.close()


def response(body: bytes | str, kind: str = "text/plain", status: str = "200 OK", **headers: str) -> bytes:
    """An answer of HTTP; `Some_Header` is sent as Some-Header."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data


def redirect(to: str, **headers: str) -> bytes:
    return response("", status="302 Found", Location=to, **headers)
