"""JUnit XML: one test case per rule, for build servers and dashboards. Counts only, no case."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as Xml

from amip_dq.model import RuleResult, Run, Status

NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(run: Run, path: Path) -> None:
    """Write one test suite per rule family; a rule with unwaived findings fails, one not checked is an error."""
    families: dict[str, list[RuleResult]] = defaultdict(list)
    for result in run.results:
        families[result.rule.id.rpartition(".")[0] or result.rule.id].append(result)
    root = Xml.Element("testsuites", name="amip-dq")
    totals = defaultdict(int)
    for family, results in sorted(families.items()):
        suite = Xml.SubElement(root, "testsuite", name=family, timestamp=f"{run.stichtag.isoformat()}T00:00:00")
        counts = {"tests": len(results), "failures": 0, "errors": 0, "skipped": 0}
        for result in results:
            kind = _case(suite, family, result)
            if kind:
                counts[kind] += 1
        for name, number in counts.items():
            suite.set(name, str(number))
            totals[name] += number
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(totals[name]))
    Xml.indent(root)
    path.write_bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _case(suite: Xml.Element, family: str, result: RuleResult) -> str:
    """Add one rule and return the counter it belongs to, empty if it passed."""
    case = Xml.SubElement(
        suite, "testcase", classname=family, name=_text(f"{result.rule.id} {result.rule.title}"), time="0"
    )
    if result.status in (Status.ERROR, Status.NOT_DELIVERED):
        reason = result.error or "Daten fehlen: " + ", ".join(result.missing_tables)
        Xml.SubElement(case, "error", type=result.status.value, message=_text(f"Nicht geprüft: {reason}"))
        return "errors"
    if result.status is Status.FAILED:
        message = f"{result.violation} Befunde in {result.scope} Fällen"
        message += f", davon {result.waived} ausgenommen" if result.waived else ""
        Xml.SubElement(case, "failure", type=result.rule.severity.value, message=message)
        return "failures"
    if result.status in (Status.NOT_APPLICABLE, Status.INCONCLUSIVE):
        words = {
            Status.NOT_APPLICABLE: "Kein Fall im Prüfbereich",
            Status.INCONCLUSIVE: f"{result.undetermined} Fälle nicht prüfbar",
        }
        Xml.SubElement(case, "skipped", message=words[result.status])
        return "skipped"
    return ""


def _text(value: str) -> str:
    return NOT_ALLOWED.sub("\ufffd", value)
