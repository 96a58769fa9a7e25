"""How well-known services write their tokens and keys, as data. Each form begins with what nothing else begins with.

Facts: the services' own documents and the patterns that they publish for the scanning of secrets.
"""

from __future__ import annotations

from typing import Final

ANCHOR: Final = (
    rb"(?:\bA(?:KIA|SIA)[0-9A-Z]{16}|\bgh[pousr]_[A-Za-z0-9]{30}|\bgithub_pat_[A-Za-z0-9]{22}|\bgl(?:pat|dt|rt|ptt)-[\w-]{20}"
    rb"|\bxox[abeoprs]-[0-9A-Za-z-]{10}|\bxapp-[0-9]-[0-9A-Za-z-]{10}|\b[sr]k_(?:live|test)_[0-9A-Za-z]{16}|\bAT[AC]TT3x[\w-]{20}"
    rb"|\bATBB[0-9A-Za-z]{24}|\bAIza[\w-]{35}|\bya29\.[\w-]{20}|\bnpm_[0-9A-Za-z]{36}"
    rb"|\bpypi-AgEI[\w-]{30}|\bSG\.[\w-]{16,32}\.[\w-]{16}|\bhf_[A-Za-z]{30}|\bdop_v1_[0-9a-f]{64}|\bsk-(?:ant-|proj-)[\w-]{24}|\bsk-[0-9A-Za-z]{32}"
    rb"|\bdckr_pat_[\w-]{20}|\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|\bglsa_[0-9A-Za-z]{32}|\bPMAK-[0-9a-f]{24}"
    rb"|\bhvs\.[\w-]{24}|\bkey-[0-9a-f]{32}|\bNRAK-[0-9A-Z]{27}|\blin_api_[0-9A-Za-z]{30}|\bntn_[0-9A-Za-z]{40}"
    rb"|-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY"
    rb"|hooks\.slack\.com/services/T[0-9A-Z]{8,12}/B)"
)
"""What a token holds up to the end of its certain part, over UTF-8."""
FORMS: Final = (
    ("access key (AWS)", r"A(?:KIA|SIA)[0-9A-Z]{16}"),
    ("token (GitHub)", r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}"),
    ("token (GitLab)", r"gl(?:pat|dt|rt|ptt)-[\w-]{20,100}"),
    ("token (Slack)", r"xox[abeoprs]-[0-9A-Za-z-]{10,250}|xapp-[0-9]-[0-9A-Za-z-]{10,250}"),
    ("secret key (Stripe)", r"[sr]k_(?:live|test)_[0-9A-Za-z]{16,247}"),
    ("token (Atlassian)", r"AT[AC]TT3x[\w=-]{20,300}|ATBB[0-9A-Za-z]{24,64}"),
    ("token (JWT)", r"eyJ[\w-]{8,2048}\.eyJ[\w-]{8,4096}(?:\.[\w-]{0,1024})?"),
    ("key (Google)", r"AIza[\w-]{35}|ya29\.[\w-]{20,300}"),
    ("token (package registry)", r"npm_[0-9A-Za-z]{36}|pypi-AgEI[\w-]{30,300}|dckr_pat_[\w-]{20,64}"),
    ("key (SendGrid)", r"SG\.[\w-]{16,32}\.[\w-]{16,64}"),
    ("token (AI service)", r"hf_[A-Za-z]{30,40}|sk-(?:ant-|proj-)[\w-]{24,250}|sk-[0-9A-Za-z]{32,64}"),
    (
        "token (service)",
        (
            r"dop_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|glsa_[0-9A-Za-z]{32}(?:_[0-9a-f]{8})?"
            r"|PMAK-[0-9a-f]{24}(?:-[0-9a-f]{34})?|hvs\.[\w-]{24,200}|key-[0-9a-f]{32}|NRAK-[0-9A-Z]{27}"
            r"|lin_api_[0-9A-Za-z]{30,60}|ntn_[0-9A-Za-z]{40,60}"
        ),
    ),
)
"""What it is -> the whole token."""
PLACEHOLDERS: Final = frozenset(
    """
    password passwort passwd kennwort secret changeme change-me changeit example test none null true false yes no your
    yourpassword your-password your_password mypassword enter required optional reset expired protected protection
    policy policies incorrect invalid wrong empty forgotten missing manager hash hashed hashing encrypted string text
    field input value variable here see siehe via per not nicht nur only auto always never must should may can will
    redacted hidden removed masked geheim vergessen abgelaufen ändern erforderlich falsch zurücksetzen
    oublié obligatoire voir ver voire olvidada obligatoria dimenticata obbligatoria vergeten verplicht zie
    xxx xxxx xxxxx
    n/a tbd todo placeholder dummy default sample undefined foo bar password123 prompt env environ getenv getpass vault
    length age complexity strength rotation login user username account token in the a an is are das der die ein eine
    ist und and or oder le la les un une est el los una es il lo gli uno è het de een bij beim from von of on at by for
    with mit to zu sent gesendet shared known same different stored saved ask fragen contact kontakt managed keepass
    bitwarden lastpass 1password keeper safe tresor
    """.split()  # noqa: SIM905 - a list this long is read as words
)
"""What stands behind `password:` and is none."""
