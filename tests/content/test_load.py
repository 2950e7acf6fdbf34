"""Content is read strictly, and every mistake of a load is named with file, line and the mend."""

import re
from pathlib import Path

import pytest

from amip_dq.content import load_content
from amip_dq.errors import ContentErrors

RULE = "rules/ausleihe/rueckgabe_verspaetet.yaml"
SQL = "rules/ausleihe/rueckgabe_verspaetet.sql"


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path) -> str:
    with pytest.raises(ContentErrors) as caught:
        load_content(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (RULE, "severity: hoch", "schweregrad: hoch", r"Zeile 6: unbekannter Schlüssel »schweregrad«. Gemeint ist »severity«"),
        (RULE, "severity: hoch", "severity: heftig", r"»heftig« ist bei »severity« nicht erlaubt; möglich: kritisch"),
        (RULE, "severity: hoch", "severity: hoch\nseverity: hoch", r"Zeile 7: Schlüssel »severity« steht doppelt"),
        (RULE, "valid_from: 2000-01-01", "valid_from: gestern", r"Zeile 7: »valid_from«: erwartet wird ein Datum"),
        (RULE, "valid_from: 2000-01-01", "valid_from: 2001-02-29", r"2001-02-29 ist kein Tag des Kalenders"),
        (RULE, "version: 1", "version: eins", r"Zeile 1: »version«: erwartet wird eine ganze Zahl"),
        (RULE, "purpose: Bestandspflege\n", "", r"Schlüssel »purpose« fehlt"),
        (RULE, "basis: [{cite: Benutzungsordnung § 4, role: ordnung}]", "basis: []", r"»basis« ist leer"),
        (RULE, "expect: {1: ok}", "expect: {1: violation}", r"es fehlt ein Beispiel mit dem Urteil ok"),
        (RULE, "expect: {1: ok}", "expect: {1: gut}", r"»gut« ist kein Urteil"),
        (RULE, "risk: R-01", "risk: R-77", r"Risiko »R-77« steht nicht in risks.yaml"),
        (RULE, "responsible: theke", "responsible: niemand", r"»niemand« steht bei responsible nicht in vocabulary.yaml"),
        (RULE, "{faellig_am}", "{faellig}", r"»{faellig}« ist keine Spalte des SQL; möglich: bis, case_id"),
        (RULE, "[ausleihe_id, signatur, von, bis]", "[ausleihe_id, signatur, von]", r"rueckgabe_verspaetet.sql: Binder Error.*bis"),
        (RULE, "ausleihe: [ausleihe_id", "leihe: [ausleihe_id", r"»leihe«; eine Tabelle oder Sicht mit diesem Namen gibt es nicht"),
        (RULE, "{ausleihe_id: 1, signatur: AB001, von: 2023-01-01, bis: 2023-01-29}", "{nummer: 1}", r"hat keine Spalte »nummer«"),
        (SQL, "FROM ausleihe", "FROM ausleihe, buch", r"»buch« wird gelesen, steht aber nicht unter reads"),
        (SQL, "AS violated", "AS verletzt", r"die Spalte »violated« fehlt im Ergebnis"),
        (SQL, "> faellig(von) AS violated", "- faellig(von) AS violated", r"»violated« muss BOOLEAN sein"),
        (SQL, "coalesce(bis, stichtag())", "current_date", r"die einzige Uhr ist stichtag"),
        (SQL, "faellig(von) AS faellig_am", "param('frist', von) AS faellig_am", r"Parameter »frist« steht nicht in parameters.yaml"),
        ("checks/buch.yaml", "type: number", "type: geld", r"Zeile 6: »geld« ist bei »type« nicht erlaubt"),
        ("checks/buch.yaml", "primaryKey: signatur", "primaryKey: isbn", r"primaryKey nennt »isbn«"),
        ("checks/buch.yaml", "name: buch", "name: band", r"heißt »band«, die Datei aber »buch«"),
        ("checks/buch.yaml", "'[A-Z]{2}\\d{3}'", "'[A-Z'", r"pattern ist kein gültiger regulärer Ausdruck"),
        ("checks/ausleihe.yaml", "resource: buch", "resource: buecher", r"foreignKeys nennt die Tabelle »buecher«"),
        ("checks/ausleihe.yaml", "bis >= von", "bis >= (SELECT max(von) FROM ausleihe)", r"Unterabfrage ist nicht erlaubt"),
        ("checks/ausleihe.yaml", "bis >= von", "bis >= wann", r"rowCheck »rueckgabe_nach_ausleihe«: Binder Error"),
        ("rules/kennzahlen/puenktlich.yaml", "target: ziel_puenktlich", "target: ziel", r"Parameter »ziel« steht nicht"),
        ("rules/kennzahlen/puenktlich.yaml", "[geschaeftsstelle, team]", "[farbe]", r"slices nennt »farbe«"),
        ("rules/kennzahlen/puenktlich.sql", "ausleihe.rueckgabe", "leihe.rueckgabe", r"urteil\('leihe.rueckgabe_verspaetet'\): diese Regel gibt es nicht"),
        ("rules/views/faellig.sql", "CREATE MACRO faellig", "CREATE MACRO fristende", r"heißt »fristende«, die Datei aber »faellig«"),
        ("rules/views/faellig.sql", "CREATE MACRO", "MAKE MACRO", r"erwartet wird eine dieser Formen"),
        ("rules/views/einheit_buch.sql", "FROM buch", "FROM buecher", r"einheit_buch.sql: liest »buecher«"),
        ("rules/parameters.yaml", "{value: 28}", "{wert: 28}", r"unbekannter Schlüssel »wert«"),
        ("rules/parameters.yaml", "{value: 28}", "{value: lang}", r"die Werte sind verschiedener Art"),
        ("rules/risks.yaml", "R-01", "Risiko", r"Risiken heißen R-01"),
    ],
)  # fmt: skip
def test_names_file_line_and_mend(library_copy, file, old, new, said):
    change(library_copy, file, old, new)
    message = mistakes(library_copy)
    assert re.search(said, message), message
    assert str(Path(file).with_suffix("")) in message or "rules/" in message


