"""A teacher put together: its endpoint, its ledger, its limiter, and the judge where it is another one."""

from __future__ import annotations

from tasks.settings import Settings
from tasks.teacher.endpoints import open_endpoint
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.prices import price_of
from tasks.teacher.teacher import Teacher, Voice


def open_teacher(model: str, base_url: str | None, settings: Settings, concurrency: int, ledger_url: str) -> Teacher:
    """A teacher by its name, see :mod:`tasks.teacher.endpoints`; `base_url` is the address of the endpoint, if it has one."""
    endpoint = open_endpoint(model, base_url, settings, concurrency)
    price = price_of(endpoint.model, settings.price_table)
    judge = _judge(model, base_url, settings, concurrency)
    return Teacher(endpoint, Ledger(ledger_url), Limiter(concurrency), settings, price, judge)


def _judge(model: str, base_url: str | None, settings: Settings, concurrency: int) -> Voice | None:
    """The judge's voice where the settings name one of its own."""
    if not (settings.judge_model or settings.judge_base_url):
        return None
    name, url = settings.judge_model or model, settings.judge_base_url or base_url
    key = settings.judge_key_variable or settings.api_key_variable
    own = settings.model_copy(update={"api_key_variable": key})
    endpoint = open_endpoint(name, url, own, concurrency)
    return Voice(endpoint, price_of(endpoint.model, settings.price_table))
