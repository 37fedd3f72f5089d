from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.wording import likeness, states, supports


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Le groupe engage pour trois années civiles.", "3 ans civils"),
        (
            "Chaque membre est tenu solidairement de la taxe.",
            "membres tenus solidairement de la taxe",
        ),
        ("Le plafond est de 80 011 €.", "80011 euros"),
        ("Un groupement d'employeurs paie la taxe.", "le GE paie la taxe"),
        ("Le GE paie la taxe.", "le groupement d'employeurs paie la taxe"),
        ("La DREETS a un mois pour s'opposer.", "un mois"),
        ("Une association ne peut pas être associée d'une SNC.", "ne peut pas être associée"),
        ("Il est interdit de reverser la subvention.", "on ne peut pas reverser une subvention"),
    ],
)
def test_a_point_is_said_in_other_words(text: str, point: str) -> None:
    assert states(text, point).present


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Le groupe engage pour quatre années civiles.", "trois années civiles"),
        ("La DREETS a deux mois pour s'opposer.", "un mois"),
        ("Il faut 5 membres, pendant deux ans.", "5 ans"),
        ("Le plafond est de 30 %.", "30 €"),
        ("L'Avise a publié un guide.", "un guide de France Active"),
        ("Une association peut être associée d'une SAS.", "ne peut pas être associée"),
        ("Les membres paient une cotisation.", "les membres répondent des dettes"),
    ],
)
def test_a_point_is_not_said_when_a_figure_a_name_a_denial_or_too_many_words_lack(
    text: str, point: str
) -> None:
    assert not states(text, point).present


def test_typography_does_not_hide_support() -> None:
    assert supports(
        "Le plafond  est de\n80 011 € ; il change.", "le plafond est de 80 011 €"
    ).present


@pytest.mark.parametrize(
    "statement",
    [
        "Le GIE de 200 salariés a un commissaire aux comptes.",
        "Le GIE de 100 salariés a un commissaire aux comptes selon l'Avise.",
        "Le GIE de 100 salariés a un commissaire aux comptes (art. L. 251-12).",
        "Le GIE distribue ses bénéfices entre ses fondateurs chaque trimestre.",
    ],
)
def test_a_statement_that_says_more_than_its_evidence_is_not_supported(statement: str) -> None:
    evidence = "Un commissaire aux comptes contrôle le GIE qui compte 100 salariés."
    assert not supports(evidence, statement).present


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_text_supports_its_own_parts_and_likeness_is_symmetric(a: str, b: str) -> None:
    assert supports(f"{a} {b}", a).present
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b) <= 1
