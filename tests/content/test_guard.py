"""Rule SQL comes from outside: what may run, what may not, and how it is rewritten."""

import pytest

from amip_dq.content.guard import Refused, inspect, rewrite

HOSTILE = """
SELECT current_date
SELECT now()
SELECT today()
SELECT user
SELECT random()
SELECT age(TIMESTAMP '2020-01-01')
SELECT gen_random_uuid()
SELECT sleep_ms(10)
SELECT pg_sleep(10)
SELECT error('x')
SELECT write_log('x')
SELECT max(x) OVER (), write_log('a') OVER () FROM t
SELECT list_transform([1], lambda x: random())
SELECT getenv('HOME')
SELECT current_setting('memory_limit')
SELECT getvariable('x')
SELECT nextval('s')
SELECT json_execute_serialized_sql('')
SELECT * FROM json_execute_serialized_sql('')
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('t')
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM glob('*')
SELECT * FROM duckdb_settings()
SELECT * FROM information_schema.tables
SELECT * FROM main.t
SELECT main.abs(1)
SELECT t FROM t
SELECT t AS t FROM t
SELECT a FROM t a
SELECT row(t) FROM t
SELECT to_json(t) FROM t a
SELECT (SELECT t FROM t)
FROM t SELECT t
SELECT #1 FROM t
SELECT $1
SELECT ?
SELECT param('x') FROM t
SELECT param(y, z) FROM t
SELECT * FROM urteil(x)
WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x
WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x
WITH x AS (COPY t TO 'x') SELECT 1
INSERT INTO t VALUES (1)
COPY t TO 'x'
ATTACH 'x'
INSTALL httpfs
LOAD httpfs
PRAGMA version
SET memory_limit = '1GB'
CALL x()
SUMMARIZE t
DESCRIBE SELECT 1
SHOW TABLES
PIVOT t ON x USING sum(y)
SELECT * FROM (UNPIVOT t ON x)
SELECT * FROM t AT (VERSION => 1)
SELECT * FROM t USING SAMPLE 10%
SELECT * FROM t TABLESAMPLE 10%
SELECT 1; SELECT 2
SELECT reservoir_quantile(x, 0.5) FROM t
""".strip().splitlines()

HARMLESS = """
SELECT x::DATE - 1 AS y FROM t
SELECT * FROM (VALUES (1)) v(a)
WITH RECURSIVE r AS (SELECT 1 a UNION ALL SELECT a + 1 FROM r WHERE a < 10) SELECT a AS case_id, TRUE AS violated FROM r
SELECT EXISTS (SELECT 1 FROM t WHERE x = 1)
SELECT CASE WHEN x BETWEEN 1 AND 2 THEN 'a' END FROM t
SELECT a.x FROM t a ASOF JOIN u b ON a.x >= b.x
SELECT row_number() OVER (PARTITION BY x ORDER BY y) FROM t
SELECT x FROM t QUALIFY row_number() OVER (PARTITION BY x) = 1
SELECT list_contains([1, 2], x), regexp_full_match(y, 'a+'), last_day(z) FROM t
SELECT string_agg(x, ',' ORDER BY x) FILTER (x > '') FROM t GROUP BY ALL
SELECT [y + 1 FOR y IN [1, 2]]
SELECT r.r FROM range(3) r(r)
SELECT DATE '2020-01-01' + INTERVAL 1 MONTH
SELECT x FROM t UNION ALL SELECT y FROM u
SELECT max_by(x, y), arg_min(x, y), bool_or(z) FROM t
""".strip().splitlines()


@pytest.mark.parametrize("sql", HOSTILE)
def test_refuses_whatever_is_not_one_plain_select(sql):
    with pytest.raises(Refused):
        inspect(sql, {"elb_am"}, {"param", "stichtag"})


@pytest.mark.parametrize("sql", HARMLESS)
def test_allows_what_rules_need(sql):
    inspect(sql, (), ())


def test_names_what_a_query_reads():
    statement = inspect(
        "WITH c AS (SELECT x FROM t) SELECT param('p', c.x) FROM c JOIN u USING (x), elb_am(stichtag()) e, urteil('a.b')",
        {"elb_am"}, {"param", "stichtag"},
    )  # fmt: skip
    assert statement.tables == {"t", "u"}
    assert statement.macros == {"elb_am"}
    assert statement.parameters == {"p"}
    assert statement.verdicts == {"a.b"}


def test_a_file_name_in_from_is_a_table_that_reads_does_not_name():
    assert inspect("SELECT * FROM '/etc/passwd'", (), ()).tables == {"/etc/passwd"}


def test_rewrites_parameters_and_verdicts_but_not_text_that_looks_like_them():
    statement = inspect(
        "SELECT 'param(''p'', x)' AS t, param('p', x) AS p FROM urteil('a.b') u -- param('q', x)", (), {"param"}
    )
    text = rewrite(statement.tree, {"a.b": "urteil a.b"})
    assert "param_p(x)" in text
    assert "'param(''p'', x)'" in text
    assert '"urteil a.b"' in text
