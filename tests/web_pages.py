"""What browser tests share: sizes of screens, and a question asked as a reader does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


def ask(page: Page, question: str) -> Locator:
    """Type a question, send it, wait for the end of the answer; gives its article."""
    number = page.locator(".turn").count()
    box = page.get_by_label("Votre question")
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".turn").nth(number)
    expect(turn.locator(".answer")).to_have_attribute("aria-busy", "false")
    return turn
