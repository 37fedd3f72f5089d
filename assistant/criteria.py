"""What legal forms are compared on, and how a sentence about each is recognised.

Patterns are read on folded text (lower case, no accents, straight apostrophes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of the grid: `title` in the margin, `question` in full for whoever asks what it means.

    A sentence is about it when it stands in a section called `heading` and says `words`, or when it
    says `telling` wherever it stands. `label` names it in the margin or the head of a table.
    What says `refused` is about something near it.
    """

    key: str
    title: str
    question: str
    heading: re.Pattern[str]
    words: re.Pattern[str]
    telling: re.Pattern[str]
    label: re.Pattern[str] = NEVER
    refused: re.Pattern[str] = NEVER


def _criterion(
    key: str, title: str, question: str, *, heading: str, words: str, telling: str = "",
    label: str = "", refused: str = "",
) -> Criterion:  # fmt: skip
    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern) if pattern else NEVER

    return Criterion(
        key, title, question, re.compile(heading or "(?!)"), re.compile(words),
        compiled(telling), compiled(label), compiled(refused),
    )  # fmt: skip


_ALL = (
    _criterion(
        "nature", "Ce que c’est", "De quoi s’agit-il ?",
        heading=r"en bref|definition|c'est quoi|qu'est[- ]ce|presentation",
        words=r"\b(est|sont|designe|reunit|rassemble|regroupe|transmet|consiste)\b",
        telling=r"^(l'|les? |la |une? |des )[^.]{4,90}?\b(est|sont|designe|reunit|rassemble|regroupe|transmet) ",
        refused=r"n'est pas|existe|est cree pour|est aussi|est soumis",
    ),
    _criterion(
        "choisir", "Quand la choisir", "À quelle situation convient-elle ?",
        heading=r"quand .*choisir|pour qui",
        words=r"convien|adapte|sert|utile|choisi",
        telling=r"\bconvien(t|nent)\b(?! (de|d'))",
        label=r"choisir si",
    ),
    _criterion(
        "eviter", "Quand l’éviter", "À quelle situation ne convient-elle pas ?",
        heading=r"quand .*eviter",
        words=r"^evitez|ne convien|deconseill|se prete mal|^preferez",
        telling=r"^evitez|ne convien(t|nent) pas|deconseille",
        label=r"eviter si",
    ),
    _criterion(
        "membres", "Membres", "Qui peut en être membre, et combien faut-il être ?",
        heading=r"\bmembres?\b(?! repond)|associes\b|adherents\b",
        words=r"membre|associe|adheren|rejoindre|\bentrer\b|fonde|signer|\blie\b|reuni|personnes? "
        r"(physiques?|morales?|publiques?)",
        label=r"^(nombre (de|d') ?)?(membres?|associes|adherents)\b",
    ),
    _criterion(
        "personnalite", "Personnalité morale",
        "Existe-t-elle en droit, à part de ses membres ?",
        heading=r"personnalite|personne morale",
        words=r"personnalite (morale|juridique)|personne morale|capacite juridique",
        telling=r"(acquiert|acquis|donne|n'a pas|n'est pas|devient|est|prete|sans|possede|dote|cree"
        r"|a sa propre)\b[^.]{0,40}(personnalite (morale|juridique)|personne morale|statut "
        r"(juridique|propre))",
        label=r"personnalite|personne morale",
        refused=r"transform|sans (creer|changer)|peut devenir|nouvelle|toute personne|personnes? morales? "
        r"(au moins|comme)|une personne morale peut",
    ),
    _criterion(
        "capital", "Capital", "Faut-il un capital, et lequel ?",
        heading=r"\bcapital\b|apports",
        words=r"\bcapital\b|dotation",
        telling=r"(sans|aucun|pas de|absence de) (aucun )?capital|capital (est |d'une \w+ est )?"
        r"(variable|minimum|libre|facultatif)|(montant|fixent librement)[^.]{0,20} capital|dotation "
        r"initiale|de capital\b|demande au moins",
        label=r"^capital|^dotation",
        refused=r"entr\w+ au capital|collectivit|detenir|detien|obligations|remunerat|reserves?\b|part de "
        r"capital|condition de capital",
    ),
    _criterion(
        "responsabilite", "Responsabilité", "Qui paie les dettes ?",
        heading=r"responsabilite|dettes",
        words=r"dette|repond|responsab|solidair|solidarite|engagee?s?\b|risque",
        label=r"^dettes|responsabilite|qui (paie|repond)|^engagement",
    ),
    _criterion(
        "gouvernance", "Gouvernance", "Qui décide, et comment se comptent les voix ?",
        heading=r"gouvernance|qui decide|pouvoir|direction",
        words=r"gouvern|voix|\bvot|assemblee|conseil|administr|dirig|decision|comite|gerant"
        r"|instances|gere\b",
        label=r"^(vote|pouvoir|gouvernance|majorite des voix)",
    ),
    _criterion(
        "salaries", "Salariés", "Peut-elle embaucher, et qui est l’employeur ?",
        heading=r"salarie|personnel\b|embauche",
        words=r"salarie|personnel|embauch|recrut|contrats? de travail|employeu|emploi",
        label=r"^(salaries|personnel|embauche)",
    ),
    _criterion(
        "fiscalite", "Impôts", "Qui paie l’impôt sur les bénéfices ?",
        heading=r"fiscal|impot",
        words=r"impot|fiscal|imposee?s?\b|lucrati",
        telling=r"impot sur les (societes|benefices)|impots commerciaux",
        label=r"^impots?",
        refused=r"\btva\b|taxe sur les salaires|\bdons\b|mecenat|comite",
    ),
    _criterion(
        "tva", "TVA et taxe sur les salaires", "Les services aux membres sont-ils taxés ?",
        heading=r"fiscal|tva|impot",
        words=r"\btva\b|taxe sur les salaires|261 ?b",
        telling=r"\btva\b|taxe sur les salaires",
        label=r"^tva",
    ),
    _criterion(
        "creation", "Formalités de création", "Comment la crée-t-on ?",
        heading=r"creation|creer|demarche|formalite|constitution",
        words=r"\bcree|\bnait|naissance|declar|immatricul|approuv|sign|convention|statuts|contrat|public"
        r"|traite|inscription|accord|monte|recense|informe",
        telling=r"\b(se cree|nait|se prepare|se monte)\b",
        label=r"^(creation|formalite|naissance|reconnaissance|pour creer|forme exigee)",
    ),
    _criterion(
        "delai", "Délai de création", "Combien de temps faut-il ?",
        heading=r"creation|creer|demarche|formalite|constitution",
        words=r"\bdelai|calendrier|temps d'approbation"
        r"|(\d+|un|deux|trois|quatre|cinq|six|dix|quinze|trente) (jours?|semaines?|mois)\b",
    ),
    _criterion(
        "cout", "Coût de création", "Combien coûte la création ?",
        heading=r"creation|creer|demarche|formalite|constitution",
        words=r"gratuit|cout\w*|\bfrais\b|tarif|devis",
    ),
    _criterion(
        "benefices", "Bénéfices", "Que deviennent les excédents ?",
        heading=r"benefices?\b|excedents?|partage du resultat",
        words=r"benefice|excedent|resultat",
        telling=r"(partag|reparti|attribu|distribu|gard|met|cherche)\w*[^.]{0,50}"
        r"(benefice|excedent|resultat)|(benefice|excedent|resultat)[^.]{0,50}(partag|reserve|revient"
        r"|reparti|distribu)",
        label=r"^(benefices?|excedents?|resultat)\b",
        refused=r"impot|impos|taxe|fiscal",
    ),
    _criterion(
        "sortie", "Départ d’un membre", "Comment la quitte-t-on ?",
        heading=r"sortir|sortie|retrait|depart|quitter",
        words=r"\bsort|quitt|retir|depart|retrait|partir|\bpart\b|rembours|revoqu|resili|recuper|prend fin",
        label=r"^(sortie|depart|retrait|pour sortir)",
        refused=r"dissou|dissolution|liquidation",
    ),
    _criterion(
        "fin", "Fin et dissolution", "Que se passe-t-il quand elle s’arrête ?",
        heading=r"sortir|sortie|dissolution|fin\b",
        words=r"dissou|dissolution|liquidation|prend fin|s'arrete|fermer|\bfin d|terme\b",
        telling=r"dissolution|dissou[st]|\bliquidation",
    ),
    _criterion(
        "atouts", "Premier atout", "Qu’y gagne-t-on d’abord ?",
        heading=r"atouts?|avantages?|interets?\b",
        words=r"\w",
    ),
    _criterion(
        "vigilance", "Premier point de vigilance", "Que surveiller d’abord ?",
        heading=r"vigilance|limites?|inconvenients?|risques?",
        words=r"\w",
        telling=r"\bpremi(er|ere)\b|principal",
    ),
    _criterion(
        "base", "Textes", "Quels textes la régissent ?",
        heading=r"base legale|cadre (legal|juridique)|textes?\b",
        words=r"\bloi\b|\blois\b|article|code\b|decret|notion",
        telling=r"\b(est|sont) regie?s?\b|repose sur|releve(nt)? d|encadrent|regit",
        label=r"^textes?\b",
    ),
)  # fmt: skip

CRITERIA: Final = {criterion.key: criterion for criterion in _ALL}
"""In the order of the grid."""

USUAL: Final = (
    "nature", "choisir", "eviter", "membres", "personnalite", "capital", "responsabilite",
    "gouvernance", "salaries", "fiscalite", "creation", "delai", "sortie",
)  # fmt: skip
"""What is compared unless one says otherwise."""
