"""Words about somebody's racial or ethnic origin (Article 9(1)). How they are written: `rules.lexicons.category`."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": """
        ethnic origin, ethnic background, ethnicity, racial origin, race and ethnicity, skin colour, skin color,
        person of colour, person of color, people of color, black employee~, black woman, black man, white
        woman, white man, dark-skinned, light-skinned, african american~, afro-caribbean, black british, british
        asian~, hispanic, latina, latinx, mixed race, mixed-race, biracial, native american~, aboriginal,
        indigenous origin, romani, roma origin, sinti, kurdish origin, of kurdish descent, of turkish descent,
        of arab descent, of african descent, of jewish descent, of asian descent, of indian descent, migration
        background, migrant background, asylum seeker~, refugee status, asian descent, gypsy, gypsies, irish
        traveller~, of ethnic minority, ethnic minority, ethnic minorities, black african~, black caribbean,
        south asian, of mixed heritage, undocumented immigrant~, second-generation immigrant~, native hawaiian,
        dalit
    """,
    "de": """
        migrationshintergrund~, mit migrationshintergrund, einwanderungsgeschichte, zuwanderungsgeschichte,
        ethnische herkunft, ethnische zugehörigkeit, ethnischer herkunft, ethnie~, hautfarbe~, dunkelhäutig~,
        hellhäutig~, person of color, schwarzafrikaner~, afrodeutsch~, afroamerikaner~, afroamerikanisch~,
        deutschtürke~, deutschtürkin, türkischstämmig~, arabischstämmig~, russlanddeutsch~, russischstämmig~,
        polnischstämmig~, kurdischstämmig~, kurdischer herkunft, türkischer herkunft, arabischer herkunft,
        afrikanischer herkunft, asiatischer herkunft, jüdischer abstammung, spätaussiedler~, spätaussiedlerin,
        asylbewerber~, asylbewerberin, asylsuchend~, geflüchtete, flüchtlingsstatus, sinti, roma-familie~,
        sinto, romni, ausländische wurzeln, türkische wurzeln, türkischer abstammung, arabische wurzeln,
        afrikanische wurzeln, kurdisch~, aufenthaltsduldung, aufenthaltsstatus, ethnische minderheit~, schwarze
        frau, schwarzer mann, mulatte~, halbtürke~, russlanddeutsche familie
    """,
    "fr": """
        origine ethnique, origines ethniques, origine raciale, appartenance ethnique, ethnie~, couleur de peau,
        personne de couleur, personnes de couleur, métis, métisse, d'origine maghrébine, d'origine algérienne,
        d'origine marocaine, d'origine tunisienne, d'origine africaine, d'origine arabe, d'origine turque,
        d'origine kurde, d'origine asiatique, d'origine antillaise, maghrébin, maghrébine, maghrébins,
        afro-américain, afro-américaine, gitan, gitane, issu de l'immigration, issue de l'immigration, demandeur
        d'asile, demandeuse d'asile, demandeurs d'asile, statut de réfugié, réfugié politique, réfugiée
        politique, sans-papiers, tsigane~, gens du voyage, minorité ethnique, minorités ethniques, noir de peau,
        femme noire, homme noir, racines africaines, racines algériennes, d'ascendance africaine, d'ascendance
        juive, origine africaine, origine maghrébine, origine juive, antillais, antillaise, kurde~
    """,
    "es": """
        origen étnico, origen racial, etnia, etnias, pertenencia étnica, color de piel, persona de color,
        personas de color, raza negra, raza blanca, mestizo, mestiza, mulato, mulata, gitano, gitana, gitanos,
        etnia gitana, afroamericano, afroamericana, afrodescendiente~, de origen africano, de origen árabe, de
        origen marroquí, de origen magrebí, magrebí, magrebíes, de origen latino, de origen indígena, indígena~,
        de origen asiático, de origen turco, de origen kurdo, solicitante~ de asilo, solicitantes de asilo,
        refugiado político, refugiada política, estatuto de refugiado, sin papeles, romaní, romaníes, minoría
        étnica, minorías étnicas, mujer negra, hombre negro, raíces africanas, raíces gitanas, ascendencia
        africana, ascendencia judía, origen marroquí, origen africano, origen gitano, origen latino, kurdo,
        kurda, saharaui~
    """,
    "it": """
        origine etnica, origini etniche, origine razziale, appartenenza etnica, etnia, etnie, colore della
        pelle, persona di colore, persone di colore, meticcio, meticcia, mulatto, mulatta, afroamericano,
        afroamericana, afrodiscendente, di origine africana, di origini africane, di origine araba, di origine
        magrebina, di origine marocchina, di origine turca, di origine curda, di origine asiatica, di origine
        ebraica, magrebino, magrebina, rom e sinti, di etnia rom, zingaro, zingara, extracomunitario,
        extracomunitaria, extracomunitari, richiedente asilo, richiedenti asilo, rifugiato politico, rifugiata
        politica, status di rifugiato, seconda generazione di immigrati, minoranza etnica, minoranze etniche,
        donna nera, uomo nero, radici africane, radici ebraiche, origini ebraiche, origini arabe, origine
        africana, origine ebraica, curdo, curda, immigrato irregolare
    """,
    "nl": """
        etnische afkomst, etnische herkomst, etnische achtergrond, etniciteit, huidskleur, donkere huidskleur,
        persoon van kleur, mensen van kleur, migratieachtergrond, met een migratieachtergrond, allochtoon,
        allochtone, allochtonen, van turkse afkomst, van marokkaanse afkomst, van surinaamse afkomst, van
        antilliaanse afkomst, van koerdische afkomst, van afrikaanse afkomst, van arabische afkomst, van joodse
        afkomst, turkse afkomst, marokkaanse afkomst, surinaamse afkomst, indische afkomst, molukse afkomst,
        afro-nederlander~, halfbloed, roma en sinti, asielzoeker~, asielzoekster~, vluchtelingenstatus,
        statushouder~, etnische minderheid, etnische minderheden, zigeuner~, zwarte vrouw, zwarte man,
        afrikaanse roots, surinaamse roots, turkse roots, marokkaanse roots, joodse afkomst, afrikaanse afkomst,
        verblijfsstatus, koerd, koerdisch~, biculturele achtergrond, migrantenachtergrond
    """,
}
