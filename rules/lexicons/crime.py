"""Words about somebody's convictions and offences (Article 10). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        criminal record~, criminal record check, criminal conviction~, conviction, convictions, previous
        conviction~, prior conviction~, spent conviction~,
        convicted of, was convicted, convicted felon, ex-convict~, ex-offender~, sex offender~, first-time
        offender~, repeat offender~, prison sentence~, jail sentence~, suspended sentence~, served time in
        prison, was imprisoned, in prison for, on parole, on probation for, released from prison, police
        custody, taken into custody, arrested for, was arrested, arrest warrant~, charged with fraud,
        charged with theft, charged with assault, charged with murder, pleaded guilty, found guilty of,
        indicted for, criminal proceedings against, under criminal investigation, background check result,
        DBS check result, certificate of good conduct, embezzlement, shoplifting, drink-driving, drunk
        driving, domestic violence
    """,
    "de": """
        vorbestraft~, vorstrafe~, vorstrafenregister~, straftäter~, straftäterin, sexualstraftäter~,
        strafregister~, strafregisterauszug, strafverfahren gegen, ermittlungsverfahren gegen, strafanzeige
        gegen, strafbefehl~, rechtskräftig verurteilt~, verurteilt wegen, wurde verurteilt, ist
        verurteilt, wegen betrugs verurteilt, wegen
        diebstahls verurteilt, wegen körperverletzung, freiheitsstrafe~, haftstrafe~, gefängnisstrafe~,
        bewährungsstrafe~, auf bewährung, untersuchungshaft, haftbefehl~, haftentlassen~, inhaftiert~, in
        haft, aus der haft, justizvollzugsanstalt, tatverdächtig~, angeklagt wegen, führungszeugnis~,
        erweitertes führungszeugnis, bundeszentralregister, unterschlagung~, ladendiebstahl, trunkenheit am
        steuer, trunkenheitsfahrt, fahrerflucht, häusliche gewalt, veruntreuung
    """,
    "fr": """
        casier judiciaire, condamnation pénale, condamnations pénales, antécédents judiciaires, condamné
        pour, condamnée pour, été condamné, été condamnée, une condamnation, peine de prison, peines de
        prison, prison ferme, prison avec sursis, en prison
        pour, repris de justice, délinquant, délinquante, délinquant sexuel, garde à vue, mis en examen,
        mise en examen, mandat d'arrêt, détention provisoire, incarcéré, incarcérée, libération
        conditionnelle, bracelet électronique, poursuites pénales, poursuivi pour, poursuivie pour, plainte
        pénale contre, reconnu coupable, reconnue coupable, inculpé, inculpée, récidiviste~, détournement de
        fonds, abus de confiance, vol à l'étalage, conduite en état d'ivresse, violences conjugales
    """,
    "es": """
        antecedentes penales, certificado de antecedentes, condena penal, condenas penales, condenado
        por, ha sido condenado, ha sido condenada, fue condenado, fue condenada,
        condenada por, pena de prisión, penas de prisión, pena de cárcel, en la cárcel por, en prisión por,
        ex convicto, ex convicta, exconvicto, exconvicta, delincuente~, delincuente sexual, delito de
        estafa, delito de hurto, delito sexual, detenido por, detenida por, orden de detención, prisión
        preventiva, prisión provisional, encarcelado, encarcelada, libertad condicional, libertad vigilada,
        investigado por, acusado de, acusada de, declarado culpable, declarada culpable, reincidente~,
        malversación, conducción bajo los efectos, violencia de género, violencia doméstica
    """,
    "it": """
        precedenti penali, casellario giudiziale, fedina penale, certificato penale, condanna penale,
        condanne penali, condannato per, condannata per, stato condannato, stata condannata, una
        condanna, pena detentiva, in carcere per, ex detenuto, ex
        detenuta, pregiudicato, pregiudicata, pregiudicati, arrestato per, arrestata per, mandato di
        arresto, custodia cautelare, arresti domiciliari, carcerazione preventiva, libertà vigilata, libertà
        condizionale, indagato per, indagata per, imputato per, imputata per, rinviato a giudizio, rinviata
        a giudizio, accusato di, accusata di, dichiarato colpevole, dichiarata colpevole, procedimento
        penale, carichi pendenti, recidivo, recidiva penale, appropriazione indebita, guida in stato di
        ebbrezza, violenza domestica, reato di truffa, reato di furto
    """,
    "nl": """
        strafblad, strafbladen, justitiële documentatie, justitieel verleden, strafrechtelijk verleden,
        veroordeeld voor, veroordeeld wegens, is veroordeeld, werd veroordeeld, een veroordeling,
        veroordeling uit, strafrechtelijke veroordeling~, eerdere veroordeling~,
        gevangenisstraf~, celstraf~, voorwaardelijke straf, taakstraf~, in de gevangenis, ex-gedetineerde~,
        gedetineerde~, zedendelinquent~, draaideurcrimineel, arrestatiebevel~, gearresteerd voor,
        gearresteerd wegens, aangehouden wegens, aangehouden voor, voorlopige hechtenis, in hechtenis,
        voorarrest, verdacht van, strafzaak tegen, aangifte tegen, schuldig bevonden, recidivist~,
        enkelband, voorwaardelijk vrijgelaten, verklaring omtrent het gedrag, winkeldiefstal, rijden onder
        invloed, huiselijk geweld
    """,
}
