"""Words about somebody's health (Article 9(1) of the GDPR). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        diagnosed with, on sick leave, sick leave, sick note, medical certificate, medical leave, medical
        record~, unfit for work, disability pension, severely disabled, disability, disabilities,
        wheelchair user, chemotherapy,
        radiotherapy, cancer patient, breast cancer, leukaemia, leukemia, lymphoma, diabetes, diabetic,
        epilepsy, epileptic, HIV, HIV positive, hepatitis, tuberculosis, multiple sclerosis, parkinson's
        disease, alzheimer's, dementia, asthma, migraine~, burnout, depression, bipolar disorder,
        schizophrenia, anorexia, bulimia, eating disorder, panic attack~, psychotherapy, psychiatric, rehab
        clinic, alcoholism, drug addiction, miscarriage, pregnant, pregnancy, maternity leave, IVF, heart
        attack, slipped disc, tested positive for covid, blood type, autism, autistic, ADHD, dyslexia,
        dyslexic
    """,
    "de": """
        krankgeschrieben~, krankschreibung~, arbeitsunfähig~, arbeitsunfähigkeitsbescheinigung~,
        krankmeldung~, krankenakte~, krankheitsbedingt~, langzeiterkrankt~, langzeitkrank~,
        schwerbehindert~, schwerbehinderung~, schwerbehindertenausweis~, erwerbsminderung~, erwerbsunfähig~,
        rollstuhlfahrer~, rollstuhlfahrerin, krebserkrankung~, brustkrebs, krebskrank~, an krebs
        erkrankt~, an krebs, hat krebs, chemotherapie, leukämie,
        diabetes, diabetiker~, diabetikerin, epilepsie, epileptiker~, HIV-positiv~, HIV-infektion,
        hepatitis, tuberkulose, multiple sklerose, demenz, asthma, migräne, burn-out, burnout, depression~,
        depressiv~, bipolare störung, schizophrenie, magersucht, essstörung~, panikattacke~, psychotherapie,
        psychiatrisch~, reha-aufenthalt~, alkoholabhängig~, alkoholsucht, drogensucht, suchterkrankung~,
        fehlgeburt~, schwanger~, schwangerschaft~, mutterschutz, herzinfarkt~, schlaganfall~,
        herzschrittmacher~, bandscheibenvorfall~, ärztliches attest, blutgruppe, autismus, autistisch~,
        ADHS, legasthenie, betriebliches eingliederungsmanagement, grad der behinderung
    """,
    "fr": """
        arrêt maladie, arrêt de travail, congé maladie, congé maternité, certificat médical, dossier
        médical, mi-temps thérapeutique, inapte au travail, invalidité, travailleur handicapé, reconnue
        travailleuse handicapée, en fauteuil roulant, chimiothérapie, radiothérapie, cancer du sein,
        atteint~ d'un cancer, a un cancer, pour cancer, pour dépression, leucémie, diabète, diabétique~,
        épilepsie, épileptique~, séropositif~,
        séropositive~, VIH, SIDA, hépatite, tuberculose, sclérose en plaques, démence, asthme, asthmatique~,
        migraine~, burn-out, dépression nerveuse, dépressif~, dépressive~, trouble bipolaire, schizophrénie,
        anorexie, boulimie, crise de panique, psychothérapie, psychiatrique~, alcoolisme, alcoolique~,
        toxicomanie, toxicomane~, fausse couche, est enceinte, femme enceinte, grossesse~, crise cardiaque,
        infarctus, hernie discale, groupe sanguin, autisme, autiste~, TDAH, dyslexie, dyslexique~
    """,
    "es": """
        baja médica, baja por enfermedad, baja laboral, baja maternal, certificado médico, historial médico,
        incapacidad temporal, incapacidad permanente, invalidez, grado de discapacidad, persona con
        discapacidad, silla de ruedas, quimioterapia, radioterapia, cáncer de mama, enfermo de cáncer,
        enferma de cáncer, leucemia, diabetes, diabético~, diabética~, epilepsia, epiléptico~, epiléptica~,
        seropositivo~, seropositiva~, VIH, SIDA, hepatitis, tuberculosis, esclerosis múltiple, demencia,
        asma, asmático~, asmática~, migraña~, depresión, depresivo~, depresiva~, trastorno bipolar,
        esquizofrenia, anorexia, bulimia, ataque de pánico, psicoterapia, psiquiátrico~, psiquiátrica~,
        alcoholismo, alcohólico~, alcohólica~, drogadicción, aborto, embarazada~, embarazo~, infarto~,
        marcapasos, tiene cáncer, baja por depresión, hernia discal, grupo sanguíneo, autismo, autista~,
        TDAH, dislexia
    """,
    "it": """
        congedo per malattia, in malattia, assenza per malattia, certificato medico, cartella clinica,
        congedo di maternità, inabile al lavoro, invalidità civile, invalido civile, invalida civile,
        persona con disabilità, sedia a rotelle, chemioterapia, radioterapia, cancro al seno, malato di
        cancro, malata di cancro, ha un cancro, per depressione, tumore, leucemia, diabete, diabetico,
        diabetica, epilessia, epilettico,
        epilettica, sieropositivo, sieropositiva, HIV, AIDS, epatite, tubercolosi, sclerosi multipla,
        demenza, asma, asmatico, asmatica, emicrania, depressione, depresso, depressa, disturbo bipolare,
        schizofrenia, anoressia, bulimia, attacco di panico, attacchi di panico, psicoterapia, psichiatrico,
        psichiatrica, alcolismo, alcolista, tossicodipendenza, tossicodipendente, aborto spontaneo, incinta,
        gravidanza, infarto, ictus, ernia del disco, gruppo sanguigno, autismo, autistico, autistica,
        dislessia
    """,
    "nl": """
        ziekgemeld, ziek gemeld, ziekmelding~, ziekteverlof, ziekteverzuim, langdurig ziek,
        arbeidsongeschikt~, arbeidsongeschiktheid, doktersverklaring, medisch dossier, zwangerschapsverlof,
        rolstoelgebruiker~, borstkanker, kankerpatiënt~, heeft kanker, aan kanker, ziek door,
        chemotherapie, leukemie, diabetes, diabeet,
        suikerziekte, epilepsie, HIV-positief, seropositief, hepatitis, tuberculose, multiple sclerose,
        dementie, astma, migraine, burn-out, depressie, depressief, bipolaire stoornis, schizofrenie,
        anorexia, boulimia, eetstoornis, paniekaanval~, psychotherapie, psychiatrisch~, alcoholverslaving,
        alcoholist~, drugsverslaving, drugsverslaafd~, miskraam, zwanger~, zwangerschap~, hartaanval,
        hartinfarct, beroerte, hernia, bloedgroep, autisme, autistisch~, dyslexie
    """,
}
