"""Words about somebody's religion or belief (Article 9(1)). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        roman catholic~, catholic~, protestant~, lutheran~, anglican~, methodist~, baptist~, evangelical
        christian~, devout christian~, practising christian~, orthodox christian~, jehovah's witness~, jehovah's
        witnesses, mormon~, muslim~, sunni, shia, shiite~, jewish, orthodox jew, jew, jews, hindu~, buddhist~,
        sikh~, atheist~, agnostic~, scientologist~, baha'i, religious denomination, religious affiliation,
        religious belief~, church membership, church tax, member of the church, left the church, converted to
        islam, converted to judaism, halal diet, kosher diet, fasting for ramadan, observes ramadan, observes
        the sabbath, prayer break~, wears a hijab, church attendance, born-again christian~, pentecostal~,
        quaker~, seventh-day adventist~, jehovah's witness, practising muslim~, practicing muslim~, religious
        holiday~, religious observance, ramadan, yom kippur, bar mitzvah, bat mitzvah, confirmation class,
        philosophical belief~, freemason~, day of prayer
    """,
    "de": """
        römisch-katholisch~, katholisch~, katholik~, katholikin, evangelisch~, protestant~, protestantin,
        evangelisch-lutherisch~, freikirchlich~, altkatholisch~, griechisch-orthodox~, russisch-orthodox~, zeuge
        jehovas, zeugin jehovas, zeugen jehovas, mormone~, muslim~, muslima, muslimin, muslimisch~, moslem~,
        sunnit~, schiit~, alevit~, jüdin, jüdisch~, hindu, buddhist~, buddhistin, buddhistisch~, atheist~,
        atheistin, konfessionslos~, konfession, konfessionszugehörigkeit, religionszugehörigkeit,
        religionsgemeinschaft, glaubensbekenntnis, kirchensteuer, kirchensteuermerkmal~, kirchenmitglied~,
        kirchenaustritt~, kirchenzugehörigkeit, fastet im ramadan, trägt kopftuch, gebetspause~, zum islam,
        konvertiert zum, konvertierte zum, ramadan, zuckerfest, opferfest, jom kippur, bar mizwa, bat mizwa, aus
        der kirche ausgetreten, kirchlich engagiert, neuapostolisch~, adventist~, pfingstgemeinde~, freimaurer~,
        glaubensrichtung, religiöse überzeugung~, religiöser feiertag, hinduistisch~, juden
    """,
    "fr": """
        catholique~, protestant, protestante, protestants, évangélique~, luthérien, luthérienne, orthodoxe grec,
        chrétien pratiquant, chrétienne pratiquante, catholique pratiquant, témoin de jéhovah, témoins de
        jéhovah, mormon, mormone, musulman, musulmane, musulmans, musulmanes, sunnite~, chiite~, juif, juive,
        juifs, juives, de confession juive, de confession musulmane, de confession catholique, hindou, hindoue,
        bouddhiste~, sikh, athée~, agnostique~, confession religieuse, appartenance religieuse, croyance
        religieuse, croyances religieuses, convictions religieuses, converti à l'islam, convertie à l'islam,
        fait le ramadan, jeûne du ramadan, porte le voile, mange halal, mange casher, à l'islam, ramadan, le
        ramadan, kippour, première communion, bar-mitsva, témoin de jehovah, adventiste~, pentecôtiste~,
        franc-maçon, franc-maçonne, fête religieuse, pratique religieuse, port du voile, foulard islamique
    """,
    "es": """
        católico, católica, católicos, católicas, protestante~, evangélico, evangélica, luterano, luterana,
        cristiano practicante, cristiana practicante, testigo de jehová, testigos de jehová, mormón, mormona,
        musulmán, musulmana, musulmanes, suní, chií, judío, judía, judíos, judías, hindú, budista~, ateo, atea,
        agnóstico, agnóstica, confesión religiosa, afiliación religiosa, creencias religiosas, creencia
        religiosa, convicciones religiosas, convertido al islam, convertida al islam, ayuna en ramadán, hace el
        ramadán, lleva velo, come halal, practicante religioso, apostasía, al islam, ramadán, bautizo, primera
        comunión, yom kipur, adventista~, pentecostal~, fiesta religiosa, práctica religiosa, católico
        practicante, católica practicante, creyente~, velo islámico, mormones, opus dei
    """,
    "it": """
        cattolico, cattolica, cattolici, cattoliche, protestante, protestanti, evangelico, evangelica, luterano,
        luterana, valdese, cristiano praticante, cristiana praticante, testimone di geova, testimoni di geova,
        mormone, musulmano, musulmana, musulmani, musulmane, sunnita, sciita, ebreo, ebrea, ebrei, ebraico,
        ebraica, induista, buddista, buddisti, ateo, atea, agnostico, agnostica, confessione religiosa,
        appartenenza religiosa, credo religioso, convinzioni religiose, fede religiosa, convertito all'islam,
        convertita all'islam, fa il ramadan, digiuno del ramadan, porta il velo, mangia halal, sbattezzo,
        all'islam, ramadan, prima comunione, yom kippur, avventista, pentecostale, massone, festa religiosa,
        pratica religiosa, credente, credenti, velo islamico, mormoni, opus dei
    """,
    "nl": """
        rooms-katholiek~, katholiek~, protestant~, protestants, gereformeerd~, hervormd~, luthers, evangelisch
        christen, praktiserend christen, jehova's getuige~, getuige van jehova, mormoon, moslim~, moslima,
        islamitisch~, soenniet~, sjiiet~, jood, jodin, joods, joodse, hindoe~, boeddhist~, boeddhistisch~,
        atheïst~, agnost, religieuze overtuiging, geloofsovertuiging~, kerkgenootschap, kerklidmaatschap,
        kerklid, levensovertuiging, bekeerd tot de islam, vast tijdens ramadan, doet mee aan de ramadan, draagt
        een hoofddoek, eet halal, gebedspauze, tot de islam, ramadan, suikerfeest, offerfeest, jom kipoer,
        eerste communie, belijdenis, adventist~, pinkstergemeente, vrijmetselaar~, religieuze feestdag~,
        praktiserend moslim, gelovig~, jehova's getuigen, kerkgang
    """,
}
