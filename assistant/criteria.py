"""What legal forms are compared on, and how what is said about each is recognised.

Patterns are read on folded text: lower case, no accents, straight apostrophes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of the grid: `title` in the margin, `question` in full for whoever wonders.

    A sentence is about it when it says `words` in a section called `heading`, the better when it is
    also `strong`; or when it says `alone`, wherever it stands. `label` names it in the margin or at
    the head of a table. What is `refused` is about something near. `most` quotes fill a cell;
    with `names_form`, they must name the form.
    """

    key: str
    title: str
    question: str
    heading: re.Pattern[str]
    words: re.Pattern[str]
    strong: re.Pattern[str] = _NEVER
    alone: re.Pattern[str] = _NEVER
    label: re.Pattern[str] = _NEVER
    refused: re.Pattern[str] = _NEVER
    most: int = 2
    names_form: bool = False


def _criterion(
    key: str,
    title: str,
    question: str,
    *,
    most: int = 2,
    names_form: bool = False,
    **patterns: str,
) -> Criterion:
    compiled = {name: re.compile(pattern) for name, pattern in patterns.items()}
    return Criterion(key, title, question, most=most, names_form=names_form, **compiled)


_TIME = r"(\d+|un|deux|trois|quatre|cinq|six|dix|quinze|trente) (jours?|semaines?|mois)\b"
_CREATION = r"creation|creer|demarche|formalite|constitution|immatriculation"

