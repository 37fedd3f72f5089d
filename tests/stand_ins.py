"""Look-alikes of the four reference documents, which cannot be shipped: same traps, our own text.

- `guide`: laid out as by InDesign, the side column and the folio written before the main text.
- `magazine`: three columns, ligatures lost by the text layer, words broken at line ends, folios
  that are not the pages of the file.
- `scan`: pictures of pages, as exported by a web viewer.
"""

from __future__ import annotations

import io
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pypdf
import typst
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

GUIDE_TITLE: Final = "Coopérer pas à pas, le guide des structures qui hésitent encore"
GUIDE_HEAD: Final = "Coopérer pas à pas"
GUIDE_FIRST_FOLIO: Final = 1  # of the third page: the cover and the one behind it bear none
MAGAZINE_HEAD: Final = "revue des communs"
MAGAZINE_FIRST_FOLIO: Final = 24
MAGAZINE_TITLE: Final = "Ce que coopérer change au quotidien"
SCAN_PAGES: Final = (
    "Jouer collectif demande un terrain, des règles et un arbitre que chacun respecte.",
    "Le terrain est le besoin commun ; les règles s'écrivent ensemble, et l'arbitre est choisi.",
    "Quand la partie s'arrête, les joueurs se remercient et gardent le score pour mémoire.",
)


class Article(NamedTuple):
    """A heading, the paragraphs under it, and what stands beside and among them."""

    heading: str
    main: tuple[str, ...]
    side: str
    box: str


def _articles(text: str) -> tuple[Article, ...]:
    """The articles of a text: "#" opens a heading, ">" a side column, "!" a boxed aside."""
    blocks = [" ".join(block.split()) for block in text.strip().split("\n\n")]
    starts = [n for n, block in enumerate(blocks) if block.startswith("# ")]
    found = []
    for start, end in pairwise([*starts, len(blocks)]):
        inside = blocks[start + 1 : end]
        marked = {block[0]: block[2:] for block in inside if block[0] in ">!"}
        main = tuple(block for block in inside if block[0] not in ">!")
        found.append(Article(blocks[start][2:], main, marked.get(">", ""), marked.get("!", "")))
    return tuple(found)


GUIDE_PAGES: Final = _articles("""
# Se donner envie

Une coopération commence rarement par un contrat. Elle naît d'une rencontre, d'un repas partagé,
d'un constat que deux équipes font le même jour sans se connaître.

Prenez le temps de raconter votre structure à vos futurs partenaires. Dites ce que vous savez
faire, ce qui vous manque, et ce à quoi vous ne renoncerez jamais.

Un premier rendez-vous sans ordre du jour vaut mieux qu'une longue note. On y découvre les rythmes
de chacun, les mots qui fâchent et les envies qui se répondent.

Notez ensemble trois besoins communs avant de vous quitter. Cette courte liste servira de boussole
quand les discussions deviendront plus techniques.

> Le regard de Maya, animatrice : « Nous avons visité les locaux des autres avant de parler
d'argent. Tout est devenu plus simple. »

! À retenir : la confiance se construit par de petits gestes répétés, jamais par une signature.

# Choisir un petit projet

Un essai modeste apprend davantage qu'un grand plan. Une fête de quartier, un achat groupé de
papier ou une formation commune suffisent pour éprouver la relation.

Fixez d'emblée la durée de cet essai et la manière de le terminer. Savoir que l'on peut s'arrêter
sans rancune rend chacun plus généreux.

Désignez une personne qui tient le calendrier et relance les absents. Ce rôle discret fait souvent
la différence entre une belle idée et une habitude.

> Repère pour l'animateur : prévoyez une heure de préparation par heure de réunion, et gardez dix
minutes pour recueillir les ressentis.

! Écueil fréquent : promettre trop vite des locaux ou du temps de travail que le conseil
d'administration n'a pas accordés.

# Faire le bilan

Au bout de six mois, réunissez tout le monde autour d'une grande feuille. Chaque équipe écrit ce
que la coopération lui a apporté et ce qu'elle lui a coûté.

Comparez ces notes avec les trois besoins du départ. Un écart n'est pas un échec : il montre que
le projet a changé, et qu'il faut sans doute changer les règles.

Décidez enfin si vous continuez, si vous élargissez le cercle ou si vous vous séparez. Les trois
issues sont honorables lorsqu'elles sont dites clairement.

> Pour aller plus loin : gardez une trace des réussites minuscules. Elles convainquent les
partenaires mieux qu'un tableau de chiffres.

! Question à poser : que nous manquerait-il demain si cette coopération cessait du jour au
lendemain ?
""")

