"""What is asked of the assistant that no quote can give, told before anything is searched.

A document to be written, a verdict on somebody's own case, or the rules to be broken: each is
declined in its own words, and oriented.
"""

from __future__ import annotations

import re

from corpus import french

NO_DRAFTING = (
    "Je ne rédige ni acte ni courrier : je cite ce que disent les documents. Demandez plutôt ce "
    "qu'ils disent du sujet, ou adressez-vous à un professionnel."
)
NO_VERDICT = (
    "Je ne tranche pas un cas particulier : je cite ce que disent les documents. Demandez la règle "
    "générale, et faites examiner votre situation par un professionnel."
)
NO_BREACH = (
    "Je ne réponds qu'aux questions sur la coopération entre structures. Posez-en une : chaque "
    "phrase de la réponse montrera sa page."
)

_DRAFTING = re.compile(
    r"^(?:bonjour |merci de |peux-tu |pouvez-vous |tu peux |vous pouvez |svp )*(?:me )?"
    r"(?:redige[rz]?|ecri[st]|ecrivez|ecrire|prepare[rz]?|genere[rz]?|fai(?:s|tes)|compose[rz]?)"
    r"(?:[- ]?(?:moi|nous|la|le|les|l'))?\b.{0,60}"
    r"\b(?:assignation|recours|plainte|conclusions|courrier|lettre|mise en demeure|mail|discours"
    r"|statuts|contrat|requete|memoire|attestation|poeme|article)"
)
_VERDICT = re.compile(
    r"\b(?:chances? de (?:gagner|perdre)|valable devant|est-(?:il|elle) (?:valable|legal|imposable)"
    r"|confirmez? (?:que|qu')|certifiez?|relis(?:ez)?|corrigez?|calculez?"
    r"|di(?:s|tes)-(?:moi|nous) si|oui ou non|puis-je licencier|(?:dois-je|doit-on) (?:leur|lui)"
    r" repondre)\b"
)
_OWN_CASE = re.compile(r"\b(?:notre|nos|mon|ma|mes|nous|je|j'\w+|puis-je|dois-je)\b")
_BREACH = re.compile(
    r"\b(?:ignorez? (?:toutes )?(?:tes|vos|les) (?:\w+ )?(?:instructions|consignes|regles)"
    r"|prompt systeme|(?:tes|vos) mots? de passe|tu es (?:desormais|maintenant)"
    r"|inventez? (?:un|une|des)|sans citer|fau(?:x|sse) (?:reference|article|source))|^system\s*:"
)


def declined(text: str) -> str | None:
    """Why a question is declined before anything is searched, in French; None when it is not."""
    folded = french.fold(text)
    breach = _BREACH.search(folded)
    if breach and "?" not in folded[: breach.start()]:
        return NO_BREACH  # what follows a question is data, and the question is answered
    if _DRAFTING.search(folded):
        return NO_DRAFTING
    if _VERDICT.search(folded) and _OWN_CASE.search(folded):
        return NO_VERDICT
    return None
