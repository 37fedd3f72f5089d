"""Nearest passages by vector; the one home of chromadb.

Chroma searches approximately (HNSW). With the settings below its answers equalled exact search on
the project's libraries; a test compares them with numpy. Each generation has a folder of its own,
written once and then only read, because Chroma's files survive neither a kill nor two writers; on a
Chroma server, a collection of its own.
"""

from __future__ import annotations

import base64
import contextlib
import json
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from corpus.errors import LibraryCorruptError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from urllib.parse import SplitResult

    import numpy as np
    from numpy.typing import NDArray

COLLECTION = "passages"
_HNSW = {"space": "ip", "ef_search": 500, "ef_construction": 400, "max_neighbors": 32}
_BATCH = 5_000  # Chroma accepts 5,461 records a call
_PROBE_S, _CALL_S = 5.0, 60.0  # the client by itself would wait for ever
_REBUILD = "Reconstruisez la bibliothèque : coop ingest"


class Served(NamedTuple):
    """A collection of a Chroma server."""

    url: str
    collection: str


class VectorIndex:
    """The vectors of a generation's passages, by passage id."""

    def __init__(self, client: Any, collection: Any, place: Path | Served) -> None:
        self._collection = collection
        self._place = place
        weakref.finalize(self, client.close)  # else a server would keep every generation it saw

    @classmethod
    def build(
        cls,
        place: Path | Served,
        ids: Sequence[str],
        documents: Sequence[str],
        vectors: NDArray[np.float32],
    ) -> VectorIndex:
        """Index unit vectors, shape (n, d), with the document each passage belongs to.

        Raises:
            StoreError: the Chroma server does not take them.
        """
        with _translated(place):
            client = _client(place)
            collection = client.create_collection(
                _name(place), embedding_function=None, configuration={"hnsw": _HNSW}
            )
            for start in range(0, len(ids), _BATCH):
                part = slice(start, start + _BATCH)
                collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    metadatas=[{"document": document} for document in documents[part]],
                )
        return cls(client, collection, place)

    @classmethod
    def open(cls, place: Path | Served) -> VectorIndex:
        """Open a generation's vectors.

        Raises:
            LibraryCorruptError: Chroma cannot read them, or its server does not hold them.
            StoreError: the Chroma server cannot be used.
        """
        with _translated(place):
            client = _client(place)
            collection = client.get_collection(_name(place), embedding_function=None)
        return cls(client, collection, place)

    @staticmethod
    def drop(place: Served) -> None:
        """Delete a collection; nothing happens where it is not there.

        Raises:
            StoreError: the Chroma server cannot be used.
        """
        with contextlib.suppress(LibraryCorruptError), _translated(place):
            client = _client(place)
            with contextlib.closing(client):
                client.delete_collection(_name(place))

    def count(self) -> int:
        """The number of passages indexed."""
        with _translated(self._place):
            return int(self._collection.count())

    def nearest(
        self, vector: NDArray[np.float32], k: int, documents: Sequence[str] | None = None
    ) -> list[str]:
        """The ids of the k passages nearest to a unit vector, nearest first."""
        total = self.count()
        if not total:
            return []
        with _translated(self._place):
            found = self._collection.query(
                query_embeddings=[vector],
                n_results=min(k, total),
                where={"document": {"$in": list(documents)}} if documents is not None else None,
                include=[],
            )
        return list(found["ids"][0])


def check_server(url: str) -> str:
    """The version of a Chroma server.

    Raises:
        StoreError: there is none at this address, or one that speaks otherwise.
    """
    place = _parsed(url)
    request = Request(f"{_shown(place)}/api/v2/version", headers=_authorization(place))  # noqa: S310 — http(s), see `_parsed`
    try:
        with urlopen(request, timeout=_PROBE_S) as response:  # noqa: S310
            version = json.loads(response.read(1000))
    except URLError as error:
        status = getattr(error, "code", None)
        if status in {401, 403}:
            raise StoreError(
                f"Le serveur Chroma « {_shown(place)} » refuse l'accès ({status}).",
                "Corrigez le nom et le mot de passe de COOP_CHROMA_URL.",
            ) from error
        if status is not None:
            raise _other_server(place, f"réponse {status}") from error
        raise _silent(place) from error
    except OSError as error:  # a time-out, or a connection cut
        raise _silent(place) from error
    except ValueError as error:
        raise _other_server(place, "réponse illisible") from error
    if not isinstance(version, str) or not version.startswith("1."):
        raise _other_server(place, f"version {str(version)[:20]}")
    return version


def _parsed(url: str) -> SplitResult:
    try:
        place = urlsplit(url)
        usable = place.scheme in {"http", "https"} and place.hostname and place.port != 0
    except ValueError:
        usable = False
    if not usable or place.path.strip("/") or place.query or place.fragment:
        raise StoreError(
            "COOP_CHROMA_URL n'est pas l'adresse d'un serveur.",
            "Donnez-la ainsi : COOP_CHROMA_URL=http://127.0.0.1:8000",
        )
    return place


def _shown(place: SplitResult) -> str:
    """The address without the password that it may hold."""
    return f"{place.scheme}://{place.netloc.rpartition('@')[2]}"


def _authorization(place: SplitResult) -> dict[str, str]:
    if not place.username:
        return {}
    pair = f"{unquote(place.username)}:{unquote(place.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _silent(place: SplitResult) -> StoreError:
    return StoreError(
        f"Le serveur Chroma « {_shown(place)} » ne répond pas.",
        "Démarrez-le (chroma run), ou corrigez COOP_CHROMA_URL, puis : coop doctor",
    )


def _other_server(place: SplitResult, found: str) -> StoreError:
    return StoreError(
        f"À l'adresse « {_shown(place)} », il n'y a pas de serveur Chroma 1.x ({found}).",
        "Corrigez COOP_CHROMA_URL, ou installez-y chromadb 1.5.",
    )


@contextlib.contextmanager
def _translated(place: Path | Served) -> Iterator[None]:
    """Chroma's exceptions become ours."""
    from chromadb.errors import ChromaError, NotFoundError  # noqa: PLC0415

    if isinstance(place, Served):
        try:
            yield
        except NotFoundError as error:
            raise LibraryCorruptError(
                f"Le serveur Chroma ne tient pas les vecteurs « {place.collection} ».", _REBUILD
            ) from error
        except StoreError:
            raise
        except Exception as error:  # the client raises httpx's errors, and bare ones
            raise _silent(_parsed(place.url)) from error
        return
    try:
        yield
    except (ChromaError, OSError, ValueError) as error:
        raise LibraryCorruptError(
            f"Les vecteurs de « {place.parent.name} » sont illisibles.", _REBUILD
        ) from error


def _name(place: Path | Served) -> str:
    return place.collection if isinstance(place, Served) else COLLECTION


def _client(place: Path | Served) -> Any:
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    settings = Settings(anonymized_telemetry=False, is_persistent=True, allow_reset=False)
    if not isinstance(place, Served):
        place.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=str(place), settings=settings)
    check_server(place.url)
    server = _parsed(place.url)
    client: Any = chromadb.HttpClient(
        host=server.hostname or "",
        port=server.port or (443 if server.scheme == "https" else 80),
        ssl=server.scheme == "https",
        headers=_authorization(server),
        settings=Settings(anonymized_telemetry=False),
    )
    client._server._session.timeout = _CALL_S  # noqa: SLF001 — there is no setting for it
    return client
