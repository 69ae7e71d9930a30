"""Every setting of a run, typed and documented; `--set KEY=VALUE` and the Prefect form reach each of them."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator


class SettingsError(ValueError):
    """A setting is unknown or has a wrong value; the message names it, what was seen and the choices."""


BANDS = ("easy", "medium", "hard")
"""How difficult a task is by its measured solve rate; see `tasks/steps/difficulty.py`."""


class Settings(BaseModel):
    """How a run reads, samples and asks. All of it goes into the key of the shards it decides, save the last group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Reading
    chunk_words: int = Field(
        default=700,
        ge=50,
        le=20_000,
        description="A document longer than this is cut, at sentence ends, into pieces of at most this many words.",
    )
    chunk_overlap_words: int = Field(
        default=0, ge=0, le=5_000, description="Words that a piece repeats from the one before."
    )
    chunks_per_document: int = Field(default=0, ge=0, description="Pieces drawn from each document; 0 takes all.")
    min_words: int = Field(default=40, ge=1, description="A document with fewer words is rejected as too short.")
    max_document_mb: float = Field(
        default=20.0, gt=0, le=2_000, description="A file, row or line larger than this is rejected unread."
    )
    extraction_seconds: int = Field(default=60, ge=1, description="Time limit for extracting the text of one file.")
    read_ignored: bool = Field(
        default=False,
        description="Read what folders leave out by default: node_modules, virtual environments, build folders, and what "
        ".gitignore files name.",
    )
    text_column: str = Field(
        default="text", description="Column of jsonl, parquet and csv documents that holds the text."
    )

    # Sampling
    transformations_per_document: int = Field(
        default=1, ge=1, le=20, description="Transformation agents drawn for each piece of a document."
    )
    instructions_per_passage: int = Field(
        default=3, ge=1, le=50, description="Task types drawn for each passage, one call of the instruction agent each."
    )
    instructions_per_type: int = Field(default=1, ge=1, le=5, description="Instructions asked for in each such call.")
    refinement_rounds: int = Field(
        default=1,
        ge=0,
        le=5,
        description="Times that suggester and editor go over the newest instructions; 0 switches refinement off.",
    )
    suggestions_per_instruction: int = Field(
        default=1,
        ge=1,
        le=5,
        description="Suggestions asked for per instruction and round, each carried out by the editor.",
    )
    responses_per_instruction: int = Field(
        default=1, ge=1, le=20, description="Independent responses per instruction; every one that passes is kept."
    )
    second_solve: bool = Field(
        default=True,
        description="Where the response and the author's key disagree, or the judge holds a response to be wrong, one more "
        "independent response decides.",
    )
    repairs: int = Field(
        default=1,
        ge=0,
        le=3,
        description="Times that a passage, draft, edit or response which fails a program's check goes back to who made it, "
        "with what was found, before it is a reject; a response also as often for what the judge found. One call each, and "
        "one to judge it again.",
    )
    keep_responses: Literal["all", "best"] = Field(
        default="all", description="Of several responses that pass, keep all, or the one with the best score alone."
    )
    goals_per_instruction: int = Field(
        default=1,
        ge=1,
        le=10,
        description="Refinement goals drawn for each instruction and round, one suggester's call each.",
    )
    goals_by_yield: bool = Field(
        default=True,
        description="Draw goals more often whose edits were kept more often among the run's earlier pieces, skill by skill.",
    )
    language: str = Field(
        default="",
        description="Language of instructions and answers, by its English name; empty: that of the document.",
    )
    axes: str = Field(
        default="difficulty,focus,register,persona,length,output_format",
        description="Axes of diversity to draw values of for each instruction, separated by commas.",
    )
    hard_negatives: int = Field(
        default=2,
        ge=0,
        le=6,
        description="Search results that an agent writes for each question to look right and not be, one call a question; "
        "0 asks for none.",
    )
    teacher_size: Literal["large", "small"] = Field(
        default="large",
        description="Instruction agents of a small teacher are shown one worked answer; siblings get different ones of a pool. "
        "A large teacher writes more freely without.",
    )
    personas: Literal["document", "list"] = Field(
        default="document",
        description="Who asks: a person of the document's own world, whom the instruction agent makes of a drawn tie, need and "
        "knowledge without a further call, or one of a fixed list.",
    )
    mix: str = Field(
        default="",
        description="With --skill all: SKILL:WEIGHT pairs, separated by commas; empty: the proportions of the released dataset.",
    )
    strategy_prompts: Literal["erase", "keep", "off"] = Field(
        default="erase",
        description="Tell the teacher a way to think and erase it from the row (prompt erasing), keep it in the row as its "
        "system prompt (explanation tuning), or tell none.",
    )
    system_prompts: Literal["varied", "none"] = Field(
        default="varied", description="Draw the student's system prompt from the skill's list, or leave it out."
    )
    transform_temperature: float | None = Field(
        default=None, ge=0, le=2, description="Temperature of transformation agents; empty: the skill's."
    )
    instruct_temperature: float | None = Field(
        default=None, ge=0, le=2, description="Temperature of instruction agents; empty: the skill's."
    )
    suggest_temperature: float | None = Field(
        default=None, ge=0, le=2, description="Temperature of the suggester; empty: the skill's."
    )
    edit_temperature: float | None = Field(
        default=None, ge=0, le=2, description="Temperature of the editor; empty: the skill's."
    )
    respond_temperature: float | None = Field(
        default=None, ge=0, le=2, description="Temperature of the responding teacher; empty: the skill's."
    )
    simulate_temperature: float | None = Field(
        default=None, ge=0, le=2, description="Temperature of the simulated user and tools; empty: the skill's."
    )
    length_target: float = Field(
        default=1.0,
        ge=0,
        le=4,
        description="Responses are told to aim, with spread, at this share of the length that rows of the released dataset have, "
        "where a task leaves it open; 0 tells none.",
    )
    max_tokens: int = Field(
        default=4096,
        ge=64,
        le=65_536,
        description="Most tokens of one answer of an agent that writes passages, instructions or edits.",
    )
    request_extra: str = Field(
        default="",
        description='Further parameters of every request, as a JSON object: for example {"reasoning_effort": "low"}.',
    )
    request_headers: str = Field(
        default="",
        description='Further headers of every request, as a JSON object of texts: for example {"X-Title": "docs"}; a value '
        "$NAME is taken from the environment variable NAME, and a header that carries a secret takes no other.",
    )

    # Tools
    tool_rounds: int = Field(
        default=6, ge=0, le=20, description="Rounds of tool calls that one answer may take; 0 switches the tools off."
    )
    code_interpreter: Literal["auto", "off"] = Field(
        default="auto", description="Run model-written code in the sandbox where it works, or never."
    )
    search_corpus: str = Field(
        default="",
        description="Folder of further documents that agents may search beside those of the run; nothing is generated from them.",
    )
    web_search: Literal["off", "searxng", "brave"] = Field(
        default="off", description="Where the web_search tool looks; off takes it away."
    )
    searxng_url: str = Field(default="", description="Address of the SearXNG instance to ask.")

    # Verifying
    reflection_rounds: int = Field(
        default=0, ge=0, le=3, description="Times that a response is criticised and revised; two calls each."
    )
    judge: Literal["all", "undecided", "off"] = Field(
        default="all",
        description="Rows that a judge reads, with their reasoning: all, those that no program has decided, or none. "
        "One call each.",
    )
    judge_share: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="With judge=all, the share of the rows decided by program that the judge reads; the others it reads all.",
    )
    ask_doubts: bool = Field(
        default=True,
        description="Where a program finds words that differ and may mean the same, ask the judge's model in one short call; "
        "off: such a row is rejected.",
    )
    judge_threshold: int = Field(
        default=7, ge=0, le=10, description="Score below which the judge's verdict rejects a row; 5 and 6 need repair."
    )
    judge_model: str = Field(
        default="", description="Another model as the judge and as the second solver of a task; empty: the teacher's."
    )
    judge_base_url: str = Field(default="", description="The judge's endpoint; empty: the teacher's.")
    solve_samples: int = Field(
        default=0,
        ge=0,
        le=20,
        description="Solutions of each task and of each edit by the teacher, and as many by the student, that measure how "
        "difficult it is; 0 measures nothing.",
    )
    student_model: str = Field(
        default="",
        description="A model of the size that will be trained, whose solve rate tells how difficult a task is.",
    )
    student_base_url: str = Field(default="", description="The student's endpoint; empty: the teacher's.")
    difficulty_band: str = Field(
        default="",
        description="Bands of measured solve rates to keep, separated by commas: hard (up to 0.34, the student's rate or else "
        "the teacher's), medium (up to 0.67), easy; empty keeps all.",
    )
    agreement_least: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of the teacher's solutions that must come to a task's answer; at least one must in any case.",
    )
    drop_too_easy: bool = Field(
        default=False,
        description="Reject a task that at least three solutions, of the student if there is one, all get right.",
    )
    guess_test: bool = Field(
        default=False, description="Reject a multiple-choice task that is solved without its passage. One call each."
    )
    skip_checks: str = Field(default="", description="Names of checks to leave out, separated by commas.")
    feedback_rows: bool = Field(
        default=True,
        description="Also write critiques, revisions and pairs of a better and a worse response, as feedback/<skill>/. "
        "They come from what checks, judge and repair find anyway, and cost no call.",
    )

    # The endpoint: none of these changes what is asked
    api_key_variable: str = Field(
        default="OPENAI_API_KEY", description="Environment variable that holds the endpoint's key."
    )
    structured_output: Literal["auto", "json_schema", "json_object", "prompt"] = Field(
        default="auto",
        description="How the schema reaches the endpoint; auto starts with json_schema and steps down when it is refused.",
    )
    tool_protocol: Literal["auto", "native", "text"] = Field(
        default="auto",
        description="How tools reach the model; auto starts with the endpoint's own and falls back to a protocol in plain text.",
    )
    judge_key_variable: str = Field(
        default="", description="Environment variable that holds the key of the judge's endpoint; empty: the teacher's."
    )
    student_key_variable: str = Field(
        default="",
        description="Environment variable that holds the key of the student's endpoint; empty: the teacher's.",
    )
    web_search_key_variable: str = Field(
        default="BRAVE_API_KEY", description="Environment variable that holds the web search's key."
    )
    request_seconds: float = Field(default=180, gt=0, description="Time limit of one request.")
    patience_seconds: float = Field(
        default=900,
        ge=0,
        description="How long one call is tried again while the endpoint fails; 30 at most where nobody has answered yet.",
    )
    attempts: int = Field(
        default=3,
        ge=1,
        le=10,
        description="Answers asked for before an unusable one (cut off, empty, not in the schema) rejects the record.",
    )
    price_table: str = Field(
        default="", description="A YAML file of prices per million tokens instead of the built-in one."
    )

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.chunk_overlap_words >= self.chunk_words:
            raise ValueError("chunk_overlap_words must be less than chunk_words")
        return self

    @model_validator(mode="after")
    def _difficulty_is_measured(self) -> Self:
        asked = [name.strip() for name in self.difficulty_band.split(",") if name.strip()]
        if unknown := sorted(set(asked) - set(BANDS)):
            raise ValueError(f"difficulty_band: unknown {', '.join(unknown)}; known: {', '.join(BANDS)}")
        if asked and not self.solve_samples:
            raise ValueError(
                "difficulty_band needs measured rates: set solve_samples, 4 for example, or leave the band out"
            )
        if self.student_base_url and not self.student_model:
            raise ValueError("student_base_url needs the model that answers there: set student_model")
        if self.student_model and not self.solve_samples:
            raise ValueError(
                "student_model solves tasks only if their difficulty is measured: set solve_samples, 4 for example"
            )
        return self

    @field_validator("request_extra")
    @classmethod
    def _extra_is_an_object(cls, text: str) -> str:
        if text and not isinstance(_json(text), dict):
            raise ValueError("expected a JSON object")
        return text

    @field_validator("request_headers")
    def _headers_hold_no_secret(cls, text: str) -> str:
        headers = _json(text) if text else {}
        if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
            raise ValueError("expected a JSON object of texts")
        if bare := sorted(name for name in headers if _SECRET.search(name) and not headers[name].startswith("$")):
            raise ValueError(
                f"{', '.join(bare)} carries a secret: name the environment variable that holds it, as $NAME"
            )
        return text

    @property
    def headers(self) -> dict[str, str]:
        """The further headers of every request; values that begin with `$` name an environment variable."""
        headers: dict[str, str] = _json(self.request_headers) or {}
        return headers

    @property
    def extra(self) -> dict[str, Any]:
        """The further parameters of every request."""
        extra: dict[str, Any] = _json(self.request_extra) or {}
        return extra


_SECRET = re.compile(r"auth|key|token|cookie|secret|password", re.I)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


ENDPOINT_ONLY = {
    "api_key_variable",
    "structured_output",
    "tool_protocol",
    "judge_key_variable",
    "student_key_variable",
    "web_search_key_variable",
    "request_seconds",
    "patience_seconds",
    "price_table",
    "request_headers",
}
"""Settings that leave the shards' keys alone."""


def from_pairs(pairs: list[str]) -> Settings:
    """Settings from `KEY=VALUE` strings; :class:`SettingsError` names the key, what was seen and what is allowed."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign:
            raise SettingsError(f"--set takes KEY=VALUE, saw '{pair}'")
        if key not in Settings.model_fields:
            raise SettingsError(f"unknown setting '{key}'; known: {', '.join(sorted(Settings.model_fields))}")
        values[key] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("; ".join(map(_told, error.errors()))) from None


def _told(error: Any) -> str:
    """What is wrong with a setting and what was seen; never what somebody meant as a secret."""
    name = ".".join(map(str, error["loc"]))
    seen = f", saw '{error['input']}'" if name and name != "request_headers" else ""
    return f"{name or 'settings'}: {error['msg']}{seen}"
