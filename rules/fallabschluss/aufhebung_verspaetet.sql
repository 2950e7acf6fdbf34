SELECT bg_nr AS case_id,
       fall_ende_id AS item,
       ende,
       bekannt_am,
       angeordnet_am,
       im_kalender(bekannt_am + to_months(param('aufhebung_monate', bekannt_am))) AS frist,
       angeordnet_am > im_kalender(bekannt_am + to_months(param('aufhebung_monate', bekannt_am))) AS violated
FROM fall_ende_wirksam
WHERE grund = 'aufhebung' AND ende < angeordnet_am
