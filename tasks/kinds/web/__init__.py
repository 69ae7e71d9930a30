"""The kind web: a wish that is carried out on a page."""

from __future__ import annotations

from tasks.agents.kind import Environment, Kind
from tasks.checks.check import Check, always
from tasks.kinds.web.checks import page_task, reaches_goal, targets_exist
from tasks.kinds.web.complete import tell_ending
from tasks.kinds.web.contract import Site, WebTask
from tasks.kinds.web.environment import answer_call, show_page, turns_needed
from tasks.kinds.web.material import make_site
from tasks.kinds.web.report import page_report
from tasks.kinds.web.traits import TRAITS
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="web",
    drafts=drafts_of(WebTask, "WebTasks", "page (JSON, as given)"),
    transform=make_site,
    complete=tell_ending,
    show=show_page,
    traits=TRAITS,
    environment=Environment(answers=answer_call, turns=turns_needed),
    checks=(
        Check(page_task),
        Check(targets_exist),
        Check(reaches_goal, decides=always, tells_key=True),
        Check(page_report, tells_key=True),
    ),
    contracts=(Site,),
)
