"""The data files of a run: run.json, findings, rejected rows, defects, the delivery's checks."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from amip_dq.model import FigureResult, RuleResult, Run

ROWS_PER_BATCH = 100_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t")
QUERIES = {
    "findings": """SELECT rule_id, version, case_id, item, verdict, typ, severity, geschaeftsstelle, team, responsible,
                          heilbar_bis, change, first_seen, text, evidence, fingerprint
                   FROM befund ORDER BY rule_id, case_id, item""",
    "rejected": """SELECT d.path AS file, v.line, v."table", v.reason, v.raw FROM lauf.verworfen v
                   LEFT JOIN lauf.datei d ON d.nr = v.file ORDER BY ALL""",
    "defects": """SELECT d.path AS file, m.line, m."table", m."column", m."check" FROM lauf.defekt m
                  LEFT JOIN lauf.datei d ON d.nr = m.file ORDER BY ALL""",
}


def write_data(run: Run, con: duckdb.DuckDBPyConnection, out: Path, timings: bool) -> None:
    """Write every data file of contract.md into `out`."""
    write_json(run_document(run, timings), out / "run.json")
    for name, query in QUERIES.items():
        for suffix, write in WRITERS.items():
            reader = con.sql(query).to_arrow_reader(ROWS_PER_BATCH)
            write(reader, out / f"{name}{suffix}")
    folder = out / "lieferung"
    folder.mkdir()
    for name, result in sorted(run.gate.result.items()):
        write_json(result, folder / f"{name}.json")
    write_json(profile(con), folder / "profil.json")


def write_parquet(reader: pa.RecordBatchReader, path: Path) -> None:
    """Write raw values, one row group a batch."""
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def write_csv(reader: pa.RecordBatchReader, path: Path) -> None:
    """Write for Excel: UTF-8 with BOM, `;`, LF, ISO dates, true/false, formulas made inert."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # BOM: Excel opens umlauts correctly
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(reader.schema.names)
        for batch in reader:
            writer.writerows(zip(*(csv_cells(column) for column in batch.columns), strict=True))


def csv_cells(column: pa.Array) -> Iterator[Any]:
    """Return the cells of a column as they stand in the file; NULL is empty."""
    values = column.to_pylist()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return (inert(value) for value in values)
    if pa.types.is_boolean(column.type):
        return (None if value is None else str(value).lower() for value in values)
    return iter(values)


def inert(text: str | None) -> str | None:
    """Return a text that no spreadsheet takes for a formula."""
    return "'" + text if text and text.startswith(FORMULA_STARTS) else text


WRITERS: dict[str, Callable[[pa.RecordBatchReader, Path], None]] = {".csv": write_csv, ".parquet": write_parquet}


def write_json(document: Any, path: Path) -> None:
    """Write JSON that people can read and compare line by line."""
    text = json.dumps(document, ensure_ascii=False, indent=1, default=json_value)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def json_value(value: Any) -> Any:
    """Return a Decimal as a number and a date as ISO text."""
    return float(value) if isinstance(value, Decimal) else value.isoformat()


def run_document(run: Run, timings: bool) -> dict[str, Any]:
    """Return run.json as contract.md fixes it."""
    return {
        "schema": 1,
        "stichtag": run.stichtag,
        "delivery": {
            "digest": run.delivery.digest,
            "files": [
                {"path": f.path, "sha256": f.sha256, "table": f.table,
                 "rows_read": f.rows_read, "rows_rejected": f.rows_rejected}
                for f in sorted(run.delivery.files, key=lambda f: (f.path, f.table))
            ],
        },
        "content_digest": run.content_digest,
        "parameters_digest": run.parameters_digest,
        "engine_version": run.engine_version,
        "rules": [rule_document(r, timings) for r in sorted(run.results, key=lambda r: r.rule.id)],
        "key_figures": [figure_document(f) for f in sorted(run.figures, key=lambda f: (f.figure.id, f.slice))],
        "defects": [
            {"table": d.table, "column": d.column, "check": d.check, "rows": d.rows}
            for d in sorted(run.defects, key=lambda d: (d.table, d.column, d.check))
        ],
        "not_delivered": sorted(run.delivery.not_delivered),
    }  # fmt: skip


def rule_document(result: RuleResult, timings: bool) -> dict[str, Any]:
    """Return one rule's line of run.json; `seconds` only on demand, because it differs from run to run."""
    line = {
        "id": result.rule.id, "version": result.rule.version, "status": result.status.value, "scope": result.scope,
        "ok": result.ok, "violation": result.violation, "undetermined": result.undetermined, "waived": result.waived,
    }  # fmt: skip
    return line | {"seconds": round(result.seconds, 3)} if timings else line


def figure_document(result: FigureResult) -> dict[str, Any]:
    """Return one key figure's line of run.json."""
    return {
        "id": result.figure.id, "slice": result.slice, "numerator": result.numerator,
        "denominator": result.denominator, "undetermined": result.undetermined,
        "value": result.value, "target": result.target, "reached": result.reached,
    }  # fmt: skip


def profile(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Return the delivery's profile: one row per table, one per column."""
    return {
        "tabellen": rows(con, 'SELECT * FROM lauf.profil_tabelle ORDER BY "table"'),
        "spalten": rows(con, 'SELECT * FROM lauf.profil_spalte ORDER BY "table", "column"'),
    }


def rows(con: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return a small result as one dict a row."""
    cursor = con.execute(query, parameters) if parameters is not None else con.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
