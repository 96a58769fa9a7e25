"""`confluence-gdpr evidence`: a run as a package that an auditor can check without trusting us."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import HANDED_OVER, Setup, accepted_option, audience_option, execute, now, setup_options, warn
from audit.cli.sealed import described, sealer, sealing_options, trust_options
from audit.cli.sealed import trust as believed
from audit.errors import PackageError, UsageError

if TYPE_CHECKING:
    from reports.audience import Audience
    from reports.bag.attestation import Signer
    from reports.bag.payload import Payload, Sealing
    from reports.bag.verify import Verdict

DOES_NOT_HOLD = 1
LISTED = 100
"""Most problems that are named one by one."""
FORMS = ("folder", "zip", "both")


@click.group()
def evidence() -> None:
    """Make and check evidence packages: BagIt bags, signed, checkable by hand."""


@evidence.command()
@click.option("--out", type=click.Path(path_type=Path), help="The private key's file.  [default: in the workspace]")
@click.option("--keyring", is_flag=True, help="Keep the private key in the keyring of the system instead.")
@click.option("--force", is_flag=True, help="Replace a key that is there. What it signed can still be verified.")
@setup_options
def keygen(setup: Setup, out: Path | None, *, keyring: bool, force: bool) -> None:
    """Make an Ed25519 key to sign evidence with; print its fingerprint.

    Hand the fingerprint or the public key to auditors on another way than the evidence.
    """
    from audit.bag.keys import KEY_FILE, keep_in_file, keep_in_keyring, public_path, system_store
    from audit.config import system_keyring
    from reports.bag.attestation import Signer, fingerprint

    private = out or setup.workspace().path / KEY_FILE
    signer = Signer.new()
    if keyring:
        keep_in_keyring(signer, public_path(private), system_keyring, system_store, force=force)
        click.echo("private key: the keyring of the system")
    else:
        keep_in_file(signer, private, force=force)
        click.echo(f"private key: {private}")
    click.echo(f"public key:  {public_path(private)}")
    click.echo(f"fingerprint: {fingerprint(signer.key.public_key())}")


@evidence.command()
@click.option("--run", "run_id", metavar="ID", help="The run to export.  [default: the latest]")
@click.option("--plan", "plan_id", metavar="P-ID", help="Which applied plan it is about.  [default: the last one]")
@click.option(
    "--purpose",
    type=click.Choice(["audit", "migration"]),
    help="Evidence of what.  [default: migration when a plan was applied, audit otherwise]",
)
@click.option("--compare", "earlier", metavar="ID", help="An earlier run to compare with, or `previous`.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Where to.  [default: this folder]")
@click.option("--form", type=click.Choice(FORMS), default="both", show_default=True, help="A folder, a zip file, both.")
@click.option("--key", type=click.Path(path_type=Path), help="Private key.  [default: workspace, then keyring]")
@click.option("--unsigned", is_flag=True, help="Do not sign, even where there is a key or a certificate.")
@click.option("--keep-until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="State how long to keep it.")
@click.option("--force", is_flag=True, help="Replace a package that exists.")
@partial(audience_option, usual=HANDED_OVER)
@sealing_options
@accepted_option
@setup_options
def export(
    setup: Setup,
    run_id: str | None,
    plan_id: str | None,
    purpose: str | None,
    earlier: str | None,
    out: Path,
    form: str,
    key: Path | None,
    keep_until: datetime | None,
    accepted_path: Path | None,
    certificate: Path | None,
    audience: str | None,
    *,
    no_stamp: bool,
    unsigned: bool,
    force: bool,
) -> None:
    """Pack a run: facts, coverage, findings in all formats, reports, plan, journal, changes, surroundings.

    Values of persons stand in it as masks and keyed hashes only. The same run and key give the same bytes; signatures
    with a certificate and time stamps differ each time.
    """
    from audit.bag.gather import gathered
    from audit.bag.keys import find
    from audit.config import system_keyring
    from audit.evidence import latest_evidence
    from audit.rendering import rendered
    from audit.run import RunStore
    from audit.standing import with_accepted, with_comparison
    from reports.audience import seen_by
    from reports.bag.build import bag
    from reports.bag.names import bag_name
    from reports.evidence import Purpose
    from rules.registry import load

    if unsigned and (key or certificate) is not None:
        named = "--key" if key else "--certificate"
        raise UsageError(what=f"--unsigned and {named} contradict each other", where=named, fix="Give one of them.")
    if keep_until is not None and keep_until.date() < now().date():
        raise UsageError(
            what="The day until which to keep it is over",
            where="--keep-until",
            why=f"{keep_until:%Y-%m-%d} is in the past",
            fix="Name a day to come, or leave it away.",
        )
    level = _level(setup, audience)
    workspace = setup.workspace()
    signer = None if unsigned else find(key, workspace.path, system_keyring)
    seals = sealer(setup, certificate, unsigned=unsigned, no_stamp=no_stamp)
    path, rules, entries = workspace.run_path(run_id), load(), setup.accepted(accepted_path)
    with workspace.working(path), RunStore.reading(path / "run.db") as store:
        facts = latest_evidence(store, rules, None if purpose is None else Purpose(purpose), plan_id)
        facts = with_accepted(facts, entries, workspace.key())
        if earlier is not None:
            facts = with_comparison(facts, store, workspace, rules, earlier, warn)
        facts = seen_by(facts, level)
        name = bag_name(facts.run.site, facts.run.id, facts.plan.id if facts.plan else "")
        _check_places(out, name, form, force=force)
        until = f"{keep_until:%Y-%m-%d}" if keep_until else ""
        render = seals.signing(partial(rendered, tell=warn), lambda work: execute(lambda _: work), now)
        payload = gathered(facts, store, path, rules, now, render, until, seals.stated())
    made = bag(payload, signer)
    _write(out, name, execute(lambda _: seals.around(made, now())), form, force=force)
    _tell(payload, signer, seals.stated())


@evidence.command()
@click.argument("bag", type=click.Path(path_type=Path))
@click.option("--public-key", type=click.Path(path_type=Path), help="The key that has to have signed it, in PEM.")
@trust_options
@click.pass_context
def verify(
    context: click.Context,
    bag: Path,
    public_key: Path | None,
    trust: tuple[Path, ...],
    trust_authority: tuple[Path, ...],
) -> None:
    """Check BAG, a folder or a zip file: integrity, signatures, journal, counts, coverage.

    Needs no network, no workspace and no configuration. Exits with 1 when anything does not hold. A certificate is
    believed only where --trust names one that it goes back to; whether it was revoked is not asked.
    """
    from audit.bag.disk import read_bag
    from reports.bag.verify import verify as judged

    pinned = None if public_key is None else _pinned(public_key)
    verdict = judged(read_bag(bag), pinned, believed(trust, trust_authority))
    _show(verdict)
    context.exit(DOES_NOT_HOLD if verdict.problems else 0)


def _level(setup: Setup, given: str | None) -> Audience:
    """Return for whom a package is, internal readers where nobody says. Raises `UsageError` for the public."""
    from reports.audience import Audience

    level = setup.audience(given, HANDED_OVER)
    if level is Audience.PUBLIC:
        raise UsageError(
            what="There is no package for the public",
            where="--audience public",
            why="journal and plan name objects of the site, and proofs about other objects would prove nothing",
            fix="Make a report with `confluence-gdpr report --audience public`, or export for internal readers.",
        )
    return level


def _check_places(out: Path, name: str, form: str, *, force: bool) -> None:
    """Return when folder and zip file have a place to go to, before anything is rendered."""
    from audit.bag.disk import check_folder
    from audit.files import check_target

    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    if form != "zip":
        check_folder(out / name, force=force)
    if form != "folder":
        check_target(out / f"{name}.zip", force=force)


def _write(out: Path, name: str, files: dict[str, bytes], form: str, *, force: bool) -> None:
    from audit.bag.disk import write_folder
    from audit.files import write_whole
    from reports.bag.archive import archive

    if form != "folder":
        write_whole(out / f"{name}.zip", archive(name, files), force=force)
        click.echo(str(out / f"{name}.zip"))
    if form != "zip":
        write_folder(out / name, files, force=force)
        click.echo(str(out / name))


def _tell(payload: Payload, signer: Signer | None, sealing: Sealing) -> None:
    """Write who signed, or that nobody did, and what the package lacks."""
    from reports.bag.attestation import fingerprint

    for name, why in sorted(payload.facts["left_out"].items()):
        click.echo(f"Left out: the report as {name}. {why}", err=True)
    if sealing.fingerprint:
        click.echo(f"Signed with the certificate of {sealing.subject}, {sealing.fingerprint}", err=True)
    if sealing.authority:
        click.echo(f"Stamped by {sealing.authority}: it got one SHA-256 and nothing else", err=True)
    if signer is not None:
        click.echo(f"Signed by {fingerprint(signer.key.public_key())}", err=True)
    elif not sealing.fingerprint:
        click.echo(
            "UNSIGNED: nobody vouches for this package. `confluence-gdpr evidence keygen` makes a key to sign with.",
            err=True,
        )


def _pinned(path: Path) -> bytes:
    """Return the public key in a file. Raises `PackageError` when there is none in it."""
    from reports.bag.attestation import public_key

    try:
        pem = path.read_bytes()
        public_key(pem)
    except (OSError, ValueError) as error:
        raise PackageError(
            what="The public key cannot be used",
            where=str(path),
            why=(error.strerror or "") if isinstance(error, OSError) else "it is no Ed25519 public key in PEM",
            fix="Name the file that `evidence keygen` wrote beside the private key.",
        ) from error
    return pem


def _show(verdict: Verdict) -> None:
    """Write the verdict: what it is, who signed it, everything that does not hold, and the result."""
    from reports.bag.names import CMS
    from reports.text import one_line

    click.echo(one_line(f"{verdict.name}: {verdict.run or 'what it is about cannot be read'}"))
    click.echo(verdict.audience or "It does not say for whom it was made.")
    click.echo(f"{_counted(verdict.files, 'file')}, {_counted(verdict.records, 'record')} in the journal")
    if verdict.signed_by:
        pinned = "the expected key" if verdict.pinned else "NOT PINNED: the key is the one in the package"
        click.echo(f"Signed by {verdict.signed_by} ({pinned})")
        if not verdict.pinned:
            click.echo("Compare this fingerprint with one from another source, or name the key with --public-key.")
    elif _refused(verdict):
        click.echo("NO SIGNATURE HOLDS: the one in it is not that of the expected key, or of something else.")
    elif not any(one.path == CMS for one in verdict.seals):
        click.echo("UNSIGNED: nobody vouches for this package; it may have been made anew by anybody.")
    for seal in verdict.seals:
        click.echo(one_line(described(seal)))
    _limits(verdict)
    for one in verdict.problems[:LISTED]:
        click.echo(one_line(f"{one.fault.value}  {one.where or 'package'}: {one.why}"))
    if len(verdict.problems) > LISTED:
        click.echo(f"… and {len(verdict.problems) - LISTED} more")
    count = _counted(len(verdict.problems), "problem")
    click.echo(f"It does not hold: {count}" if verdict.problems else "It holds.")


def _limits(verdict: Verdict) -> None:
    """Write what nobody looked into, or compared with the data, though it may hold."""
    from reports.text import one_line

    for path, why in verdict.unchecked:
        click.echo(one_line(f"Not checked: {path}: {why}"))
    if verdict.note:
        click.echo(one_line(f"Note: {verdict.note}"))
    for path in verdict.words_unread:
        click.echo(
            one_line(f"Not compared with the data, covered by digest alone: verdict, totals and sentences of {path}")
        )
    for path in verdict.not_compared:
        click.echo(one_line(f"Not compared with the other formats: {path} (its digest was checked)"))


def _refused(verdict: Verdict) -> bool:
    """Return whether there is a signature by key that does not hold."""
    from reports.bag.names import ATTESTATION, PUBLIC_KEY
    from reports.bag.problems import Fault

    signature = (one for one in verdict.problems if one.where in {ATTESTATION, PUBLIC_KEY})
    return any(one.fault is not Fault.UNSIGNED for one in signature)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
