"""Briefs: what an adviser prepares before a session with a group of associations."""

from assistant.brief.outline import read_length
from assistant.brief.prepare import prepare
from assistant.brief.types import Brief, Line, Part

__all__ = ["Brief", "Line", "Part", "prepare", "read_length"]
