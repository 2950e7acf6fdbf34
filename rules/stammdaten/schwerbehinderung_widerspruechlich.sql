SELECT kundennr AS case_id,
       gdb,
       gleichgestellt,
       schwerbehindert_bis,
       CASE WHEN gleichgestellt
            THEN NOT coalesce(gdb >= param('gdb_gleichstellung', stichtag())
                              AND gdb < param('gdb_schwerbehindert', stichtag()), FALSE)
            ELSE NOT coalesce(gdb >= param('gdb_schwerbehindert', stichtag()), FALSE) END AS violated
FROM person
WHERE gleichgestellt OR schwerbehindert_bis IS NOT NULL
