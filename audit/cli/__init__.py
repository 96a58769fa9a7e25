"""Command line: parse, build, call, exit code."""
