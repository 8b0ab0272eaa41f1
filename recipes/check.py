"""Checks files before anybody relies on them: every finding with file, line, field and reason.

Owns the report, for people and as JUnit. Which kind of file it is, the content tells.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from recipes.files import FileRefused, Finding, read
from recipes.program import Machine
from recipes.store import load_recipe, prepare

MachineCheck = Callable[[str], object]  #: loads a machine file or raises FileRefused


def check_file(path: str | Path, machine: Machine, check_machine: MachineCheck) -> list[Finding]:
    """Everything that is wrong with a recipe, procedure or machine file; empty when it can be used."""
    try:
        document = read(path)
        if "machine" in document.data or "bus" in document.data:
            check_machine(str(path))
        else:
            prepare(load_recipe(path), machine)
    except FileRefused as refused:
        return refused.findings
    return []


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
