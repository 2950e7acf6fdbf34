-- Satzteil für Befunde: wann angeordnet wurde.
CREATE MACRO anordnung_text(angeordnet_am) AS
coalesce('am ' || strftime(angeordnet_am, '%d.%m.%Y') || ' angeordnet', 'bis zum Stichtag nicht angeordnet')
