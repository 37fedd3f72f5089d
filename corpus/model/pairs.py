"""Texts on disk → pairs (left, right) that ought to be close, drawn in fixed proportions.

A passage teaches by its headings, its neighbours and its own sentences, often asked as a question;
a true question by the passage that answers it, against the one BM25 would wrongly rank first.
"""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from corpus.fiche import parse_fiche, plain
from corpus.fiche_questions import fiche_questions
from corpus.model.questions import asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from random import Random

# Share of each file in a batch, by the start of its name; any other file gets DEFAULT_SHARE.
SHARES: Mapping[str, float] = {
    "fr_codes": 0.36,
    "ca_lois": 0.30,
    "piaf": 0.09,
    "dila": 0.09,
    "fiches": 0.05,
    "foreseen": 0.25,
    "php": 0.05,
    "python": 0.04,
    "guides": 0.03,
    "mon_entreprise_regles": 0.015,
    "mon_entreprise_md": 0.005,
}
DEFAULT_SHARE = 0.05
# Word pieces come from the other files, first vectors from one text in STRIDES of these: statutes
# and the lists of an interface are so many that their words would crowd out everyday French.
NO_VOCABULARY = ("fr_codes", "ca_lois", "php")
STRIDES: Mapping[str, int] = {"ca_lois": 4}
WINDOW_WORDS = 160
MIN_WORDS = 4
# Longer than any sequence the training looks at; spares the tokenizer the rest.
MAX_CHARACTERS = 2_000
TRIES_PER_PAIR = 5
# Of the left sides short enough to be asked, the share that is: 0.3 and 0.6 did as well.
ASKED_SHARE = 0.45
ASKED_CHARACTERS = 300

_SENTENCE_END = re.compile(r"(?<=[.;:!?])\s+|\n+")
_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """Two texts that ought to be close, and possibly one (`negative`) that must not be."""

    left: str
    right: str
    negative: str = ""


class Source(Protocol):
    """Something that draws training pairs and lists its texts."""

    def draw(self, random: Random) -> Pair | None:
        """A pair, or None when the item drawn holds none."""

    def texts(self) -> Iterator[str]:
        """Every text once, to learn words from."""


class Passages:
    """Passages in reading order: `{title, heading, text}`, a heading's levels joined by ` > `."""

    def __init__(self, rows: Sequence[Mapping[str, str]], asked_share: float = ASKED_SHARE) -> None:
        self._rows = rows
        self._asked_share = asked_share
        self._kinds = (self._extract, self._heading, self._lines, self._neighbours)

    def texts(self) -> Iterator[str]:
        """Heading and text of each passage."""
        for row in self._rows:
            yield f"{row['title']}\n{row['heading']}\n{row['text']}"

    def draw(self, random: Random) -> Pair | None:
        """A pair of one of four kinds around a passage drawn uniformly; its left may be asked."""
        index = random.randrange(len(self._rows))
        kind = random.choices(self._kinds, weights=(0.35, 0.35, 0.15, 0.15))[0]
        pair = kind(index, random)
        if not pair or len(pair.left) > ASKED_CHARACTERS or random.random() >= self._asked_share:
            return pair
        return Pair(asked(pair.left, random), pair.right)

    def _heading(self, index: int, random: Random) -> Pair | None:
        """The last levels of the heading, half of the time under the title → the text."""
        row = self._rows[index]
        levels = _levels(row["heading"])[-random.randint(1, 3) :]
        if not levels or random.random() < 0.5:
            levels = [row["title"], *levels]
        return Pair(" ".join(levels), _window(row["text"], random))

    def _neighbours(self, index: int, random: Random) -> Pair | None:
        """A text → the next one of the same section."""
        if index + 1 == len(self._rows):
            return None
        row, following = self._rows[index], self._rows[index + 1]
        if row["title"] != following["title"]:
            return None
        if _levels(row["heading"])[:-1] != _levels(following["heading"])[:-1]:
            return None
        return Pair(_window(row["text"], random), _window(following["text"], random))

    def _lines(self, index: int, random: Random) -> Pair | None:
        """A line → the line that follows it."""
        lines = [line for line in self._rows[index]["text"].split("\n") if _long_enough(line)]
        if len(lines) < 2:
            return self._extract(index, random)
        first = random.randrange(len(lines) - 1)
        return Pair(lines[first], lines[first + 1])

    def _extract(self, index: int, random: Random) -> Pair | None:
        """A sentence → the rest of the text around it (inverse cloze, Lee et al. 2019)."""
        text = _window(self._rows[index]["text"], random)
        sentences = [s for s in _SENTENCE_END.split(text) if s]
        chosen = random.randrange(len(sentences)) if sentences else 0
        if len(sentences) < 2 or not _long_enough(sentences[chosen]):
            return None
        # One time in ten the sentence stays, so that shared words keep counting.
        kept = sentences if random.random() < 0.1 else sentences[:chosen] + sentences[chosen + 1 :]
        rest = " ".join(kept)
        return Pair(sentences[chosen], rest) if _long_enough(rest) else None


