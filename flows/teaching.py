"""What a teaching may be asked for: the fields of its form."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from flows.order import Output
from flows.publishing import Data, OfflineRows
from tasks.settings import Group, Teaching, Text
from tasks.training.dataset import opened
from tasks.training.recipes import Recipe, RecipeName, recipe_of
from tasks.training.students import check_student, need_packages

StudentName = Annotated[Text, Field(min_length=1, json_schema_extra={"title": "Student"})]
NamedRecipe = Annotated[RecipeName, Field(json_schema_extra={"title": "Recipe"})]
Preferences = Annotated[bool, Field(json_schema_extra={"title": "Preferences"})]
ConfigOnly = Annotated[bool, Field(json_schema_extra={"title": "Configuration only"})]
Processes = Annotated[int, Field(ge=1, le=1_024, json_schema_extra={"title": "Processes"})]
TeachingGroup = Annotated[Teaching, Field(json_schema_extra={"title": "Teaching", "default": {}})]


class TeachOrder(Group):
    """What a teaching was asked for."""

    data: Data
    student: StudentName
    output: Output = "out/student"
    recipe: NamedRecipe = "orca3"
    preferences: Preferences = False
    config_only: ConfigOnly = False
    processes: Processes = 1
    offline_rows: OfflineRows = False
    teaching: TeachingGroup = Teaching()

    @property
    def decided(self) -> Recipe:
        """The recipe with what was asked for otherwise."""
        return recipe_of(self.recipe, self.teaching)

    @model_validator(mode="after")
    def _a_step_takes_whole_rounds(self) -> Self:
        recipe = self.decided
        if recipe.windows_per_step % (recipe.windows_at_once * self.processes):
            raise ValueError(
                f"windows_per_step {recipe.windows_per_step} must be a multiple of windows_at_once × --processes, "
                f"{recipe.windows_at_once} × {self.processes}: change one of them with --set"
            )
        return self

    @model_validator(mode="after")
    def _a_folder_of_this_machine(self) -> Self:
        if "://" in self.output:
            raise ValueError("--output of a student is a folder of this machine: copy it elsewhere when it is there")
        return self


def check(order: TeachOrder) -> None:
    """TeachingError or ReleaseError for what cannot be had, before anything is made."""
    opened(order.data, offline_rows=order.offline_rows, preferences=order.preferences)
    check_student(order.student)
    if not order.config_only:
        need_packages()
