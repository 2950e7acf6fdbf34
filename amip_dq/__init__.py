"""amip-dq: Datenqualitäts- und Fristenprüfung für Jobcenter."""

__version__ = "1.1.0"
