"""The chat in a real browser, as a reader uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Chat

pytestmark = pytest.mark.browser

COMPARISON = "C’est quoi la différence entre un GE et un GIE"
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

YELLOW_PIXELS = """image => {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let yellow = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i] > 220 && data[i + 1] > 180 && data[i + 2] < 140) yellow += 1;
  return yellow;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests_conftest import chromium

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()
