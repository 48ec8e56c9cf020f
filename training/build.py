"""Build the shipped engines from the example findings: teacher, reader, table.

    python training/build.py teach  --mpnet FOLDER --work FOLDER
    python training/build.py pool   --minilm FOLDER --work FOLDER
    python training/build.py ask    --mpnet FOLDER --work FOLDER
    python training/build.py read   --minilm FOLDER --work FOLDER
    python training/build.py write  --minilm FOLDER --work FOLDER
    python training/build.py table  --minilm FOLDER --work FOLDER

    python training/build.py further --minilm FOLDER --work FOLDER

    python training/build.py write-large --mpnet FOLDER --work FOLDER
    python training/build.py write-plain --minilm FOLDER --work FOLDER

The first six make the engines: *write* puts the reader where it ships, and *table* teaches the
table what that reader says. *further* teaches the reader that ships more examples, for `write` to
take it from there. The last two write engines for --model-dir into the work
folder: the teacher itself, and MiniLM as it came, without heads, to compare with.

Each step leaves what it made in the work folder. The weights that it starts from are checked
against their hashes; README.md says where they come from. Topics in left_out.txt are never
trained on: temperatures are fitted and figures are stated on them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import network as net
import numpy as np
import torch
from examples import Targets
from further import further, shipped_network
from lessons import POOL, VECTORS, asked_for_vectors, lessons, near, phrases_of, pool_of
from pool import likes, pool
from safetensors.numpy import load_file
from tables import fit_table
from task import PAD, Task, cut, dressed, texts_of, vocabulary, weights
from write import shipped_pieces, write, write_large, write_plain, write_table

from themeweave.findings.answers import units
from themeweave.findings.encoder import shipped
from themeweave.findings.wordpiece import WordPiece

BLOCK = 512  # texts that the reader is asked together


def teach(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Fine-tune the larger network on every example, plain and decorated."""
    network = net.Network(weights(folder, "mpnet"), task.sizes, embeds=False)
    texts, rows = dressed(task.taught)
    net.fit(
        network,
        cut(texts, words, "mpnet"),
        task.targets(rows),
        pad=PAD["mpnet"],
        epochs=2,
        rate=4e-5,
        seed=0,
        still=True,
    )
    torch.save(network.state_dict(), work / "teacher.pt")


def make_pool(task: Task, folder: Path, work: Path) -> None:
    """Make statements for the teachers to read, of the examples."""
    state = load_file(weights(folder, "minilm") / "model.safetensors")
    texts = texts_of(task.taught)
    like = likes(texts, vocabulary(folder), state["embeddings.word_embeddings.weight"])
    (work / "pool.json").write_text(json.dumps(pool(texts, like, POOL, seed=0)), "utf-8")


def ask(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Keep what the larger networks say of all texts: the mean of their shares, as logits.

    Whose view a finding is, only the last one is asked: it alone was taught who speaks. The
    network as it came gives vectors, which tell what findings are about.
    """
    lists = {
        "taught": dressed(task.taught)[0],
        "pool": pool_of(work),
        "left_out": texts_of(task.left_out),
    }
    teachers = sorted(work.glob("teacher*.pt"))
    for name, asked in lists.items():
        pieces = cut(asked, words, "mpnet")
        shares = {question: np.zeros((len(asked), n)) for question, n in task.sizes.items()}
        for path in teachers:
            network = net.Network(folder, task.sizes, embeds=False)
            network.load_state_dict(torch.load(path))
            network.eval()
            said, _ = net.answer(network, pieces, PAD["mpnet"])
            for question, logits in said.items():
                if question != "perspective":
                    shares[question] += net.softmax(logits) / len(teachers)
                elif path == teachers[-1]:
                    shares[question] = net.softmax(logits)
        kept = {question: np.log(share).astype(np.float32) for question, share in shares.items()}
        np.savez(work / f"teacher_{name}.npz", **kept)
    network = net.Network(weights(folder, "mpnet"), {}, embeds=False)
    network.eval()
    asked = asked_for_vectors(task, work)
    _, vectors = net.answer(network, cut(asked, words, "mpnet"), PAD["mpnet"])
    np.save(work / VECTORS, units(vectors).astype(np.float16))


def read(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Fine-tune the small network on the labels and on what the teachers say.

    Its embedding is fitted at the end, to the vectors that it came with.
    """
    network = net.Network(weights(folder, "minilm"), task.sizes, embeds=True)
    network.eval()
    heard = lessons(task, work)
    own = cut(asked_for_vectors(task, work)[::2], words, "minilm")
    _, first = net.answer(network, own, PAD["minilm"])
    net.fit(
        network,
        cut(heard.texts, words, "minilm"),
        heard.targets,
        pad=PAD["minilm"],
        epochs=2,
        rate=1.2e-4,
        seed=0,
        first=near(task, work, network.encoder.config.hidden_size),
        teacher=heard.teacher,
        trust=0.6,
    )
    _, now = net.answer(network, own, PAD["minilm"])
    net.embed_as(network, now, units(first))
    torch.save(network.state_dict(), work / "reader.pt")
    said, _ = net.answer(network, cut(texts_of(task.left_out), words, "minilm"), PAD["minilm"])
    np.savez(work / "reader_left_out.npz", **said)


def table(task: Task, folder: Path, work: Path) -> None:
    """Teach the table what the reader that ships says of examples, pool and phrases; write it."""
    texts, rows = dressed(task.taught)
    asked = [*texts, *pool_of(work), *phrases_of(task)]
    blocks = [asked[start : start + BLOCK] for start in range(0, len(asked), BLOCK)]
    said = [shipped()(block).shares for block in blocks]
    teacher = {name: np.concatenate([shares[name] for shares in said]) for name in task.sizes}
    labels, rest = task.targets(rows), len(asked) - len(rows)
    targets = Targets(
        {n: np.concatenate([labels.shares[n], teacher[n][len(rows) :]]) for n in task.sizes},
        {n: np.append(labels.known[n], np.ones(rest)) for n in task.sizes},
    )
    pieces = vocabulary(folder)
    kept = shipped_pieces(pieces)
    fewer = WordPiece([pieces[i] for i in kept])
    network = shipped_network(folder, task.sizes)
    network.eval()
    write_table(task, fit_table(network, net.cut(asked, fewer), targets, teacher, kept))


def main() -> None:
    """Run one step."""
    asked = argparse.ArgumentParser(description=__doc__)
    steps = {
        "teach": teach,
        "pool": make_pool,
        "ask": ask,
        "read": read,
        "table": table,
        "write": write,
        "further": further,
        "write-large": write_large,
        "write-plain": write_plain,
    }
    asked.add_argument("step", choices=steps)
    asked.add_argument("--mpnet", type=Path)
    asked.add_argument("--minilm", type=Path)
    asked.add_argument("--work", type=Path, required=True)
    given = asked.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.set_flush_denormal(True)
    task = Task()
    print(f"{len(task.taught)} examples to learn from, {len(task.left_out)} left out", flush=True)
    larger = given.step in ("teach", "ask", "write-large")
    folder = given.mpnet if larger else given.minilm
    # mpnet's file lists the same pieces behind four marks of its own
    words = WordPiece(vocabulary(folder)[4 if larger else 0 :])
    if given.step in ("teach", "ask", "read", "further"):
        steps[given.step](task, folder, words, given.work)
    else:
        steps[given.step](task, folder, given.work)


if __name__ == "__main__":
    main()