_ALL = (
    _criterion(
        "nature",
        "Ce que c’est",
        "De quoi s’agit-il ?",
        names_form=True,
        heading=r"en bref|definition|c'est quoi|qu'est[- ]ce|presentation",
        words=r"\b(est|sont|designe|reunit|rassemble|regroupe|transmet|transfere|partage|consiste)\b",
        alone=r"^(l'|les? |la |une? )[^.]{2,90}? (est une?\b|designe |consiste |se definit )",
        refused=r"n'est pas|n'est permise|par le code|est cree pour|est aussi|est soumis|est donc"
        r"|est lucrati",
    ),
    _criterion(
        "choisir",
        "Quand la choisir",
        "À quelle situation convient-elle ?",
        heading=r"quand .*choisir|pour qui|la choisir si",
        words=r"convien|adapte|sert\b|utile|choisi",
        strong=r"\bconvien(t|nent)\b",
        alone=r"\bconvien(t|nent) (plutot |surtout |bien |aussi )?(a|aux|quand|pour|lorsqu|comme)\b",
        label=r"choisir si",
        refused=r"^evitez|^preferez|convient mieux|ne convien",
    ),
    _criterion(
        "eviter",
        "Quand l’éviter",
        "À quelle situation ne convient-elle pas ?",
        heading=r"quand .*eviter|eviter si",
        words=r"^evitez|ne convien|deconseill|se prete mal",
        strong=r"^evitez|ne convien(t|nent) pas|deconseille",
        alone=r"ne convien(t|nent) pas|est deconseille",
        label=r"eviter si",
    ),
    _criterion(
        "membres",
        "Membres",
        "Qui peut en être membre, et combien faut-il être ?",
        heading=r"^(?!.*(responsabilite|dettes|droits|obligations)).*\b(membres?|associes|adherents)\b",
        words=r"membre|associe|adheren|rejoindre|\bentrer\b|fonde|signer|\blie\b|reuni|fusionner"
        r"|\bpersonnes?\b|acheteurs",
        strong=r"(deux|trois|sept|\d+) (\w+ )?(membres?|associes|personnes|categories|fondateurs)"
        r"|toute (personne|structure)|tout operateur|n'a pas de membres|peu(ven)?t (en |y |aussi )?"
        r"(former|fonder|entrer|rejoindre|(etre|devenir) (membre|associe|adheren|fondat))",
        alone=r"(peu(ven)?t (etre|devenir) (membres?|associes?|adherents?))|(reunit|compte|regroupe) "
        r"(au moins )?(deux|trois|sept|\d+) (membres|associes|personnes)",
        label=r"^(nombre (de|d') ?)?(membres?|associes|adherents)\b",
        refused=r"dettes?\b|^verifiez|^tenez",
    ),
    _criterion(
        "personnalite",
        "Personnalité morale",
        "Existe-t-elle en droit, à part de ses membres, et sous quelle forme ?",
        heading=r"personnalite|personne morale|statut juridique|nature juridique",
        words=r"personnalite (morale|juridique)|personne morale|capacite juridique|forme juridique",
        strong=r"personnalite (morale|juridique)|personne morale",
        alone=r"(acquiert|acquise?|donne|n'a pas|n'est pas|devient|est|prete|possede|dote|a sa propre"
        r"|a) ([\w']+ ){0,4}?(personnalite (morale|juridique)|personne morale|statut juridique)"
        r"|personne morale disparait|notion d'usage|prend (la forme d|l'une de ces formes)"
        r"|est un contrat par lequel",
        label=r"personnalite|personne morale|^forme( juridique)?$|^nature$|^statut",
        refused=r"transform|sans (creer|changer) de personne|peut devenir|personne morale nouvelle|toute "
        r"(personne|structure)|repond|candidat|associee? d|membre qui|titulaire",
    ),
    _criterion(
        "capital",
        "Capital et apports",
        "Faut-il un capital, et lequel ?",
        heading=r"\bcapital\b|\bapports\b",
        words=r"\bcapital\b|dotation|apport",
        strong=r"€|(sans|aucun|absence de) (aucun )?capital|rien a apporter",
        alone=r"(sans|aucun|pas de|absence de) (aucun )?capital|societe a capital variable|capital ([\w']+ )"
        r"{0,4}(est )?(variable|minimum|libre|facultatif)|(montant du|librement ([\w']+ ){0,4})"
        r"capital|dotation initiale d|de capital, soit|au moins [\d ]+€ de capital|rien a apporter"
        r"|pas d'apport",
        label=r"^capital|^dotation",
        refused=r"entr\w+ au capital|collectivit|detien|obligations|remunerat|reserves?\b|part de capital"
        r"|condition de capital|sous condition|qu'une association|personnalite morale rapide"
        r"|que les sources",
    ),
    _criterion(
        "responsabilite",
        "Responsabilité",
        "Qui paie les dettes ?",
        heading=r"responsabilite|dettes",
        words=r"dette|repond|responsab|solidair|solidarite|engagee?s?\b|risque",
        strong=r"solidair|solidarite|repond(ent)?\b|tenus\b|sans limite|proportion|poursui|paie|ne risqu|repartir",
        alone=r"(membres?|associes?|signataires?|partenaires?)\b[^.]{0,80}(repond|responsab|solidair|tenus)"
        r"[^.]{0,60}dettes?|dettes?\b[^.]{0,80}(solidair|a proportion)",
        label=r"^dettes|responsabilite|qui (paie|repond)|^engagement",
        refused=r"duree du travail|conditions d'execution|securite|comptable|provisionn|budget",
    ),
    _criterion(
        "gouvernance",
        "Gouvernance",
        "Qui décide, et comment se comptent les voix ?",
        heading=r"gouvernance|qui decide|pouvoir|direction|instances",
        words=r"gouvern|voix|\bvot|assemblee|conseil|administr|dirig|decision|comite|gerants?\b"
        r"|instances|\bgere\b|represente|unanimite|majorite",
        strong=r"\bvoix\b|unanimite|majorite|\belu|nomme|assemblee (generale )?des|administre par",
        alone=r"(une voix|voix est|\d+ % des (voix|droits de vote)|a l'unanimite|assemblee generale (elit"
        r"|decide|nomme))",
        label=r"^(vote|pouvoir|gouvernance|majorite des voix|mandataire)",
        refused=r"commissaire aux comptes|revision cooperative|convocation",
    ),
    _criterion(
        "salaries",
        "Salariés",
        "Peut-elle embaucher, et qui est l’employeur ?",
        heading=r"salarie|personnel\b|embauche|employer",
        words=r"salarie|personnel|embauch|recrut|contrats? de travail|\bemployeur\b|\bemploi",
        strong=r"embauch|recrut|contrats? de travail|\bemployeur\b|mis a disposition|statut de salarie"
        r"|pret(er|ent|e)?\b",
        alone=r"est l'employeur|employeur en titre|(peut|ne peut pas) (embaucher|recruter)",
        label=r"^(salaries|personnel|embauche)",
        refused=r"partage son resultat|depuis le 1er|conseil de prud|« securite sociale »|sortent aussi|\baides\b"
        r"|representant du personnel|proposition d'avenant",
    ),
    _criterion(
        "fiscalite",
        "Impôts",
        "Qui paie l’impôt sur les bénéfices ?",
        heading=r"fiscal|impot",
        words=r"impots?\b|fiscalite|statut fiscal|point fiscal|imposee?s?\b|lucrati",
        strong=r"impots? |imposee?s?\b|fiscalite (d'|est|se|suit|propre)|lucrative\b|lucratif\b",
        alone=r"impot sur les (societes|benefices)|impots commerciaux|impose[es]* (chacun )?sur sa part",
        label=r"^impots?|fiscal",
        refused=r"\btva\b|261 b|taxe sur les salaires|\bdons\b|mecenat|comite|tolerance|article de recherche"
        r"|encore en ligne|un associe|recettes lucratives|plus-values",
    ),
    _criterion(
        "tva",
        "TVA et taxe sur les salaires",
        "Les services rendus aux membres sont-ils taxés ?",
        heading=r"fiscal|tva|impot|taxe",
        words=r"\btva\b|taxe sur les salaires|261 ?b",
        strong=r"\btva\b.*(membres|services|facture|exoner|soumis|champ)|261 ?b|taxe sur les salaires",
        alone=r"(exoner|soumis|echapp|assujetti|factur)[^.]{0,50}\btva\b",
        label=r"^tva",
        refused=r"plafond de|franchise|groupe tva",
    ),
    _criterion(
        "creation",
        "Formalités de création",
        "Comment la crée-t-on ?",
        heading=_CREATION,
        words=r"\bcre(e|er|ation)\b|\bnait|naissance|declar|immatricul|approuv|\bsign|convention|statuts"
        r"|contrat|publication|traite|inscription|accord|\bmonte\b",
        strong=r"\b(se cree|nait|se monte|se prepare)\b|immatricul|\bdeclar(e|ation|ent)\b|approuve"
        r"|publication|recepisse|inscription|reconnaissance comme|depose",
        alone=r"\b(se cree|nait (d|par|juridiquement)|se constitue|s'immatricule)",
        label=r"^(creation|formalite|naissance|pour creer|forme exigee)",
        refused=r"^cree?r? un ptce candidat|resultats du|utilite sociale|association (transformee|devenue)"
        r"|agrements|chaque nouvelle|prefere|changement|appel a projets|absence de",
    ),
    _criterion(
        "delai",
        "Délai de création",
        "Combien de temps faut-il ?",
        heading=_CREATION,
        words=rf"\bdelai|calendrier|temps d'approbation|dans le mois|{_TIME}",
        strong=r"recepisse|silence|approbation|immatriculation|parcours|informe|oppos",
        alone=rf"(recepisse|immatricul|approb)[^.]{{0,80}}{_TIME}",
        label=r"^delai",
        refused=r"changement|modification|adhesion|d'une opposition|cesse|essai|teste|au capital|dure |duree "
        r"maxim|comptes de|appel|subvention|pret ",
    ),
    _criterion(
        "cout",
        "Coût de création",
        "Combien coûte la création ?",
        heading=_CREATION,
        words=r"gratuit|\bcout|\bfrais\b|tarif|devis",
        strong=r"gratuit|\bcout|€",
        alone=r"(declaration|publication|creation|immatriculation)[^.]{0,60}(gratuit|ne coute|coutait"
        r"|coute )|rapide a ecrire, gratuit",
        label=r"^cout",
        refused=r"frais de fonctionnement|cout reel|cout facture|de gestion|pret a usage|communal|gratuite du"
        r"|frais partages|associes? de|en association",
    ),
    _criterion(
        "benefices",
        "Bénéfices",
        "Que deviennent les excédents ?",
        heading=r"benefices?\b|excedents?|partage du resultat|affectation",
        words=r"benefice|excedent|resultat",
        strong=r"reserves?\b|partag|reparti|distribu|attribu",
        alone=r"(partag|reparti|attribu|distribu|gard|cherche)\w*[^.]{0,50}(benefice|excedent|resultat)"
        r"|\b(benefices|excedents)[^.]{0,50}(partag|reserve|revient|reparti|distribu)|(structure|personne "
        r"morale|morale privee) (sans|a) but (non )?lucratif",
        label=r"^(benefices?|excedents?|resultat)\b",
        refused=r"impot|impos|taxe|fiscal|participation|bareme|projets? partag",
    ),
    _criterion(
        "sortie",
        "Départ d’un membre",
        "Comment la quitte-t-on ?",
        heading=r"sortir|sortie|retrait|depart|quitter",
        words=r"\bsort|quitt|\bretir|depart|retrait|partir|\bpart\b|rembours|revoqu|resili|recuper"
        r"|prend fin|sans retour|remplace",
        strong=r"\bsort(ir|ie)?\b|quitt|se retire|retrait|revoqu|resili|remplace",
        alone=r"(membre|associe|association)s? (peut|peuvent|se) (se )?(retirer|retire|sortir|quitter)",
        label=r"^(sortie|depart|retrait|pour sortir)",
        refused=r"^(?!.*(sorti|retrait|quitt|retire)).*(dissou|dissolution|liquidation)|risque|exclusion",
    ),
    _criterion(
        "fin",
        "Fin et dissolution",
        "Que se passe-t-il quand elle s’arrête ?",
        heading=r"sortir|sortie|dissolution|fin\b|liquidation",
        words=r"dissou|dissolution|liquidation|prend fin|s'arrete|court jusqu'a son terme|jusqu'a son terme",
        strong=r"dissou|dissolution|prend fin|terme\b",
        alone=r"\b(est dissous|se dissout|a la dissolution|prend fin (dans|par|au))",
        label=r"^(fin|dissolution|duree)\b",
        refused=r"membre peut sortir|fin d'un exercice|sans liquidation|votent|ags\b|agrement",
    ),
    _criterion(
        "atouts",
        "Premier atout",
        "Qu’y gagne-t-on d’abord ?",
        most=1,
        heading=r"atouts?|avantages?|interets?\b|points forts",
        words=r"\w",
        strong=r"premier atout|permet|offre|donne",
    ),
    _criterion(
        "vigilance",
        "Premier point de vigilance",
        "Que surveiller d’abord ?",
        most=1,
        heading=r"vigilance|limites\b|inconvenients?|points faibles|^risques?",
        words=r"\w",
        strong=r"\bpremi(er|ere)\b|principal|point faible|essentiel",
    ),
    _criterion(
        "base",
        "Textes",
        "Quels textes la régissent ?",
        heading=r"base legale|cadre (legal|juridique)|textes?\b",
        words=r"\blois?\b|articles?\b|code\b|decret|notion|textes\b",
        strong=r"\b(est|sont) (regie?s?|definie?s?)\b|repose sur|releve(nt)? d|encadrent|\bregit|organisent"
        r"|\bsuit les articles|definit",
        alone=r"\b(est|sont) regie?s? par",
        label=r"^textes?\b",
        refused=r"^(relisez|citez|faites)|lus que dans",
    ),
)

CRITERIA: Final = {criterion.key: criterion for criterion in _ALL}
"""By key, in the order of the grid."""

USUAL: Final = tuple(
    "nature choisir eviter membres personnalite capital responsabilite gouvernance salaries fiscalite"
    " creation delai sortie".split()
)
"""What is compared unless one says otherwise."""
