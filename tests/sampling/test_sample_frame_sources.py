"""Frames from any list, from findings, and from a delivery."""

from __future__ import annotations

import json

import pytest

LIST = "bg_nr;betrag\n000123;10,00\n000124;1.000,50\n"


def frame(office, *options: str, source: str = "@liste.csv", unit: str = "bg") -> int:
    return office.run("frame", source, "--unit", unit, "--stichtag", "2025-06-30", "--out", "@rahmen", *options)


def told(office) -> dict:
    return json.loads(office.path("rahmen/rahmen.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text, encoding", [
    (LIST, "utf-8"), (LIST, "utf-8-sig"), (LIST.replace(";", "\t"), "utf-8"), (LIST.replace("bg_nr", '"bg_nr"'), "utf-8"),
    (LIST.replace("\n", "\r\n"), "utf-8"), (LIST.replace(";", "|").replace(",", "!").replace("|", ",").replace("!", "."), "utf-8"),
])  # fmt: skip
def test_lists_as_offices_write_them(office, text, encoding):
    office.path("liste.csv").write_bytes(text.replace("1.000.50", "1000.50").encode(encoding))
    assert frame(office, "--key", "bg_nr", "--amount", "betrag") == 0
    assert (told(office)["anzahl"], told(office)["summe_cent"]) == (2, 101050)
    assert "000123" in office.path("rahmen/vertraulich/nummern.csv").read_text()


@pytest.mark.parametrize("text, message", [
    ("bg_nr;betrag\n1;10,00\n1;11,00\n", "Mehrfach in der Liste"),
    ("bg_nr;betrag\n;10,00\n", "Ohne Nummer"),
    ("bg_nr;betrag\n1;1.234\n", "Zeile 2, Spalte betrag"),
    ("bg_nr;betrag\n1\n", "1 statt 2 Spalten"),
    ("nr;betrag\n1;2,00\n", "die Spalte »bg_nr« fehlt"),
    ("bg_nr;betrag\n", "ist leer"),
    ("", "Kopfzeile fehlt"),
    ('bg_nr;betrag\n"1\n2";2,00\n', "Steuerzeichen"),
])  # fmt: skip
def test_bad_lists_are_refused_without_quoting_them(office, capsys, text, message):
    office.path("liste.csv").write_text(text)
    assert frame(office, "--key", "bg_nr", "--amount", "betrag") == 2
    assert message in capsys.readouterr().err and not office.path("rahmen").exists()


def test_cp1252_needs_to_be_said(office, capsys):
    office.path("liste.csv").write_bytes("bg_nr;träger\n1;x\n".encode("cp1252"))
    assert frame(office, "--key", "bg_nr") == 2 and "--encoding cp1252" in capsys.readouterr().err
    assert frame(office, "--key", "bg_nr", "--encoding", "cp1252") == 0


def test_findings_are_a_population_themselves(office):
    lines = ["rule_id;version;case_id;item;verdict;fingerprint", *(f"a.b;1;B{i};;violation;{i:016x}" for i in range(9))]
    office.path("findings.csv").write_text("\n".join([*lines, f"c.d;1;B1;;violation;{99:016x}"]) + "\n")
    assert frame(office, source="@findings.csv", unit="befund") == 0
    assert {name: group["anzahl"] for name, group in told(office)["schichten"].items()} == {"a.b": 9, "c.d": 1}
    assert frame(office, "--rule", "c.d", "--force", source="@findings.csv", unit="befund") == 0
    assert told(office)["anzahl"] == 1


def test_the_same_key_file_gives_the_same_frame(office):
    office.path("liste.csv").write_text(LIST)
    office.path("key.txt").write_text("ab" * 32)
    assert frame(office, "--key", "bg_nr", "--key-file", "@key.txt") == 0
    first = told(office)["sha256"]
    assert frame(office, "--key", "bg_nr", "--key-file", "@key.txt", "--force") == 0
    assert told(office)["sha256"] == first
    assert frame(office, "--key", "bg_nr", "--force") == 0
    assert told(office)["sha256"] != first
    office.path("kurz.txt").write_text("ab")
    assert frame(office, "--key", "bg_nr", "--key-file", "@kurz.txt", "--force") == 2


def test_unknown_plan_keys_are_refused_with_their_line(office, capsys):
    office.list_cases(50)
    assert frame(office, "--key", "bg_nr") == 0
    office.plan('verfahren: attribut\ntolerierbar: "0.05"\nsicherheiten: 3\n')
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml") == 2
    told = capsys.readouterr().err
    assert "plan.yaml, Zeile 13" in told and "»sicherheiten«" in told
    office.plan("verfahren: attribut\ntolerierbar: 1.05\n")
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml") == 2


@pytest.mark.slow
def test_units_of_a_delivery(office):
    from amip_dq.cli.main import run

    place = str(office.path("lieferung"))
    assert run(["synth", place, "--elb", "100", "--months", "6", "--stichtag", "2022-06-30", "--seed", "1"]) == 0
    for unit in ("bg", "kunde", "bescheid"):
        assert (
            office.run("frame", "@lieferung", "--unit", unit, "--stichtag", "2022-06-30", "--out", f"@rahmen_{unit}")
            == 0
        )
        described = json.loads(office.path(f"rahmen_{unit}/rahmen.json").read_text(encoding="utf-8"))
        assert described["anzahl"] > 10 and described["einheit"] == unit
    assert office.run("frame", "@lieferung", "--unit", "haushalt", "--stichtag", "2022-06-30", "--out", "@x") == 2
