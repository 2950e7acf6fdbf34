"""The entry point: global options, exit codes, German messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from amip_dq import __version__
from amip_dq.cli.console import console
from amip_dq.cli.german import GermanGroup, explain_usage
from amip_dq.errors import AmipError

COMMANDS = {
    "demo": "amip_dq.cli.demo:demo",
    "check": "amip_dq.cli.check:check",
    "synth": "amip_dq.cli.synth:synth",
    "rules": "amip_dq.cli.rules:rules",
    "layout": "amip_dq.cli.layout:layout",
    "history": "amip_dq.cli.history:history",
    "report": "amip_dq.cli.report:report",
    "waiver": "amip_dq.cli.waiver:waiver",
    "worklist": "amip_dq.cli.worklist:worklist",
    "sample": "amip_dq.cli.sample:sample",
    "reconcile": "amip_dq.cli.reconcile:reconcile",
}
GLOBAL = {"--content": "AMIP_DQ_CONTENT", "--log-format": None}
COULD_NOT = 2


@click.group(cls=GermanGroup, lazy=COMMANDS, invoke_without_command=False)
@click.version_option(__version__, "--version", message="amip-dq %(version)s", help="Die Version zeigen.")
def cli() -> None:
    """Prüft exportierte Falldaten eines Jobcenters gegen Gesetz und Arbeitsmarktprogramm.

    Zum Kennenlernen: amip-dq demo
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the exit code of the contract (0, 1, 2)."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; every mistake that the caller can put right is one German line and exit code 2."""
    console.quiet = console.as_json = False
    try:
        remaining = take_global_options(arguments)
        code = cli.main(remaining, prog_name="amip-dq", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        print("Abgebrochen.", file=sys.stderr)
        return COULD_NOT
    except click.UsageError as error:
        print(f"Fehler: {explain_usage(error)}", file=sys.stderr)
        return COULD_NOT
    except AmipError as error:
        print(f"Fehler: {error}", file=sys.stderr)
        return COULD_NOT


def take_global_options(arguments: list[str]) -> list[str]:
    """Return the arguments without --content, --quiet and --log-format, which may stand anywhere."""
    remaining: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if name == "--quiet":
            console.quiet = True
        elif name in GLOBAL:
            chosen = value if equals else next(waiting, None)
            if chosen is None:
                raise click.UsageError(f"Der Option {name} fehlt ihr Wert.")
            _set_global(name, chosen)
        else:
            remaining.append(argument)
    return remaining


def _set_global(name: str, value: str) -> None:
    if name == "--content":
        os.environ["AMIP_DQ_CONTENT"] = value
    elif value not in ("text", "json"):
        raise click.UsageError("--log-format: möglich ist text, json.")
    else:
        console.as_json = value == "json"
