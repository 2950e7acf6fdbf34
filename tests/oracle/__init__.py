"""An independent reading of the rules in plain Python, and the fuzzer that compares it with the engine."""
