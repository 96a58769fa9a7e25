"""A small web page on loopback: runs, their trend and reports, and plans to review. Imported by `serve` alone."""
