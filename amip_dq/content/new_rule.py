"""Begins a new rule: a pair of files that is complete, loads only once its gaps are filled, and says where they are."""

from __future__ import annotations

import re
from pathlib import Path

from amip_dq.errors import AmipError

YAML = """\
version: 1
status: entwurf
title: {title}
unit: person
typ: fehler
severity: mittel
valid_from: 2005-01-01
control: {{id: "{control}", risk: R-01, kind: detektiv, frequency: taeglich}}
responsible: leistung
kennzahlen: []
basis:
  - {{cite: "AMIP 2022, Abschnitt 5.2", role: lokales_ziel}}
purpose: "§ 51b Abs. 3 Nr. 2 SGB II"
rationale: Warum die Regel nötig ist, in einem Satz.
remedy:
  - "Allegro: was zuerst zu tun ist"
finding: "Person {{case_id}}: Geburtsdatum {{geburtsdatum}}."
reads:
  person: [kundennr, geburtsdatum]
examples:
  - name: am letzten guten Tag
    stichtag: 2022-06-30
    tables: {{person: [{{kundennr: P1, geburtsdatum: 2022-06-30}}]}}
    expect: {{P1: ok}}
  - name: am ersten schlechten Tag
    stichtag: 2022-06-30
    tables: {{person: [{{kundennr: P1, geburtsdatum: 2022-07-01}}]}}
    expect: {{P1: violation}}
"""

SQL = """\
-- Jeder Fall im Umfang ist eine Zeile; violated ist TRUE (Befund), FALSE (in Ordnung) oder NULL (nicht prüfbar).
SELECT kundennr AS case_id,
       geburtsdatum > stichtag() AS violated,
       geburtsdatum
FROM person
"""


def write_new_rule(folder: Path, rule_id: str) -> tuple[Path, Path]:
    """Write <family>/<defect>.yaml and .sql and return their paths; raises AmipError for a bad or taken id."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", rule_id):
        raise AmipError(f"»{rule_id}« ist keine Kennung; sie hat die Form familie.befund, zum Beispiel stammdaten.vsnr_fehlt.")
    family, _, defect = rule_id.partition(".")
    yaml_path, sql_path = folder / family / f"{defect}.yaml", folder / family / f"{defect}.sql"
    if yaml_path.exists() or sql_path.exists():
        raise AmipError(f"Die Regel »{rule_id}« gibt es schon.")
    yaml_path.parent.mkdir(parents=True, exist_ok=True)
    title = defect.replace("_", " ").capitalize()
    yaml_path.write_text(YAML.format(title=title, control=f"NEU-{family}-{defect}"), encoding="utf-8")
    sql_path.write_text(SQL, encoding="utf-8")
    return yaml_path, sql_path
