"""Trains the bundled model: `python -m corpus.model.train --texts FOLDER --out FOLDER`.

A static model: the vector of a text is the normalised sum of the vectors of its word pieces. Needs
the `train` extra. The recipe and what it reached are in MODEL_CARD.md; every seed is fixed.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.numpy import save
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import (
    MatryoshkaLoss,
    MultipleNegativesRankingLoss,
)
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

from corpus.embedding import load_embedder
from corpus.fiche import FICHES
from corpus.model.pairs import (
    Pair,
    Source,
    counted_texts,
    draw_batch,
    read_fiches,
    read_foreseen,
    read_sources,
    vocabulary_texts,
)
from corpus.model.scores import score
from corpus.model.warm_start import UNKNOWN_ID, train_tokenizer, warm_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

log = logging.getLogger("corpus.model.train")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The recipe; `dimensions` are nested (Matryoshka), the first is the model's own."""

    vocabulary: int = 32_000
    dimensions: tuple[int, ...] = (512, 256, 128, 64)
    window: int = 8
    smoothing: float = 1e-4
    steps: int = 60
    batch: int = 2_048
    max_pieces: int = 160
    rate: float = 5e-3
    warm_up: float = 0.1
    scale: float = 20.0
    seeds: tuple[int, ...] = (13, 14, 15)


def train(sources: Mapping[str, Source], settings: Settings) -> StaticEmbedding:
    """Learn word pieces, their first vectors, then the vectors themselves, once for each seed.

    The vectors of all seeds are averaged (model soups, Wortsman et al. 2022): they share a start,
    and one seed more or less is worth two points on a small set.
    """
    tokenizer = train_tokenizer(vocabulary_texts(sources), settings.vocabulary)
    log.info("vocabulary of %d word pieces", tokenizer.get_vocab_size())
    rows = warm_start(
        tokenizer,
        counted_texts(sources),
        dimensions=settings.dimensions[0],
        window=settings.window,
        smoothing=settings.smoothing,
        seed=settings.seeds[0],
    )
    total = np.zeros_like(rows)
    for seed in settings.seeds:
        module = StaticEmbedding(tokenizer, embedding_weights=rows.copy())
        fit(module, sources, settings, seed)
        total += module.embedding.weight.detach().numpy()
    return StaticEmbedding(tokenizer, embedding_weights=total / len(settings.seeds))


def fit(
    module: StaticEmbedding, sources: Mapping[str, Source], settings: Settings, seed: int
) -> None:
    """Contrastive training in place: each left side must find its right side in the batch."""
    torch.manual_seed(seed)
    draw = random.Random(seed)  # noqa: S311 — reproducible, not secret
    model = SentenceTransformer(modules=[module], device="cpu")
    module.embedding.weight.register_hook(_silence_unknown)  # type: ignore[no-untyped-call]
    ranking = MultipleNegativesRankingLoss(model, scale=settings.scale)
    loss = MatryoshkaLoss(model, ranking, list(settings.dimensions))
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _rate(step, settings.steps, settings.warm_up)
    )
    # The model itself has no maximum length; training looks at the start of long texts only.
    module.tokenizer.enable_truncation(settings.max_pieces)
    for step in range(settings.steps):
        batch = draw_batch(sources, settings.batch, draw)
        value = loss(_features(module, batch), torch.empty(0))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        schedule.step()
        if step % 10 == 0 or step + 1 == settings.steps:
            log.info("step %d: %d pairs, loss %.3f", step, len(batch), value.item())
    module.tokenizer.no_truncation()


def _silence_unknown(gradient: torch.Tensor) -> torch.Tensor:
    """Keep the unknown piece's vector at zero: unknown words say nothing."""
    gradient[UNKNOWN_ID] = 0
    return gradient


def _rate(step: int, steps: int, warm_up: float) -> float:
    """The share of the full rate at a step: up in a line during the warm-up, then down to zero."""
    rising = max(1, round(steps * warm_up))
    return min((step + 1) / rising, (steps - step) / max(1, steps - rising))


def _features(module: StaticEmbedding, batch: Sequence[Pair]) -> list[dict[str, Any]]:
    """Lefts, rights, and the hard negatives that are not already the right side of another pair."""
    rights = {pair.right for pair in batch}
    negatives = {pair.negative for pair in batch if pair.negative} - rights
    columns = [[pair.left for pair in batch], [pair.right for pair in batch], sorted(negatives)]
    return [module.preprocess(column) for column in columns if column]


def quantise(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows (n, d) as int8 and one scale each, (n,): `rows ≈ int8 * scale[:, None]`."""
    scales = np.abs(rows).max(axis=1) / 127
    levels = np.rint(rows / np.maximum(scales, 1e-12)[:, None])
    return levels.astype(np.int8), scales.astype(np.float32)


def write_model(module: StaticEmbedding, folder: Path) -> None:
    """Write a sentence-transformers folder with int8 weights, each file replaced in one go.

    `embeddings` (int8) and `weights` (one scale a row) are names StaticEmbedding reads by itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    levels, scales = quantise(module.embedding.weight.detach().numpy())
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        model = SentenceTransformer(modules=[module, Normalize()], device="cpu")
        model.save_pretrained(temporary, create_model_card=False)
        content = save({"embeddings": levels, "weights": scales})
        (Path(temporary) / "model.safetensors").write_bytes(content)
        for file in sorted(Path(temporary).rglob("*")):
            target = folder / file.relative_to(temporary)
            if file.is_dir():
                target.mkdir(exist_ok=True)
            else:
                os.replace(file, target)  # noqa: PTH105 — atomic, and says so


def report(folder: Path, sets: Path) -> dict[str, float]:
    """Score the written model on each set of a folder, nDCG@10."""
    embedder = load_embedder(None, folder)
    found = {}
    for queries in sorted(sets.glob("*/queries.jsonl")):
        name = queries.parent.name
        found[name] = score(embedder, queries.parent)
        log.info("%s: nDCG@10 %.1f", name, 100 * found[name])
    return found


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    recipe = Settings()
    parser = argparse.ArgumentParser(prog="python -m corpus.model.train", description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, help="folder of .jsonl[.xz] files")
    parser.add_argument("--out", type=Path, required=True, help="folder the model is written to")
    parser.add_argument("--fiches", type=Path, default=FICHES, help="folder of .md fiches")
    parser.add_argument("--sets", type=Path, help="folder of retrieval sets to score on")
    parser.add_argument("--vocabulary", type=int, default=recipe.vocabulary)
    parser.add_argument("--dimensions", type=int, nargs="+", default=recipe.dimensions)
    parser.add_argument("--steps", type=int, default=recipe.steps)
    parser.add_argument("--batch", type=int, default=recipe.batch)
    parser.add_argument("--seeds", type=int, nargs="+", default=recipe.seeds)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write and, when asked, score a model."""
    options = _arguments(arguments)
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", force=True
    )
    torch.set_num_threads(options.threads)
    settings = Settings(
        vocabulary=options.vocabulary,
        dimensions=tuple(options.dimensions),
        steps=options.steps,
        batch=options.batch,
        seeds=tuple(options.seeds),
    )
    sources = read_sources(options.texts)
    if not sources:
        log.error("no .jsonl or .jsonl.xz text in %s", options.texts)
        return 1
    sources["fiches"] = read_fiches(options.fiches)
    foreseen = read_foreseen(options.fiches)
    if foreseen.pairs:
        sources["foreseen"] = foreseen
    write_model(train(sources, settings), options.out)
    if options.sets:
        report(options.out, options.sets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
