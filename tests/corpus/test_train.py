from __future__ import annotations

import json
import lzma
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs the `train` extra")

from corpus.embedding import load_embedder
from corpus.fiche import FICHES
from corpus.model.pairs import (
    Pair,
    Passages,
    Questions,
    counted_texts,
    draw_batch,
    hard_negatives,
    read_fiches,
    read_sources,
    shares,
    vocabulary_texts,
)
from corpus.model.questions import FRAMES, MOST_WORDS, asked
from corpus.model.scores import chunk, ndcg, score
from corpus.model.train import Settings, main, quantise, train
from corpus.model.warm_start import count_neighbours, factorise, ppmi, train_tokenizer

THINGS = ["employeur", "salarié", "associé", "bénévole", "syndicat", "usager", "commune", "banque"]
ACTS = ["adhère au groupement", "signe le contrat", "vote à l'assemblée", "verse une cotisation"]


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 — reproducible, not secret


def sentence(draw: random.Random) -> str:
    return f"Le {draw.choice(THINGS)} {draw.choice(ACTS)} avec le {draw.choice(THINGS)} voisin."


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Four hundred short passages and sixty questions, in the formats training reads."""
    folder = tmp_path / "texts"
    folder.mkdir()
    draw = seeded(1)
    passages = [
        {
            "source": "test",
            "title": f"Guide {index // 20}",
            "heading": f"Titre {index // 5} > {draw.choice(THINGS)} numéro {index}",
            "text": "\n".join(sentence(draw) for _ in range(4)),
        }
        for index in range(400)
    ]
    questions = [
        {"source": "test", "a": f"Qui {act} ? ({index})", "b": passages[index]["text"]}
        for index, act in enumerate(ACTS * 15)
    ]
    for name, rows in (("guides", passages), ("piaf_train", questions)):
        content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl.xz").write_bytes(lzma.compress(content.encode()))
    return folder


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """One retrieval set of three documents and two queries."""
    folder = tmp_path / "sets" / "tiny"
    folder.mkdir(parents=True)
    documents = ["le salarié signe le contrat", "la commune verse une cotisation", "la banque vote"]
    (folder / "corpus.jsonl").write_text(
        "\n".join(
            json.dumps({"_id": str(i), "title": "", "text": text})
            for i, text in enumerate(documents)
        )
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "a", "text": "signe le contrat"}\n{"_id": "b", "text": "commune cotisation"}\n'
    )
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\na\t0\t1\nb\t1\t1\n")
    return folder.parent


def test_a_tiny_training_writes_a_folder_that_loads_and_retrieves(
    texts: Path, sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sentence_transformers import SentenceTransformer

    out = tmp_path / "model"
    arguments = ["--texts", str(texts), "--out", str(out), "--sets", str(sets), "--steps", "12"]
    arguments += ["--vocabulary", "300", "--dimensions", "32", "16", "--batch", "64"]
    assert main(arguments) == 0
    embedder = load_embedder(None, out)
    assert embedder.dimensions == 32
    assert score(embedder, sets / "tiny") == pytest.approx(1)
    reference = SentenceTransformer(str(out), device="cpu", local_files_only=True)
    probes = ["le contrat du salarié", "mot-inconnu-ζ", ""]
    assert np.allclose(embedder.embed_passages(probes), reference.encode(probes), atol=1e-5)
    printed = capsys.readouterr().out
    assert "step 11" in printed
    assert "tiny: nDCG@10 100.0" in printed
    losses = [float(line.split("loss ")[1]) for line in printed.splitlines() if "loss" in line]
    assert losses[-1] < losses[0]


def test_training_twice_writes_the_same_model(texts: Path, tmp_path: Path) -> None:
    names = []
    for out in (tmp_path / "one", tmp_path / "two"):
        arguments = ["--texts", str(texts), "--out", str(out), "--steps", "3", "--batch", "32"]
        assert main([*arguments, "--vocabulary", "200", "--dimensions", "16"]) == 0
        names.append(load_embedder(None, out).name)
    assert names[0] == names[1]


def test_a_folder_without_texts_is_a_failure(tmp_path: Path) -> None:
    assert main(["--texts", str(tmp_path), "--out", str(tmp_path / "model")]) == 1
    assert not (tmp_path / "model").exists()


def test_no_two_pairs_of_a_batch_share_a_side(texts: Path) -> None:
    batch = draw_batch(read_sources(texts), 200, seeded(3))
    assert len({pair.left.lower() for pair in batch}) == len(batch)
    assert len({pair.right.lower() for pair in batch}) == len(batch)
    assert all(pair.left.strip() and pair.right.strip() for pair in batch)


def test_the_shares_of_a_batch_add_up_to_one_and_cap_the_canadian_laws() -> None:
    found = shares(["fr_codes", "ca_lois", "piaf_train", "dila_fiches", "php_fr", "inconnu"])
    assert sum(found.values()) == pytest.approx(1)
    assert found["ca_lois"] <= 0.4


def test_article_numbers_are_no_left_side() -> None:
    row = {"title": "Code", "heading": "Livre I > Article 1", "text": "Une règle courte."}
    source, draw = Passages([row], asked_share=0), seeded(0)
    pairs = [pair for pair in (source.draw(draw) for _ in range(60)) if pair]
    assert pairs
    assert {pair.left for pair in pairs} <= {"Livre I", "Code Livre I"}


def test_neighbours_stay_within_their_section() -> None:
    rows = [
        {"title": "A", "heading": "I > x", "text": "un deux trois quatre"},
        {"title": "A", "heading": "II > y", "text": "cinq six sept huit"},
        {"title": "B", "heading": "II > z", "text": "neuf dix onze douze"},
    ]
    source, draw = Passages(rows, asked_share=0), seeded(0)
    bodies = [row["text"] for row in rows]
    pairs = [pair for pair in (source.draw(draw) for _ in range(200)) if pair]
    assert not any((pair.left, pair.right) in set(pairwise(bodies)) for pair in pairs)


def test_an_asked_text_is_a_few_of_its_words_in_order_in_a_known_frame() -> None:
    words = [f"mot{index}" for index in range(30)]
    for seed in range(40):
        question = asked(" ".join(words).upper(), seeded(seed))
        kept = [word for word in question.split() if word in words]
        assert 1 <= len(kept) <= MOST_WORDS
        assert kept == sorted(kept, key=words.index)
        assert question in {frame.format(" ".join(kept)) for frame in FRAMES}


def test_a_passage_is_asked_about_as_often_as_said() -> None:
    row = {"title": "t", "heading": "adhérer au groupement", "text": "Une règle courte."}
    frames = [frame.split("{}")[0] for frame in FRAMES if not frame.startswith("{}")]
    for share in (0.0, 1.0):
        source, draw = Passages([row], asked_share=share), seeded(2)
        pairs = [pair for pair in (source.draw(draw) for _ in range(60)) if pair]
        assert pairs
        assert {pair.left.startswith(tuple(frames)) for pair in pairs} == {share == 1}


def test_a_fiche_gives_a_text_for_each_heading_without_its_marks() -> None:
    texts = list(read_fiches(FICHES).texts())
    assert len(texts) > len(list(FICHES.glob("*.md")))
    assert not any("[@" in text for text in texts)


def test_the_vectors_of_several_seeds_are_averaged_from_one_start(texts: Path) -> None:
    sources = read_sources(texts)
    recipe = Settings(vocabulary=200, dimensions=(16,), steps=2, batch=32)
    rows = [
        train(sources, replace(recipe, seeds=seeds)).embedding.weight.detach().numpy()
        for seeds in ((13,), (13, 13), (13, 14))
    ]
    assert np.allclose(rows[0], rows[1], atol=1e-6)
    assert not np.allclose(rows[0], rows[2], atol=1e-6)


def test_the_hard_negative_is_the_best_wrong_passage() -> None:
    passages = ["le chat noir dort", "le chat blanc court", "la pluie tombe"]
    found = hard_negatives(
        ["où dort le chat", "que fait la pluie"], [passages[0], passages[2]], passages
    )
    assert found == [passages[1], ""]


def test_a_question_comes_with_its_passage_and_its_hard_negative() -> None:
    rows = [{"a": "où dort le chat", "b": "le chat dort"}, {"a": "un chien", "b": "le chat court"}]
    assert Questions(rows).draw(seeded(1)) in {
        Pair("où dort le chat", "le chat dort", "le chat court"),
        Pair("un chien", "le chat court", ""),
    }


def test_neighbours_are_counted_by_the_inverse_root_of_their_distance() -> None:
    # The pieces 1 2 3, then a gap, then 2: nothing is counted across the gap.
    counts = count_neighbours(np.array([1, 2, 3, 0, 0, 2], dtype=np.int32), 4, 2).toarray()
    root = 2**-0.5
    expected = np.array([[0, 0, 0, 0], [0, 0, 1, root], [0, 1, 0, 1], [0, root, 1, 0]])
    assert np.allclose(counts, expected)


def test_mutual_information_keeps_only_what_is_above_chance() -> None:
    from scipy import sparse

    counts = sparse.csr_matrix(np.array([[0.0, 3.0, 1.0], [3.0, 0.0, 0.0], [1.0, 0.0, 8.0]]))
    found = ppmi(counts).toarray()
    assert found[0, 1] == pytest.approx(np.log(3 * 16 / (4 * 3)), rel=1e-5)
    assert found[0, 2] == 0
    assert np.allclose(found, found.T)


def test_the_factors_of_a_matrix_of_low_rank_give_it_back() -> None:
    from scipy import sparse

    root = np.random.default_rng(0).standard_normal((40, 3))
    matrix = root @ root.T
    rows = factorise(sparse.csr_matrix(matrix.astype(np.float32)), 3, seed=0)
    assert np.allclose(rows @ rows.T, matrix, atol=1e-3)


def test_the_tokenizer_folds_case_accents_and_apostrophes() -> None:
    tokenizer = train_tokenizer(["l'œuvre de l'été " * 5], 60)
    folded = tokenizer.encode("L’OEUVRE DE L’ETE").ids
    assert tokenizer.encode("l'œuvre de l'été").ids == folded
    assert tokenizer.encode("l'œu\u00advre de l'été").ids == folded


def test_a_bullet_glued_to_a_word_does_not_hide_it() -> None:
    tokenizer = train_tokenizer(["un mot, un autre mot"] * 3, 40)
    alone, glued = tokenizer.encode("mot").ids, tokenizer.encode("➢mot").ids
    assert glued[-len(alone) :] == alone


def test_statutes_teach_no_word_pieces_unless_nothing_else_does() -> None:
    row = {"title": "t", "heading": "h", "text": "texte"}
    law, guide = Passages([row]), Passages([row | {"text": "guide"}])
    assert vocabulary_texts({"fr_codes": law, "guides": guide}) == ["t\nh\nguide"]
    assert vocabulary_texts({"fr_codes": law}) == ["t\nh\ntexte"]


def test_one_canadian_text_in_four_is_counted() -> None:
    rows = [{"title": "t", "heading": "h", "text": str(index)} for index in range(8)]
    found = list(counted_texts({"ca_lois": Passages(rows), "dila": Passages(rows[:2])}))
    assert [text.rsplit("\n", 1)[-1] for text in found] == ["0", "4", "0", "1"]


def test_quantised_rows_stay_within_half_a_step() -> None:
    rows = np.random.default_rng(0).standard_normal((20, 8)).astype(np.float32)
    rows[3] = 0
    levels, scales = quantise(rows)
    assert levels.dtype == np.int8
    assert not levels[3].any()
    error = np.abs(levels * scales[:, None] - rows)
    assert (error <= scales[:, None] / 2 + 1e-6).all()


def test_ndcg_matches_values_computed_by_hand() -> None:
    assert ndcg(["a", "b"], {"a": 1}) == 1
    assert ndcg(["b", "a"], {"a": 1}) == pytest.approx(1 / np.log2(3))
    assert ndcg(["c"], {"a": 1}) == 0
    ideal = 2 + 1 / np.log2(3)
    assert ndcg(["b", "a"], {"a": 2, "b": 1}) == pytest.approx((1 + 2 / np.log2(3)) / ideal)


def test_a_document_is_cut_into_chunks_under_its_title() -> None:
    pieces = chunk("Titre", " ".join(["mot"] * 250))
    assert [len(piece.split()) for piece in pieces] == [121, 121, 11]
    assert chunk("", "") == [""]
