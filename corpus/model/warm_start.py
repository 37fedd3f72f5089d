"""Word pieces and their first vectors, learnt by counting: a WordPiece vocabulary, then PPMI-SVD.

Positive pointwise mutual information of pieces that stand near each other, factorised (Levy and
Goldberg 2014), rows weighted by smooth inverse frequency (Arora et al. 2017).
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

UNKNOWN = "[UNK]"
UNKNOWN_ID = 0  # the first special token
ALPHABET = 256
SVD_ROUNDS = 4
SVD_SURPLUS = 32
CHUNK_TOKENS = 2_000_000

log = logging.getLogger(__name__)


def train_tokenizer(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """A WordPiece tokenizer for French as people type it: no case, no accents, one apostrophe."""
    alphabet = _alphabet(texts)
    inner = [f"##{character}" for character in alphabet]
    # Given as special tokens, they get their ids in a fixed order; left to the trainer, the order
    # of a hash table decides ties between merges, and no two runs give the same vocabulary.
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary,
        special_tokens=[UNKNOWN, *inner],
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    learner = _reader(models.WordPiece(unk_token=UNKNOWN))
    learner.train_from_iterator(texts, trainer)
    tokenizer = _reader(models.WordPiece(learner.get_vocab(), unk_token=UNKNOWN))
    tokenizer.add_special_tokens([UNKNOWN])
    return tokenizer


def _reader(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("\u00ad", ""),  # soft hyphen
            normalizers.NFKD(),
            normalizers.StripAccents(),
            normalizers.Lowercase(),
            normalizers.Replace("œ", "oe"),
            normalizers.Replace("æ", "ae"),
            normalizers.Replace(Regex("[‘’‛ʼ′´`]"), "'"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            # Signs stand alone, bullets glued to a word included, lest they make it unknown.
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}\s]"), "isolated"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    return tokenizer


def _alphabet(texts: Iterable[str]) -> list[str]:
    """The ALPHABET most frequent characters after folding; rarer ones make a word unknown."""
    raw: Counter[str] = Counter()
    for text in texts:
        raw.update(text)
    fold = _reader(models.WordPiece(unk_token=UNKNOWN)).normalizer
    folded: Counter[str] = Counter()
    for character, count in raw.items():
        for letter in fold.normalize_str(character):
            folded[letter] += count
    kept = sorted(folded, key=lambda letter: (-folded[letter], letter))
    return sorted(letter for letter in kept[:ALPHABET] if not letter.isspace())


def encode(tokenizer: Tokenizer, texts: Iterable[str], gap: int) -> NDArray[np.int32]:
    """The piece ids of all texts in one row, `gap` unknown pieces between two texts."""
    rows: list[NDArray[np.int32]] = []
    between = np.full(gap, UNKNOWN_ID, dtype=np.int32)
    for batch in _batches(texts, 1_000):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            rows += [np.array(encoding.ids, dtype=np.int32), between]
    return np.concatenate(rows)


def _batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def count_neighbours(ids: NDArray[np.int32], vocabulary: int, window: int) -> Any:
    """How often two pieces stand within `window` of each other, each time weighted 1/√distance.

    Returns a symmetric sparse matrix (vocabulary, vocabulary), float32, without the unknown piece.
    """
    shape = (vocabulary, vocabulary)
    total = sparse.csr_matrix(shape, dtype=np.float32)
    for start in range(0, len(ids), CHUNK_TOKENS):
        chunk = ids[start : start + CHUNK_TOKENS + window]
        part = sparse.csr_matrix(shape, dtype=np.float32)
        for distance in range(1, window + 1):
            # Pairs whose left piece lies in the next chunk are counted there.
            left = chunk[:CHUNK_TOKENS][: len(chunk) - distance]
            right = chunk[distance:][: len(left)]
            known = (left != UNKNOWN_ID) & (right != UNKNOWN_ID)
            weight = np.full(np.count_nonzero(known), distance**-0.5, dtype=np.float32)
            part = part + sparse.coo_matrix((weight, (left[known], right[known])), shape).tocsr()
        total = total + part
    return (total + total.T).tocsr()


def ppmi(counts: Any) -> Any:
    """Positive pointwise mutual information (natural logarithm) of a symmetric matrix of counts."""
    marginal = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    entries = counts.tocoo()
    logarithm = np.log(np.maximum(marginal, 1e-12)).astype(np.float32)
    values = np.log(entries.data) + np.float32(np.log(marginal.sum()))
    values -= logarithm[entries.row] + logarithm[entries.col]
    keep = values > 0
    kept = (values[keep], (entries.row[keep], entries.col[keep]))
    return sparse.coo_matrix(kept, counts.shape).tocsr()


def factorise(matrix: Any, dimensions: int, seed: int) -> NDArray[np.float32]:
    """U·√S of a symmetric sparse matrix (n, n): (n, d), by subspace iteration (Halko 2011)."""
    size = matrix.shape[0]
    width = min(size, dimensions + SVD_SURPLUS)
    basis = np.random.default_rng(seed).standard_normal((size, width), dtype=np.float32)
    for _ in range(SVD_ROUNDS):
        basis = np.linalg.qr(matrix @ basis)[0]
    values, vectors = np.linalg.eigh(basis.T @ (matrix @ basis))
    # For a symmetric matrix the singular values are the eigenvalues without their signs.
    order = np.argsort(-np.abs(values), kind="stable")[:dimensions]
    return np.asarray(basis @ (vectors[:, order] * np.sqrt(np.abs(values[order]))), np.float32)


def warm_start(  # noqa: PLR0913 — the numbers of a recipe, all named
    tokenizer: Tokenizer,
    texts: Iterable[str],
    *,
    dimensions: int,
    window: int,
    smoothing: float,
    seed: int,
) -> NDArray[np.float32]:
    """First vectors of all pieces, (vocabulary, dimensions); the unknown piece's is zero.

    Rows are unit vectors times a/(a+p): `a` is the smoothing, `p` the frequency of the piece.
    """
    vocabulary = tokenizer.get_vocab_size()
    ids = encode(tokenizer, texts, window)
    frequency = np.bincount(ids, minlength=vocabulary).astype(np.float64)
    frequency[UNKNOWN_ID] = 0
    log.info("%.1f M word pieces read", frequency.sum() / 1e6)
    information = ppmi(count_neighbours(ids, vocabulary, window))
    log.info("%.1f M positive associations", information.nnz / 1e6)
    rows = factorise(information, dimensions, seed)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    weight = smoothing / (smoothing + frequency / frequency.sum())
    rows *= weight[:, None].astype(np.float32)
    rows[UNKNOWN_ID] = 0
    # A piece the texts hold too seldom for any association still needs a place of its own.
    unseen = np.flatnonzero(~rows.any(axis=1))
    noise = np.random.default_rng(seed).standard_normal((len(unseen), dimensions))
    rows[unseen] = (noise / np.sqrt(dimensions) * 0.1).astype(np.float32)
    rows[UNKNOWN_ID] = 0
    return rows