def test_shows_all_mistakes_at_once(library_copy):
    change(library_copy, RULE, "severity: hoch", "severity: heftig")
    change(library_copy, "checks/buch.yaml", "type: number", "type: geld")
    message = mistakes(library_copy)
    assert "heftig" in message
    assert "geld" in message


@pytest.mark.parametrize("file", [RULE, SQL, "rules/kennzahlen/puenktlich.sql"])
def test_a_file_without_its_partner_does_not_load(library_copy, file):
    (library_copy / file).unlink()
    assert "die zugehörige Datei" in mistakes(library_copy)


def test_a_control_number_belongs_to_one_rule(library_copy):
    for suffix in (".yaml", ".sql"):
        source = library_copy / Path(RULE).with_suffix(suffix)
        source.with_stem("rueckgabe_fehlt").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert "die Kontrolle B-001 gehört schon zu" in mistakes(library_copy)


def test_yaml_words_are_those_of_yaml_1_2(library_copy):
    change(library_copy, "rules/vocabulary.yaml", "[theke, leitung]", "[theke, no, off]")
    assert set(load_content(library_copy).vocabulary.responsible) == {"theke", "no", "off"}


def test_a_file_that_is_no_utf8_says_so(library_copy):
    (library_copy / RULE).write_bytes("title: Verspätet".encode("cp1252"))
    assert "ist nicht in UTF-8 gespeichert" in mistakes(library_copy)


def test_the_digest_changes_with_every_byte_of_content(library_copy):
    before = load_content(library_copy).digest
    change(library_copy, RULE, "Wer wartet", "Wer immer wartet")
    assert load_content(library_copy).digest != before
