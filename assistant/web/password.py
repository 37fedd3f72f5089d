"""The password of a service, and the sessions that it opens; the home of argon2 and itsdangerous.

There is one password for all who may enter; each browser keeps its own conversations (`owner.py`).
Sessions are signed with a key derived from the password's hash: every replica accepts those of the
others, and a new password ends them all.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import threading
import time
import unicodedata
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from assistant.web.problems import TOO_MANY_ATTEMPTS, WRONG_PASSWORD, problem_response
from corpus.errors import SettingError, UsageError

if TYPE_CHECKING:
    from itsdangerous import TimestampSigner
    from starlette.responses import Response

SHORTEST: Final = 12
LONGEST: Final = 1_000  # characters: hashing a longer one only costs time
MOST_FAILURES: Final = 5
WINDOW_S: Final = 900.0
MOST_WAITING: Final = 50  # passwords to be checked; each takes about 50 ms
_REMEMBERED: Final = 10_000  # addresses; the oldest are forgotten first
_UNUSABLE = SettingError(
    "COOP_PASSWORD_HASH n'est pas le condensat argon2 d'un mot de passe.",
    "Faites-en un : coop password",
)


def hash_password(password: str) -> str:
    """The argon2 hash of a password, in a line that `COOP_PASSWORD_HASH` takes.

    Raises:
        UsageError: it is too short or too long.
    """
    from argon2 import PasswordHasher  # noqa: PLC0415

    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"Le mot de passe compte {len(password)} caractères ; il en faut au moins {SHORTEST}.",
            "Prenez par exemple quatre mots sans rapport entre eux.",
        )
    return PasswordHasher().hash(_normal(password))


class Door:
    """Lets in who knows the password, and who comes back with a session."""

    def __init__(self, password_hash: str, session_s: float) -> None:
        """Take a hash as `hash_password` gives it.

        Raises:
            SettingError: it is none.
        """
        from argon2 import PasswordHasher, extract_parameters  # noqa: PLC0415
        from argon2.exceptions import InvalidHashError  # noqa: PLC0415

        try:
            extract_parameters(password_hash)
        except InvalidHashError:
            raise _UNUSABLE from None
        self.session_s = session_s
        self._attempts = Attempts()
        self._hash = password_hash
        self._hasher = PasswordHasher()
        # One at a time, each takes 64 MiB; in a thread of their own, so that nobody waits for them.
        self._checks = ThreadPoolExecutor(1, "password")
        self._waiting = 0
        self._salt = secrets.token_bytes(32)
        self._known = b""  # a digest of the password that last opened: clients send it every time

    async def refusal(self, address: str, password: str) -> Response | None:
        """None where a client at this address gives the password; else what to answer."""
        wait = self._attempts.wait_s(address)
        if self._waiting >= MOST_WAITING:
            wait = max(wait, 5)
        if wait:
            return problem_response(TOO_MANY_ATTEMPTS, {"Retry-After": str(wait)})
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            if await loop.run_in_executor(self._checks, self._opens, password):
                return None
        finally:
            self._waiting -= 1
        self._attempts.failed(address)
        return problem_response(WRONG_PASSWORD, {"WWW-Authenticate": 'Basic realm="coop"'})

    def _opens(self, password: str) -> bool:
        from argon2.exceptions import VerificationError  # noqa: PLC0415

        if len(password) > LONGEST:
            return False
        said = _normal(password).encode("utf-8", "replace")
        digest = hmac.digest(self._salt, said, "sha256")
        if hmac.compare_digest(digest, self._known):
            return True
        try:
            self._hasher.verify(self._hash, said)
        except VerificationError:
            return False
        self._known = digest
        return True

    def token(self) -> str:
        """A new session."""
        return self._signer.sign(secrets.token_urlsafe(12)).decode()

    def accepts(self, token: str) -> bool:
        """Whether a session is one of ours, and not over."""
        from itsdangerous import BadSignature  # noqa: PLC0415

        try:
            self._signer.unsign(token, max_age=int(self.session_s))
        except BadSignature:
            return False
        return True

    @property
    def _signer(self) -> TimestampSigner:
        from itsdangerous import TimestampSigner  # noqa: PLC0415

        return TimestampSigner(self._hash, "coop session", digest_method=hashlib.sha256)


class Attempts:
    """Counts the failures of each address; after `MOST_FAILURES` in `WINDOW_S` it must wait."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait_s(self, address: str) -> int:
        """Seconds until this address may try again; 0 where it may now."""
        with self._lock:
            failures = self._recent(address)
            if len(failures) < MOST_FAILURES:
                return 0
            return max(1, round(failures[0] + WINDOW_S - time.monotonic()))

    def failed(self, address: str) -> None:
        """Count a failure."""
        with self._lock:
            failures = self._recent(address)
            failures.append(time.monotonic())
            self._failures.pop(_network(address), None)
            self._failures[_network(address)] = failures
            while len(self._failures) > _REMEMBERED:
                self._failures.pop(next(iter(self._failures)))

    def _recent(self, address: str) -> deque[float]:
        kept = self._failures.get(_network(address), deque(maxlen=MOST_FAILURES))
        while kept and kept[0] < time.monotonic() - WINDOW_S:
            kept.popleft()
        return kept


def _network(address: str) -> str:
    """An IPv6 client has a whole network of addresses: the first half counts."""
    return ":".join(address.split(":")[:4]) if address.count(":") > 1 else address


def _normal(password: str) -> str:
    """The same letters whatever the keyboard composed them of."""
    return unicodedata.normalize("NFC", password)
