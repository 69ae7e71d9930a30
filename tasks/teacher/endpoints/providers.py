"""Providers by the names that LangChain's `init_chat_model` gives them: where they are, what opens them, whose key they want.

Those that speak OpenAI's protocol need no package and take the fast path; the others stand behind LangChain's classes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from tasks.settings import Settings, SettingsError

ANTHROPIC, AZURE = "anthropic", "azure_openai"
_OF_OPENAI = Settings.model_fields["api_key_variable"].default
"""The variable that the setting names where nobody has set it."""


@dataclass(frozen=True)
class Address:
    """A provider that speaks OpenAI's protocol."""

    base_url: str
    """Empty for OpenAI's own."""
    key_variable: str
    key_needed: bool = True


ADDRESSES: Mapping[str, Address] = {
    "openai": Address("", _OF_OPENAI),
    "cohere": Address("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"),
    "deepseek": Address("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    "fireworks": Address("https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY"),
    "groq": Address("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "nvidia": Address("https://integrate.api.nvidia.com/v1", "NVIDIA_API_KEY"),
    "ollama": Address("http://localhost:11434/v1", "OLLAMA_API_KEY", key_needed=False),
    "openrouter": Address("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "perplexity": Address("https://api.perplexity.ai", "PPLX_API_KEY"),
    "together": Address("https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    "xai": Address("https://api.x.ai/v1", "XAI_API_KEY"),
}


@dataclass(frozen=True)
class Package:
    """A provider behind a class of LangChain's."""

    extra: str
    """Our extra that installs it; empty where the program needs it anyway."""
    module: str
    provider: str
    """What `init_chat_model` calls it."""
    keys: tuple[str, ...] = ()
    """Variables of which one must hold a key; none where its client looks for credentials in places of its own."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """`key`, `base_url`, `seconds`, `headers`, `retries` -> the class's word for it; what it lacks is not passed on."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """`max_tokens`, `seed` -> a call's word for it; what it lacks is not passed on."""
    variables: tuple[str, ...] = ()
    """Further variables that must be set."""
    address_variable: str = ""
    """The variable that holds the address where none is given; empty where the client knows one."""
    schemas: bool = True
    """Whether a call takes OpenAI's `response_format`; else the schema is told in the prompt."""


_STANDARD = {"key": "api_key", "base_url": "base_url", "seconds": "timeout", "retries": "max_retries"}
_BEDROCK = Package(
    extra="bedrock",
    module="langchain_aws",
    provider="bedrock_converse",
    arguments=_STANDARD,
    parameters={"max_tokens": "maxTokens"},
    schemas=False,
)
PACKAGES: Mapping[str, Package] = {
    ANTHROPIC: Package(
        extra="anthropic",
        module="langchain_anthropic",
        provider="anthropic",
        keys=("ANTHROPIC_API_KEY",),
        arguments={**_STANDARD, "headers": "default_headers"},
        parameters={"max_tokens": "max_tokens"},
    ),
    AZURE: Package(
        extra="",
        module="langchain_openai",
        provider="azure_openai",
        keys=("AZURE_OPENAI_API_KEY",),
        arguments={**_STANDARD, "base_url": "azure_endpoint", "headers": "default_headers"},
        variables=("OPENAI_API_VERSION",),
        address_variable="AZURE_OPENAI_ENDPOINT",
    ),
    "google_genai": Package(
        extra="google-genai",
        module="langchain_google_genai",
        provider="google_genai",
        keys=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        arguments={**_STANDARD, "headers": "additional_headers"},
        parameters={"max_tokens": "max_output_tokens", "seed": "seed"},
    ),
    "mistralai": Package(
        extra="mistralai",
        module="langchain_mistralai",
        provider="mistralai",
        keys=("MISTRAL_API_KEY",),
        arguments=_STANDARD,
        parameters={"max_tokens": "max_tokens", "seed": "random_seed"},
    ),
    "bedrock": _BEDROCK,
    "bedrock_converse": _BEDROCK,
}


def provider_of(teacher: str) -> str:
    """The provider that a teacher's name begins with; empty for a model's name alone, `qwen3:14b` included."""
    name, _, model = teacher.partition(":")
    return name if model and (name in ADDRESSES or name in PACKAGES) else ""


def check_package(provider: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError for a provider whose package, address or key is lacking, or that takes no further headers."""
    package = PACKAGES[provider]
    if find_spec(package.module) is None:
        raise SettingsError(
            f"{provider} needs a package that is not installed: run .venv/bin/pip install -e '.[{package.extra}]' in the "
            "project's folder"
        )
    if not base_url and package.address_variable and not os.environ.get(package.address_variable):
        raise SettingsError(f"{provider} needs --base-url or {package.address_variable}, the address of the resource")
    if lacking := [name for name in package.variables if not os.environ.get(name)]:
        raise SettingsError(f"{provider} needs {lacking[0]}: set it in the environment")
    if settings.request_headers and "headers" not in package.arguments:
        raise SettingsError(f"request_headers cannot be passed on to {provider}: its client takes none")
    variable, key = key_of(provider, settings)
    if package.keys and not key and not _on_vertex(provider):
        raise SettingsError(f"no key for {provider}: set {variable}")


def key_of(provider: str, settings: Settings) -> tuple[str, str]:
    """The variable that holds a provider's key, and the key; empty where none is set."""
    own = PACKAGES[provider].keys if provider in PACKAGES else (ADDRESSES[provider].key_variable,)
    names = own if settings.api_key_variable == _OF_OPENAI else (settings.api_key_variable,)
    held = ((name, os.environ.get(name, "").strip()) for name in names)
    return next(((name, key) for name, key in held if key), (next(iter(names), ""), ""))


def with_key_of(provider: str, settings: Settings) -> Settings:
    """The settings with the key's variable that they name, or else the provider's own."""
    return settings.model_copy(update={"api_key_variable": key_of(provider, settings)[0]})


def _on_vertex(provider: str) -> bool:
    """Whether Google's models are asked for through a project of Google Cloud, with its credentials."""
    return provider == "google_genai" and os.environ.get("GOOGLE_GENAI_USE_VERTEXAI", "").lower() in (
        "true",
        "1",
        "yes",
    )
