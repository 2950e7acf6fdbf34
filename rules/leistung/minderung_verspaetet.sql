SELECT kundennr AS case_id,
       minderung_id AS item,
       pflichtverletzung_am,
       festgestellt_am,
       im_kalender(pflichtverletzung_am + to_months(param('minderung_feststellung_monate', pflichtverletzung_am))) AS frist,
       festgestellt_am > im_kalender(
         pflichtverletzung_am + to_months(param('minderung_feststellung_monate', pflichtverletzung_am))) AS violated
FROM minderung
WHERE von <= stichtag() AND coalesce(bis, von) >= von