MAGAZINE_ARTICLES: Final = _articles("""
# Une confiance à reconstruire

Les associations du canton avaient connu des années difficiles. Les aides financières baissaient,
les bénéficiaires devenaient plus nombreux, et chaque direction surveillait son territoire comme
une forteresse.

Le premier effort fut de reconnaître ces conflits au lieu de les taire. Une médiatrice a proposé
un cadre simple : parler à tour de rôle, sans couper, puis reformuler ce que l'on venait
d'entendre.

Cette réflexion a duré tout un hiver. Elle a permis de définir ce que chacun refusait de perdre,
et d'identifier les services que personne ne pouvait offrir seul aux familles.

La confiance est revenue par les chiffres autant que par les mots. Lorsque les comptes ont été
affichés sur la table, les soupçons ont laissé place à des questions concrètes.

# Des outils au service du projet

Une fois les objectifs fixés, les partenaires ont cherché un outil suffisamment souple. Ils
voulaient se coordonner efficacement sans créer une structure de plus ni figer leurs rôles.

Un planning partagé, une messagerie commune et deux réunions par trimestre ont suffi la première
année. Le secrétariat tournait d'une maison à l'autre, afin que personne ne devienne
indispensable.

Les difficultés sont venues de détails inattendus : des logiciels incompatibles, des jours fériés
différents, un vocabulaire que les uns jugeaient trop officiel et les autres trop flou.

Ces frottements ont fini par nourrir un petit glossaire. Il se lit aujourd'hui comme le portrait
fidèle d'une équipe qui s'est choisie lentement.

# Transmettre sans refermer

Le départ de la fondatrice aurait pu tout arrêter. Le collectif avait heureusement préparé ce
moment en confiant très tôt des responsabilités à plusieurs personnes.

Un carnet de bord raconte les décisions, les hésitations et les réussites. Les nouveaux venus le
feuillettent avant leur première réunion, puis y ajoutent leurs propres observations.

Rien ne garantit que la coopération survivra à toutes les influences extérieures. Mais ceux qui
l'ont bâtie affirment qu'elle leur a appris à travailler autrement, ce que nul ne pourra leur
enlever.

# Le temps long des petites équipes

Chaque printemps, la coordinatrice refait le compte des heures données. Le résultat surprend
toujours : les réunions pèsent moins que les trajets, et les trajets moins que les messages
laissés sans réponse.

Pour fluidifier ces échanges, l'équipe a choisi un seul outil et une règle courte. Un message
important se confirme de vive voix, un message confus se réécrit, un message inutile ne part pas.

Les bénévoles y ont gagné des soirées, les salariés une meilleure visibilité. Ce bénéfice discret
ne figure dans aucun rapport, mais chacun le cite lorsqu'on lui demande pourquoi il reste.

# Parler d'argent sans se fâcher

La question financière arrive toujours, souvent trop tard. Les partenaires ont donc décidé d'en
parler dès la deuxième rencontre, avec un tableau affiché au mur et des feutres de trois couleurs.

En vert, ce que chacun offre volontiers ; en orange, ce qu'il peut offrir une année ; en rouge, ce
qu'il refuse de financer. La réflexion avance vite quand les limites sont visibles.

Un bénéficiaire des ateliers a proposé d'y ajouter une quatrième couleur, pour ce que les
habitants apportent eux-mêmes. Cette suggestion a modifié la manière dont le groupe se raconte.

Depuis, la confiance ne repose plus sur une seule personne. Elle se vérifie dans les chiffres, se
nourrit des efforts partagés, et supporte mieux les difficultés ordinaires.

# Un local, trois usages

Le matin, la grande salle accueille un café où chacun vient feuilleter le journal. L'après-midi,
elle devient un atelier de couture ; le soir, une troupe d'amateurs y répète devant des chaises
vides.

Ces usages se gênaient au début, et les conflits éclataient pour une fenêtre restée ouverte. Un
affichage clair, quelques étagères fermées et une clé confiée à une seule personne ont suffi à
calmer les esprits.

Le plus difficile fut de fixer la part de chacun dans les dépenses. Les équipes ont finalement
compté les heures, puis arrondi en faveur de la plus petite, qui offre en échange des spectacles
aux habitants.

Personne ne prétend que cette formule conviendrait partout. Elle fonctionne ici parce qu'elle a
été discutée longuement, relue chaque année, et modifiée dès qu'un des trois groupes se sentait
lésé.

# Ce que les voisins en disent

Au marché, on reconnaît désormais les trois maisons à leur affiche commune. Les commerçants y
voient un signe de santé, les élus un modèle, et les enfants un prétexte pour réclamer des crêpes.

Une voisine confie qu'elle se méfiait de ces grandes fédérations lointaines. Elle vient maintenant
chaque jeudi, parce qu'elle sait à qui elle parle et ce que devient ce qu'elle donne.

La coopération se mesure peut-être ainsi : non par le nombre de signatures au bas d'une charte,
mais par le nombre de prénoms que l'on connaît d'une rive à l'autre du fleuve.
""")


