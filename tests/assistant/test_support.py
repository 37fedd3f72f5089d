"""The check of a model's sentence: what a passage says, in other words, and what it does not."""

from __future__ import annotations

import pytest

from assistant.support import check

PASSAGE = """\
Toute personne physique ou morale peut créer un groupement d'employeurs. Ses membres répondent \
solidairement de ses dettes envers les salariés. Le groupement n'a pas le droit de faire des \
bénéfices. Certaines associations ne créent un groupement qu'avec l'accord du maire.
Une CAE héberge les activités de chacun, alors qu'une SCOP mène une activité commune.
En 2023, 47 % des tiers-lieux avaient un bail, 23 % étaient propriétaires. Vérifiez que \
l'assurance couvre les chantiers."""
CONTEXT = "Le groupement d'employeurs (GE) > En bref"

TRUE = [
    "Un groupement d'employeurs peut être créé par toute personne physique ou morale.",
    "Les membres du groupement répondent solidairement de ses dettes envers les salariés.",
    "Le groupement ne fait pas de bénéfices.",
    "Une SCOP mène une activité commune et une CAE héberge les activités de chacun.",
    "En 2023, 23 % des tiers-lieux étaient propriétaires.",
]
FALSE = {
    "denied": "Aucune personne ne peut créer un groupement d'employeurs.",
    "denied with another word": "Nul ne peut créer un groupement d'employeurs.",
    "no longer denied": "Le groupement a le droit de faire des bénéfices.",
    "required": "Toute personne physique ou morale doit créer un groupement d'employeurs.",
    "some are all": "Toutes les associations créent un groupement avec l'accord du maire.",
    "only some": "Seules les personnes morales peuvent créer un groupement d'employeurs.",
    "without what is needed": "Certaines associations créent un groupement sans l'accord du maire.",
    "the doer and the other": "Les salariés répondent solidairement des dettes des membres.",
    "the part of another": "Une CAE mène une activité commune.",
    "another figure's noun": "En 2023, 47 % des tiers-lieux étaient propriétaires.",
    "a year off": "En 2022, 23 % des tiers-lieux étaient propriétaires.",
    "of two sentences": "Toute personne peut créer un groupement de tiers-lieux en 2023.",
    "a word more": "Les membres du groupement sont des imbéciles.",
    "a question left open": "L'assurance couvre les chantiers.",
    "too little": "Plus de dettes.",
}


@pytest.mark.parametrize("sentence", TRUE)
def test_what_the_passage_says_in_other_words_is_verified(sentence: str) -> None:
    assert check(sentence, PASSAGE, CONTEXT).supported


@pytest.mark.parametrize("name", FALSE)
def test_what_the_passage_does_not_say_is_doubted_and_the_reason_told(name: str) -> None:
    support = check(FALSE[name], PASSAGE, CONTEXT)
    assert not support.supported
    assert support.reason


def test_a_doubt_names_the_words_that_lack() -> None:
    support = check("Le groupement a été fermé en 1985 par le préfet.", PASSAGE, CONTEXT)
    assert "« 1985 »" in support.reason
    assert "« préfet »" in support.reason
