"""Words about membership in a trade union (Article 9(1)). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        union membership~, member of a trade union, trade unionist~, trade union membership, trade union
        member~, labour union member~, labor union member~, union dues, union subscription~, union rep, union
        reps, union representative~, union delegate~, union steward~, shop steward~, union card, union fee~,
        union branch secretary, joined the union, left the union, unionised, unionized, non-union worker~,
        strike committee, went on strike, on the picket line, union activist~, union organiser~, union
        organizer~, labour union, labor union, union membership form~, union official~, unionist~, collective
        bargaining rep, union ballot, unite member, unison member, GMB member, member of unite, member of
        unison, member of the union, belongs to a trade union, active in the trade union
    """,
    "de": """
        gewerkschaftsmitglied~, gewerkschaftsmitglieder~, gewerkschaftsmitgliedschaft~, gewerkschafter~,
        gewerkschafterin, gewerkschafterinnen, gewerkschaftlich organisiert~, gewerkschaftszugehörigkeit,
        gewerkschaftsbeitrag, gewerkschaftsbeiträge, gewerkschaftssekretär~, gewerkschaftssekretärin,
        gewerkschaftsvertreter~, mitglied der gewerkschaft, mitglied in der gewerkschaft, mitglied einer
        gewerkschaft, mitglied bei verdi, mitglied bei ver.di, mitglied der IG metall, IG-metall-mitglied,
        verdi-mitglied, ver.di-mitglied, mitglied der IG BCE, vertrauensmann der gewerkschaft, vertrauensfrau
        der gewerkschaft, gewerkschaftsausweis~, gewerkschaftsaustritt~, gewerkschaftseintritt~,
        gewerkschaftsfunktionär~, streikleitung, streikgeld, in der gewerkschaft, gewerkschaft beigetreten, aus
        der gewerkschaft, bei der IG metall, IG-metaller, IG-metallerin, streikteilnahme, streikteilnehmer~, am
        streik teilgenommen, GEW-mitglied, gewerkschaftsnah~
    """,
    "fr": """
        syndiqué, syndiquée, syndiqués, syndiquées, syndicaliste~, adhésion syndicale, adhésion au syndicat,
        appartenance syndicale, délégué syndical, déléguée syndicale, délégués syndicaux, carte syndicale,
        cotisation syndicale, cotisations syndicales, adhérent au syndicat, adhérente au syndicat, membre du
        syndicat, membre d'un syndicat, membre de la CGT, membre de la CFDT, adhérent CGT, adhérente CGT,
        adhérent CFDT, adhérente CFDT, délégué de la CGT, déléguée de la CGT, délégué de la CFDT, déléguée de la
        CFDT, délégué CGT, déléguée CGT, délégué CFDT, déléguée CFDT, représentant syndical, représentante
        syndicale, militant syndical, militante syndicale, section syndicale, mandat syndical, heures de
        délégation syndicale, affilié à la CGT, affiliée à la CGT, affilié à la CFDT, affilié à un syndicat,
        affiliée à un syndicat, syndicat FO, membre de FO, délégué FO, déléguée FO, délégué SUD, encartée CGT,
        encarté CGT, activité syndicale, engagement syndical, discrimination syndicale, a fait grève, élu CGT,
        élue CGT
    """,
    "es": """
        afiliación sindical, afiliado al sindicato, afiliada al sindicato, afiliado a un sindicato, afiliada a
        un sindicato, afiliados al sindicato, miembro del sindicato, miembro de un sindicato, sindicalista~,
        sindicado, sindicada, sindicados, sindicadas, delegado sindical, delegada sindical, delegados
        sindicales, representante sindical, cuota sindical, cuotas sindicales, carné sindical, afiliado a CCOO,
        afiliada a CCOO, afiliado a UGT, afiliada a UGT, delegado de CCOO, delegada de CCOO, delegado de UGT,
        delegada de UGT, sección sindical, liberado sindical, liberada sindical, enlace sindical, horas
        sindicales, afiliado de CCOO, afiliada de CCOO, afiliado de UGT, miembro de CCOO, miembro de UGT,
        actividad sindical, militancia sindical, militante sindical, comité de huelga, hizo huelga,
        discriminación sindical, elecciones sindicales por, delegado de la CGT, delegada de la CGT
    """,
    "it": """
        iscritto al sindacato, iscritta al sindacato, iscritti al sindacato, iscrizione al sindacato, iscrizione
        sindacale, adesione sindacale, appartenenza sindacale, tessera sindacale, tesserato CGIL, tesserata
        CGIL, iscritto alla CGIL, iscritta alla CGIL, iscritto alla CISL, iscritta alla CISL, iscritto alla UIL,
        iscritta alla UIL, sindacalista, sindacalisti, sindacalizzato, sindacalizzata, delegato sindacale,
        delegata sindacale, rappresentante sindacale, rappresentanti sindacali, quota sindacale, trattenuta
        sindacale, trattenute sindacali, membro del sindacato, permesso sindacale, permessi sindacali, distacco
        sindacale, iscritto CGIL, iscritta CGIL, iscritto CISL, iscritto UIL, tessera CGIL, tessera CISL,
        tessera UIL, delegato CGIL, delegata CGIL, delegato FIOM, delegata FIOM, iscritto alla FIOM, iscritta
        alla FIOM, attività sindacale, militante sindacale, ha scioperato, delega sindacale, RSU eletto, eletta
        RSU, eletto RSU
    """,
    "nl": """
        vakbondslid, vakbondsleden, vakbondslidmaatschap, lid van de vakbond, lid van een vakbond, lid van de
        bond, vakbondsman, vakbondsvrouw, vakbondsbestuurder~, vakbondsvertegenwoordiger~,
        vakbondsafgevaardigde~, vakbondsbijdrage~, vakbondscontributie~, vakbondspas, vakbondsactivist~,
        vakbondswerk, vakbondsverlof, aangesloten bij een vakbond, aangesloten bij de vakbond, lid van FNV, lid
        van de FNV, lid van CNV, lid van het CNV, FNV-lid, CNV-lid, FNV-kaderlid, kaderlid, kaderleden,
        vakbondsconsulent~, stakingskas, stakingsuitkering, lid van vakbond, lid van een bond, vakbond FNV,
        vakbond CNV, vakbondsactiviteiten, vakbondsfunctie, stakingsdeelname, heeft gestaakt, stakingsleider~,
        aangesloten bij FNV, aangesloten bij CNV
    """,
}
