"""What documents are about: the closed lists of legal forms and themes, with their French names."""

from __future__ import annotations

from typing import Final

FORMS: Final = {
    "convention-partenariat": "Convention de partenariat",
    "collectif-informel": "Collectif informel",
    "association-ensembliere": "Association commune",
    "union-federation": "Union ou fédération d'associations",
    "groupement-employeurs": "Groupement d'employeurs (GE)",
    "geiq": "Groupement d'employeurs pour l'insertion et la qualification (GEIQ)",
    "gie": "Groupement d'intérêt économique (GIE)",
    "gcsms": "Groupement de coopération sociale et médico-sociale (GCSMS)",
    "scic": "Société coopérative d'intérêt collectif (SCIC)",
    "scop": "Société coopérative de production (SCOP)",
    "cae": "Coopérative d'activité et d'emploi (CAE)",
    "union-cooperatives-ues": "Union de coopératives ou d'économie sociale (UES)",
    "filiale-commerciale-esus": "Filiale commerciale et agrément ESUS",
    "ptce": "Pôle territorial de coopération économique (PTCE)",
    "fusion-scission-apa": "Fusion, scission, apport partiel d'actif",
    "groupement-momentane": "Groupement momentané d'entreprises",
    "gip": "Groupement d'intérêt public (GIP)",
    "fonds-dotation-fondation-abritee": "Fonds de dotation, fondation abritée",
    "mise-a-disposition": "Mise à disposition de locaux, matériel, personnel",
    "groupement-achats": "Groupement d'achats ou de commandes",
    "mandat-gestion": "Mandat de gestion",
    "sci-fonciere": "SCI et foncière partagée",
    "tiers-lieu": "Tiers-lieu",
}
THEMES: Final = {
    "definitions": "Définitions",
    "methode": "Méthode",
    "accompagnement": "Accompagnement",
    "gouvernance": "Gouvernance",
    "conflits": "Conflits et pouvoir",
    "emploi": "Salariés et bénévoles",
    "fiscalite": "Fiscalité",
    "droit": "Droit et contrats",
    "financement": "Financement",
    "acteurs": "Acteurs",
    "lieux": "Lieux et réseaux",
    "echelle": "Changement d'échelle",
    "exemples": "Exemples",
    "formes": "Formes de coopération",
}
