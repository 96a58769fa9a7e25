"""Terms of the Data Privacy Vocabulary for values: by their kind where that says more than the rule that found them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.model import SubjectKind

_PD: Final = "https://w3id.org/dpv/pd#"
_BROAD: Final = frozenset({f"{_PD}Contact", f"{_PD}Identifying"})
"""Terms that have the narrower ones below them."""
_KINDS: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.USERNAME: f"{_PD}Username",
    SubjectKind.USER_KEY: f"{_PD}UID",
    SubjectKind.ACCOUNT_ID: f"{_PD}UID",
    SubjectKind.DIRECTORY_ID: f"{_PD}UID",
    SubjectKind.DISPLAY_NAME: f"{_PD}Name",
    SubjectKind.EMAIL: f"{_PD}EmailAddress",
    SubjectKind.PHONE: f"{_PD}TelephoneNumber",
    SubjectKind.IM: f"{_PD}Contact",
    SubjectKind.WEBSITE: f"{_PD}Contact",
    SubjectKind.POSITION: f"{_PD}Professional",
    SubjectKind.DEPARTMENT: f"{_PD}Professional",
    SubjectKind.LOCATION: f"{_PD}Location",
    SubjectKind.PROFILE_PICTURE: f"{_PD}Picture",
    SubjectKind.IP_ADDRESS: f"{_PD}IPAddress",
    SubjectKind.MAC_ADDRESS: f"{_PD}MACAddress",
    SubjectKind.BIRTH_DATE: f"{_PD}BirthDate",
    SubjectKind.BANK_ACCOUNT: f"{_PD}BankAccount",
    SubjectKind.PAYMENT_CARD: f"{_PD}PaymentCardNumber",
    SubjectKind.VAT_ID: f"{_PD}OfficialID",
    SubjectKind.TAX_ID: f"{_PD}OfficialID",
    SubjectKind.NATIONAL_ID: f"{_PD}OfficialID",
    SubjectKind.SOCIAL_SECURITY: f"{_PD}OfficialID",
    SubjectKind.PASSPORT: f"{_PD}Passport",
    SubjectKind.LICENCE_PLATE: f"{_PD}VehicleLicense",
    SubjectKind.COORDINATES: f"{_PD}GPSCoordinate",
    SubjectKind.SOCIAL_PROFILE: f"{_PD}SocialNetwork",
    SubjectKind.CREDENTIAL: f"{_PD}Authenticating",
}
"""Source: https://w3id.org/dpv/pd. A kind that is not here says nothing of its own."""


def term(kind: SubjectKind, rule: str) -> str:
    """Return the IRI for a value of a kind, found by a rule with the term `rule`; empty where neither has one.

    One rule may find several kinds, so the kind decides; a term that is about none of the kinds (a password) is
    what only the rule knows, and stays. The name of a retired interface is no personal data.
    """
    if kind is SubjectKind.INTERFACE:
        return ""
    own = _KINDS.get(kind, rule)
    return own if not rule or rule in _BROAD or rule in _KINDS.values() else rule
