"""Texts → vectors: the one home of sentence-transformers, torch and tokenizers.

The bundled static model is read without torch (a fast path with the same vectors); any other model
goes through sentence-transformers. The network is used only for a model of the hub that was asked
for by name and is not on this machine yet.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from corpus.errors import ModelError
from corpus.home import BUNDLED_MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
MODULES = "modules.json"

_HUB_TIMEOUT_S = 2.0
_BATCH_TEXTS = 256
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_E5 = re.compile(r"(^|[_-])e5([_-]|$)", re.IGNORECASE)
_REPAIR_BUNDLED = (
    "Réinstallez le projet, ou restaurez le dossier avec : git checkout -- corpus/model"
)
_REPAIR_OTHER = (
    "Indiquez un autre modèle dans COOP_EMBEDDING_MODEL, ou retirez ce réglage pour "
    "reprendre le modèle fourni."
)
_REPAIR_HUB = (
    "Vérifiez le nom et la connexion, téléchargez le modèle une fois en ligne, ou retirez "
    "COOP_EMBEDDING_MODEL pour reprendre le modèle fourni, qui marche hors ligne."
)


class Embedder(Protocol):
    """What turns texts into vectors, shape (n, d), float32.

    Rows are unit vectors, so that a dot product is a cosine; a text in which nothing is known
    (empty, spaces, foreign script) gives a row of zeros, close to nothing. Rows are always finite:
    a model that yields NaN raises ModelError.
    """

    @property
    def name(self) -> str:
        """Identity of the model, for `Recipe.model`: equal names give equal vectors."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts to be found."""

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of what is asked."""

    def knows(self, word: str) -> bool:
        """Whether a folded word is in the model's vocabulary as a whole: likely a true word."""


