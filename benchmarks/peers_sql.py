"""The checks as SQL: the four mission checks are the same text for bare DuckDB and for amip-dq's rules."""

from __future__ import annotations

from peers_checks import DEADLINE_MONTHS, RELEVANT, Check

_RELEVANT = ", ".join(f"'{code}'" for code in RELEVANT)
_ELB = """SELECT m.kundennr, min(m.bg_nr) AS bg_nr
  FROM bg_mitglied AS m
  JOIN anspruch AS a ON a.kundennr = m.kundennr AND a.bg_nr = m.bg_nr
  WHERE m.personengruppe = 'ELB'
    AND m.von <= stichtag() AND coalesce(m.bis, stichtag()) >= stichtag()
    AND a.von <= stichtag() AND coalesce(a.bis, stichtag()) >= stichtag()
  GROUP BY m.kundennr"""
_IN_SCOPE = "coalesce(storniert_am > stichtag(), TRUE) AND coalesce(erfasst_am <= stichtag(), TRUE)"

MISSION_SQL = {
    "A-001": f"""
WITH frist AS (
  SELECT bg_nr, aenderung_id, art, wirksam_ab,
         CASE WHEN angeordnet_am <= stichtag() THEN angeordnet_am END AS angeordnet_am,
         CAST(wirksam_ab + to_months({DEADLINE_MONTHS}) AS DATE) AS frist
  FROM aenderung
  WHERE {_IN_SCOPE} AND art IN ({_RELEVANT}) AND wirksam_ab IS NOT NULL
)
SELECT bg_nr AS case_id, aenderung_id AS item, art, wirksam_ab, angeordnet_am, frist,
       coalesce(angeordnet_am, stichtag()) > frist AS violated
FROM frist""",
    "F-005": f"""
SELECT bg_nr AS case_id, fall_ende_id AS item, ende, grund, grund IS NULL AS violated
FROM fall_ende
WHERE {_IN_SCOPE}""",
    "U-010": f"""
WITH elb AS ({_ELB})
SELECT e.kundennr AS case_id, e.bg_nr,
       NOT EXISTS (SELECT 1 FROM zustaendigkeit AS z
                   WHERE z.kundennr = e.kundennr AND z.vertretung IS NOT TRUE
                     AND z.von <= stichtag() AND coalesce(z.bis, stichtag()) >= stichtag()) AS violated
FROM elb AS e""",
    "Z-003": f"""
WITH elb AS ({_ELB}), ziel AS (
  SELECT z.kundennr, z.ziel_id, z.zieldatum
  FROM integrationsziel AS z
  JOIN elb AS e ON e.kundennr = z.kundennr
  WHERE z.von <= stichtag() AND coalesce(z.bis, stichtag()) >= stichtag() AND z.stand <= stichtag()
  QUALIFY row_number() OVER (PARTITION BY z.kundennr ORDER BY z.stand DESC, z.von DESC, z.ziel_id DESC) = 1
)
SELECT kundennr AS case_id, ziel_id, zieldatum,
       coalesce(zieldatum <= stichtag() OR zieldatum > CAST(stichtag() + to_months(24) AS DATE), TRUE) AS violated
FROM ziel""",
}


def structural_sql(check: Check) -> str:
    """Return the query that counts the defects of one structural check."""
    column = f"t.{check.column}"
    if check.kind == "unique":
        repeated = f"SELECT {column} FROM {check.table} AS t WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        return f"SELECT count(*) FROM ({repeated})"
    return f"SELECT count(*) FROM {check.table} AS t WHERE {_defect(check, column)}"


def _defect(check: Check, column: str) -> str:
    if check.kind == "required":
        return f"{column} IS NULL"
    if check.kind == "codes":
        return f"{column} NOT IN ({', '.join(repr(code) for code in check.values)})"
    if check.kind == "range":
        return f"{column} NOT BETWEEN {check.values[0]} AND {check.values[1]}"
    if check.kind == "pattern":
        return f"NOT regexp_full_match({column}, '{check.values[0]}')"
    other = check.values[0]
    return f"{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {other} AS o WHERE o.{check.column} = {column})"
