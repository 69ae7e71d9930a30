"""A teacher put together: its endpoint, its ledger, its limiter, and judge and student where they are others."""

from __future__ import annotations

from tasks.settings import Settings, SettingsError
from tasks.teacher.batches import Batcher
from tasks.teacher.batches.opening import open_batcher
from tasks.teacher.budget import Budget
from tasks.teacher.endpoints import Endpoint, model_of, open_endpoint, shares_address
from tasks.teacher.endpoints.protocol import Headed
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.prices import Price, price_of
from tasks.teacher.teacher import Teacher, Voice
from tasks.teacher.usage import Usage


def check_prices(teacher: str, settings: Settings, budget: Budget) -> None:
    """SettingsError if the table of prices cannot be used, or lacks a model's price where money is bounded."""
    for name in filter(None, (teacher, settings.judge_model, settings.student_model)):
        model = model_of(name)
        _priced(model, settings, budget if model else Budget())


def _priced(model: str, settings: Settings, budget: Budget) -> Price | None:
    price = price_of(model, settings.price_table)
    if price is None and budget.usd:
        raise SettingsError(
            f"--max-usd needs the price of {model}, which is not known: write it into a YAML file as '{model}: {{input: 1.0, "
            "output: 2.0}', in US dollars per million tokens, and name that with --set price_table=FILE; or bound --max-calls"
        )
    return price


def open_teacher(
    model: str,
    base_url: str | None,
    settings: Settings,
    ledger_url: str,
    budget: Budget = Budget(),  # noqa: B008 (frozen)
    usage: Usage | None = None,
) -> Teacher:
    """A teacher by its name, see :mod:`tasks.teacher.endpoints`; `base_url` is the address of the endpoint, if it has one.

    Teachers with one `usage` have one budget.
    """
    endpoint = open_endpoint(model, base_url, settings, settings.max_concurrency)
    price = _priced(endpoint.model, settings, budget)
    ledger, usage = Ledger(ledger_url), Usage() if usage is None else usage

    def batcher(of: Endpoint, price: Price | None) -> Batcher | None:
        return open_batcher(of, price, settings, ledger, ledger_url, usage)

    limiters: dict[str, Limiter] = {}

    def limiter(of: Endpoint) -> Limiter:
        """One for each address, whoever is asked there; of several models' headers it heeds the first one's."""
        if of.name not in limiters:
            bounds = {"rpm": settings.rpm, "tpm": settings.tpm} if of is endpoint else {}
            limiters[of.name] = Limiter(settings.max_concurrency, patience=settings.patience_seconds, **bounds)
            if isinstance(of, Headed):
                of.heard = limiters[of.name].heard
        return limiters[of.name]

    def voice(own_model: str, own_url: str, key_variable: str) -> Voice | None:
        """A further voice where the settings name a model or an endpoint for it; what they leave out is the teacher's."""
        if not (own_model or own_url):
            return None
        name = own_model or model
        shared = shares_address(model, name)
        # A secret of one address is none of another's business; an endpoint of its own has no use for the teacher's address.
        headers = settings.request_headers if shared and not own_url else ""
        key = key_variable or (settings.api_key_variable if shared else Settings().api_key_variable)
        own = settings.model_copy(update={"api_key_variable": key, "request_headers": headers})
        further = open_endpoint(name, own_url or (base_url if shared else None), own, settings.max_concurrency)
        further_price = _priced(further.model, settings, budget)
        return Voice(further, further_price, batcher(further, further_price), limiter(further))

    own_limiter = limiter(endpoint)
    judge = voice(settings.judge_model, settings.judge_base_url, settings.judge_key_variable)
    student = voice(settings.student_model, settings.student_base_url, settings.student_key_variable)
    return Teacher(
        endpoint,
        ledger,
        own_limiter,
        settings,
        price,
        judge,
        student,
        batcher(endpoint, price),
        budget,
        usage,
    )
