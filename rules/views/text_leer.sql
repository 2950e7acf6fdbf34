-- Leer ist ein Text, von dem ohne Satz- und Leerzeichen nichts oder nur ein Platzhalter (»offen«, »k. A.« …) bleibt.
CREATE MACRO text_leer(angabe, tag) AS
list_contains(list_append(param('ziel_platzhalter', tag), ''),
              regexp_replace(lower(coalesce(angabe, '')), '[^\p{L}\p{Nd}]', '', 'g'))
