from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from corpus.embedding import StaticEmbedder, TransformerEmbedder, load_embedder
from corpus.errors import ModelError
from corpus.home import BUNDLED_MODEL

MODEL_FILES = ("model.safetensors", "tokenizer.json", "modules.json")
LIMIT_BYTES = 17 * 2**20
SENTENCES = [
    "Qui peut créer un groupement d’employeurs ?",
    "L'œuvre coopérative est à but non lucratif.",
    "Une société coopérative d'intérêt collectif (SCIC) associe plusieurs catégories d'associés.",
    "GE ou GIE",
    "12 345,67 €",
    "",
]


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    loaded = load_embedder()
    assert isinstance(loaded, StaticEmbedder)
    return loaded


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "modèle"
    shutil.copytree(BUNDLED_MODEL, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def small_transformer(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A random, tiny BERT with a letter vocabulary, as a sentence-transformers folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir()
    letters = "abcdefghijklmnopqrstuvwxyzéèà:'?"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    pieces += [f"##{letter}" for letter in letters]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(pieces), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizer(vocab=str(vocabulary), strip_accents=False).save_pretrained(folder / "bert")
    word = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[word, Pooling(16)], prompts=prompts, device="cpu")
    model.save_pretrained(str(folder / "model"), create_model_card=False)
    return folder / "model"


def test_the_fast_path_gives_the_vectors_of_sentence_transformers(embedder: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(BUNDLED_MODEL), device="cpu", local_files_only=True)
    expected = model.encode(SENTENCES, convert_to_numpy=True)
    assert np.abs(embedder.embed_passages(SENTENCES) - expected).max() <= 1e-5


def test_vectors_are_float32_rows_of_norm_one(embedder: StaticEmbedder) -> None:
    vectors = embedder.embed_questions(SENTENCES[:-1])
    assert vectors.shape == (len(SENTENCES) - 1, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=8))
def test_any_text_gives_finite_rows_of_norm_one_or_zero(
    embedder: StaticEmbedder, texts: list[str]
) -> None:
    vectors = embedder.embed_passages(texts)
    norms = np.linalg.norm(vectors, axis=1)
    assert vectors.shape == (len(texts), embedder.dimensions)
    assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=8), data=st.data())
def test_a_text_has_the_same_vector_whatever_stands_beside_it(
    embedder: StaticEmbedder, texts: list[str], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(texts) - 1))
    alone = embedder.embed_passages([texts[index]])[0]
    assert np.allclose(embedder.embed_passages(texts)[index], alone, atol=1e-6)


@pytest.mark.parametrize("text", ["", "  \n\t", "\x00\x07", "漢字", "\ud800"])
def test_a_text_without_a_known_word_gives_zeros(embedder: StaticEmbedder, text: str) -> None:
    vectors = embedder.embed_passages([text, "coopération"])
    assert not vectors[0].any() or text == "\ud800"  # a lone surrogate is read as "?"
    assert np.linalg.norm(vectors[1]) == pytest.approx(1)


def test_no_text_gives_an_empty_matrix(embedder: StaticEmbedder) -> None:
    assert embedder.embed_questions([]).shape == (0, embedder.dimensions)


def test_case_accents_and_apostrophes_do_not_count(embedder: StaticEmbedder) -> None:
    vectors = embedder.embed_questions(
        ["L'intérêt général à l'œuvre", "l’interet GENERAL a l’oeuvre"]
    )
    assert np.allclose(vectors[0], vectors[1])


def test_a_question_is_closer_to_its_answer_than_to_another_subject(
    embedder: StaticEmbedder,
) -> None:
    question = embedder.embed_questions(["Peut-on licencier un salarié malade ?"])
    passages = embedder.embed_passages(
        [
            "La rupture du contrat de travail d'un employé en arrêt maladie est encadrée.",
            "La recette demande trois œufs, du beurre et de la farine.",
        ]
    )
    close, far = (question @ passages.T)[0]
    assert close > far


def test_the_vocabulary_knows_french_words_and_no_typos(embedder: StaticEmbedder) -> None:
    assert embedder.knows("societe")
    assert not embedder.knows("socciete")


def test_the_bundled_model_is_named_by_its_content(copy: Path) -> None:
    name = load_embedder().name
    assert name.startswith("bundled:")
    assert load_embedder(None, copy).name == name
    weights = load_file(copy / "model.safetensors")
    weights["weights"][1] *= 2
    save_file(weights, copy / "model.safetensors")
    assert load_embedder(None, copy).name != name


def test_the_bundled_model_stays_small() -> None:
    assert sum((BUNDLED_MODEL / name).stat().st_size for name in MODEL_FILES) <= LIMIT_BYTES


def test_a_static_folder_asked_for_by_path_is_read_without_torch(copy: Path) -> None:
    loaded = load_embedder(str(copy))
    assert isinstance(loaded, StaticEmbedder)
    assert loaded.name.startswith(str(copy.resolve()))


def test_a_static_folder_with_float_weights_gives_the_same_vectors(
    copy: Path, embedder: StaticEmbedder
) -> None:
    weights = load_file(copy / "model.safetensors")
    rows = weights["embeddings"].astype(np.float32) * weights["weights"][:, None]
    save_file({"embedding.weight": rows}, copy / "model.safetensors")
    vectors = load_embedder(str(copy)).embed_passages(SENTENCES)
    assert np.allclose(vectors, embedder.embed_passages(SENTENCES), atol=1e-6)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("bundled", [True, False])
