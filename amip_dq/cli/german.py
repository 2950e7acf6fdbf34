"""Lets click speak German: headings, help texts and the messages for wrong use."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

EVERYWHERE = "Überall möglich: --content ORDNER, --quiet, --log-format text|json."


class GermanCommand(click.Command):
    """A command whose usage line and headings are German."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "Aufruf: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        if records:
            with formatter.section("Optionen"):
                formatter.write_dl(records)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return ["[OPTIONEN]" if piece == "[OPTIONS]" else piece for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Diese Hilfe zeigen."
        return option

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(EVERYWHERE)


class GermanGroup(GermanCommand, click.Group):
    """A group of commands; those named in `lazy` (name → module:attribute) are imported when used."""

    command_class = GermanCommand
    group_class = type

    def __init__(self, *args, lazy: Mapping[str, str] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *self.lazy]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in self.lazy:
            module, _, attribute = self.lazy[name].partition(":")
            return getattr(importlib.import_module(module), attribute)
        return super().get_command(ctx, name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        GermanCommand.format_options(self, ctx, formatter)
        with formatter.section("Befehle"):
            formatter.write_dl(
                [(name, command.get_short_help_str(90)) for name in self.list_commands(ctx)
                 if (command := self.get_command(ctx, name)) and not command.hidden]
            )  # fmt: skip

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["BEFEHL", "…"]


def explain_usage(error: click.UsageError) -> str:
    """Return the German sentence for a wrong call."""
    if isinstance(error, click.NoSuchOption):
        near = f" Gemeint ist {', '.join(error.possibilities)}?" if error.possibilities else ""
        return f"Die Option »{error.option_name}« gibt es hier nicht.{near}"
    if isinstance(error, click.MissingParameter):
        name = error.param.get_error_hint(error.ctx) if error.param else "eine Angabe"
        return f"Es fehlt: {name.replace(chr(39), '')}."
    if isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param else "Angabe"
        return f"{name.replace(chr(39), '')}: {_bad_value(error)}"
    return _other(error.message)


def _bad_value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"möglich ist {', '.join(str(choice) for choice in kind.choices)}."
    if isinstance(kind, click.DateTime):
        return "erwartet wird ein Tag in der Form JJJJ-MM-TT."
    if isinstance(kind, click.types.IntParamType | click.IntRange):
        return "erwartet wird eine ganze Zahl" + (f" ab {kind.min}." if getattr(kind, "min", None) is not None else ".")
    if isinstance(kind, click.types.FloatParamType | click.FloatRange):
        return "erwartet wird eine Zahl."
    if isinstance(kind, click.Path):
        return "diesen Ordner oder diese Datei gibt es nicht."
    return error.message


def _other(message: str) -> str:
    if message.startswith("No such command"):
        return f"Den Befehl {message.partition(chr(39))[2].partition(chr(39))[0]!r} gibt es nicht. »amip-dq --help« zeigt alle."
    if message.startswith("Missing command"):
        return "Es fehlt der Befehl. »--help« zeigt, was möglich ist."
    if "unexpected extra argument" in message:
        return "Es stehen zu viele Angaben in der Zeile."
    if "requires" in message and "argument" in message:
        return "Einer Option fehlt ihr Wert."
    return message
