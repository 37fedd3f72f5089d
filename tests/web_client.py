"""What is asked of every refusal of the HTTP interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.serving import Reply


def problem(reply: Reply) -> str:
    """The code of a refusal, which has its message and its remedy in French."""
    assert set(reply.json) == {"code", "message", "remedy"}
    assert reply.json["message"].strip()
    code: str = reply.json["code"]
    return code
