"""Downloads against a real HTTP server on the loopback, well-behaved and not."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import socket
import ssl
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pypdf
import pytest

from corpus.catalogue import Entry, load_catalogue, read_catalogue, user_catalogue
from corpus.errors import CatalogueError, CoopError, FetchError, SettingError
from corpus.types import Document
from ingest.download import PUBLIC, Policy, is_public
from ingest.fetch import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpus.home import Home

LOOPBACK = Policy(frozenset({"http", "https"}), lambda address: address == "127.0.0.1", 2**20)
OBTAIN = "Demandez-le à l'éditeur, puis : coop ingest FICHIER"


def blank_pdf(pages: int = 1) -> bytes:
    writer, made = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


PDF = blank_pdf()


class Site(BaseHTTPRequestHandler):
    """Answers by path; `served` counts what was asked."""

    served: ClassVar[list[str]] = []
    guide: ClassVar[bytes] = PDF

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        Site.served.append(self.path)
        name = self.path.strip("/")
        if name.isdigit():
            self.send_error(int(name))
        elif name in {"guide.pdf", "%C3%A9t%C3%A9%20%21.pdf"}:
            self.give(Site.guide)
        elif name == "page.html":
            self.give(b"<!doctype html><title>Connexion</title>")
        elif name == "cut.pdf":
            self.give(PDF[:300], announced=len(PDF))
        elif name == "huge.pdf":
            self.give(PDF, announced=2**31)
        elif name == "endless.pdf":
            self.give(PDF + b"\n" * (2 * LOOPBACK.largest), announced=None)
        elif name == "nothing":
            self.connection.close()
        else:
            self.send_response(302)
            self.send_header("Location", REDIRECTIONS[name])
            self.end_headers()

    def give(self, body: bytes, announced: int | None = -1) -> None:
        self.send_response(200)
        if announced is not None:
            self.send_header("Content-Length", str(len(body) if announced < 0 else announced))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # the reader has left, as it should


REDIRECTIONS: dict[str, str] = {
    "moved": "/guide.pdf",
    "round": "/round",
    "file": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.1/guide.pdf",
    "badly": "http://[::1/guide.pdf",
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The site; it also listens on 127.0.0.2, which the policy of the tests does not admit."""
    site = ThreadingHTTPServer(("0.0.0.0", 0), Site)  # noqa: S104 — two loopback addresses
    port = site.server_address[1]
    REDIRECTIONS["inside"] = f"http://127.0.0.2:{port}/guide.pdf"
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    site.shutdown()


@pytest.fixture(autouse=True)
def untouched() -> None:
    Site.served.clear()
    Site.guide = PDF


def entry(url: str, file: str = "") -> Entry:
    document = Document("guide", "Guide de la coopération", "Réseau", file=file)
    return Entry(document, OBTAIN, url)


def refused(home: Home, asked: Entry, policy: Policy = LOOPBACK) -> CoopError:
    """The error of a download, after which the shelf is as it was."""
    with pytest.raises(CoopError) as caught:
        fetch(home, asked, policy=policy)
    assert list(home.documents.iterdir()) == []
    assert not user_catalogue(home).is_file()
    return caught.value


# --- what it does -------------------------------------------------------------------------------


def test_a_document_comes_to_the_shelf_and_its_checksum_is_recorded(
    home: Home, server: str
) -> None:
    told: list[tuple[int, int]] = []
    asked = entry(f"{server}/guide.pdf", file="guide-2014.pdf")
    fetched = fetch(home, asked, policy=LOOPBACK, on_progress=lambda *s: told.append(s))
    assert fetched.new
    assert fetched.path == home.documents / "guide-2014.pdf"
    assert fetched.path.read_bytes() == PDF
    assert told[-1] == (len(PDF), len(PDF))
    (recorded,) = read_catalogue(user_catalogue(home))
    assert recorded.document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert recorded == asked._replace(document=fetched.document)
    assert [p.name for p in home.documents.iterdir()] == ["guide-2014.pdf"]


def test_a_document_without_a_file_name_is_named_by_its_id(home: Home, server: str) -> None:
    fetched = fetch(home, entry(f"{server}/guide.pdf"), policy=LOOPBACK)
    assert fetched.document.file == "guide.pdf"


def test_what_is_on_the_shelf_is_not_asked_again(home: Home, server: str) -> None:
    asked = entry(f"{server}/guide.pdf")
    first = fetch(home, asked, policy=LOOPBACK)
    again = fetch(home, asked._replace(document=first.document), policy=LOOPBACK)
    assert not again.new
    assert Site.served == ["/guide.pdf"]


def test_redirections_are_followed(home: Home, server: str) -> None:
    assert fetch(home, entry(f"{server}/moved"), policy=LOOPBACK).new


def test_an_address_with_accents_and_spaces_is_understood(home: Home, server: str) -> None:
    fetch(home, entry(f"{server}/été %21.pdf"), policy=LOOPBACK)
    assert Site.served == ["/%C3%A9t%C3%A9%20%21.pdf"]


