"""Keeps what `rules mutate` found in a file, so that the catalogue can show it without running it again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amip_dq.engine.mutate import MutationResult
from amip_dq.errors import AmipError

SCHEMA = 1


@dataclass(frozen=True)
class Mutations:
    """The results of one run of `rules mutate` by rule, the content they were measured on and the seconds it took."""

    content_digest: str
    results: Mapping[str, MutationResult]
    seconds: int = 0

    @property
    def families(self) -> dict[str, tuple[int, int]]:
        """Return by family (key figures and views are one each) how many mutants were noticed, and of how many."""
        found: dict[str, tuple[int, int]] = {}
        for name in sorted(self.results):
            family = re.split("[. ]", name)[0]
            killed, judged = found.get(family, (0, 0))
            found[family] = killed + self.results[name].killed, judged + self.results[name].judged
        return found

    @property
    def total(self) -> tuple[int, int]:
        """Return how many mutants were noticed, and of how many."""
        return sum(result.killed for result in self.results.values()), sum(result.judged for result in self.results.values())


def write_mutations(path: Path, mutations: Mutations) -> None:
    """Write the results, sorted by name."""
    document = {
        "schema": SCHEMA,
        "content_digest": mutations.content_digest,
        "seconds": mutations.seconds,
        "results": [_written(mutations.results[name]) for name in sorted(mutations.results)],
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
        return Mutations(str(document["content_digest"]), {result.name: result for result in results}, int(document.get("seconds", 0)))
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
