"""The documentation shows files as they are, and every command it names exists."""

import re
from pathlib import Path

import click
import pytest

from amip_dq.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
BLOCK = re.compile(r"^```(?:yaml|sql|json|text) (\S+/\S+)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"amip-dq ([a-z]+)(?: ([a-z]+))?")
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)\s#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_shown_files_are_the_files(page):
    for path, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).read_text(encoding="utf-8").rstrip() == text, path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_commands_exist(page):
    context = click.Context(cli)
    for group, command in COMMAND.findall(page.read_text(encoding="utf-8")):
        found = cli.get_command(context, group)
        assert found is not None, group
        if command and isinstance(found, click.Group) and not found.invoke_without_command:
            assert found.get_command(context, command) is not None, f"{group} {command}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_command_has_help():
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command.help, name
        for child in getattr(command, "commands", {}).values():
            assert child.help, f"{name} {child.name}"


def test_the_project_speaks_of_itself_only():
    words = re.compile("/" + "work/|" + "sub" + "agent|" + "farm" + "-", re.IGNORECASE)
    kinds = ("*.md", "*.py", "*.yaml", "*.sql", "*.toml", "*.j2", "*.js", "*.css")
    skipped = {".venv", "node_modules", ".git"}
    for path in (p for kind in kinds for p in ROOT.rglob(kind) if not skipped & set(p.relative_to(ROOT).parts)):
        assert not words.search(path.read_text(encoding="utf-8")), path