def test_another_file_than_the_recorded_one_is_refused_until_forced(
    home: Home, server: str
) -> None:
    asked = entry(f"{server}/guide.pdf")
    first = fetch(home, asked, policy=LOOPBACK)
    first.path.unlink()
    Site.guide = blank_pdf(pages=2)
    known = asked._replace(document=first.document)
    with pytest.raises(FetchError, match="n'est plus celui") as caught:
        fetch(home, known, policy=LOOPBACK)
    assert "--force guide" in caught.value.remedy
    assert list(home.documents.iterdir()) == []
    forced = fetch(home, known, policy=LOOPBACK, force=True)
    assert forced.path.read_bytes() == Site.guide
    (recorded,) = read_catalogue(user_catalogue(home))
    assert recorded.document.sha256 == hashlib.sha256(Site.guide).hexdigest()


def test_the_entries_with_a_link_are_over_https() -> None:
    links = [e.fetch_url for e in load_catalogue() if e.fetch_url]
    assert links
    assert all(link.startswith("https://") for link in links)


# --- what does not come -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "named", "remedy"),
    [
        ("404", "404", OBTAIN),
        ("410", "410", OBTAIN),
        ("403", "refuse", OBTAIN),
        ("500", "500", "coop corpus fetch guide"),
        ("page.html", "PDF lisible", OBTAIN),
        ("cut.pdf", "interrompu", "coop corpus fetch guide"),
        ("huge.pdf", "1 Mo", OBTAIN),
        ("endless.pdf", "1 Mo", OBTAIN),
        ("nothing", "échoué", "coop corpus fetch guide"),
        ("round", "302", "coop corpus fetch guide"),
    ],
)
def test_what_goes_wrong_is_said_with_a_remedy(
    home: Home, server: str, path: str, named: str, remedy: str
) -> None:
    error = refused(home, entry(f"{server}/{path}"))
    assert isinstance(error, FetchError)
    assert named in error.message
    assert remedy in error.remedy


def test_a_machine_that_does_not_listen_is_named(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = refused(home, entry(f"http://127.0.0.1:{taken.getsockname()[1]}/guide.pdf"))
    assert "127.0.0.1" in error.message
    assert "connexion" in error.remedy


def test_being_offline_is_said(home: Home) -> None:
    error = refused(home, entry("https://guide.invalid/guide.pdf"), PUBLIC)
    assert "hors ligne" in error.message
    assert "coop corpus fetch guide" in error.remedy


def test_a_document_without_a_link_says_how_to_obtain_it(home: Home) -> None:
    error = refused(home, entry(""))
    assert isinstance(error, CatalogueError)
    assert error.remedy == OBTAIN


def test_a_fiche_of_the_collection_is_not_fetched(home: Home) -> None:
    asked = entry("https://exemple.fr/guide.pdf")
    error = refused(home, asked._replace(document=replace(asked.document, own=True)))
    assert "collection" in error.message


def test_a_shelf_that_cannot_be_written_is_named(home: Home, server: str) -> None:
    home.documents.rmdir()
    home.documents.write_text("")
    with pytest.raises(SettingError, match=r"guide\.pdf"):
        fetch(home, entry(f"{server}/guide.pdf"), policy=LOOPBACK)


# --- what is never asked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://avise.org/guide.pdf",
        "file:///etc/passwd",
        "ftp://avise.org/guide.pdf",
        "https:///guide.pdf",
        "guide.pdf",
        "https://[::1/guide.pdf",
    ],
)
def test_only_https_is_spoken(home: Home, url: str) -> None:
    assert "fetch_url" in refused(home, entry(url), PUBLIC).remedy


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0x7f000001", "0"]
)
def test_machines_of_the_local_network_are_not_asked(home: Home, host: str) -> None:
    assert "réseau local" in refused(home, entry(f"https://{host}/guide.pdf"), PUBLIC).message


def test_a_redirection_to_an_inner_machine_is_not_followed(home: Home, server: str) -> None:
    error = refused(home, entry(f"{server}/inside"))
    assert "réseau local" in error.message
    assert Site.served == ["/inside"]


@pytest.mark.parametrize("path", ["file", "ftp", "badly"])
def test_a_redirection_out_of_the_web_is_not_followed(home: Home, server: str, path: str) -> None:
    refused(home, entry(f"{server}/{path}"))
    assert Site.served == [f"/{path}"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("192.168.1.20", False),
        ("100.64.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
    ],
)
def test_public_addresses_are_told_from_inner_ones(address: str, *, public: bool) -> None:
    assert is_public(address) is public


def test_an_untrusted_certificate_is_refused(home: Home, tmp_path: Path) -> None:
    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    site.socket = context.wrap_socket(site.socket, server_side=True)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    error = refused(home, entry(f"https://127.0.0.1:{site.server_address[1]}/guide.pdf"))
    site.shutdown()
    assert "certificat" in error.message


def self_signed(folder: Path) -> Path:
    """A key and a certificate that nobody vouches for, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "cert.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
