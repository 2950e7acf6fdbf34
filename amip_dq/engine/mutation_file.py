"""Keeps what `rules mutate` found in a file, so that the catalogue can show it without running it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amip_dq.engine.mutate import MutationResult
from amip_dq.errors import AmipError

SCHEMA = 1


@dataclass(frozen=True)
class Mutations:
    """The results of one run of `rules mutate` by rule, and the content they were measured on."""

    content_digest: str
    results: Mapping[str, MutationResult]


def write_mutations(path: Path, content_digest: str, results: Iterable[MutationResult]) -> None:
    """Write the results, sorted by name."""
    document = {
        "schema": SCHEMA,
        "content_digest": content_digest,
        "results": [_written(result) for result in sorted(results, key=lambda r: r.name)],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _written(result: MutationResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "killed": result.killed,
        "survivors": list(result.survivors),
        "equivalent": [{"mutant": mutant, "reason": reason} for mutant, reason in result.equivalent],
        "unknown_equivalents": list(result.unknown_equivalents),
    }


def read_mutations(path: Path) -> Mutations:
    """Return the results of a file; raises AmipError for any other file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise KeyError("schema")
        results = [_read(entry) for entry in document["results"]]
        return Mutations(str(document["content_digest"]), {result.name: result for result in results})
    except OSError as error:
        raise AmipError(f"{path}: die Datei lässt sich nicht lesen.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AmipError(f"{path}: das ist keine Datei, die »amip-dq rules mutate --json« geschrieben hat.") from error


def _read(entry: Mapping[str, Any]) -> MutationResult:
    return MutationResult(
        str(entry["name"]),
        int(entry["killed"]),
        tuple((str(pair["mutant"]), str(pair["reason"])) for pair in entry["equivalent"]),
        tuple(str(mutant) for mutant in entry["survivors"]),
        tuple(str(mutant) for mutant in entry["unknown_equivalents"]),
    )
