"""The command line as a user meets it: real processes, a real home, files good and bad."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import run
from pdf_factory import text_pdf

import coop
from evals.kills import kill_ingestions

if TYPE_CHECKING:
    pass

ROOT = Path(__file__).parents[1]


@pytest.fixture
def started(ready: Path, tmp_path: Path) -> Path:
    """A copy of a ready home, for a test that changes it."""
    return shutil.copytree(ready, tmp_path / "home")


def asked(home: Path, question: str) -> dict[str, object]:
    done = run(home, "ask", "--json", question)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


# --- what it does -------------------------------------------------------------------------------


def test_the_bundled_collection_answers_with_the_right_fiche_and_page(ready: Path) -> None:
    answer = asked(ready, "Qui peut créer un groupement d'employeurs ?")
    assert set(answer) == {
        "question", "understood_question", "text", "statements", "more", "citations", "refused",
        "orientation", "suggestions", "warnings", "mode", "fallback_reason",
        "validation", "timings_ms",
    }  # fmt: skip
    assert not answer["refused"]
    first = answer["citations"][0]  # type: ignore[index]
    assert first["document"] == "groupement-employeurs"
    assert "personne" in first["quote"]
    assert first["primary_sources"]
    assert set(first) == {
        "number", "document", "file", "title", "publisher", "published", "reviewed",
        "page_index", "page_label", "start", "end", "quote", "source_url", "primary_sources",
        "warnings", "ocr_confidence", "elsewhere",
    }  # fmt: skip


def test_what_is_not_in_the_corpus_is_refused_with_exit_code_0(ready: Path) -> None:
    answer = asked(ready, "Quelle est la recette du couscous ?")
    assert answer["refused"]
    assert answer["statements"] == []
    assert answer["orientation"]


def test_a_batch_answers_one_object_a_line_from_one_process(ready: Path, tmp_path: Path) -> None:
    batch = tmp_path / "questions.txt"
    batch.write_text("C'est quoi un GIE ?\nQui dirige une SCIC ?\n", encoding="utf-8")
    done = run(ready, "ask", "--json", "--batch", str(batch))
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["question"] for a in answers] == ["C'est quoi un GIE ?", "Qui dirige une SCIC ?"]


def test_search_prints_hits_with_their_ranks(ready: Path) -> None:
    done = run(ready, "search", "--json", "-k", "3", "convention de partenariat")
    hits = json.loads(done.stdout)
    assert len(hits) == 3
    assert hits[0]["document"] == "convention-partenariat"
    assert {"page_index", "page_label", "heading_path", "text", "score"} <= set(hits[0])
    assert {"dense_rank", "word_rank", "character_rank"} <= set(hits[0])


def test_ingesting_twice_changes_nothing(ready: Path) -> None:
    before = (ready / "library" / "current").read_text()
    again = json.loads(run(ready, "ingest", "--json").stdout)
    assert again["switched"] is False
    assert (ready / "library" / "current").read_text() == before


def test_a_supplied_pdf_is_read_listed_found_and_removed(started: Path, tmp_path: Path) -> None:
    home = started
    supplied = text_pdf(
        tmp_path / "Guide du compagnonnage.pdf",
        "Le compagnonnage entre ruchers associatifs dure au moins deux saisons complètes.",
    )
    assert run(home, "ingest", str(supplied)).returncode == 0
    answer = asked(home, "Combien de temps dure le compagnonnage entre ruchers ?")
    assert answer["citations"][0]["document"] == "guide-du-compagnonnage"  # type: ignore[index]
    assert "guide-du-compagnonnage" in run(home, "corpus").stdout
    assert run(home, "corpus", "remove", "guide-du-compagnonnage").returncode == 0
    assert asked(home, "Combien de temps dure le compagnonnage entre ruchers ?")["refused"]


def test_the_catalogue_says_how_to_obtain_what_is_missing(ready: Path) -> None:
    listed = run(ready, "corpus").stdout
    assert "disponible" in listed
    assert "à fournir" in listed
    assert "→" in listed


def test_doctor_finds_a_ready_home_healthy(ready: Path) -> None:
    done = run(ready, "doctor")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout


def test_doctor_names_what_is_missing_and_the_remedy(tmp_path: Path) -> None:
    done = run(tmp_path / "vide", "doctor")
    assert done.returncode == 1
    assert "✗ Bibliothèque" in done.stdout
    assert "coop ingest" in done.stdout


def test_doctor_looks_at_the_settings_of_a_service(ready: Path) -> None:
    done = run(
        ready,
        "doctor",
        COOP_CHROMA_URL="http://moi:motdepasse@127.0.0.1:9",
        COOP_DATABASE_URL="postgresql+nulle://moi:motdepasse@127.0.0.1/x",
        COOP_PASSWORD_HASH="motdepasse",  # noqa: S106 — which is no hash
    )
    assert done.returncode == 1
    for name in ("Vecteurs", "Conversations", "Service"):
        assert f"✗ {name}" in done.stdout
    assert "coop password" in done.stdout
    assert "motdepasse" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", ["", "ingest", "corpus", "ask", "search", "chat", "doctor", "mcp", "password"]
)
def test_help_is_french(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert coop.run([*command.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Utilisation :" in shown
    assert "Affiche cette aide." in shown
    assert not re.search(r"Usage|Show this|Commands:|Options:|required|default:", shown)


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["inconnue"], "inconnue"),
        (["ask", "--nulle"], "--nulle"),
        (["ask"], "question"),
        (["ask", ""], "vide"),
        (["ask", "\x07\x1b"], "vide"),
        (["ask", "a" * 20_000], "20000 caractères"),
        (["ask", "--batch", "/nulle/part.txt"], "/nulle/part.txt"),
        (["search"], "QUESTION"),
        (["ingest", "/nulle/part.pdf"], "/nulle/part.pdf"),
        (["chat", "--port", "abc"], "--port"),
        (["ask", "un", "deux"], "deux"),
    ],
)
def test_bad_usage_exits_2_naming_the_thing_and_the_remedy(
    ready: Path, arguments: list[str], named: str
) -> None:
    done = run(ready, *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert named in done.stderr
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_in_another_language_gets_a_message_in_french(ready: Path) -> None:
    answer = asked(ready, "What are the legal forms for the cooperation of non-profits in France?")
    assert answer["refused"]
    assert "français" in str(answer["text"])


def test_asking_without_a_library_says_what_to_run(tmp_path: Path) -> None:
    done = run(tmp_path / "vide", "ask", "Qui ?")
    assert done.returncode == 1
    assert "coop ingest" in done.stderr


def test_removing_an_unknown_document_says_how_to_list_them(ready: Path) -> None:
    done = run(ready, "corpus", "remove", "inconnu")
    assert done.returncode == 1
    assert "inconnu" in done.stderr
    assert "coop corpus" in done.stderr


BAD_FILES: dict[str, bytes] = {
    "vide.pdf": b"",
    "page.pdf": b"<!doctype html><title>Erreur 404</title>",
    "note.txt": "Des notes de réunion.".encode(),
    "tronqué.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 ob",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_pdf_is_refused_and_the_library_answers(
    started: Path, tmp_path: Path, name: str
) -> None:
    home = started
    bad = tmp_path / name
    bad.write_bytes(BAD_FILES[name])
    done = run(home, "ingest", str(bad))
    assert done.returncode == 1
    assert name in done.stderr
    assert "→" in done.stderr
    assert not asked(home, "C'est quoi un GIE ?")["refused"]


def test_a_name_that_is_no_utf_8_is_shelved_under_a_legible_one(
    started: Path, tmp_path: Path
) -> None:
    named = os.fsencode(tmp_path) + b"/rucher-\xe9cole.pdf"
    os.rename(text_pdf(tmp_path / "a.pdf", "Le rucher école a douze apprentis."), named)  # noqa: PTH104
    done = run(started, "ingest", os.fsdecode(named))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_vector_index_is_rebuilt_by_the_next_ingestion(started: Path) -> None:
    name = (started / "library" / "current").read_text()
    shutil.rmtree(started / "library" / name / "chroma")
    assert "✗ Bibliothèque" in run(started, "doctor").stdout
    assert run(started, "ingest").returncode == 0
    assert not asked(started, "C'est quoi un GIE ?")["refused"]


def test_something_that_is_neither_file_nor_folder_is_refused(
    started: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "tuyau.pdf")
    done = run(started, "ingest", str(tmp_path / "tuyau.pdf"))
    assert done.returncode == 2
    assert "tuyau.pdf" in done.stderr


def test_an_encrypted_pdf_is_refused_with_what_to_do(started: Path, tmp_path: Path) -> None:
    from pdf_factory import encrypted_pdf

    done = run(started, "ingest", str(encrypted_pdf(tmp_path / "secret.pdf", "sésame")))
    assert done.returncode == 1
    assert "secret.pdf" in done.stderr
    assert "mot de passe" in done.stderr


def test_a_pdf_without_text_waits_for_ocr_page_by_page(
    started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pdf_factory import image_pdf

    monkeypatch.setenv("PATH", str(tmp_path))  # where there is no tesseract
    done = run(started, "ingest", "--json", str(image_pdf(tmp_path / "scan.pdf", pages=2)))
    report = json.loads(done.stdout)
    scan = next(d for d in report["documents"] if d["file"] == "scan.pdf")
    assert scan["pages"] == {"waiting": 2}
    assert scan["problems"][0].startswith("Pages 1-2 :")
    assert "tesseract-ocr-fra" in report["advice"]
    listed = json.loads(run(started, "corpus", "--json").stdout)
    (row,) = [row for row in listed if row["document"]["file"] == "scan.pdf"]
    assert "2 pages" in row["remedy"]


def test_two_copies_of_a_file_are_read_once_and_said(started: Path, tmp_path: Path) -> None:
    home = started
    body = text_pdf(tmp_path / "un.pdf", "Les ruchers partagés ont deux gardiens.").read_bytes()
    for name in ("un.pdf", "deux.pdf"):
        (home / "documents" / name).write_bytes(body)
    report = json.loads(run(home, "ingest", "--json").stdout)
    changes = {d["file"]: d["change"] for d in report["documents"]}
    assert sorted(changes[name] for name in ("un.pdf", "deux.pdf")) == ["duplicate", "new"]


def test_a_file_that_becomes_unreadable_keeps_its_last_good_state(
    started: Path, tmp_path: Path
) -> None:
    home = started
    text_pdf(tmp_path / "rucher.pdf", "Le rucher école de Montreuil accueille douze apprentis.")
    assert run(home, "ingest", str(tmp_path / "rucher.pdf")).returncode == 0
    (home / "documents" / "rucher.pdf").write_bytes(b"")
    done = run(home, "ingest")
    assert done.returncode == 1
    assert "rucher.pdf" in done.stdout
    answer = asked(home, "Combien d'apprentis accueille le rucher école de Montreuil ?")
    assert not answer["refused"]
    assert run(home, "ingest").returncode == 1, "said again as long as it lasts"


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/version").exists(), reason="needs /proc")
def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    for command in (["ingest"], ["ask", "Qui ?"], ["doctor"]):
        done = run(tmp_path / "fichier" / "home", *command)
        assert done.returncode == 1
        assert "COOP_HOME" in done.stderr + done.stdout or "coop ingest" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_busy_port_is_named_with_another_to_try(ready: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(ready, "chat", "--port", str(port))
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr


# --- interruptions ------------------------------------------------------------------------------


def test_an_ingestion_killed_at_any_moment_leaves_the_old_library_and_is_completed_by_the_next(
    started: Path, tmp_path: Path
) -> None:
    assert kill_ingestions(started, tmp_path, 3).lost == []
    assert not asked(started, "C'est quoi un GIE ?")["refused"]