class Questions:
    """Questions with the passage that answers each: `{a, b}`."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        questions, answers = [row["a"] for row in rows], [row["b"] for row in rows]
        self._passages = list(dict.fromkeys(answers))
        negatives = hard_negatives(questions, answers, self._passages)
        self.pairs = [Pair(*triple) for triple in zip(questions, answers, negatives, strict=True)]

    def texts(self) -> Iterator[str]:
        """Each passage once, then the questions."""
        yield from self._passages
        yield from (pair.left for pair in self.pairs)

    def draw(self, random: Random) -> Pair | None:
        """A question, its passage and its hard negative."""
        return random.choice(self.pairs)


def _levels(heading: str) -> list[str]:
    """The levels of a heading, without article numbers, which name nothing a reader would ask."""
    levels = [level.strip() for level in heading.split(" > ")]
    return [level for level in levels if level and not level.startswith("Article ")]


def _long_enough(text: str) -> bool:
    return len(text.split(maxsplit=MIN_WORDS)) >= MIN_WORDS


def _window(text: str, random: Random) -> str:
    """At most WINDOW_WORDS consecutive words of the text, line breaks kept where nothing is cut."""
    if len(text) <= MAX_CHARACTERS // 2:
        return text
    words = text.split()
    if len(words) <= WINDOW_WORDS:
        return text
    start = random.randrange(len(words) - WINDOW_WORDS + 1)
    return " ".join(words[start : start + WINDOW_WORDS])


def hard_negatives(
    questions: Sequence[str], answers: Sequence[str], passages: Sequence[str]
) -> list[str]:
    """For each question, the passage other than its answer that BM25 ranks best, or ""."""
    from scipy import sparse  # noqa: PLC0415 — of the `train` extra

    words: dict[str, int] = {}
    counts = [Counter(_WORD.findall(passage.lower())) for passage in passages]
    rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
    columns = [words.setdefault(word, len(words)) for count in counts for word in count]
    frequency = np.array([n for count in counts for n in count.values()], dtype=np.float64)
    lengths = np.array([count.total() for count in counts], dtype=np.float64)
    holding = np.bincount(columns, minlength=len(words))
    idf = np.log1p((len(counts) - holding + 0.5) / (holding + 0.5))
    norm = 1.5 * (0.25 + 0.75 * lengths / lengths.mean())
    weights = idf[columns] * frequency * 2.5 / (frequency + norm[rows])
    matrix = sparse.csr_matrix((weights, (rows, columns)), shape=(len(counts), len(words))).tocsc()
    place = {passage: index for index, passage in enumerate(passages)}
    found = []
    for question, answer in zip(questions, answers, strict=True):
        known = [words[w] for w in set(_WORD.findall(question.lower())) if w in words]
        scores = np.asarray(matrix[:, known].sum(axis=1)).ravel()
        scores[place[answer]] = 0.0
        best = int(scores.argmax())
        found.append(passages[best] if scores[best] > 0 else "")
    return found


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a .jsonl or .jsonl.xz file."""
    raw = path.read_bytes()
    text = (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def read_sources(folder: Path) -> dict[str, Source]:
    """One source per file of the folder, by name without suffixes, in alphabetical order."""
    files = sorted(f for f in folder.iterdir() if f.name.endswith((".jsonl", ".jsonl.xz")))
    found: dict[str, Source] = {}
    for file in files:
        if rows := read_rows(file):
            found[file.name.split(".")[0]] = Questions(rows) if "a" in rows[0] else Passages(rows)
    return found


def read_fiches(folder: Path) -> Passages:
    """The fiches of the collection, one row for each heading."""
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.md")):
        fiche = parse_fiche(path)
        for section in fiche.sections:
            heading, lines = section.title, list[str]()
            for block in section.blocks:
                if block.kind == "subheading":
                    rows.append(_row(fiche.header.title, heading, lines))
                    heading, lines = f"{section.title} > {plain(block.text)}", []
                else:
                    lines.append(" | ".join(plain(cell) for cell in block.cells))
            rows.append(_row(fiche.header.title, heading, lines))
    return Passages([row for row in rows if _long_enough(row["text"])])


def read_foreseen(folder: Path) -> Questions:
    """The questions foreseen for the fiches, each with the sentence that answers it best."""
    return Questions(
        [
            {"a": foreseen.question, "b": foreseen.answers[0]}
            for path in sorted(folder.glob("*.md"))
            for foreseen in fiche_questions(path.stem, folder)
        ]
    )


def _row(title: str, heading: str, lines: Sequence[str]) -> dict[str, str]:
    return {"title": title, "heading": heading, "text": "\n".join(lines)}


def vocabulary_texts(sources: Mapping[str, Source]) -> list[str]:
    """The texts word pieces are learnt from; all of them where nothing else is left."""
    chosen = [s for name, s in sources.items() if not name.startswith(NO_VOCABULARY)]
    return [text for source in chosen or sources.values() for text in source.texts()]


def counted_texts(sources: Mapping[str, Source]) -> Iterator[str]:
    """The texts in which neighbours are counted for the first vectors."""
    for name, source in sources.items():
        yield from islice(source.texts(), 0, None, STRIDES.get(name, 1))


def shares(names: Sequence[str]) -> dict[str, float]:
    """The share of each source in a batch; they add up to 1."""
    raw = {
        name: next((s for start, s in SHARES.items() if name.startswith(start)), DEFAULT_SHARE)
        for name in names
    }
    return {name: share / sum(raw.values()) for name, share in raw.items()}


def draw_batch(sources: Mapping[str, Source], size: int, random: Random) -> list[Pair]:
    """About `size` pairs in the sources' proportions, no two with an equal left or right side.

    Two pairs with an equal side would be each other's false negatives: many articles share one
    heading, many questions one passage. A source too small to give its share gives less.
    """
    lefts: set[str] = set()
    rights: set[str] = set()
    batch = []
    for name, share in shares(list(sources)).items():
        wanted = max(1, round(size * share))
        for _ in range(TRIES_PER_PAIR * wanted):
            if wanted == 0:
                break
            pair = sources[name].draw(random)
            if pair is None or pair.left.lower() in lefts or pair.right.lower() in rights:
                continue
            lefts.add(pair.left.lower())
            rights.add(pair.right.lower())
            batch.append(Pair(*(side[:MAX_CHARACTERS] for side in pair)))
            wanted -= 1
    return batch
