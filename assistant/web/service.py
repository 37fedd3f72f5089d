"""How a server is open to others than the person at this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.web.password import Door
from corpus.errors import SettingError

if TYPE_CHECKING:
    from assistant.web.request_log import Kept
    from corpus.settings import Settings

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Service:
    """The settings of a service; the default is a server for this machine alone.

    `hosts` are names it is reached by beside its own. `retention_days` is None where conversations
    are kept until their owner erases them.
    """

    password_hash: str = ""
    session_s: float = 43_200.0
    hosts: frozenset[str] = frozenset()
    log: Kept = "none"
    retention_days: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> Service:
        """What the settings say."""
        secret = settings.password_hash.get_secret_value() if settings.password_hash else ""
        names = (name.strip().lower() for name in settings.hosts.split(","))
        return cls(
            secret,
            settings.session_hours * 3600,
            frozenset(name for name in names if name),
            settings.log or ("requests" if secret else "none"),
            settings.retention_days,
        )

    def door(self, host: str) -> Door | None:
        """What checks the password on a server that listens at `host`; None where it is open.

        Raises:
            SettingError: others can reach it, and there is no password.
        """
        if self.password_hash:
            return Door(self.password_hash, self.session_s)
        if not is_local(host):
            raise SettingError(
                f"À l'adresse « {host} », d'autres machines peuvent ouvrir l'assistant : il lui "
                "faut un mot de passe.",
                "Faites-en un : coop password ; ou restez sur cette machine : --host 127.0.0.1",
            )
        if foreign := sorted(name for name in self.hosts if not is_local(name)):
            raise SettingError(
                f"Avec COOP_HOSTS={','.join(foreign)}, d'autres machines peuvent ouvrir "
                "l'assistant : il lui faut un mot de passe.",
                "Faites-en un : coop password ; ou retirez ce réglage : unset COOP_HOSTS",
            )
        return None

    def names(self, host: str) -> frozenset[str] | None:
        """The names under which requests are taken; None for any."""
        if self.hosts or not self.password_hash:
            return _LOCAL | self.hosts | {host.lower()}
        return None


def is_local(host: str) -> bool:
    """Whether an address or name is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
