"""Options that contradict each other, or would count for nothing, are refused before anything is asked of the site."""

from __future__ import annotations

import pytest

from tests.audit.shell import Shell


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("identities --mapping users.csv --local --candidates", "--candidates"),
        ("identities --mapping users.csv --local --witness", "--witness"),
        ("identities --out people.csv", "--out"),
        ("identities --force", "--force"),
        ("plan --mapping users.csv --local --witness", "--witness"),
        ("plan --encoding cp1252", "--encoding"),
        ("plan --limit 3 --only page:1 review plan.json", "--only, --limit"),
        ("plan --run 1 redact email-address", "--run"),
    ],
)
def test_options_that_do_not_go_together_are_refused_by_name(shell: Shell, command: str, names: str) -> None:
    shell.mapping()
    code, text = shell.fails(*command.split())
    assert code == 2
    assert f"({names}" in text
    assert not shell.sandbox.log


def test_people_whose_masks_are_alike_are_told_apart_by_their_hash(shell: Shell) -> None:
    shell.audited("--space", "HR")
    assert shell.run("identities", "--mapping", shell.mapping(), "--local") in {0, 1}
    head, *rows = (line for line in shell.out.splitlines() if "***" in line[:12] or line.startswith("identifier"))
    assert head.split()[:3] == ["identifier", "hash", "kind"]
    people = [tuple(row.split()[:3]) for row in rows]
    assert len(set(people)) == len(people)
    assert len({(mask, kind) for mask, _, kind in people}) < len(people)
