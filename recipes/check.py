"""Checks files before anybody relies on them: every finding with file, line, field and reason.

Owns the report, for people and as JUnit. Which kind of file it is, the content tells.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

from recipes.files import Document, Field, FileRefused, Finding, examine, read
from recipes.model import Recipe
from recipes.program import Machine, ProgramError, build
from recipes.store import in_words, procedures

MachineCheck = Callable[[str], object]  #: loads a machine file or raises FileRefused


def check_file(path: str | Path, machine: Machine, check_machine: MachineCheck) -> list[Finding]:
    """Everything that is wrong with a recipe, procedure or machine file; empty when it can be used."""
    try:
        document = read(path)
        if "machine" in document.data or "bus" in document.data:
            check_machine(str(path))
            return []
    except FileRefused as refused:
        return refused.findings
    recipe, findings, unread = examine(document, Recipe)
    whole = recipe is not None
    recipe = recipe or _rest(document, unread)
    if recipe is not None:
        _, errors = build(recipe, machine, procedures())
        findings += in_words([error for error in errors if whole or not _needs_all(error)], document)
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.field))


def _rest(document: Document, unread: Sequence[Field]) -> Recipe | None:
    """The recipe with a stand-in for every step that cannot be read, so that the others are looked at too."""
    data = copy.deepcopy(document.data)
    steps = data.get("step")
    for field in unread:
        if field[0] == "recipe":
            data["recipe"] = {"name": "stand-in"}
        elif field[0] == "schema":
            data.pop("schema", None)
        elif len(field) > 1 and field[0] == "step" and isinstance(field[1], int) and isinstance(steps, list):
            steps[field[1]] = {"name": f"stand-in {field[1]}", "end": {"time": "1 s"}}
    return examine(document, Recipe, data)[0]


def _needs_all(error: ProgramError) -> bool:
    """Whether this is about steps taken together: a stand-in would make it up."""
    return error.field == ("step",) or error.field[-1] == "resume_at"


def junit(results: dict[str, list[Finding]]) -> str:
    """The results as a JUnit XML text, one test case a file."""
    failures = sum(bool(findings) for findings in results.values())
    suite = ElementTree.Element("testsuite", name="maskglow check", tests=str(len(results)), failures=str(failures))
    for file, findings in results.items():
        case = ElementTree.SubElement(suite, "testcase", classname="check", name=file)
        for finding in findings:
            failure = ElementTree.SubElement(case, "failure", message=finding.reason)
            failure.text = str(finding)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
