"""Evidence made by hand: one small audit, its dry run and its migration, an empty site, an incomplete run, a big one.

Every person, site and id in here is invented.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from reports.evidence import (
    Change,
    CoverageRow,
    EditView,
    Evidence,
    HeldItem,
    HostFacts,
    IdentityFacts,
    ObjectFacts,
    Outcome,
    PlanFacts,
    Purpose,
    RunFacts,
    RunStatus,
)
from reports.migrated import Decision, LimitFacts, RehearsalFacts, ResidueFacts, ResidueItem, Where
from rules.model import AccountState, Confidence, Finding, HeldReason, ObjectType, Ref, Span, Subject
from rules.model import SubjectKind as Who
from tests.reports.sample_coverage import COVERAGE
from tests.reports.sample_rules import RULES

SITE = "https://wiki.example.org"

PEOPLE = {
    name: Subject(kind, shown, hashlib.sha256(name.encode()).hexdigest()[:32])
    for name, kind, shown in (
        ("jdoe", Who.USERNAME, "j***"),
        ("mstern", Who.USERNAME, "m***"),
        ("key1", Who.USER_KEY, "8a***"),
        ("mail1", Who.EMAIL, "a***@b***.org"),
        ("iban1", Who.DISPLAY_NAME, "D***"),
    )
}


def run(status: RunStatus = RunStatus.COMPLETE, incomplete: tuple[str, ...] = ()) -> RunFacts:
    """Return the conditions of the sample run."""
    return RunFacts(
        id="R-20261120-7f3a",
        site=SITE,
        edition="Confluence Cloud",
        status=status,
        incomplete=incomplete,
        account="5b***",
        auth="basic",
        started_at_utc="2026-11-20T13:58:02Z",
        finished_at_utc="2026-11-20T14:05:09Z",
        tool_version="0.1.0",
        rules_digest=hashlib.sha256(b"rules").hexdigest(),
        config_digest=hashlib.sha256(b"config").hexdigest(),
        options={"space": "HR, ENG, OPS", "include": "drafts, archived"},
        hosts=(HostFacts(SITE, "the audited site", 61, 48_211_004, 31_022),),
    )


def finding(number: int, rule: str, who: str, ref: Ref, **changes: object) -> Finding:
    """Return one finding with plausible details; `changes` replace fields."""
    base = Finding(
        rule=rule,
        severity=RULES[rule].severity,
        confidence=Confidence.HIGH,
        ref=ref,
        path=f"body > p[{number % 9 + 1}]/ac:link/ri:user/@ri:username",
        span=Span(100 + number * 7, 104 + number * 7),
        line=number % 40 + 1,
        column=number % 80 + 1,
        subject=PEOPLE[who],
        excerpt=f"\u2026 please ask {PEOPLE[who].mask} before the review on Thursday \u2026",
        reason="the value stands in an attribute that only ever holds a username",
        rewritable=RULES[rule].rewrites,
        fingerprint=hashlib.sha256(f"{rule}{number}".encode()).hexdigest()[:20],
    )
    return replace(base, **changes)  # type: ignore[arg-type]


PAGES = tuple(
    ObjectFacts(
        Ref(kind, identity, version, space, status),
        title,
        f"{SITE}/wiki/pages/viewpage.action?pageId={identity}&pageVersion={version}",
        parent,
    )
    for kind, identity, version, space, status, title, parent in (
        (ObjectType.PAGE, "11001", 7, "HR", "current", "Onboarding checklist", ""),
        (ObjectType.PAGE, "11002", 3, "HR", "current", "Salary run, November \u2013 bank details", ""),
        (ObjectType.PAGE, "12001", 21, "ENG", "current", "Release 4.2: who does what", ""),
        (ObjectType.BLOGPOST, "12050", 2, "ENG", "current", "Welcome to the team, J***", ""),
        (ObjectType.FOOTER_COMMENT, "13007", 1, "OPS", "current", "", "page 13001"),
        (ObjectType.PAGE, "13001", 4, "OPS", "archived", "On-call r\u00f4ta \u2014 \u00dcbergabe", ""),
    )
)
OBJECTS = {(facts.ref.type.value, facts.ref.id): facts for facts in PAGES}


def findings() -> tuple[Finding, ...]:
    """Return 21 findings over six objects, worst first."""
    page, pay, release, blog, comment, rota = (facts.ref for facts in PAGES)
    rows = [
        finding(1, "personal-iban", "iban1", pay, excerpt="\u2026 account D*** at the savings bank \u2026"),
        finding(2, "personal-iban", "iban1", page),
        finding(3, "legacy-restriction", "key1", pay, path="restrictions > read/user[0]"),
        finding(4, "legacy-restriction", "key1", release, path="restrictions > update/user[1]"),
        finding(5, "personal-health", "iban1", rota, confidence=Confidence.LOW, reason="a guess from two words"),
    ]
    rows += [
        finding(10 + n, "legacy-mention", ("jdoe", "mstern")[n % 2], (page, release, blog)[n % 3]) for n in range(9)
    ]
    rows += [finding(30 + n, "personal-email", "mail1", (comment, rota)[n % 2]) for n in range(5)]
    rows += [finding(50 + n, "legacy-cql", "jdoe", release, confidence=Confidence.MEDIUM) for n in range(2)]
    return tuple(sorted(rows, key=lambda row: (-row.severity, row.rule, row.ref.space, row.ref.id, row.span)))


def audit() -> Evidence:
    """Return a complete audit with findings of every severity."""
    return Evidence(Purpose.AUDIT, run(), COVERAGE, findings(), OBJECTS, RULES)


def empty() -> Evidence:
    """Return a complete audit of a site with three empty spaces and nothing to find."""
    coverage = (CoverageRow("space", "current", 3, 3), CoverageRow("page", "current", 0, 0))
    return Evidence(Purpose.AUDIT, run(), coverage, (), {}, RULES)


def incomplete() -> Evidence:
    """Return an audit that lost its credentials half way."""
    coverage = (*COVERAGE[:1], CoverageRow("page", "current", 1_204, 700, failed={"HTTP 401": 504}), *COVERAGE[2:])
    reasons = ("504 pages were not read: the site answered 401 since 14:02:11 UTC.",)
    return Evidence(Purpose.AUDIT, run(RunStatus.INCOMPLETE, reasons), coverage, findings()[:6], OBJECTS, RULES)


def _edit(number: int, who: str) -> EditView:
    shown = PEOPLE[who].mask
    return EditView(
        rule="legacy-mention",
        path=f"body > p[{number}]/ac:link/ri:user/@ri:username",
        subject=PEOPLE[who],
        before=f'<p>Please ask <ac:link><ri:user ri:username="{shown}" /></ac:link> first.</p>',
        after='<p>Please ask <ac:link><ri:user ri:account-id="5b***" /></ac:link> first.</p>',
        line=number,
    )


def _change(number: int, facts: ObjectFacts, outcome: Outcome, **changes: object) -> Change:
    applied = outcome in {Outcome.APPLIED, Outcome.ALREADY, Outcome.SUPERSEDED}
    version = facts.ref.version or 1
    base = Change(
        action=f"A-{number:04d}",
        ref=facts.ref,
        part="body",
        title=facts.title,
        url=facts.url,
        edits=tuple(_edit(number * 3 + n, ("jdoe", "mstern")[n % 2]) for n in range(number % 3 + 1)),
        base_version=version,
        new_version=version + 1 if applied else None,
        before_hash=hashlib.sha256(f"before{number}".encode()).hexdigest(),
        after_hash=hashlib.sha256(f"after{number}".encode()).hexdigest(),
        bytes_before=4_096 + number,
        bytes_after=4_120 + number,
        outcome=outcome,
        proof="read back, equal to the plan" if applied else "",
        effects=("Watchers are not notified (minor edit).", f"{version} older versions still hold the value."),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def held() -> tuple[HeldItem, ...]:
    """Return two things that must not be rewritten."""
    return (
        HeldItem(
            PAGES[1].ref,
            "restrictions",
            "restrictions > read/user[0]",
            "legacy-restriction",
            PEOPLE["key1"],
            HeldReason.UNRESOLVED,
            "no account in the mapping",
            "Add the person to the mapping file and plan again.",
            PAGES[1].title,
            PAGES[1].url,
        ),
        HeldItem(
            PAGES[5].ref,
            "body",
            "body",
            "legacy-mention",
            None,
            HeldReason.NOT_CURRENT,
            "the page is archived",
            "Restore the page or accept the finding.",
            PAGES[5].title,
            PAGES[5].url,
        ),
    )


ACCOUNT = Subject(Who.ACCOUNT_ID, "712020:***", hashlib.sha256(b"account").hexdigest()[:32])

IDENTITIES = (
    IdentityFacts(PEOPLE["key1"], 1, None, reason=HeldReason.UNRESOLVED, detail="no account in the mapping"),
    IdentityFacts(PEOPLE["mail1"], 0, None, reason=HeldReason.AMBIGUOUS, detail="csv and jira name different accounts"),
    IdentityFacts(
        PEOPLE["jdoe"],
        5,
        ACCOUNT,
        AccountState.ACTIVE,
        "csv",
        "2026-11-20T14:19:02Z",
        Confidence.HIGH,
        ("jira", "conversion"),
    ),
    IdentityFacts(
        PEOPLE["mstern"],
        2,
        replace(ACCOUNT, mask="5b***"),
        AccountState.UNKNOWN,
        "data-center > organisation",
        "",
        Confidence.MEDIUM,
    ),
)

PLAN = PlanFacts(
    id="P-20261120-01c9",
    digest=hashlib.sha256(b"plan").hexdigest(),
    created_at_utc="2026-11-20T14:20:00Z",
    mapping={"csv": 14, "users-bulk": 3, "unresolved": 1},
    plan_file="plan.json",
    identities=IDENTITIES,
    hosts=(
        HostFacts(SITE, "plan: objects read again, people asked for", 12, 90_101, 2_022),
        HostFacts("https://old.example.org", "identity route data-center", 3, 2_048, 0),
    ),
    base=hashlib.sha256(b"base plan").hexdigest(),
    decisions=(
        Decision("A-0001", accepted=True, by=PEOPLE["iban1"], why="", at_utc="2026-11-20T15:02:00Z"),
        Decision("A-0002", accepted=True, by=PEOPLE["iban1"], why="", at_utc="2026-11-20T15:02:00Z"),
        Decision("A-0009", accepted=False, by=PEOPLE["iban1"], why="ask J*** first", at_utc="2026-11-20T15:02:00Z"),
    ),
    options={"only": "space:HR", "property": "acme-*"},
    limits=(
        LimitFacts("Objects that one plan may write", "1,000 objects", "4 objects"),
        LimitFacts("Failures in a row that end the run", "5", ""),
    ),
    rehearsal=RehearsalFacts(
        "2026-11-20T15:30:00Z", 2, 2, 1, ("A-0002, page 12001: somebody edited it before it was put back",)
    ),
)
RESIDUE = ResidueFacts(
    (
        ResidueItem(
            PAGES[0].ref,
            (Where.VERSION, Where.DRAFT),
            (2, 3, 4, 6),
            6,
            {"legacy-mention": 5, "personal-email": 1},
            "",
            "2026-11-20T16:00:00Z",
            PAGES[0].title,
            PAGES[0].url,
        ),
        ResidueItem(PAGES[2].ref, (), (), 20, {}, "", "2026-11-20T16:00:01Z", PAGES[2].title, PAGES[2].url),
        ResidueItem(
            PAGES[3].ref, (), (), 0, {}, "the site answered 403", "2026-11-20T16:00:02Z", PAGES[3].title, PAGES[3].url
        ),
        ResidueItem(
            PAGES[5].ref,
            (Where.ARCHIVE,),
            (),
            0,
            {"legacy-mention": 1},
            "",
            "2026-11-20T16:00:03Z",
            PAGES[5].title,
            PAGES[5].url,
        ),
    )
)


def dry_run() -> Evidence:
    """Return the dry run: four planned changes and two held items."""
    restrictions = _change(
        4,
        PAGES[2],
        Outcome.PLANNED,
        part="restrictions",
        base_version=None,
        edits=(
            EditView(
                "legacy-restriction",
                "restrictions > update/user[1]",
                PEOPLE["key1"],
                '{"type":"known","userKey":"8a***"}',
                '{"type":"known","accountId":"5b***"}',
                1,
            ),
        ),
    )
    changes = (*(_change(n + 1, PAGES[n * 2 % 4], Outcome.PLANNED) for n in range(3)), restrictions)
    return replace(audit(), purpose=Purpose.DRY_RUN, changes=changes, held=held(), plan=PLAN)


def migration() -> Evidence:
    """Return the migration: changes in each outcome that matters."""
    outcomes = (Outcome.APPLIED, Outcome.APPLIED, Outcome.ALREADY, Outcome.CONFLICT, Outcome.FAILED, Outcome.REVERTED)
    changes = tuple(_change(n + 1, PAGES[n % 4], outcome) for n, outcome in enumerate(outcomes))
    return replace(audit(), purpose=Purpose.MIGRATION, changes=changes, held=held(), plan=PLAN, residue=RESIDUE)


def big(count: int = 100_000) -> Evidence:
    """Return an audit with `count` findings over many pages, spaces and people."""
    names = list(RULES)
    spaces = [f"S{n:02d}" for n in range(40)]
    objects: dict[tuple[str, str], ObjectFacts] = {}
    rows: list[Finding] = []
    for n in range(count):
        identity = str(500_000 + n // 7)
        ref = Ref(ObjectType.PAGE, identity, n // 7 % 30 + 1, spaces[n // 7 % 40])
        url = f"{SITE}/wiki/pages/viewpage.action?pageId={identity}"
        objects.setdefault(("page", identity), ObjectFacts(ref, f"Minutes of meeting {n // 7}", url))
        who = Subject(Who.USERNAME, f"{chr(97 + n % 26)}***", f"{n % 900:032x}")
        rule = names[n * n % 6]
        rows.append(
            finding(
                n, rule, "jdoe", ref, subject=who, excerpt=f"\u2026 item {n}: ask {who.mask} before Thursday \u2026"
            )
        )
    rows.sort(key=lambda row: (-row.severity, row.rule, row.ref.space, row.ref.id, row.span))
    return replace(audit(), findings=tuple(rows), objects=objects)


HOSTILE = (
    "<script>document.title='pwned'</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "{{7*7}}{% raw %}",
    "javascript:alert(3)",
    "a{background:url(https://evil.example.com/x)}",
    "--><!-- x",
    "line\u2028separator",
    "right\u202eto left",
    "=HYPERLINK(A1)",
    "\u00a0\n=1+1",
    "nul\x00bell\x07",
    "\u4f60\u597d \U0001f600",
)


def hostile() -> Evidence:
    """Return evidence in which every text that a site controls tries something."""
    objects: dict[tuple[str, str], ObjectFacts] = {}
    rows: list[Finding] = []
    for number, text in enumerate(HOSTILE):
        ref = Ref(ObjectType.PAGE, str(900 + number), 1, text)
        objects["page", ref.id] = ObjectFacts(ref, text, "javascript:alert(4)", text)
        who = Subject(Who.USERNAME, text, f"{number:032x}")
        rows.append(
            finding(number, "personal-iban", "jdoe", ref, subject=who, excerpt=text, reason=text, path=f"body > {text}")
        )
    first = dry_run().changes[0]
    edit = replace(first.edits[0], before=HOSTILE[0], after=HOSTILE[2], path=HOSTILE[1])
    change = replace(first, title=HOSTILE[1], url="https://evil.example.com/", edits=(edit,), effects=HOSTILE)
    kept = replace(held()[0], title=HOSTILE[2], url="//evil.example.com/x", detail=HOSTILE[6])
    facts = replace(run(), options={"space": HOSTILE[0]})
    person = replace(IDENTITIES[0], subject=rows[0].subject, detail=HOSTILE[0])
    named = replace(IDENTITIES[2], route=HOSTILE[1], witnesses=HOSTILE[:2], witnessed_at_utc=HOSTILE[2])
    said = replace(PLAN.decisions[0], why=HOSTILE[0], by=rows[0].subject)
    plan = replace(
        PLAN,
        identities=(person, named),
        decisions=(said,),
        options={HOSTILE[0]: HOSTILE[1]},
        rehearsal=RehearsalFacts(HOSTILE[2], 1, 0, 0, HOSTILE),
    )
    left = replace(
        RESIDUE.items[0], title=HOSTILE[0], url="javascript:alert(5)", rules={HOSTILE[1]: 1}, unread=HOSTILE[2]
    )
    return replace(
        dry_run(),
        plan=plan,
        residue=ResidueFacts((left,)),
        run=facts,
        findings=tuple(rows),
        objects=objects,
        changes=(change,),
        held=(kept,),
    )
