"""Answers to work with: one of each kind the assistant gives, over an invented document."""

from __future__ import annotations

import pytest

from assistant.types import Answer, Citation, Orientation, Statement
from corpus.types import Document, Source
