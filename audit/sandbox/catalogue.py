"""What Acme Optics has written down: spaces, pages, blog posts and who keeps them. Everything is invented."""

from __future__ import annotations

from typing import Final

SPACES: Final = (
    # key, name, type, status, index of the person who made it, description
    ("HR", "People and Culture", "global", "current", 3, "Questions: hanna.brandt@acme-optics.example"),
    ("ENG", "Engineering", "global", "current", 2, "Everything that is built and measured"),
    ("OPS", "Operations", "global", "current", 13, "Kept by ewa.lis"),
    ("LEGAL", "Legal and Compliance", "global", "current", 8, "For counsel only"),
    ("~hbrandt", "Hanna Brandt", "personal", "current", 3, ""),
    ("ARCH", "Old intranet", "global", "archived", 0, "Read only since 2016"),
)

HOME: Final = ""
"""Parent of a space's home page."""

PAGES: Final = (
    # space, title, title of the parent, fragments by name
    ("HR", "People and Culture home", HOME, "toc contacts links"),
    ("HR", "Welcome to Acme Optics", "People and Culture home", "info contacts tasks"),
    ("HR", "First week checklist", "Welcome to Acme Optics", "tasks owners link_text"),
    ("HR", "Buddies 2026", "Welcome to Acme Optics", "contacts profiles modern"),
    ("HR", "Travel and expenses", "People and Culture home", "panel owners"),
    ("HR", "Works council", "People and Culture home", "contacts odd_mentions"),
    ("HR", "Salary bands", "People and Culture home", "personal owners"),
    ("HR", "Salary review 2026", "Salary bands", "personal tasks owners"),
    ("HR", "Personnel files", "People and Culture home", "personal personal owners"),
    ("HR", "Absence calendar", "People and Culture home", "status people_macros"),
    ("HR", "Survey results", "People and Culture home", "code layout"),
    ("HR", "Interview guide", "People and Culture home", "markers modern"),
    ("HR", "Onboarding of contractors", "First week checklist", "tasks profiles odd_mentions"),
    ("HR", "Birthday list", "People and Culture home", "personal contacts"),
    ("HR", "Parental leave", "People and Culture home", "info link_text"),
    ("ENG", "Engineering home", HOME, "toc queries links"),
    ("ENG", "Coating line", "Engineering home", "owners layout code"),
    ("ENG", "Chamber log 2026", "Coating line", "status tasks modern"),
    ("ENG", "Witness samples", "Coating line", "markers owners"),
    ("ENG", "Focus drive firmware", "Engineering home", "code info owners"),
    ("ENG", "Release train", "Focus drive firmware", "tasks people_macros queries"),
    ("ENG", "Release notes 4.2", "Release train", "modern status"),
    ("ENG", "Release notes 4.3", "Release train", "owners status"),
    ("ENG", "Build hashes", "Focus drive firmware", "code odd_mentions"),
    ("ENG", "Interferometer", "Engineering home", "layout markers link_text"),
    ("ENG", "Autocollimator", "Engineering home", "layout owners"),
    ("ENG", "Lens design rules", "Engineering home", "panel modern"),
    ("ENG", "Merit functions", "Lens design rules", "code queries"),
    ("ENG", "Review checklist", "Engineering home", "tasks info profiles"),
    ("ENG", "Prototype budget", "Engineering home", "personal owners"),
    ("ENG", "Team of metrology", "Engineering home", "contacts profiles people_macros"),
    ("ENG", "Decision record 17", "Engineering home", "odd_mentions markers"),
    ("ENG", "Decision record 18", "Engineering home", "modern code"),
    ("ENG", "Spare parts of the bench", "Interferometer", "panel tasks"),
    ("OPS", "Operations home", HOME, "toc contacts queries"),
    ("OPS", "On call", "Operations home", "contacts tasks people_macros"),
    ("OPS", "On call handbook", "On call", "info code owners"),
    ("OPS", "Incident 2026-031", "On call", "odd_mentions markers tasks"),
    ("OPS", "Incident 2026-032", "On call", "owners modern"),
    ("OPS", "Incident 2026-033", "On call", "link_text status"),
    ("OPS", "Approved suppliers", "Operations home", "contacts personal"),
    ("OPS", "Supplier audit plan", "Approved suppliers", "tasks queries owners"),
    ("OPS", "Gate and deliveries", "Operations home", "panel info"),
    ("OPS", "Visitor rules", "Operations home", "modern links"),
    ("OPS", "Warehouse B", "Operations home", "owners odd_mentions"),
    ("OPS", "Customer claims", "Operations home", "personal contacts status"),
    ("OPS", "Claim 88-114", "Customer claims", "personal link_text"),
    ("OPS", "Claim 88-115", "Customer claims", "owners code"),
    ("OPS", "Maintenance plan", "Operations home", "tasks people_macros"),
    ("OPS", "Wartungsplan Halle 2", "Maintenance plan", "owners profiles links"),
    ("LEGAL", "Legal home", HOME, "toc contacts"),
    ("LEGAL", "Record of processing", "Legal home", "personal owners links"),
    ("LEGAL", "Data subject requests", "Legal home", "personal tasks odd_mentions"),
    ("LEGAL", "Contracts under review", "Legal home", "owners queries modern"),
    ("LEGAL", "Works agreements", "Legal home", "panel link_text"),
    ("LEGAL", "Patent filings", "Legal home", "profiles owners status"),
    ("~hbrandt", "Hanna Brandt's home", HOME, "profiles personal"),
    ("~hbrandt", "Reading list", "Hanna Brandt's home", "modern links"),
    ("~hbrandt", "Notes for the one on one", "Hanna Brandt's home", "owners personal"),
    ("ARCH", "Old intranet home", HOME, "toc owners links"),
    ("ARCH", "Phone list 2014", "Old intranet home", "contacts personal"),
    ("ARCH", "Summer party 2013", "Old intranet home", "odd_mentions modern"),
    ("ARCH", "Fire wardens", "Old intranet home", "contacts profiles owners"),
    ("ENG", "Retired drawing index", "Engineering home", "owners code"),
    ("OPS", "Retired forklift rota", "Operations home", "contacts tasks"),
    ("HR", "Old applicant list", "People and Culture home", "personal owners"),
    ("ENG", "Scratch page", "Engineering home", "odd_mentions"),
    ("ENG", "Coating recipe 9", "Coating line", "owners code"),
)

