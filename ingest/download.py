"""Asks for what a catalogue links to, and says in French why it did not come.

A catalogue is data: only https is spoken, and only with public machines, before and after every
redirection. The address that was checked is the address that is connected to.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from corpus.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.catalogue import Entry

_TIMEOUT_S: Final = 30.0  # without a byte
_CHUNK: Final = 64 * 1024
_SAFE: Final = "%/:?=&;,+@!$'()*~"
_HEADERS: Final = {"User-Agent": "cooperation-assistant", "Accept": "application/pdf, */*;q=0.5"}
_BY_HAND: Final = (
    "Corrigez fetch_url dans le catalogue, ou téléchargez vous-même, puis : coop ingest FICHIER"
)


class Policy(NamedTuple):
    """What may be asked: URL schemes, numeric addresses, bytes."""

    schemes: frozenset[str]
    admits: Callable[[str], bool]
    largest: int


def is_public(address: str) -> bool:
    """Whether a numeric address is on the open Internet: not this machine, not its network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast


# A guide of a hundred pages full of pictures is about 50 MB.
PUBLIC: Final = Policy(frozenset({"https"}), is_public, 300 * 2**20)


def download(entry: Entry, policy: Policy = PUBLIC) -> Iterator[tuple[bytes, int]]:
    """The bytes behind `entry.fetch_url` as they come, with how many are announced (0: unknown).

    Raises:
        FetchError: they do not come, or not all, or the policy forbids to ask.
    """
    _check_scheme(entry.fetch_url, policy)
    request = urllib.request.Request(_quoted(entry.fetch_url), headers=_HEADERS)  # noqa: S310 — checked
    opener = urllib.request.build_opener(
        _Handler(policy), _SecureHandler(policy), _Redirects(policy)
    )
    with _Translation(entry), opener.open(request, timeout=_TIMEOUT_S) as response:
        yield from _read(response, entry, policy.largest)


def otherwise(entry: Entry) -> str:
    """How to obtain a document that cannot be downloaded."""
    return entry.obtain or "Procurez-vous le PDF autrement, puis : coop ingest FICHIER"


def _read(response: Any, entry: Entry, largest: int) -> Iterator[tuple[bytes, int]]:
    announced = response.headers.get("Content-Length", "")
    total = int(announced) if announced.isdigit() else 0
    done = 0
    while max(done, total) <= largest:
        chunk = response.read(_CHUNK)
        if not chunk:
            break
        done += len(chunk)
        yield chunk, total
    else:
        raise FetchError(
            f"Le fichier de « {_host(entry)} » dépasse {largest // 2**20} Mo.", otherwise(entry)
        )
    if done < total:
        raise FetchError(
            f"Le téléchargement s'est interrompu ({done} octets sur {total}).",
            f"Vérifiez la connexion, puis {_again(entry)}",
        )


def _quoted(url: str) -> str:
    """The address with what is not ASCII escaped, as browsers do."""
    split = urlsplit(url)
    return split._replace(
        path=quote(split.path, safe=_SAFE), query=quote(split.query, safe=_SAFE)
    ).geturl()


def _host(entry: Entry) -> str:
    return urlsplit(entry.fetch_url).hostname or entry.fetch_url


def _again(entry: Entry) -> str:
    return f"relancez : coop corpus fetch {entry.document.id}"


# --- errors ------------------------------------------------------------------------------------


class _Translation:
    """Turns what the network raises into errors in French."""

    def __init__(self, entry: Entry) -> None:
        self._entry, self._host = entry, _host(entry)

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
            raise self._answered(error.code) from error
        if isinstance(error, urllib.error.URLError):
            raise self._unreachable(error.reason) from error
        if isinstance(error, ValueError | http.client.InvalidURL):
            what = f"L'adresse « {self._entry.fetch_url} » est mal écrite."
            raise FetchError(what, _BY_HAND) from error
        if isinstance(error, OSError | http.client.HTTPException):
            raise self._unreachable(error) from error

    def _answered(self, code: int) -> FetchError:
        if code in {404, 410}:
            title = self._entry.document.title
            return FetchError(
                f"Le lien de « {title} » ne mène plus à un fichier (erreur {code}).",
                otherwise(self._entry),
            )
        if code in {401, 403, 451}:
            return FetchError(
                f"« {self._host} » refuse ce téléchargement (erreur {code}).",
                otherwise(self._entry),
            )
        return FetchError(
            f"« {self._host} » a répondu par une erreur ({code}).",
            f"Plus tard, {_again(self._entry)}",
        )

    def _unreachable(self, reason: object) -> FetchError:
        if isinstance(reason, ssl.SSLError):
            return FetchError(
                f"La connexion à « {self._host} » n'est pas sûre (son certificat est refusé).",
                otherwise(self._entry),
            )
        if isinstance(reason, TimeoutError):
            what = f"« {self._host} » ne répond pas."
        elif isinstance(reason, socket.gaierror):
            what = f"« {self._host} » est introuvable : vous êtes hors ligne, ou le site a disparu."
        else:
            what = f"La connexion à « {self._host} » a échoué."
        return FetchError(what, f"Vérifiez la connexion, puis {_again(self._entry)}")


# --- the policy --------------------------------------------------------------------------------


def _check_scheme(url: str, policy: Policy) -> None:
    try:
        split = urlsplit(url)
    except ValueError as error:
        raise FetchError(f"L'adresse « {url} » est mal écrite.", _BY_HAND) from error
    if split.scheme not in policy.schemes or not split.hostname:
        raise FetchError(f"L'adresse « {url} » n'est pas en https.", _BY_HAND)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections that stay within the policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def redirect_request(  # noqa: PLR0913, PLR0917 — the signature of urllib
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        _check_scheme(newurl, self._policy)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Handler(urllib.request.HTTPHandler):
    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Connection, policy=self._policy), req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_SecureConnection, policy=self._policy), req)


class _Connection(http.client.HTTPConnection):
    """Connects to an address that the policy admits, or through the user's own proxy."""

    def __init__(self, host: str, *, policy: Policy, **options: Any) -> None:
        super().__init__(host, **options)
        self._policy = policy

    def connect(self) -> None:
        self.sock = _connected(self.host, self.port, self.timeout, self._policy)


class _SecureConnection(http.client.HTTPSConnection):
    """The same, over TLS; a proxy is asked to look the address up itself."""

    def __init__(self, host: str, *, policy: Policy, **options: Any) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, context=self._tls, **options)
        self._policy = policy
        self._proxied = False

    def set_tunnel(self, *arguments: Any, **options: Any) -> None:
        self._proxied = True
        super().set_tunnel(*arguments, **options)

    def connect(self) -> None:
        if self._proxied:
            super().connect()
            return
        plain = _connected(self.host, self.port, self.timeout, self._policy)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def _connected(host: str, port: int, timeout: float | None, policy: Policy) -> socket.socket:
    """A socket to one of the host's addresses, all of which the policy must admit."""
    found = [info[4] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = list(dict.fromkeys(str(address[0]) for address in found))
    if not all(map(policy.admits, addresses)):
        raise FetchError(
            f"« {host} » mène à une machine du réseau local, pas à un site public.",
            _BY_HAND,
        )
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout)
    return socket.create_connection((addresses[-1], port), timeout)
