"""Common words that are names too, and words that accounts of nobody are called by.

Folded as `rules.folding.fold` does. The list is short on purpose: words that no person is called need not be in it.
"""

from __future__ import annotations

from typing import Final

from rules.folding import listed
from rules.vocabulary import FUNCTION_WORDS

OFFICES: Final = listed(
    """
    a admin administration administrator agent alert all and anonymous app application archive assistant atlassian
    audit auto automation backup board bot build client cloud compliance confluence contact customer data default
    deleted demo department desk deploy deployment dev development devops digital employee engineering everyone
    external finance for former global guest group guide help helpdesk hr info integration internal it jira lab
    legal log mail maintenance management marketing migration monitoring network no of office online operations
    ops order page payroll platform portal prod product production project public purchasing qa reader release
    reply report robot sales sandbox scrum search security server service services shared site software staff
    staging store support sync system systems task team tech technical test tester testing the training trial
    unknown update user users web website wiki worker workflow abteilung allgemein benutzer betrieb buchhaltung
    einkauf empfang entwicklung gast gruppe konto kunde kundendienst leitung nutzer personal personalabteilung
    sekretariat stelle technik testbenutzer verkauf vertrieb verwaltung zentrale und der die accueil bureau compta
    direction équipe invité utilisateur et administración cliente equipo oficina prueba usuario ventas
    amministrazione gruppo prova squadra ufficio utente afdeling beheer gebruiker inkoop klant verkoop
    """
)
"""Words that accounts of nobody are called by: a name of nothing else is nobody's."""
COMMON: Final = listed(
    """
    best less least most much many rest test first second third last next same such just here thanks regards hello
    admin administrator administration account accounts agent all alert alle analyst anonymous answer api app apps
    archive area art assistant atlassian audit author auto automation back backup bank base battle bay beach bear
    bell berg bender bird bishop black blank bloom blue board bond book booking boss bot bow box boy branch bridge
    bright brook brooks brown buch build building bush business butler button buyer call camp care carpenter
    carter case castle chance change chapter chat check church city clark class clay client close cloud coach code
    cole college comfort commerce common company compliance conference confluence connect consultant contact
    content contract cook cooper corn corner cotton council course court craft cross crystal customer dance data
    date datum dawn day days deal dean default delivery demo department design desk detail developer development
    devops diamond digital director directory divine doctor dolphin draft drake drive dummy early east easter
    editor education elder email employee engineer engineering english europe event everybody everyone example
    excel executive expert export extern external faith falcon fall farmer feedback field fields file finance
    finch fine fisher fleet flower folder ford foreman forest form former foster founder fox frank free freeman
    french frost function gage garden gardener general german glass global gold golden good grace grand grant gray
    great green group guest guide hall hand handel hardware hardy harper hart haus head health help helpdesk hill
    holiday home hope host house hunt hunter image import inbox info information infra input integration intern
    internal international invoice issue jäger jira job jobs joy judge june junior kaiser kanzler keen key king
    klein knight knowledge koch kohl könig kunde kurz lab labor lake lamb lamm land lane lang lange language law
    leader leaf learn learning legal lehrer leiter level library licence license light lily link list little live
    local logistics long love machine mail main major manager management manual mark market marketing marsh martin
    mason master may mayer meister member merchant message middle mill miller mind mitglied model monitor moon
    moor morning moss mountain name neu new news nice noble north note notes null office officer online open
    operation operations operator orange order owner page pages palm park parker partner patch path payroll pearl
    penny people pepper peter phone pilot pine place plan planner plant platform play point poole poor pope porter
    portal post postman potter power price priest prince process product production profile program programm
    project projekt public purchase quality queen question quick rain ranger read reader reception record
    recruiting red release report request research reviewer rich richter right ring rise river road robin robot
    robust rock role root rose round royal ruby rule sage sales sand sander sandbox schäfer scholz school
    schreiber schule schwarz science scrum search season secretary section security senior server service services
    shared sharp shepherd short silver simple singer site sky small smart smith snow software someone song space
    speaker specialist spring staff stage staging stamm standard star stark start state stein steward stock stone
    storm strong student study sommer summer sun supervisor support sweet system systems table taylor teacher team
    tech technical template temple tester testing thomas time tool tools total tower town trainer training travel
    tree trial turner unknown update user users vale vendor version video view viewer virtual vogel vorstand
    walker wall wanderer ward warehouse waters watch water way weaver web weber website weiss weiß well wells west
    white wild will winter wise wolf wolff wood woods word work worker workshop world wright write year york young
    zimmer der die das und oder mit für aus bei nach über unter neue neuer neues alt alte groß große kein keine
    mein dein sein unser haben sind wird werden kann muss soll nicht auch noch nur schon sehr mehr hier dort dann
    wenn weil dass als abteilung anfrage anwender arbeit auftrag bereich bericht betrieb bild büro daten dienst
    einkauf ende entwicklung ergebnis firma frage gast gebäude geschäft gruppe haupt hilfe kontakt konto kosten
    kunden lager leitung lösung markt nutzer ordner personal preis produkt prüfung raum rechnung seite sekretariat
    stelle technik teil termin thema vertrag vertrieb verwaltung vorlage woche zeit zentrale ziel accueil achat
    aide année bureau commande compte contrat dossier droit équipe entreprise essai facture gestion groupe invité
    jour leblanc legrand lettre maison marché membre nouveau nouvelle petit petite plus poste projet réseau
    réunion roi rouge roux société soleil travail utilisateur vente ville amigo ayuda blanco calle campo casa
    ciudad cliente compras correo cruz cuenta delgado empresa equipo factura fuente grupo guerra invitado leon
    mesa moreno nuevo nueva oficina pedido prueba puerto rey rubio sistema soporte torres trabajo usuario ventas
    verde acquisti aiuto amministrazione azienda bianchi bianco conti costa fattura ferrari fontana gruppo leone
    marini monte nuovo nuova ospite progetto prova rossi rosso russo serra squadra ufficio utente vendite verdi
    afdeling baas bakker bedrijf beheer boer bos bosch bouw gebruiker groep huis inkoop jong klant koning kantoor
    kok leeuw meester meer mulder nieuw nieuwe prins smit taak tuin verkoop visser vos vraag vries werk winkel
    witte zee
    """
) | listed(" ".join(FUNCTION_WORDS))