ARCHIVED: Final = frozenset({"Retired drawing index", "Retired forklift rota"})
TRASHED: Final = frozenset({"Old applicant list", "Scratch page"})
DRAFTS: Final = frozenset({"Coating recipe 9"})
"""Pages that were never published."""
UNPUBLISHED_CHANGES: Final = frozenset({"Interview guide", "On call handbook"})
"""Published pages with a draft that says something else."""

BLOGPOSTS: Final = (
    # space, title, fragments by name
    ("HR", "Summer party in the courtyard", "modern contacts"),
    ("HR", "New colleagues in November", "owners profiles"),
    ("ENG", "Focus drive 4.3 is out", "modern code"),
    ("ENG", "What the interferometer taught us", "odd_mentions layout"),
    ("OPS", "Gate 3 moves", "info owners"),
    ("OPS", "Inventory week", "tasks links"),
    ("LEGAL", "A short word on retention", "link_text people_macros"),
)

READ_RESTRICTED: Final = (
    # title, indexes of people (negative: a leaver without an account), groups
    ("Salary bands", (3, 9, -1), ("people-team",)),
    ("Personnel files", (3,), ()),
    ("Incident 2026-031", (2, 13), ("engineering",)),
    ("Claim 88-114", (15, -2), ()),
    ("Patent filings", (8, 16), ("legal-counsel",)),
)
"""Pages that only some may read. Children inherit it: the salary review lies below the salary bands."""

UPDATE_RESTRICTED: Final = (
    ("Salary review 2026", (9,), ()),
    ("Release train", (2, 4, -3), ()),
    ("Build hashes", (), ("engineering",)),
    ("Approved suppliers", (12, 2), ()),
    ("Decision record 17", (5, -4), ("engineering",)),
)
"""Pages that everyone may read and only some may change."""

BY_USER_KEY: Final = frozenset({"Claim 88-114", "Release train"})
"""Restrictions whose imported users carry a user key but no username."""

COMMENTS: Final = (
    "Please add the measurement from last week.",
    "I moved the second table to the annex, shout if you disagree.",
    "Does this still hold after the move of the lab?",
    "Done, see the log of Tuesday.",
    "Der Ansprechpartner hat gewechselt, bitte pr&uuml;fen.",
    "The limit was forty, not fifty. I changed it back.",
    "Agreed &ndash; and thanks for the quick answer.",
    "Can somebody from purchasing confirm the lot number?",
)

TEMPLATES: Final = (
    # name, space key or empty, blueprint module or empty, fragments
    ("Meeting minutes", "ENG", "", "tasks modern"),
    ("Incident report", "", "", "owners people_macros"),
    ("Decision record", "", "decisions-blueprint-page", "profiles queries"),
)
