-- Lesart kalender: derselbe Tag drei Monate später, gekappt am Monatsende (30.11.2021 → 28.02.2022).
CREATE MACRO frist_kalender(w) AS
im_kalender(w + to_months(param('aenderung_frist_monate', w)))
