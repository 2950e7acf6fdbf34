"""What a run looks like: data files, site, work lists, the report of the internal control system."""
