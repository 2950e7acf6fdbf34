-- Das Ziel, das zählt, je ELB am Stichtag: gültig und dokumentiert; neuester Stand, neuester Beginn, größte Nummer.
CREATE VIEW ziel_gueltig AS
SELECT e.kundennr, e.bg_nr, z.ziel_id, z.ziel_art, z.zielberuf_kldb, z.taetigkeitsfeld, z.zieldatum,
       z.integrationsprognose, z.handlungsstrategie, z.stand, z.von, z.bis, z.text_laenge, z.text_hash
FROM elb_stichtag AS e
JOIN integrationsziel AS z ON z.kundennr = e.kundennr
WHERE z.von <= stichtag() AND coalesce(z.bis, stichtag()) >= stichtag() AND z.stand <= stichtag()
QUALIFY row_number() OVER (PARTITION BY e.kundennr ORDER BY z.stand DESC, z.von DESC, z.ziel_id DESC) = 1
