"""What exists on the Stichtag: the tables of a delivery as the section "Time" of the rule book reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from .days import FOREVER, Row, covers, has_days, shares_day
from .parameters import DEFAULTS

Tables = Mapping[str, list[dict[str, Any]]]
LATER_IS_NULL = ("angeordnet_am", "storniert_am", "wiedereroeffnet_am", "ergebnis_am", "erledigt_am")
EVENT_DAY = {
    "ifk_info": "am",
    "kontakt": "am",
    "vermittlungsvorschlag": "am",
    "integration": "beginn",
    "integrationsziel": "stand",
}
RECORDS = ("aenderung", "unterbrechung", "fall_ende", "bewilligung")


class Office:
    """A delivery, the Stichtag and the parameters; every attribute is what a rule may see of it."""

    def __init__(self, tables: Tables, stichtag: date, parameters: Mapping[str, Any] | None = None) -> None:
        self.tables, self.st = tables, stichtag
        self.p = {**DEFAULTS, **(parameters or {})}
        self.seen: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def read(self, table: str) -> list[dict[str, Any]]:
        """Return the rows that exist on the Stichtag, with what happens later read as NULL."""
        if ("read", table) not in self.seen:
            rows = [row for row in self.tables.get(table, []) if self.exists(table, row)]
            self.seen["read", table] = [self.as_of(row) for row in rows]
        return self.seen["read", table]

    def exists(self, table: str, row: Row) -> bool:
        """Tell whether the office knew the record, or the event had happened, on the Stichtag."""
        if table in RECORDS:
            clocks = [day for day in (row["erfasst_am"], row["angeordnet_am"]) if day]
            return not clocks or min(clocks) <= self.st
        if table in EVENT_DAY:
            day = row[EVENT_DAY[table]]
            return day is not None and day <= self.st
        return True

    def as_of(self, row: Row) -> dict[str, Any]:
        """Return the row without what is dated after the Stichtag."""
        seen = dict(row)
        for column in LATER_IS_NULL:
            if seen.get(column) and seen[column] > self.st:
                seen[column] = None
                if column in ("ergebnis_am", "erledigt_am") and "ergebnis" in seen:
                    seen["ergebnis"] = None
        return seen

    def standing(self, table: str) -> list[dict[str, Any]]:
        """Return the known records that are not cancelled."""
        return [row for row in self.read(table) if row.get("storniert_am") is None]

    def in_force(self, table: str) -> list[dict[str, Any]]:
        """Return the released records that are not cancelled."""
        if ("in force", table) not in self.seen:
            self.seen["in force", table] = [row for row in self.standing(table) if row["angeordnet_am"]]
        return self.seen["in force", table]

    # ------------------------------------------------------------------ persons
    def person(self, kundennr: str | None) -> Row | None:
        """Return the person's row, if it was delivered."""
        return next((row for row in self.tables["person"] if row["kundennr"] == kundennr and kundennr), None)

    def birth(self, kundennr: str | None) -> date | None:
        person = self.person(kundennr)
        return person["geburtsdatum"] if person else None

    def death(self, kundennr: str | None) -> date | None:
        """Return the day of death if it lies on or before the Stichtag."""
        person = self.person(kundennr)
        day = person["tod_am"] if person else None
        return day if day and day <= self.st else None

    # ------------------------------------------------------------------ membership and entitlement
    @cached_property
    def spells(self) -> list[Row]:
        """Spells of entitlement that cover a day."""
        return [row for row in self.tables["anspruch"] if row["kundennr"] and has_days(row)]

    @cached_property
    def memberships(self) -> list[Row]:
        """Membership spells that cover a day on or before the Stichtag; others make nobody a member."""
        rows = self.tables["bg_mitglied"]
        return [row for row in rows if has_days(row) and row["von"] <= self.st]

    def elb_on(self, day: date) -> dict[str, str]:
        """Return kundennr → smallest BG with an ELB membership and entitlement that both cover the day."""
        found: dict[str, str] = {}
        entitled = {(row["kundennr"], row["bg_nr"]) for row in self.spells if covers(row, day)}
        for row in self.memberships:
            key = row["kundennr"], row["bg_nr"]
            if row["personengruppe"] == "ELB" and covers(row, day) and row["bg_nr"] and key in entitled:
                found[key[0]] = min(key[1], found.get(key[0], key[1]))
        return found

    @cached_property
    def elb(self) -> dict[str, str]:
        return self.elb_on(self.st)

    def islands(self, kundennr: str) -> list[tuple[date, date]]:
        """Return the person's merged spells (first day, last day) over all BG; open = FOREVER."""
        merged: list[tuple[int, int]] = []
        own = [row for row in self.spells if row["kundennr"] == kundennr]
        for first, last in sorted((s["von"].toordinal(), (s["bis"] or FOREVER).toordinal()) for s in own):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = merged[-1][0], max(last, merged[-1][1])
            else:
                merged.append((first, last))
        return [(date.fromordinal(first), date.fromordinal(last)) for first, last in merged]

    @cached_property
    def gaps(self) -> list[dict[str, Any]]:
        """Return the days between two islands of a person: kundennr, bg_nr, von, bis."""
        found = []
        for kundennr in sorted({row["kundennr"] for row in self.spells}):
            islands = self.islands(kundennr)
            for (_, before), (after, _) in pairwise(islands):
                ended = [
                    s["bg_nr"] for s in self.spells if s["kundennr"] == kundennr and s["bis"] == before and s["bg_nr"]
                ]
                first, last = before + timedelta(days=1), after - timedelta(days=1)
                found.append({"kundennr": kundennr, "bg_nr": min(ended, default=None), "von": first, "bis": last})
        return found

    @cached_property
    def past_gaps(self) -> list[dict[str, Any]]:
        return [gap for gap in self.gaps if gap["bis"] < self.st]

    def is_long_term(self, kundennr: str, day: date) -> bool:
        """Tell whether an ELB of that day has 638 of the 730 days up to it (LZB)."""
        window = self.p["lzb_fenster_tage"]
        days = [date.fromordinal(day.toordinal() - back) for back in range(window)]
        islands = self.islands(kundennr)
        return sum(any(a <= d <= b for a, b in islands) for d in days) >= self.p["lzb_mindesttage"]

    # ------------------------------------------------------------------ decisions and posts
    @cached_property
    def periods(self) -> list[dict[str, Any]]:
        """Return the periods of entitlement: one per BG and first day."""
        decisions = self.in_force("bewilligung")
        grouped: dict[tuple[str, date], list[Row]] = {}
        for row in decisions:
            replaced = any(o["ersetzt_id"] == row["bewilligung_id"] and o is not row for o in decisions)
            grants = row["art"] in ("vorlaeufig", "abschliessend") and row["bis"] and has_days(row)
            if grants and row["bg_nr"] and not replaced:
                grouped.setdefault((row["bg_nr"], row["von"]), []).append(row)
        return [
            {
                "bg_nr": bg_nr,
                "von": von,
                "bis": max(row["bis"] for row in rows),
                "antrag_am": min((row["antrag_am"] for row in rows if row["antrag_am"]), default=None),
                "id": min(row["bewilligung_id"] for row in rows),
            }
            for (bg_nr, von), rows in grouped.items()
        ]

    def responsible_on(self, kundennr: str, day: date) -> Row | None:
        """Return the zustaendigkeit row of the responsible IFK: no deputy, newest `von`, smallest IFK."""
        rows = [
            row
            for row in self.tables["zustaendigkeit"]
            if row["kundennr"] == kundennr and not row["vertretung"] and covers(row, day)
        ]
        return min(rows, key=lambda row: (-row["von"].toordinal(), row["ifk"] is None, row["ifk"]), default=None)

    def interruption_on(self, gap: Row, with_reason: bool) -> bool:
        """Tell whether an interruption in force of the person shares a day with the gap."""
        return any(
            row["kundennr"] == gap["kundennr"]
            and (row["grund"] is not None or not with_reason)
            and shares_day(row, gap["von"], gap["bis"])
            for row in self.in_force("unterbrechung")
        )
