"""Words about membership in a trade union (Article 9(1)). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        union membership~, member of a trade union, trade unionist~, trade union membership, trade union
        member~, labour union member~, labor union member~, union dues, union subscription~, union rep,
        union reps, union representative~, union delegate~, union steward~, shop steward~, union card, union
        fee~, union branch secretary, joined the union, left the union, unionised, unionized, non-union
        worker~, strike committee, went on strike, on the picket line, union activist~, union organiser~,
        union organizer~
    """,
    "de": """
        gewerkschaftsmitglied~, gewerkschaftsmitglieder~, gewerkschaftsmitgliedschaft~, gewerkschafter~,
        gewerkschafterin, gewerkschafterinnen, gewerkschaftlich organisiert~, gewerkschaftszugehörigkeit,
        gewerkschaftsbeitrag, gewerkschaftsbeiträge, gewerkschaftssekretär~, gewerkschaftssekretärin,
        gewerkschaftsvertreter~, mitglied der gewerkschaft, mitglied in der gewerkschaft, mitglied einer
        gewerkschaft, mitglied bei verdi, mitglied bei ver.di, mitglied der IG metall, IG-metall-mitglied,
        verdi-mitglied, ver.di-mitglied, mitglied der IG BCE, vertrauensmann der gewerkschaft,
        vertrauensfrau der gewerkschaft, gewerkschaftsausweis~, gewerkschaftsaustritt~,
        gewerkschaftseintritt~, gewerkschaftsfunktionär~, streikleitung, streikgeld
    """,
    "fr": """
        syndiqué, syndiquée, syndiqués, syndiquées, syndicaliste~, adhésion syndicale, adhésion au syndicat,
        appartenance syndicale, délégué syndical, déléguée syndicale, délégués syndicaux, carte syndicale,
        cotisation syndicale, cotisations syndicales, adhérent au syndicat, adhérente au syndicat, membre du
        syndicat, membre d'un syndicat, membre de la CGT, membre de la CFDT, adhérent CGT, adhérente CGT,
        adhérent CFDT, adhérente CFDT, délégué de la CGT, déléguée de la CGT, délégué de la CFDT,
        déléguée de la CFDT, délégué CGT, déléguée CGT, délégué CFDT, déléguée CFDT, représentant
        syndical, représentante syndicale, militant syndical, militante syndicale, section syndicale, mandat
        syndical, heures de délégation syndicale
    """,
    "es": """
        afiliación sindical, afiliado al sindicato, afiliada al sindicato, afiliado a un sindicato, afiliada
        a un sindicato, afiliados al sindicato, miembro del sindicato, miembro de un sindicato,
        sindicalista~, sindicado, sindicada, sindicados, sindicadas, delegado sindical, delegada sindical,
        delegados sindicales, representante sindical, cuota sindical, cuotas sindicales, carné sindical,
        afiliado a CCOO, afiliada a CCOO, afiliado a UGT, afiliada a UGT, delegado de CCOO, delegada de
        CCOO, delegado de UGT, delegada de UGT, sección sindical, liberado sindical, liberada sindical,
        enlace sindical, horas sindicales
    """,
    "it": """
        iscritto al sindacato, iscritta al sindacato, iscritti al sindacato, iscrizione al sindacato,
        iscrizione sindacale, adesione sindacale, appartenenza sindacale, tessera sindacale, tesserato CGIL,
        tesserata CGIL, iscritto alla CGIL, iscritta alla CGIL, iscritto alla CISL, iscritta alla CISL,
        iscritto alla UIL, iscritta alla UIL, sindacalista, sindacalisti, sindacalizzato, sindacalizzata,
        delegato sindacale, delegata sindacale, rappresentante sindacale, rappresentanti sindacali, quota
        sindacale, trattenuta sindacale, trattenute sindacali, membro del sindacato, permesso sindacale,
        permessi sindacali, distacco sindacale
    """,
    "nl": """
        vakbondslid, vakbondsleden, vakbondslidmaatschap, lid van de vakbond, lid van een vakbond, lid van
        de bond, vakbondsman, vakbondsvrouw, vakbondsbestuurder~, vakbondsvertegenwoordiger~,
        vakbondsafgevaardigde~, vakbondsbijdrage~, vakbondscontributie~, vakbondspas, vakbondsactivist~,
        vakbondswerk, vakbondsverlof, aangesloten bij een vakbond, aangesloten bij de vakbond, lid van FNV,
        lid van de FNV, lid van CNV, lid van het CNV, FNV-lid, CNV-lid, FNV-kaderlid, kaderlid, kaderleden,
        vakbondsconsulent~, stakingskas, stakingsuitkering
    """,
}
