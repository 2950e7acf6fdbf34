"""What a run looks like: data files, site, work lists, the report of the internal control system."""

from amip_dq.report.write import write_run

__all__ = ["write_run"]
