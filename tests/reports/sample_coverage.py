"""What the sample audit saw, read, skipped and did not look at."""

from __future__ import annotations

from reports.evidence import CoverageRow

COVERAGE = (
    CoverageRow("space", "current", 3, 3, note="in bulk, 250 a request"),
    CoverageRow("page", "current", 1_204, 1_204, note="in bulk through content/search"),
    CoverageRow("page", "archived", 87, 87),
    CoverageRow("page", "draft", 12, 9, skipped={"draft of somebody else": 3}),
    CoverageRow("blogpost", "current", 64, 64),
    CoverageRow("footer-comment", "current", 2_310, 2_310),
    CoverageRow("inline-comment", "current", 402, 402),
    CoverageRow("attachment", "current", 911, 874, skipped={"larger than 50 MB": 12, "format not read": 25}),
    CoverageRow("restriction", "", 188, 188),
    CoverageRow("version", "", 0, 0, assessed=False, note="needs --include versions"),
    CoverageRow("like", "", 0, 0, assessed=False, note="needs --include likes"),
)
