"""Words about somebody's health (Article 9(1) of the GDPR). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        diagnosed with, on sick leave, sick leave, sick note, medical certificate, medical leave, medical
        record~, unfit for work, disability pension, severely disabled, disability, disabilities, wheelchair
        user, chemotherapy, radiotherapy, cancer patient, breast cancer, leukaemia, leukemia, lymphoma,
        diabetes, diabetic, epilepsy, epileptic, HIV, HIV positive, hepatitis, tuberculosis, multiple sclerosis,
        parkinson's disease, alzheimer's, dementia, asthma, migraine~, burnout, depression, bipolar disorder,
        schizophrenia, anorexia, bulimia, eating disorder, panic attack~, psychotherapy, psychiatric, rehab
        clinic, alcoholism, drug addiction, miscarriage, pregnant, pregnancy, maternity leave, IVF, heart
        attack, slipped disc, tested positive for covid, blood type, autism, autistic, ADHD, dyslexia, dyslexic,
        cancer, lung cancer, prostate cancer, brain tumour, brain tumor, stillbirth, stillborn child, had an
        abortion, ectopic pregnancy, infertility, fertility treatment~, endometriosis, menopause, long covid,
        mental illness, mental health condition~, mental health issue~, mental health problem~, nervous
        breakdown, signed off sick, off sick, called in sick, long-term sick, long-term illness, occupational
        health report~, occupational health referral~, occupational health assessment~, fit note~, PTSD,
        post-traumatic stress, anxiety disorder~, suffers from anxiety, antidepressant~, psychosis, psychotic
        episode~, self-harm, suicidal, suicide attempt~, had a stroke, suffered a stroke, on dialysis, kidney
        failure, organ transplant, pacemaker, crohn's disease, coeliac disease, rheumatoid arthritis,
        fibromyalgia, chronic pain, chronic illness, chronic fatigue, cystic fibrosis, hospitalised,
        hospitalized, in intensive care, underwent surgery, back surgery, knee surgery, hearing impaired, hard
        of hearing, visually impaired, partially sighted, learning disability, learning disabilities, nut
        allergy, peanut allergy, insulin, drug addict~, substance abuse, unvaccinated, vaccination status,
        health condition~, medical condition~, medical history, sexually transmitted, gender-affirming surgery
    """,
    "de": """
        krankgeschrieben~, krankschreibung~, arbeitsunfähig~, arbeitsunfähigkeitsbescheinigung~, krankmeldung~,
        krankenakte~, krankheitsbedingt~, langzeiterkrankt~, langzeitkrank~, schwerbehindert~,
        schwerbehinderung~, schwerbehindertenausweis~, erwerbsminderung~, erwerbsunfähig~, rollstuhlfahrer~,
        rollstuhlfahrerin, krebserkrankung~, brustkrebs, krebskrank~, an krebs erkrankt~, an krebs, hat krebs,
        chemotherapie, leukämie, diabetes, diabetiker~, diabetikerin, epilepsie, epileptiker~, HIV-positiv~,
        HIV-infektion, hepatitis, tuberkulose, multiple sklerose, demenz, asthma, migräne, burn-out, burnout,
        depression~, depressiv~, bipolare störung, schizophrenie, magersucht, essstörung~, panikattacke~,
        psychotherapie, psychiatrisch~, reha-aufenthalt~, alkoholabhängig~, alkoholsucht, drogensucht,
        suchterkrankung~, fehlgeburt~, schwangerschaft~, mutterschutz, herzinfarkt~, schlaganfall~,
        herzschrittmacher~, bandscheibenvorfall~, ärztliches attest, blutgruppe, autismus, autistisch~, ADHS,
        legasthenie, betriebliches eingliederungsmanagement, grad der behinderung, lungenkrebs, hirntumor~,
        tumor~, totgeburt~, schwangerschaftsabbruch, eileiterschwangerschaft, kinderwunschbehandlung~,
        künstliche befruchtung, wechseljahre, long covid, psychisch krank, psychisch erkrankt, psychische
        erkrankung~, nervenzusammenbruch, psychose~, posttraumatische belastungsstörung, PTBS, angststörung~,
        antidepressiva, suizidgefährdet~, suizidversuch~, selbstmordversuch~, selbstverletzung~, dialyse,
        nierenversagen, organtransplantation, morbus crohn, zöliakie, rheuma, fibromyalgie, chronisch krank,
        chronische erkrankung~, chronische schmerzen, mukoviszidose, stationär behandelt, auf der
        intensivstation, operiert worden, wird operiert, hörgeschädigt~, schwerhörig~, gehörlos~, sehbehindert~,
        lernbehinderung~, nussallergie, alkoholiker~, alkoholikerin, drogenabhängig~, spielsüchtig,
        entzugsklinik, entziehungskur, ungeimpft, impfstatus, krankengeld, dauerhaft krank, krank gemeldet,
        krankgemeldet~, krankenstand, wiedereingliederung nach, AU-bescheinigung~, reha-klinik, reha-antrag, kur
        genehmigt, pflegegrad, gleichgestellt mit schwerbehinderten, elternzeit wegen, risikoschwangerschaft,
        beschäftigungsverbot, multipler sklerose, geschlechtskrankheit~, morbus parkinson, parkinson-erkrankung,
        schwanger, schwangere, schwangeren, schwangerer
    """,
    "fr": """
        arrêt maladie, arrêt de travail, congé maladie, congé maternité, certificat médical, dossier médical,
        mi-temps thérapeutique, inapte au travail, invalidité, travailleur handicapé, reconnue travailleuse
        handicapée, en fauteuil roulant, chimiothérapie, radiothérapie, cancer du sein, atteint~ d'un cancer, a
        un cancer, pour dépression, leucémie, diabète, diabétique~, épilepsie, épileptique~, séropositif~,
        séropositive~, VIH, SIDA, hépatite, tuberculose, sclérose en plaques, démence, asthme, asthmatique~,
        migraine~, burn-out, dépression nerveuse, dépressif~, dépressive~, trouble bipolaire, schizophrénie,
        anorexie, boulimie, crise de panique, psychothérapie, psychiatrique~, alcoolisme, alcoolique~,
        toxicomanie, toxicomane~, fausse couche, est enceinte, femme enceinte, grossesse~, crise cardiaque,
        infarctus, hernie discale, groupe sanguin, autisme, autiste~, TDAH, dyslexie, dyslexique~, cancer,
        cancer du poumon, cancer de la prostate, tumeur~, enfant mort-né, interruption de grossesse, IVG,
        grossesse extra-utérine, infertilité, traitement de fertilité, endométriose, ménopause, covid long,
        maladie mentale, santé mentale, en longue maladie, congé longue maladie, affection de longue durée,
        visite de reprise, stress post-traumatique, trouble anxieux, troubles anxieux, antidépresseur~,
        psychose, suicidaire~, tentative de suicide, dialyse, insuffisance rénale, greffe de rein, pacemaker,
        maladie de crohn, maladie cœliaque, polyarthrite, fibromyalgie, maladie chronique, douleurs chroniques,
        mucoviscidose, hospitalisé, hospitalisée, en réanimation, malentendant, malentendante, malvoyant,
        malvoyante, handicapé, handicapée, RQTH, allergie aux arachides, cure de désintoxication, non vacciné,
        non vaccinée, statut vaccinal, accident vasculaire cérébral, AVC, épuisement professionnel, inaptitude,
        séropositivité, aidant familial, maladie de parkinson, alzheimer, est sourd, est sourde, sourd-muet,
        sourde-muette, trouble psychique, troubles psychiques
    """,
    "es": """
        baja médica, baja por enfermedad, baja laboral, baja maternal, certificado médico, historial médico,
        incapacidad temporal, incapacidad permanente, invalidez, grado de discapacidad, persona con
        discapacidad, silla de ruedas, quimioterapia, radioterapia, cáncer de mama, enfermo de cáncer, enferma
        de cáncer, leucemia, diabetes, diabético~, diabética~, epilepsia, epiléptico~, epiléptica~,
        seropositivo~, seropositiva~, VIH, SIDA, hepatitis, tuberculosis, esclerosis múltiple, demencia, asma,
        asmático~, asmática~, migraña~, depresión, depresivo~, depresiva~, trastorno bipolar, esquizofrenia,
        anorexia, bulimia, ataque de pánico, psicoterapia, psiquiátrico~, psiquiátrica~, alcoholismo,
        alcohólico~, alcohólica~, drogadicción, aborto, embarazada~, embarazo~, infarto~, marcapasos, tiene
        cáncer, baja por depresión, hernia discal, grupo sanguíneo, autismo, autista~, TDAH, dislexia, cáncer,
        cáncer de pulmón, cáncer de próstata, tumor~, aborto espontáneo, aborto involuntario, interrupción del
        embarazo, embarazo ectópico, infertilidad, tratamiento de fertilidad, endometriosis, menopausia, covid
        persistente, enfermedad mental, salud mental, baja médica por, reconocimiento médico, estrés
        postraumático, trastorno de ansiedad, ansiedad generalizada, antidepresivo~, psicosis, suicida, intento
        de suicidio, diálisis, insuficiencia renal, trasplante de riñón, enfermedad de crohn, enfermedad
        celíaca, celíaco, celíaca, artritis reumatoide, fibromialgia, enfermedad crónica, dolor crónico,
        fibrosis quística, hospitalizado, hospitalizada, en la UCI, discapacidad auditiva, discapacidad visual,
        discapacidad, discapacitado, discapacitada, minusvalía, alergia a los frutos secos, desintoxicación, no
        vacunado, no vacunada, estado de vacunación, ictus, derrame cerebral, parte de baja, agotamiento
        profesional, síndrome de burnout, lactancia, enfermedad de parkinson, párkinson, alzhéimer, es sordo, es
        sorda, persona sorda, sordomudo, trastorno mental, trastornos mentales
    """,
    "it": """
        congedo per malattia, in malattia, assenza per malattia, certificato medico, cartella clinica, congedo
        di maternità, inabile al lavoro, invalidità civile, invalido civile, invalida civile, persona con
        disabilità, sedia a rotelle, chemioterapia, radioterapia, cancro al seno, malato di cancro, malata di
        cancro, ha un cancro, per depressione, tumore, leucemia, diabete, diabetico, diabetica, epilessia,
        epilettico, epilettica, sieropositivo, sieropositiva, HIV, AIDS, epatite, tubercolosi, sclerosi
        multipla, demenza, asma, asmatico, asmatica, emicrania, depressione, depresso, depressa, disturbo
        bipolare, schizofrenia, anoressia, bulimia, attacco di panico, attacchi di panico, psicoterapia,
        psichiatrico, psichiatrica, alcolismo, alcolista, tossicodipendenza, tossicodipendente, aborto
        spontaneo, incinta, gravidanza, infarto, ictus, ernia del disco, gruppo sanguigno, autismo, autistico,
        autistica, dislessia, cancro, cancro al polmone, tumore al seno, nato morto, interruzione di gravidanza,
        aborto, gravidanza extrauterina, infertilità, fecondazione assistita, endometriosi, menopausa, long
        covid, malattia mentale, salute mentale, disturbo mentale, disturbi psichici, esaurimento nervoso,
        visita fiscale, stress post-traumatico, disturbo d'ansia, disturbi d'ansia, attacchi d'ansia,
        antidepressivo, antidepressivi, psicosi, tentato suicidio, tentativo di suicidio, dialisi, insufficienza
        renale, trapianto di rene, morbo di crohn, celiaco, celiaca, celiachia, artrite reumatoide,
        fibromialgia, malattia cronica, dolore cronico, fibrosi cistica, ricoverato, ricoverata, in terapia
        intensiva, ipovedente, disabile, disabilità, categoria protetta, categorie protette, legge 104, allergia
        alle noci, disintossicazione, non vaccinato, non vaccinata, stato vaccinale, burnout, malattia
        professionale, infortunio sul lavoro, inidoneo alla mansione, inidonea alla mansione, HIV positivo,
        morbo di parkinson, HIV positiva, alzheimer, è sordo, è sorda, persona sorda, sordomuto
    """,
    "nl": """
        ziekgemeld, ziek gemeld, ziekmelding~, ziekteverlof, ziekteverzuim, langdurig ziek, arbeidsongeschikt~,
        arbeidsongeschiktheid, doktersverklaring, medisch dossier, zwangerschapsverlof, rolstoelgebruiker~,
        borstkanker, kankerpatiënt~, heeft kanker, aan kanker, chemotherapie, leukemie, diabetes, diabeet,
        suikerziekte, epilepsie, HIV-positief, seropositief, hepatitis, tuberculose, multiple sclerose,
        dementie, astma, migraine, burn-out, depressie, depressief, bipolaire stoornis, schizofrenie, anorexia,
        boulimia, eetstoornis, paniekaanval~, psychotherapie, psychiatrisch~, alcoholverslaving, alcoholist~,
        drugsverslaving, drugsverslaafd~, miskraam, zwanger~, zwangerschap~, hartaanval, hartinfarct, beroerte,
        hernia, bloedgroep, autisme, autistisch~, dyslexie, kanker, longkanker, hersentumor, tumor~,
        doodgeboren, abortus, zwangerschapsafbreking, buitenbaarmoederlijke zwangerschap, onvruchtbaarheid,
        vruchtbaarheidsbehandeling~, endometriose, long covid, psychisch ziek, psychische klachten, psychische
        aandoening~, geestelijke gezondheid, zenuwinzinking, psychose, posttraumatische stress, PTSS,
        angststoornis~, antidepressiva, suïcidaal, zelfmoordpoging, zelfbeschadiging, dialyse, nierfalen,
        niertransplantatie, ziekte van crohn, coeliakie, reuma, fibromyalgie, chronisch ziek, chronische ziekte,
        chronische pijn, taaislijmziekte, opgenomen in het ziekenhuis, op de intensive care, geopereerd aan,
        slechthorend~, slechtziend~, arbeidshandicap, gehandicapt~, verstandelijke beperking, lichamelijke
        beperking, notenallergie, alcoholist, afkickkliniek, ongevaccineerd~, vaccinatiestatus, WIA-uitkering,
        ziektewet, in de ziektewet, loonsanctie, re-integratietraject, overspannen, overwerkt en ziek,
        hiv-besmetting, alzheimer, wegens ziekte, ziekte van parkinson, is doof, doof geworden
    """,
}
