"""`coop mcp`: the assistant as tools for programs that speak the Model Context Protocol.

The one home of mcp. It talks over standard input and output with the program that started it, and
opens no port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from assistant.answer_json import AnswerJson, HitJson, as_json, hit_json
from assistant.brief import prepare
from assistant.brief.outline import LONGEST, SHORTEST
from assistant.comparison import FEWEST, MOST
from assistant.comparison import compare as compared
from assistant.filters import filters_of
from assistant.paper_json import BriefJson, ComparisonJson, brief_json, comparison_json
from assistant.question import cleaned
from corpus.errors import CoopError, MissingToolError
from corpus.subjects import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.fastmcp import FastMCP

    from assistant.dialogue import Assistant

INSTRUCTIONS = (
    "Coopération entre structures françaises de l'ESS : pourquoi, comment, sous quelle forme, avec "
    "quels effets sur les impôts et les salariés. Posez les questions en français. Chaque phrase "
    "d'une réponse cite la page qui la fonde : gardez ces citations. Quand « refused » est vrai, "
    "les documents ne répondent pas, et « orientation » dit à qui demander."
)


def serve_mcp(assistant: Assistant) -> None:
    """Answer over standard input and output until the other side leaves.

    Raises:
        MissingToolError: the package is not installed.
    """
    build_server(assistant).run("stdio")


def build_server(assistant: Assistant) -> FastMCP[None]:
    """The server with its tools.

    Raises:
        MissingToolError: the package is not installed.
    """
    try:
        from mcp.server.fastmcp import FastMCP  # noqa: PLC0415 — optional
    except ImportError as error:
        raise MissingToolError(
            "Le paquet « mcp » n'est pas installé.",
            "Installez-le : .venv/bin/uv pip install --constraint constraints.txt --editable "
            '".[mcp]"',
        ) from error
    server: FastMCP[None] = FastMCP("cooperation", INSTRUCTIONS, log_level="ERROR")
    _add_tools(server, assistant)
    return server


def _add_tools(server: FastMCP[None], assistant: Assistant) -> None:
    from mcp.server.fastmcp.exceptions import ToolError  # noqa: PLC0415 — optional
    from mcp.types import ToolAnnotations  # noqa: PLC0415 — optional

    reads = ToolAnnotations(readOnlyHint=True, openWorldHint=False)

    def tool(work: Callable[..., object], description: str) -> None:
        server.add_tool(work, description=description, annotations=reads)

    def ask(question: Annotated[str, Field(description="La question, en français.")]) -> AnswerJson:
        try:
            return as_json(assistant.ask(question))
        except CoopError as error:
            raise ToolError(str(error)) from error

    def search(
        query: Annotated[str, Field(description="Ce qui est cherché, en français.")],
        k: Annotated[int, Field(description="Nombre de passages.", ge=1, le=50)] = 8,
    ) -> list[HitJson]:
        try:
            library = assistant.library
            hits = library.search(cleaned(query), k)
            return [hit_json(hit, library.documents[hit.passage.document_id]) for hit in hits]
        except CoopError as error:
            raise ToolError(str(error)) from error

    def compare(
        forms: Annotated[
            list[str],
            Field(description="Clés, noms ou sigles.", min_length=FEWEST, max_length=MOST),
        ],
        criteria: Annotated[
            list[str], Field(description="Clés ; sans elles, les critères usuels.", max_length=20)
        ] = [],  # noqa: B006 — a default of the tool, never changed
    ) -> ComparisonJson:
        try:
            chosen = filters_of({}, forms=forms).forms
            return comparison_json(compared(assistant.library, chosen, criteria))
        except CoopError as error:
            raise ToolError(str(error)) from error

    def brief(
        situation: Annotated[str, Field(description="Qui veut faire quoi, en une phrase.")],
        participants: str = "",
        minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] = 120,
    ) -> BriefJson:
        try:
            return brief_json(prepare(situation, participants, minutes, assistant.library))
        except CoopError as error:
            raise ToolError(str(error)) from error

    tool(ask, "Répond à une question ; chaque phrase est citée avec son document et sa page.")
    tool(search, "Les passages des documents les plus proches d'une question, le meilleur d'abord.")
    tool(
        compare,
        "Compare des formes juridiques ; chaque case cite sa page, ou reste vide. Les formes : "
        f"{', '.join(FORMS)}.",
    )
    tool(brief, "Le dossier d'une séance avec un groupe d'associations, cité page par page.")
