"""Words about somebody's convictions and offences (Article 10). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        criminal record~, criminal record check, criminal conviction~, conviction, convictions, previous
        conviction~, prior conviction~, spent conviction~, convicted of, was convicted, convicted felon,
        ex-convict~, ex-offender~, sex offender~, first-time offender~, repeat offender~, prison sentence~, jail
        sentence~, suspended sentence~, served time in prison, was imprisoned, in prison for, on parole, on
        probation for, released from prison, police custody, taken into custody, arrested for, was arrested,
        arrest warrant~, charged with fraud, charged with theft, charged with assault, charged with murder,
        pleaded guilty, found guilty of, indicted for, criminal proceedings against, under criminal
        investigation, background check result, DBS check result, certificate of good conduct, embezzlement,
        shoplifting, drink-driving, drunk driving, domestic violence, criminal history, police record~, was
        sentenced, sentenced to, community service order, restraining order~, on bail, released on bail,
        remanded in custody, court conviction~, driving ban, assault charge~, theft charge~, sex offence~,
        sexual offence~, sexual assault, DBS certificate, accused of theft, accused of fraud, suspected of
        theft, suspected of fraud, police caution~, parole officer, probation officer
    """,
    "de": """
        vorbestraft~, vorstrafe~, vorstrafenregister~, straftäter~, straftäterin, sexualstraftäter~,
        strafregister~, strafregisterauszug, strafverfahren gegen, ermittlungsverfahren gegen, strafanzeige
        gegen, strafbefehl~, rechtskräftig verurteilt~, verurteilt wegen, wurde verurteilt, ist verurteilt,
        wegen betrugs verurteilt, wegen diebstahls verurteilt, wegen körperverletzung, freiheitsstrafe~,
        haftstrafe~, gefängnisstrafe~, bewährungsstrafe~, auf bewährung, untersuchungshaft, haftbefehl~,
        haftentlassen~, inhaftiert~, in haft, aus der haft, justizvollzugsanstalt, tatverdächtig~, angeklagt
        wegen, führungszeugnis~, erweitertes führungszeugnis, bundeszentralregister, unterschlagung~,
        ladendiebstahl, trunkenheit am steuer, trunkenheitsfahrt, fahrerflucht, häusliche gewalt, veruntreuung,
        polizeiliches führungszeugnis, vorbestraft, vorstrafen, bewährungshelfer~, bewährungshelferin, in
        untersuchungshaft, strafprozess gegen, staatsanwaltschaft ermittelt, anzeige gegen, wegen
        körperverletzung angezeigt, fußfessel, führerscheinentzug, sexualstraftat~, strafrechtlich verurteilt,
        verurteilung~ wegen
    """,
    "fr": """
        casier judiciaire, condamnation pénale, condamnations pénales, antécédents judiciaires, condamné pour,
        condamnée pour, été condamné, été condamnée, une condamnation, peine de prison, peines de prison, prison
        ferme, prison avec sursis, en prison pour, repris de justice, délinquant, délinquante, délinquant
        sexuel, garde à vue, mis en examen, mise en examen, mandat d'arrêt, détention provisoire, incarcéré,
        incarcérée, libération conditionnelle, bracelet électronique, poursuites pénales, poursuivi pour,
        poursuivie pour, plainte pénale contre, reconnu coupable, reconnue coupable, inculpé, inculpée,
        récidiviste~, détournement de fonds, abus de confiance, vol à l'étalage, conduite en état d'ivresse,
        violences conjugales, casier vierge, amende pénale, sursis probatoire, arrêté par la police, arrêtée par
        la police, accusé d'avoir, accusée d'avoir, accusée de, suspecté de, suspectée de, soupçonné de,
        soupçonnée de, agression sexuelle, harcèlement sexuel, retrait de permis, sorti de prison, sortie de
        prison
    """,
    "es": """
        antecedentes penales, certificado de antecedentes, condena penal, condenas penales, condenado por, ha
        sido condenado, ha sido condenada, fue condenado, fue condenada, condenada por, pena de prisión, penas
        de prisión, pena de cárcel, en la cárcel por, en prisión por, ex convicto, ex convicta, exconvicto,
        exconvicta, delincuente~, delincuente sexual, delito de estafa, delito de hurto, delito sexual, detenido
        por, detenida por, orden de detención, prisión preventiva, prisión provisional, encarcelado,
        encarcelada, libertad condicional, libertad vigilada, investigado por, acusado de, acusada de, declarado
        culpable, declarada culpable, reincidente~, malversación, conducción bajo los efectos, violencia de
        género, violencia doméstica, sentencia condenatoria, antecedentes policiales, delitos sexuales,
        arrestado por, arrestada por, denuncia contra, denunciado por, denunciada por, imputado por, imputada
        por, sospechoso de, sospechosa de, agresión sexual, acoso sexual, hurto, una condena, malos tratos,
        orden de alejamiento, salió de prisión, pulsera telemática, retirada del carné
    """,
    "it": """
        precedenti penali, casellario giudiziale, fedina penale, certificato penale, condanna penale, condanne
        penali, condannato per, condannata per, stato condannato, stata condannata, una condanna, pena
        detentiva, in carcere per, ex detenuto, ex detenuta, pregiudicato, pregiudicata, pregiudicati, arrestato
        per, arrestata per, mandato di arresto, custodia cautelare, arresti domiciliari, carcerazione
        preventiva, libertà vigilata, libertà condizionale, indagato per, indagata per, imputato per, imputata
        per, rinviato a giudizio, rinviata a giudizio, accusato di, accusata di, dichiarato colpevole,
        dichiarata colpevole, procedimento penale, carichi pendenti, recidivo, recidiva penale, appropriazione
        indebita, guida in stato di ebbrezza, violenza domestica, reato di truffa, reato di furto, sentenza di
        condanna, precedenti di polizia, denunciato per, denunciata per, denuncia contro, sospettato di,
        sospettata di, violenza sessuale, molestie sessuali, furto aggravato, patteggiamento, ha patteggiato,
        uscito dal carcere, uscita dal carcere, braccialetto elettronico, ritiro della patente
    """,
    "nl": """
        strafblad, strafbladen, justitiële documentatie, justitieel verleden, strafrechtelijk verleden,
        veroordeeld voor, veroordeeld wegens, is veroordeeld, werd veroordeeld, een veroordeling, veroordeling
        uit, strafrechtelijke veroordeling~, eerdere veroordeling~, gevangenisstraf~, celstraf~, voorwaardelijke
        straf, taakstraf~, in de gevangenis, ex-gedetineerde~, gedetineerde~, zedendelinquent~,
        draaideurcrimineel, arrestatiebevel~, gearresteerd voor, gearresteerd wegens, aangehouden wegens,
        aangehouden voor, voorlopige hechtenis, in hechtenis, voorarrest, verdacht van, strafzaak tegen,
        aangifte tegen, schuldig bevonden, recidivist~, enkelband, voorwaardelijk vrijgelaten, verklaring
        omtrent het gedrag, winkeldiefstal, rijden onder invloed, huiselijk geweld, veroordeeld tot, VOG
        geweigerd, VOG, boete gekregen, taakstraf gekregen, reclassering, reclasseringsambtenaar, opgepakt voor,
        vrijgekomen uit, aanranding, seksueel misbruik, diefstal door, fraude gepleegd, contactverbod,
        rijontzegging, justitieel dossier, in voorarrest, uit de gevangenis
    """,
}
