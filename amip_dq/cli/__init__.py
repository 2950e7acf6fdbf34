"""The command line: one module per command group, the only place that sees everything and the only one with a clock."""