class StaticEmbedder:
    """A static model read with numpy alone: the normalised sum of its word pieces' vectors."""

    def __init__(self, name: str, tokenizer: Tokenizer, rows: NDArray[np.float32]) -> None:
        self._name = name
        self._tokenizer = tokenizer
        self._rows = rows

    @property
    def name(self) -> str:
        """`bundled:` and a hash of the content, or the folder and a hash."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d), float32; a text without any known word piece gives zeros."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH_TEXTS):
            batch = [_well_formed(text) for text in texts[start : start + _BATCH_TEXTS]]
            vectors[start : start + len(batch)] = self._sums(batch)
        return _unit(vectors, self._name)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As passages: a static model has no prompts."""
        return self.embed_passages(texts)

    def knows(self, word: str) -> bool:
        """Whether a folded word is one piece of the vocabulary."""
        return self._tokenizer.token_to_id(word) is not None

    def _sums(self, texts: list[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        lengths = np.fromiter(map(len, ids), dtype=np.intp, count=len(ids))
        flat = np.fromiter(chain.from_iterable(ids), dtype=np.intp, count=int(lengths.sum()))
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # `reduceat` gives an empty slice the row that follows it: texts without pieces stay out.
        full = lengths > 0
        if flat.size:
            starts = (np.cumsum(lengths) - lengths)[full]
            sums[full] = np.add.reduceat(self._rows[flat], starts, axis=0)
        return sums


class TransformerEmbedder:
    """Any sentence-transformers model, with the prompts it was trained with."""

    def __init__(self, name: str, model: Any) -> None:
        self._name = name
        self._model = model
        e5 = bool(_E5.search(Path(name).name)) and not any((model.prompts or {}).values())
        self._question_prompt = "query: " if e5 else None
        self._passage_prompt = "passage: " if e5 else None

    @property
    def name(self) -> str:
        """The hub name or the path the model was asked for by."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d), float32, under the model's passage prompt."""
        return self._embed(self._model.encode_document, texts, self._passage_prompt)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d), float32, under the model's question prompt."""
        return self._embed(self._model.encode_query, texts, self._question_prompt)

    def knows(self, word: str) -> bool:  # noqa: ARG002 — every model answers
        """Never: what such a vocabulary holds is not said to be French."""
        return False

    def _embed(self, encode: Any, texts: Sequence[str], prompt: str | None) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        clean = [_well_formed(text) for text in texts]
        vectors = encode(clean, prompt=prompt, convert_to_numpy=True, show_progress_bar=False)
        return _unit(np.asarray(vectors, dtype=np.float32), self._name)


def load_embedder(model: str | None = None, folder: Path = BUNDLED_MODEL) -> Embedder:
    """The bundled model, or the sentence-transformers model of this path or hub name.

    Raises:
        ModelError: a file is missing or damaged, or the hub does not have or does not send it.
    """
    if not model:
        return _load_static(folder, "bundled", _REPAIR_BUNDLED)
    path = Path(model).expanduser()
    if path.is_dir():
        if _is_plain_static(path):
            return _load_static(path, str(path.resolve()), _REPAIR_OTHER)
        return TransformerEmbedder(str(path.resolve()), _load_local(path))
    if path.exists() or not _HUB_NAME.fullmatch(model):
        raise ModelError(
            f"Le modèle d'embedding « {model} » n'est ni un dossier existant ni un nom de modèle.",
            _REPAIR_OTHER,
        )
    return TransformerEmbedder(model, _load_from_hub(model))


def _is_plain_static(folder: Path) -> bool:
    """Whether a folder holds a static model, perhaps normalised, and nothing else."""
    try:
        modules = json.loads((folder / MODULES).read_text(encoding="utf-8"))
        kinds = [(module["type"].rsplit(".", 1)[-1], module["path"]) for module in modules]
        config = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
        prompted = any((config.get("prompts") or {}).values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    plain = kinds[:1] == [("StaticEmbedding", "")]
    return plain and not prompted and all(kind == "Normalize" for kind, _ in kinds[1:])


def _load_static(folder: Path, label: str, remedy: str) -> StaticEmbedder:
    """Read tokenizer and weights, and name the model by their content."""
    from safetensors import SafetensorError  # noqa: PLC0415 — heavy
    from safetensors.numpy import load  # noqa: PLC0415 — heavy

    weights = _read(folder / WEIGHTS, remedy)
    vocabulary = _read(folder / TOKENIZER, remedy)
    try:
        rows = _rows(load(weights))
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise _damaged(folder / WEIGHTS, error, remedy) from error
    tokenizer = _read_tokenizer(vocabulary, folder / TOKENIZER, remedy)
    if tokenizer.get_vocab_size() != len(rows):
        mismatch = f"{tokenizer.get_vocab_size()} ≠ {len(rows)}"
        raise _damaged(folder / TOKENIZER, mismatch, remedy)
    if not np.isfinite(rows).all():
        raise _damaged(folder / WEIGHTS, "NaN", remedy)
    content = hashlib.sha256(weights + vocabulary).hexdigest()[:12]
    return StaticEmbedder(f"{label}:{content}", tokenizer, rows)


def _read_tokenizer(content: bytes, path: Path, remedy: str) -> Tokenizer:
    from tokenizers import Tokenizer  # noqa: PLC0415 — heavy

    try:
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # the library raises bare Exception on a malformed file
        raise _damaged(path, error, remedy) from error
    tokenizer.no_padding()
    return tokenizer


def _rows(tensors: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    """The vectors of all word pieces, (vocabulary, d), from float or from int8 and scales."""
    if "embedding.weight" in tensors:
        rows = tensors["embedding.weight"].astype(np.float32)
    else:
        rows = tensors["embeddings"].astype(np.float32)
        rows *= tensors["weights"].astype(np.float32)[:, None]
    if rows.ndim != 2:
        raise ValueError(f"shape {rows.shape}")
    return rows


def _read(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"Le fichier « {path} » du modèle d'embedding ne peut pas être lu ({error.strerror}).",
            remedy,
        ) from error


def _damaged(path: Path, cause: object, remedy: str) -> ModelError:
    return ModelError(f"Le fichier « {path} » du modèle d'embedding est abîmé ({cause}).", remedy)


def _load_local(path: Path) -> Any:
    """A sentence-transformers model from a folder, without a look at the network."""
    # Read when huggingface_hub is first imported; saves a minute of retries on a broken folder.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        return _sentence_transformer(str(path), local=True)
    except Exception as error:  # a damaged folder fails in as many ways as there are models
        raise ModelError(
            f"Le dossier « {path} » ne se lit pas comme un modèle sentence-transformers ({error}).",
            _REPAIR_OTHER,
        ) from error


def _load_from_hub(name: str) -> Any:
    """A model of the hub: the copy on this machine if there is one, else a download.

    Both are looked up before sentence-transformers is imported, so that a refusal takes a second.
    """
    cached = _in_cache(name)
    if not cached:
        _check_hub(name)
    try:
        return _sentence_transformer(name, local=cached)
    except Exception as error:  # network, disk, licence, architecture: all said to the user
        raise ModelError(
            f"Le modèle « {name} » n'a pas pu être chargé ({error}).", _REPAIR_HUB
        ) from error


def _in_cache(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 — heavy

    return isinstance(try_to_load_from_cache(_repository(name), MODULES), str)


def _check_hub(name: str) -> None:
    """Ask the hub once, briefly, whether it has the model: its own client retries for a minute."""
    from huggingface_hub import HfApi  # noqa: PLC0415 — heavy

    try:
        HfApi().model_info(_repository(name), timeout=_HUB_TIMEOUT_S)
    except Exception as error:
        raise ModelError(
            f"Le modèle « {name} » n'est pas sur cette machine et le hub ne le donne pas "
            f"({type(error).__name__}).",
            _REPAIR_HUB,
        ) from error


def _repository(name: str) -> str:
    """The full name; sentence-transformers lets its own models go without their owner."""
    return name if "/" in name else f"sentence-transformers/{name}"


def _sentence_transformer(name: str, *, local: bool) -> Any:
    # Imported by name: sentence-transformers takes seconds, and most runs never need it.
    library = importlib.import_module("sentence_transformers")
    model = library.SentenceTransformer(name, device="cpu", local_files_only=local)
    return model.float().eval()  # half precision gives NaN on an empty text


def _well_formed(text: str) -> str:
    """The text without lone surrogates, which have no UTF-8 form and which tokenizers refuse."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _unit(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Rows divided by their norm; rows of zeros stay."""
    if not np.isfinite(vectors).all():
        raise ModelError(
            f"Le modèle d'embedding « {name} » donne des vecteurs inutilisables (NaN ou infini).",
            _REPAIR_OTHER if not name.startswith("bundled:") else _REPAIR_BUNDLED,
        )
    norms: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    norms[norms == 0] = 1
    return vectors / norms