# --- the guide ----------------------------------------------------------------------------------

_GUIDE: Final = """
#set document(title: "{title}")
#set page("a4", margin: (x: 2cm, top: 2.6cm, bottom: 2.4cm))
#set text(10.5pt, lang: "fr", hyphenate: true)
#set par(justify: true, spacing: 1.1em)
#align(center + horizon)[#text(26pt, weight: "bold")[{title}]

#text(13pt)[Éditions du Préau]]
#pagebreak()
#v(1fr)
Achevé d'imprimer pour les besoins des essais, au printemps.
"""
_GUIDE_PAGE: Final = """
#pagebreak()
#place(top + right, dx: 0.6cm, dy: 1.2cm, block(
  width: 4.6cm, fill: rgb("#e3eef2"), inset: 8pt,
  align(left, text(8.5pt, font: "New Computer Modern")[{side}])))
#place(bottom + center, dy: 1.4cm)[– {folio} –]
#place(top + left, dy: -1.4cm)[#text(8pt)[{head}]]
#block(width: 11.6cm)[
  #text(17pt, weight: "bold", fill: rgb("#0b5563"))[{heading}]

  {first}

  #block(width: 100%, stroke: 1pt + rgb("#0b5563"), fill: rgb("#f6f1e4"), inset: 9pt)[{box}]

  {rest}
]
"""


def guide(path: Path, title: str = GUIDE_TITLE) -> Path:
    """A guide of five pages: main column, side column, boxed aside in mid-text, folios."""
    source = _GUIDE.format(title=title)
    for folio, page in enumerate(GUIDE_PAGES, GUIDE_FIRST_FOLIO):
        source += _GUIDE_PAGE.format(
            head=GUIDE_HEAD,
            folio=folio,
            heading=page.heading,
            side=page.side,
            box=page.box,
            first="\n\n".join(page.main[:2]),
            rest="\n\n".join(page.main[2:]),
        )
    path.write_bytes(_pdf(source))
    return path


# --- the magazine -------------------------------------------------------------------------------

_MAGAZINE: Final = """
#set page(width: 21cm, height: 21cm, margin: (x: 1.6cm, top: 2.4cm, bottom: 2.2cm), columns: 3,
  header: context [#set text(8pt)
    15 mai 2017 – {head} 559 #h(1fr) #(here().page() + {before})])
#set columns(gutter: 0.6cm)
#set text(9pt, lang: "fr", hyphenate: true)
#set par(justify: true, spacing: 0.9em, first-line-indent: 0pt)
#place(top + left, scope: "parent", float: true)[#text(24pt, weight: "bold")[{title}]]
"""
_ARTICLE: Final = """
#block(sticky: true)[#text(12pt, weight: "bold")[{heading}]]
{main}
#v(0.5cm)
"""


def magazine(path: Path, title: str = MAGAZINE_TITLE, head: str = MAGAZINE_HEAD) -> Path:
    """Articles on pages of three columns, numbered from 24, their ligatures lost."""
    source = _MAGAZINE.format(head=head, before=MAGAZINE_FIRST_FOLIO - 1, title=title)
    for article in MAGAZINE_ARTICLES:
        source += _ARTICLE.format(heading=article.heading, main="\n\n".join(article.main))
    path.write_bytes(spoiled(_pdf(source)))
    return path


_LIGATURE = re.compile(rb"(<[0-9a-fA-F]+>\s*)<0066(?:0066|0069|006[cC])+>")
_SOFT_HYPHEN = re.compile(rb"(<[0-9a-fA-F]+>\s*)<00[aA][dD]>")


def spoiled(pdf: bytes) -> bytes:
    """A PDF of typst with ligatures that read as a space, and breaks that read as plain hyphens."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    found = 0
    for page in writer.pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            table = font.get_object()["/ToUnicode"].get_object()
            body, count = _LIGATURE.subn(rb"\1<0020>", table.get_data())
            table.set_data(_SOFT_HYPHEN.sub(rb"\1<002D>", body))
            found += count
    if not found:
        raise ValueError("the font set no ligature")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


# --- the scans ----------------------------------------------------------------------------------


def scan(path: Path, title: str) -> Path:
    """Pictures of pages, without a text layer."""
    pages = [f"#align(center + horizon)[#text(28pt)[{title}]]", *SCAN_PAGES]
    source = '#set page("a5")\n#set text(14pt, lang: "fr")\n' + "\n#pagebreak()\n".join(pages)
    drawn: Any = typst.compile(source.encode(), format="png", ppi=110.0, ignore_system_fonts=True)
    images = [Image.open(io.BytesIO(png)).convert("RGB") for png in drawn]
    images[0].save(path, "PDF", save_all=True, append_images=images[1:], resolution=110)
    return path


def _pdf(source: str) -> bytes:
    made = typst.compile(source.encode(), ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made
