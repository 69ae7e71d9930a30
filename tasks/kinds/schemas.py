"""What agents return: the schema of every structured answer, a module for each kind of task.

Field names are those of `Record`, so that a draft becomes a record by copying. Every field is required in the schema that
a model sees (strict structured output asks for it) and described there; reasoning comes before decisions, the key after the
question. `unsuitable` lets an agent say that the material does not fit: that is a reject, not a failure. A task that a
program can check in a form of its own states that form in `formal`.
"""

from tasks.agents.question import Question
from tasks.agents.refinement import Suggestion, Suggestions
from tasks.agents.review import Critique, Judgement, Tests, Verdict
from tasks.checks.constraints.contract import Constraint
from tasks.kinds.calculation.contract import Asks, Calculation, CalculationTask, Quantity
from tasks.kinds.choice.contract import Choice
from tasks.kinds.coding.contract import Coding, CodingTask
from tasks.kinds.conversation.contract import Opening
from tasks.kinds.extraction.contract import ExtractedField, Extraction, ExtractionForm
from tasks.kinds.labelling.contract import Labelling
from tasks.kinds.pattern.contract import Pattern, PatternTask
from tasks.kinds.puzzle.contract import PuzzleTask
from tasks.kinds.retrieval.contract import Retrieval, Sought
from tasks.kinds.rewriting.contract import Rewriting
from tasks.kinds.tools.contract import Api, Apis, Argument, Call, Parameter, ToolResult, ToolTask, UserTurn
from tasks.kinds.web.contract import PageGoal, Site, WebTask
from tasks.teacher.contract import Contract, Drafts, drafts_of

DRAFTS: dict[str, Drafts] = {
    "question": drafts_of(Question, "Questions"),
    "puzzle": drafts_of(PuzzleTask, "PuzzleTasks"),
    "rewriting": drafts_of(Rewriting, "Rewritings", "text"),
    "choice": drafts_of(Choice, "Choices"),
    "labelling": drafts_of(Labelling, "Labellings"),
    "extraction": drafts_of(Extraction, "Extractions"),
    "tool_task": drafts_of(ToolTask, "ToolTasks", "list of functions"),
    "calculation": drafts_of(CalculationTask, "CalculationTasks"),
    "coding": drafts_of(CodingTask, "CodingTasks"),
    "opening": drafts_of(Opening, "Openings"),
    "pattern": drafts_of(PatternTask, "PatternTasks"),
    "web_task": drafts_of(WebTask, "WebTasks", "page (JSON, as given)"),
    "retrieval": drafts_of(Retrieval, "Retrievals"),
}
"""The closed list that `draft:` in a skill.yaml chooses from."""

_OTHERS: tuple[type[Contract], ...] = (Suggestions, Apis, Site, ToolResult, UserTurn, Critique, Judgement, Tests)
_PAIRS = tuple(schema for pair in DRAFTS.values() for schema in (pair.instruct, pair.edit))
SCHEMAS: dict[str, type[Contract]] = {schema.__name__: schema for schema in (*_PAIRS, *_OTHERS)}
"""Every structured answer by the name that a request asks for it by."""

__all__ = [
    "DRAFTS",
    "SCHEMAS",
    "Api",
    "Apis",
    "Argument",
    "Asks",
    "Calculation",
    "CalculationTask",
    "Call",
    "Choice",
    "Coding",
    "CodingTask",
    "Constraint",
    "Contract",
    "Critique",
    "Drafts",
    "ExtractedField",
    "Extraction",
    "ExtractionForm",
    "Judgement",
    "Labelling",
    "Opening",
    "PageGoal",
    "Parameter",
    "Pattern",
    "PatternTask",
    "PuzzleTask",
    "Quantity",
    "Question",
    "Retrieval",
    "Rewriting",
    "Site",
    "Sought",
    "Suggestion",
    "Suggestions",
    "Tests",
    "ToolResult",
    "ToolTask",
    "UserTurn",
    "Verdict",
    "WebTask",
    "drafts_of",
]
