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
FORM_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "convention-partenariat": ("convention de partenariat", "convention de coopération"),
    "collectif-informel": ("collectif informel", "association non déclarée"),
    "association-ensembliere": ("association commune", "association ensemblière"),
    "union-federation": ("union d'associations", "fédération"),
    "groupement-employeurs": ("GE", "groupement d'employeurs"),
    "geiq": ("GEIQ",),
    "gie": ("GIE", "groupement d'intérêt économique"),
    "gcsms": ("GCSMS", "groupement de coopération sociale et médico-sociale"),
    "scic": ("SCIC", "société coopérative d'intérêt collectif"),
    "scop": ("SCOP",),
    "cae": ("CAE", "coopérative d'activité et d'emploi"),
    "union-cooperatives-ues": ("UES", "union d'économie sociale", "union de coopératives"),
    "filiale-commerciale-esus": ("filiale", "ESUS"),
    "ptce": ("PTCE", "pôle territorial de coopération économique"),
    "fusion-scission-apa": ("fusion", "fusionner", "scission", "apport partiel d'actif", "APA"),
    "groupement-momentane": ("groupement momentané", "GME", "cotraitance"),
    "gip": ("GIP", "groupement d'intérêt public"),
    "fonds-dotation-fondation-abritee": ("fonds de dotation", "fondation abritée"),
    "mise-a-disposition": ("mise à disposition",),
    "groupement-achats": ("groupement de commandes", "groupement d'achats", "achat groupé"),
    "mandat-gestion": ("mandat de gestion",),
    "sci-fonciere": ("SCI", "foncière"),
    "tiers-lieu": ("tiers-lieu", "tiers-lieux"),
}
"""What users call each form, to recognise what a question is about."""

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
