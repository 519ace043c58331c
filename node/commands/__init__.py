"""Commands of `run-node` that administer a station. Each function takes the parsed arguments and gives the exit code."""
