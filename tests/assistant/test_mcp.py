"""`coop mcp`, spoken to by a real client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from command_line import environment
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from mcp.types import CallToolResult

QUESTION = "Qui peut créer un groupement d'employeurs ?"
SITUATION = "Trois clubs sportifs veulent partager une comptable et un local"


@pytest.fixture(scope="module")
def told(ready: Path) -> dict[str, Any]:
    """What a client hears in one session."""

    async def talk(session: ClientSession) -> dict[str, Any]:
        begun = await session.initialize()
        return {
            "instructions": begun.instructions,
            "tools": (await session.list_tools()).tools,
            "answer": await session.call_tool("ask", {"question": QUESTION}),
            "empty": await session.call_tool("ask", {"question": "  "}),
            "found": await session.call_tool("search", {"query": "prêt de salariés", "k": 2}),
            "too many": await session.call_tool("search", {"query": "prêt", "k": 1000}),
            "unknown": await session.call_tool("delete_everything", {}),
            "grid": await session.call_tool("compare", {"forms": ["GE", "gie"]}),
            "one form": await session.call_tool("compare", {"forms": ["gie"]}),
            "unknown form": await session.call_tool("compare", {"forms": ["gie", "nulle part"]}),
            "brief": await session.call_tool("brief", {"situation": SITUATION, "minutes": 60}),
            "no situation": await session.call_tool("brief", {"situation": " "}),
            "again": await session.call_tool("ask", {"question": QUESTION}),
        }

    return asyncio.run(_with_server(ready, talk))


async def _with_server(
    home: Path, talk: Callable[[ClientSession], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "coop", "mcp"], env=environment(home)
    )
    async with (
        stdio_client(server) as (read, write),
        ClientSession(read, write) as session,
    ):
        return await talk(session)


def words(result: CallToolResult) -> str:
    return " ".join(part.text for part in result.content if part.type == "text")


def test_a_client_learns_what_the_tools_are(told: dict[str, Any]) -> None:
    assert [tool.name for tool in told["tools"]] == ["ask", "search", "compare", "brief"]
    assert all(tool.annotations.readOnlyHint for tool in told["tools"])
    assert "citations" in told["instructions"]


def test_an_answer_comes_with_its_citations(told: dict[str, Any]) -> None:
    answer = told["answer"].structuredContent
    assert not told["answer"].isError
    assert answer["citations"][0]["document"] == "groupement-employeurs"
    assert json.loads(words(told["answer"]))["statements"] == answer["statements"]


def test_passages_are_found(told: dict[str, Any]) -> None:
    assert len(told["found"].structuredContent["result"]) == 2


def test_forms_are_compared_cell_by_cell(told: dict[str, Any]) -> None:
    grid = told["grid"].structuredContent
    assert [form["documented"] for form in grid["forms"]] == [True, True]
    cells = [cell for row in grid["rows"] for cell in row["cells"]]
    cited = {number for c in cells for quote in c["quotes"] for number in quote["citations"]}
    assert cited == {citation["number"] for citation in grid["citations"]} != set()


def test_a_brief_is_prepared(told: dict[str, Any]) -> None:
    brief = told["brief"].structuredContent
    assert {"aims", "corpus", "options", "outline"} <= {part["part"] for part in brief["parts"]}
    assert brief["citations"]


def test_what_makes_no_sense_is_said_and_the_session_goes_on(told: dict[str, Any]) -> None:
    assert told["empty"].isError
    assert "vide" in words(told["empty"])
    assert told["too many"].isError
    assert told["unknown"].isError
    assert told["one form"].isError
    assert "Forme inconnue" in words(told["unknown form"])
    assert "situation" in words(told["no situation"])
    assert not told["again"].isError
