-- ELB am Stichtag.
CREATE VIEW elb_stichtag AS
SELECT kundennr, bg_nr FROM elb_am(stichtag())
