"""The endpoint itself: an aiohttp application that answers chat completions with a teacher, late and faulty as told."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO, TypeVar

from aiohttp import web

from simulator import answers, capacity, defects, faults, latency, plan
from simulator.anthropic_wire import Messages
from simulator.batches import Batches
from simulator.case import Planted
from simulator.features import Features, styled, unsupported
from simulator.jobs import Jobs
from simulator.message_batches import MessageBatches
from simulator.stats import Stats, Visit
from simulator.wires import OPENAI, Wire, wires
from tasks.records import Json, digest, rng

Reply = Callable[[Json], Json]
V = TypeVar("V")


@dataclass(frozen=True)
class Config:
    """What can be set, at the start and through `/control`; the flags of `Features` belong to it."""

    latency: str = "0"
    faults: str = ""
    defects: str = ""
    batch_latency: str = "0"
    batch_faults: str = ""
    capacity: str = ""
    seed: int = 0
    features: Features = field(default_factory=Features)

    def changed(self, changes: Json) -> Config:
        """This configuration with some settings replaced; `PlanError` for an unknown one."""
        flags = {f.name for f in fields(Features)}
        known = {f.name for f in fields(Config)} - {"features"}
        if stray := changes.keys() - flags - known:
            raise plan.PlanError(f"unknown setting {sorted(stray)}; known: {sorted(known | flags)}")
        features = replace(self.features, **{k: bool(v) for k, v in changes.items() if k in flags})
        values: Json = {k: int(v) if k == "seed" else str(v) for k, v in changes.items() if k in known}
        return replace(self, features=features, **values)


class Recent(OrderedDict[str, V]):
    """A mapping of the keys used last, so that memory stays bounded."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def put(self, key: str, value: V) -> V:
        self[key] = value
        self.move_to_end(key)
        if len(self) > self._size:
            self.popitem(last=False)
        return value