def test_a_missing_file_is_named_with_the_remedy(copy: Path, name: str, bundled: bool) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelError, match=name) as caught:
        load_embedder(None, copy) if bundled else load_embedder(str(copy))
    expected = "git checkout" if bundled else "COOP_EMBEDDING_MODEL"
    assert expected in caught.value.remedy


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"{}"])
def test_a_damaged_file_is_named(copy: Path, name: str, content: bytes) -> None:
    (copy / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"{name}.*abîmé"):
        load_embedder(None, copy)


def test_a_truncated_weight_file_is_refused(copy: Path) -> None:
    file = copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(ModelError, match="abîmé"):
        load_embedder(None, copy)


def test_weights_and_vocabulary_of_two_models_are_refused(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    short = {name: np.ascontiguousarray(tensor[:-1]) for name, tensor in weights.items()}
    save_file(short, copy / "model.safetensors")
    with pytest.raises(ModelError, match="≠"):
        load_embedder(None, copy)


def test_weights_that_are_not_numbers_are_refused(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    weights["weights"][5] = np.nan
    save_file(weights, copy / "model.safetensors")
    with pytest.raises(ModelError, match="NaN"):
        load_embedder(None, copy)


@pytest.mark.parametrize("model", ["/nulle/part", "un nom impossible !", str(Path(__file__))])
def test_what_is_neither_a_folder_nor_a_hub_name_is_refused(model: str) -> None:
    with pytest.raises(ModelError, match="ni un dossier"):
        load_embedder(model)


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ne se lit pas comme un modèle"):
        load_embedder(str(tmp_path))


def test_a_hub_model_without_network_is_refused_within_seconds() -> None:
    code = (
        "import sys\n"
        "from corpus.embedding import load_embedder\n"
        "from corpus.errors import ModelError\n"
        "try:\n"
        "    load_embedder('personne/modele-qui-n-existe-pas')\n"
        "except ModelError as error:\n"
        "    print(error, 'torch' in sys.modules)\n"
    )
    # Port 9 of the loopback refuses at once: no name look-up, no network.
    started = time.monotonic()
    done = _python(code, HF_ENDPOINT="http://127.0.0.1:9")
    assert "personne/modele-qui-n-existe-pas" in done
    assert done.strip().endswith("False")
    assert time.monotonic() - started < 20  # it was a minute; two cores may be busy


def test_the_bundled_model_is_read_without_torch_or_network_libraries() -> None:
    code = (
        "import sys\n"
        "from corpus.embedding import load_embedder\n"
        "load_embedder().embed_questions(['coopérer'])\n"
        "heavy = ('torch', 'sentence_transformers', 'transformers', 'huggingface_hub')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    assert _python(code).strip() == "[]"


def _python(code: str, **environment: str) -> str:
    import os

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=BUNDLED_MODEL.parent.parent,
        env={**os.environ, **environment},
    )
    return done.stdout


def test_any_sentence_transformers_folder_gives_unit_vectors(tmp_path: Path) -> None:
    loaded = load_embedder(str(small_transformer(tmp_path / "small")))
    assert isinstance(loaded, TransformerEmbedder)
    vectors = loaded.embed_passages(["une coopérative", ""])
    assert vectors.shape == (2, loaded.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert loaded.embed_questions([]).shape == (0, loaded.dimensions)


def test_the_prompts_of_a_model_are_put_before_questions_and_passages(tmp_path: Path) -> None:
    bare = load_embedder(str(small_transformer(tmp_path / "bare")))
    prompts = {"query": "cherche: ", "document": "texte: "}
    folder = shutil.copytree(bare.name, tmp_path / "prompted")
    config = folder / "config_sentence_transformers.json"
    settings = json.loads(config.read_text(encoding="utf-8")) | {"prompts": prompts}
    config.write_text(json.dumps(settings), encoding="utf-8")
    prompted = load_embedder(str(folder))
    assert np.allclose(
        prompted.embed_questions(["un groupement"]), bare.embed_passages(["cherche: un groupement"])
    )
    assert np.allclose(
        prompted.embed_passages(["un groupement"]), bare.embed_passages(["texte: un groupement"])
    )


def test_an_e5_model_without_prompts_gets_the_prefixes_it_was_trained_with(tmp_path: Path) -> None:
    bare = load_embedder(str(small_transformer(tmp_path / "bare")))
    folder = shutil.copytree(bare.name, tmp_path / "multilingual-e5-small")
    e5 = load_embedder(str(folder))
    assert np.allclose(
        e5.embed_questions(["un groupement"]), bare.embed_passages(["query: un groupement"])
    )
    assert np.allclose(
        e5.embed_passages(["un groupement"]), bare.embed_passages(["passage: un groupement"])
    )


def test_a_model_that_yields_nan_is_refused(tmp_path: Path) -> None:
    folder = small_transformer(tmp_path / "small")
    file = next(folder.rglob("model.safetensors"))
    weights = load_file(file)
    spoilt = {name: np.full_like(tensor, np.nan) for name, tensor in weights.items()}
    save_file(spoilt, file, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="NaN"):
        load_embedder(str(folder)).embed_passages(["une coopérative"])
