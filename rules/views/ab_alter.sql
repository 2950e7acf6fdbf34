-- Der erste Tag, an dem eine Person so viele Jahre alt ist; am 29.02. Geborene in Jahren ohne Schalttag: der 28.02.
CREATE MACRO ab_alter(geburtsdatum, jahre) AS
im_kalender(geburtsdatum + to_years(jahre))
