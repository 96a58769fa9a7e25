"""Words about somebody's sexual orientation or life (Article 9(1)). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        is gay, he is gay, openly gay, gay man, gay men, gay couple, gay employee~, came out as gay, gay
        colleague~, gay marriage, outed as, lesbian~, homosexual~, homosexuality, heterosexual~, bisexual~,
        bisexuality, asexual, pansexual, queer, LGBT, LGBTQ, LGBTQIA, transgender, trans woman, trans man,
        transsexual~, transitioning gender, gender transition, gender reassignment, gender dysphoria, non-binary
        person, same-sex partner~, same-sex couple~, same-sex marriage, sexual orientation, sexual preference~,
        sex life, sexually active, sexual partner~, civil partner~, as gay, being gay, is lesbian, is bisexual,
        is transgender, coming out as, same-sex spouse, polyamorous, intersex, deadname, pansexual person,
        extramarital affair, sex worker~, is a trans person
    """,
    "de": """
        homosexuell~, homosexualität, schwuler, schwule, schwulen, ist schwul, bekennend schwul, offen schwul,
        lesbe, lesben, lesbisch~, bisexuell~, bisexualität, heterosexuell~, asexuell~, pansexuell~, queer~,
        transgender, transsexuell~, transfrau, transmann, geschlechtsangleichung, geschlechtsangleichend~,
        personenstandsänderung, nichtbinär~, nicht-binär~, sexuelle orientierung, sexueller orientierung,
        sexuelle identität, sexualleben, sexuelle neigung~, sexuelle vorliebe~, gleichgeschlechtlich~,
        eingetragene lebenspartnerschaft, eingetragener lebenspartner, eingetragene lebenspartnerin,
        verpartnert~, geoutet, sein coming-out, ihr coming-out, LSBTIQ, LSBTI, schwul, homosexueller, ist
        lesbisch, ist gay, outete sich, coming-out, trans-person~, transident~, intersexuell~,
        intergeschlechtlich~, dgti-ausweis, geschlechtsidentität, deadname, polyamor~, seitensprung,
        sexarbeiter~, sexarbeiterin
    """,
    "fr": """
        homosexuel, homosexuelle, homosexuels, homosexuelles, homosexualité, est gay, ouvertement gay, couple
        gay, lesbienne~, bisexuel, bisexuelle, bisexualité, hétérosexuel, hétérosexuelle, asexuel, asexuelle,
        pansexuel, pansexuelle, personne queer, transgenre~, transsexuel, transsexuelle, femme trans, homme
        trans, transition de genre, changement de sexe, dysphorie de genre, personne non binaire, orientation
        sexuelle, préférence sexuelle, préférences sexuelles, vie sexuelle, identité de genre, couple
        homosexuel, couple de même sexe, conjoint de même sexe, partenaire de même sexe, mariage gay, coming
        out, LGBT, LGBTQ, transidentité, transidentitaire, intersexe, sortie du placard, son coming out, pacsé
        avec un homme, polyamoureux, polyamoureuse, liaison extraconjugale, personne trans, travailleuse du sexe
    """,
    "es": """
        homosexual~, homosexualidad, es gay, abiertamente gay, pareja gay, matrimonio gay, lesbiana~, bisexual~,
        bisexualidad, heterosexual~, asexual, pansexual, persona queer, transgénero, transexual~, mujer trans,
        hombre trans, cambio de sexo, reasignación de género, disforia de género, persona no binaria,
        orientación sexual, preferencia sexual, preferencias sexuales, vida sexual, identidad de género, pareja
        del mismo sexo, parejas del mismo sexo, matrimonio homosexual, pareja homosexual, salió del armario,
        salir del armario, LGBT, LGTB, LGTBI, LGTBIQ, es lesbiana, es bisexual, persona trans, intersexual~,
        poliamoroso, poliamorosa, trabajadora sexual, relación extramatrimonial, LGBTI
    """,
    "it": """
        omosessuale, omosessuali, omosessualità, è gay, dichiaratamente gay, coppia gay, matrimonio gay,
        lesbica, lesbiche, bisessuale, bisessuali, bisessualità, eterosessuale, eterosessuali, asessuale,
        pansessuale, persona queer, transgender, transessuale, transessuali, donna trans, uomo trans, cambio di
        sesso, transizione di genere, disforia di genere, persona non binaria, orientamento sessuale, preferenza
        sessuale, preferenze sessuali, vita sessuale, identità di genere, coppia omosessuale, coppia dello
        stesso sesso, partner dello stesso sesso, unione civile, unito civilmente, unita civilmente, ha fatto
        coming out, LGBT, LGBTQ, è lesbica, è bisessuale, persona trans, intersessuale, poliamoroso,
        poliamorosa, coming out, si è dichiarato gay, sieropositività, lavoratrice del sesso, relazione
        extraconiugale, LGBTI
    """,
    "nl": """
        homoseksueel, homoseksuele, homoseksuelen, homoseksualiteit, is homo, openlijk homo, homostel,
        homohuwelijk, lesbisch~, lesbienne~, biseksueel, biseksuele, biseksualiteit, heteroseksueel,
        heteroseksuele, aseksueel, aseksuele, panseksueel, queer persoon, transgender~, transseksueel,
        transseksuele, transvrouw, transman, geslachtsverandering, genderdysforie, non-binair~, seksuele
        geaardheid, seksuele voorkeur, seksuele oriëntatie, seksleven, genderidentiteit, partner van hetzelfde
        geslacht, stel van hetzelfde geslacht, uit de kast gekomen, uit de kast, LHBT, LHBTI, LHBTIQ, homofiel,
        is lesbisch, trans persoon, non-binair persoon, intersekse, polyamoreus, coming-out, homoseksuele
        relatie, sekswerker~, buitenechtelijke relatie, LHBTQ
    """,
}
