"""How the HTTP interface says what is wrong: a status, a stable code, a message and a remedy.

The codes are part of the interface: they stay when the French words change.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from assistant.web.markup import spaced
from corpus import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.errors import CoopError


class ProblemJson(TypedDict):
    """What is wrong: a stable code, then in French what happened and what to do."""

    code: str
    message: str
    remedy: str


class Problem(NamedTuple):
    """A problem of the interface itself."""

    status: int
    code: str
    message: str
    remedy: str


UNAUTHENTICATED: Final = Problem(
    401,
    "unauthenticated",
    "Cet assistant demande un mot de passe.",
    "Envoyez-le (HTTP Basic), ou un jeton obtenu par POST /connexion (Bearer).",
)
SESSION_OVER: Final = Problem(
    401, "session_over", "Cette session n'est plus valable.", "Reconnectez-vous : /connexion"
)
WRONG_PASSWORD: Final = Problem(
    401, "wrong_password", "Ce mot de passe n'est pas le bon.", "Vérifiez-le, puis recommencez."
)
TOO_MANY_ATTEMPTS: Final = Problem(
    429,
    "too_many_attempts",
    "Trop d'essais de connexion.",
    "Attendez le nombre de secondes que dit Retry-After, puis recommencez.",
)
FOREIGN_ORIGIN: Final = Problem(
    403,
    "foreign_origin",
    "Cette demande vient de la page d'un autre site.",
    "Ouvrez l'assistant à son adresse ; derrière un mandataire, nommez-la dans COOP_HOSTS.",
)
UNKNOWN_HOST: Final = Problem(
    421,
    "unknown_host",
    "L'assistant n'est pas connu sous ce nom.",
    "Ouvrez-le à l'adresse qu'il affiche ; pour d'autres noms, réglez COOP_HOSTS.",
)
BUSY: Final = Problem(
    503, "busy", "Trop de questions attendent déjà.", "Reposez la vôtre dans quelques secondes."
)
NOT_FOUND: Final = Problem(
    404, "not_found", "Il n'y a rien à cette adresse.", "Lisez /api/openapi.json."
)
TOO_SLOW: Final = Problem(
    408, "too_slow", "La requête n'est pas arrivée à temps.", "Envoyez-la d'un trait."
)
INVALID: Final = Problem(
    422, "invalid_request", "La requête n'a pas la forme attendue.", "Lisez /api/openapi.json."
)
INTERNAL: Final = Problem(
    500,
    "internal",
    "Une erreur inattendue a empêché de répondre.",
    "Recommencez ; si cela se reproduit, donnez X-Request-Id à qui tient le serveur.",
)
_BY_STATUS: Final = {
    problem.status: problem
    for problem in (
        Problem(400, "unreadable", "La requête est illisible.", "Envoyez du JSON en UTF-8."),
        NOT_FOUND,
        Problem(405, "method", "Cette méthode n'est pas prévue ici.", "Lisez /api/openapi.json."),
        TOO_SLOW,
        Problem(413, "too_large", "La requête est trop longue.", "Raccourcissez-la."),
        INVALID,
        INTERNAL,
        BUSY,
    )
}
_BY_ERROR: Final[tuple[tuple[type[CoopError], int, str], ...]] = (
    (errors.UsageError, 422, "invalid_request"),
    (errors.DocumentError, 404, "not_found"),
    (errors.LibraryMissingError, 503, "library_missing"),
    (errors.LibraryCorruptError, 503, "library_corrupt"),
    (errors.LibraryMismatchError, 503, "library_mismatch"),
    (errors.LibraryBusyError, 503, "library_busy"),
    (errors.LibraryError, 503, "library"),
    (errors.StoreError, 503, "vector_store"),
    (errors.ModelError, 503, "model"),
    (errors.SettingError, 503, "setting"),
    (errors.CoopError, 500, "internal"),
)


def problem_of(error: CoopError) -> Problem:
    """The problem that one of our errors is."""
    status, code = next((s, c) for kind, s, c in _BY_ERROR if isinstance(error, kind))
    return Problem(status, code, error.message, error.remedy)


def problem_of_status(status: int) -> Problem:
    """The problem that a bare status is."""
    known = _BY_STATUS.get(status)
    if known is not None:
        return known
    return Problem(status, HTTPStatus(status).name.lower(), "La demande est refusée.", "")


def problem_json(problem: Problem) -> ProblemJson:
    """The problem as `json.dumps` takes it."""
    return {
        "code": problem.code,
        "message": spaced(problem.message),
        "remedy": spaced(problem.remedy),
    }


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The problem as a response."""
    return JSONResponse(problem_json(problem), problem.status, headers)