class Simulator:
    """One endpoint's state: configuration, replies and how often each request was seen."""

    def __init__(self, reply: Reply, config: Config, record: Path | None = None) -> None:
        self._reply, self._record_path = reply, record
        self._replies: Recent[Json] = Recent(4096)
        self._seen: Recent[int] = Recent(200_000)
        self.stats = Stats()
        self.jobs = Jobs(self.in_batch)
        self.batches = Batches(self.jobs)
        self.configure(config)
        self._record: TextIO | None = record.open("a", encoding="utf-8") if record else None

    def configure(self, config: Config) -> None:
        """Take a configuration over, whole or not at all; counted faults and defects start anew."""
        wait = latency.parse(config.latency, self._record_path)
        wrong = plan.parse(config.faults, faults.NAMES, faults.OPTIONS)
        planted = plan.parse(config.defects, defects.NAMES, {})
        self._capacity = capacity.Capacity(capacity.parse(config.capacity), time.monotonic())
        self.config, self._latency, self._faults, self._defects = config, wait, wrong, planted
        self.jobs.configure(config.batch_latency, config.batch_faults, config.seed)

    def reset(self) -> None:
        """Forget all counts, and renew the counted faults and defects; the configuration stays."""
        waiting = self.stats.in_flight
        self.stats = Stats(requests=waiting, in_flight=waiting, max_in_flight=waiting)
        self._seen.clear()
        self.jobs.reset()
        self.configure(self.config)

    def close(self) -> None:
        if self._record:
            self._record.close()

    async def chat(self, http: web.Request, wire: Wire = OPENAI) -> web.StreamResponse:
        arrival = time.monotonic()
        self.stats.arrived(arrival)
        visit = Visit(arrival=arrival)
        try:
            return await self._answer(http, visit, wire)
        except asyncio.CancelledError:
            visit.gone = True
            raise
        finally:
            self._left(visit)

    async def _answer(self, http: web.Request, visit: Visit, wire: Wire) -> web.StreamResponse:
        raw = await http.read()
        body = _json(raw)
        request = _request(body, wire, http.path)
        if request is None:
            visit.status = 400
            return web.json_response(answers.error("The request is no chat completion request."), status=400)
        completion = self._completion(request, visit)
        visit.latency = self._latency(self.config.seed, visit.key)
        if refused := unsupported(self.config.features, request):
            visit.status, visit.latency = 400, 0.0
            return web.json_response(refused, status=400)
        if (beyond := await self._beyond(http, visit)) is not None:
            return beyond
        fault, options = self._drawn(raw, request, completion, visit), self._faults.options
        if fault in faults.STATUS:
            status = faults.STATUS[fault]
            if not status.late:
                visit.latency = 0.0
            await self._wait(visit)
            visit.status = status.code
            return faults.status_response(status, options)
        said = wire.reply(self._said(request, completion, visit), body)
        told = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        await self._wait(visit)
        if self._capacity.down(time.monotonic()):
            return await self._away(http, visit)
        if fault in faults.WIRES:
            return await faults.WIRES[fault](http, told, options)
        visit.status = 200
        left = self._capacity.headers(time.monotonic(), refused=False)
        return web.Response(body=told, content_type="application/json", headers=left)

    async def _beyond(self, http: web.Request, visit: Visit) -> web.StreamResponse | None:
        """The reply to a request that is beyond the endpoint's capacity; None for any other."""
        if self._capacity.down(visit.arrival):
            return await self._away(http, visit)
        if self._capacity.takes(visit.arrival):
            return None
        visit.fault, visit.status, visit.latency = "beyond_capacity", 429, 0.0
        refusal = faults.status_response(faults.STATUS["http_429"], self._faults.options)
        refusal.headers.update(self._capacity.headers(visit.arrival, refused=True))
        return refusal

    async def _away(self, http: web.Request, visit: Visit) -> web.StreamResponse:
        """The end of a connection to an endpoint that is down."""
        visit.fault, visit.latency = "down", 0.0
        return await faults.reset(http, b"", {})

    def in_batch(self, raw: bytes, request: Json) -> tuple[int, Json | str]:
        """Status and body of the answer to a request of a batch: counted, refused and spoilt as any other, at once."""
        visit = Visit(arrival=time.monotonic())
        self.stats.arrived(visit.arrival)
        completion = self._completion(request, visit)
        body: Json | str
        if refused := unsupported(self.config.features, request):
            visit.status, body = 400, refused
        elif (fault := self._drawn(raw, request, completion, visit)) in faults.STATUS:
            visit.status, body = faults.STATUS[fault].code, faults.STATUS[fault].body
        else:
            visit.status, body = 200, self._said(request, completion, visit)
        self._left(visit)
        return visit.status, body

    def _drawn(self, raw: bytes, request: Json, completion: Json, visit: Visit) -> str | None:
        """The fault that this request has, which depends on how often it was seen."""
        seen = self._seen.put(visit.key, self._seen.get(visit.key, 0) + 1)
        roll = rng(self.config.seed, "fault", visit.key, seen).random()
        meant = self._faults.only.encode() in raw
        visit.fault = self._faults.draw(roll, lambda name: meant and faults.suits(name, request, completion))
        return visit.fault

    def _said(self, request: Json, completion: Json, visit: Visit) -> Json:
        """The completion as it is given: spoilt by the visit's fault, or with a defect, in this endpoint's manners."""
        if visit.fault in faults.ANSWERS:
            return faults.ANSWERS[visit.fault](request, completion)
        planted = self._planted(request, completion, visit) if visit.fault is None else None
        if planted:
            visit.defect = planted.kind
            self.stats.planted.append({"key": visit.key, "agent": visit.agent, **planted.entry()})
        return styled(self.config.features, request, planted.completion if planted else completion)

    def _left(self, visit: Visit) -> None:
        visit.departure = time.monotonic()
        self.stats.departed(visit)
        if self._record:
            self._record.write(json.dumps(visit.row(), separators=(",", ":")) + "\n")
            self._record.flush()

    def _completion(self, request: Json, visit: Visit) -> Json:
        visit.key, visit.agent = digest(request), defects.agent_of(request)
        cached = self._replies.get(visit.key)
        return self._replies.put(visit.key, self._reply(request) if cached is None else cached)

    def _planted(self, request: Json, completion: Json, visit: Visit) -> Planted | None:
        """The completion with a defect, if one is due; a request that has a fault gets none besides."""
        if not (self._defects.odds or self._defects.left):
            return None
        return defects.plant(self._defects, self.config.seed, visit.key, visit.agent, request, completion)

    async def _wait(self, visit: Visit) -> None:
        async with self._capacity.place() as queued:
            left = visit.latency if queued else visit.arrival + visit.latency - time.monotonic()
            if left > 0:
                await asyncio.sleep(left)

    async def models(self, http: web.Request) -> web.Response:
        model = {"id": "offline", "object": "model", "created": 0, "owned_by": "simulator"}
        return web.json_response({"object": "list", "data": [model]})

    async def get_stats(self, http: web.Request) -> web.Response:
        return web.json_response(
            {**self.stats.as_json(), "batches": {**self.jobs.counts(), "files": len(self.batches.files)}}
        )

    async def control(self, http: web.Request) -> web.Response:
        """Change settings, all of them or none; answers with what holds now."""
        try:
            self.configure(self.config.changed(await http.json()))
        except ValueError as error:
            return web.json_response(answers.error(str(error)), status=400)
        return web.json_response(self.settings())

    async def post_reset(self, http: web.Request) -> web.Response:
        self.reset()
        return web.json_response(self.settings())

    def settings(self) -> Json:
        flat: dict[str, Any] = asdict(self.config)
        return {**flat, **flat.pop("features")}

    def application(self) -> web.Application:
        app = web.Application(client_max_size=256 * 2**20)
        app.router.add_post("/v1/chat/completions", self.chat)
        for path, wire in wires().items():
            app.router.add_post(path, partial(self.chat, wire=wire))
        app.router.add_get("/v1/models", self.models)
        if not self.config.features.no_batches:
            app.router.add_routes([*self.batches.routes(), *MessageBatches(self.jobs, Messages()).routes()])
        app.router.add_get("/stats", self.get_stats)
        app.router.add_post("/control", self.control)
        app.router.add_post("/reset", self.post_reset)
        return app


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _request(body: Any, wire: Wire, path: str) -> Json | None:
    """The chat completion request that a body stands for, if it stands for one."""
    try:
        request = wire.request(body, path)
    except (KeyError, TypeError, AttributeError):
        return None
    messages = request.get("messages") if isinstance(request, dict) else None
    fits = isinstance(messages, list) and messages and all(isinstance(m, dict) and "role" in m for m in messages)
    return request if fits else None


async def serve(simulator: Simulator, host: str, port: int, ready: Callable[[int], None], stop: asyncio.Event) -> None:
    """Serve until `stop` is set; `ready` is told the port. Requests in flight are dropped."""
    runner = web.AppRunner(
        simulator.application(),
        access_log=None,
        handler_cancellation=True,
        keepalive_timeout=3600,
        shutdown_timeout=0.1,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        ready(runner.addresses[0][1])
        await stop.wait()
    finally:
        await runner.cleanup()
        simulator.close()
