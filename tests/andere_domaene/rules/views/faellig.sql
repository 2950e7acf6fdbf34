-- Der letzte Tag, an dem ein Buch zurück sein muss.
CREATE MACRO faellig(tag) AS tag + param('leihfrist_tage', tag)
