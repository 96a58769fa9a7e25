"""What the sample reports say about six invented rules and the articles that they rest on."""

from __future__ import annotations

from reports.evidence import RuleFacts
from rules.measured import Measured
from rules.model import Article, Severity

MINIMISATION = Article("5(1)(c)", "Data minimisation", "Personal data shall be limited to what is necessary.")
ACCURACY = Article("5(1)(d)", "Accuracy", "Personal data shall be accurate and kept up to date.")
LIMITATION = Article("5(1)(e)", "Storage limitation", "Kept no longer than is necessary.")
SECURITY = Article("32", "Security of processing", "A level of security appropriate to the risk.")
SPECIAL = Article("9", "Special categories", "Health and similar data need a reason of their own.")

RULES = {
    rule.id: rule
    for rule in (
        RuleFacts(
            "legacy-mention",
            "Mention by username",
            "legacy identifier",
            Severity.MEDIUM,
            "A mention that names its person by username points at nobody since the Cloud knows account ids only, "
            "and it keeps a login name in the text for everyone to read.",
            "Replace the username with the account id. This tool can do it: plan, review, apply.",
            (MINIMISATION, ACCURACY),
            "https://developer.atlassian.com/cloud/confluence/user-privacy-developer-guide/",
            rewrites=True,
            dpv="https://w3id.org/dpv/pd#Username",
            measured=Measured(42, 6, 0),
        ),
        RuleFacts(
            "legacy-restriction",
            "Restriction by userKey",
            "legacy identifier",
            Severity.HIGH,
            "The restriction names its reader by a retired key. Whoever reads the page is no longer who was meant.",
            "Replace the key with the account id. This tool can do it and never widens access.",
            (SECURITY,),
            "https://developer.atlassian.com/cloud/confluence/rest/v1/",
            rewrites=True,
        ),
        RuleFacts(
            "personal-iban",
            "Bank account number",
            "personal data",
            Severity.CRITICAL,
            "A valid account number of a person stands in a page that a whole space can read.",
            "Remove it by hand, then delete the older versions that still hold it.",
            (MINIMISATION, SECURITY),
            "https://www.iso.org/standard/81090.html",
            rewrites=False,
            dpv="https://w3id.org/dpv/pd#BankAccount",
        ),
        RuleFacts(
            "personal-email",
            "E-mail address",
            "personal data",
            Severity.LOW,
            "An address identifies a person and invites others to copy it.",
            "Replace it with a mention, or remove it by hand.",
            (MINIMISATION, LIMITATION),
            "https://www.rfc-editor.org/rfc/rfc5322",
            rewrites=False,
            dpv="https://w3id.org/dpv/pd#EmailAddress",
        ),
        RuleFacts(
            "personal-health",
            "Words about health",
            "personal data",
            Severity.HIGH,
            "A sentence seems to speak about the health of a named person.",
            "Let a person decide; move what must be kept to the personnel file.",
            (SPECIAL,),
            "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
            rewrites=False,
        ),
        RuleFacts(
            "legacy-cql",
            "Query by username",
            "legacy identifier",
            Severity.INFO,
            "A query in a macro filters by username and finds nothing any more.",
            "Replace the username with the account id. This tool can do it.",
            (ACCURACY,),
            "https://developer.atlassian.com/cloud/confluence/cql-fields/",
            rewrites=True,
        ),
    )
}
