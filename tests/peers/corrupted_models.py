#!/usr/bin/env python3
"""Damages the model files of copydesk, fastText and Vowpal Wabbit in the same way and counts what each does with them.

    python3 -m venv venv && venv/bin/pip install fasttext-wheel==0.9.2 vowpalwabbit==9.11.9 numpy==1.26.4
    cargo build --release
    venv/bin/python tests/peers/corrupted_models.py [--copydesk target/release/copydesk] [--cuts 400] [--flips 400]

All are trained on datasets/news-en/train.jsonl; of copydesk it is the model news-en-open. A file is cut at a random place, or one random bit of it is flipped: anywhere, or
in its first 2,000 bytes. Each damaged file is loaded by a process of its own (Linux, macOS), which then classifies one sentence:

    loaded   an answer came back
    refused  the program said that it cannot use the file
    crashed  a signal ended it, or it asked for more than 1 GiB of memory
    hung     it did not end within 2 seconds of processor time; a whole file takes a tenth of one

Places are drawn with a fixed seed: the same share of each file's length for all.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAIN = ROOT / "datasets/news-en/train.jsonl"
SENTENCE = "The council voted on Tuesday to close the bridge."
PEERS = ("copydesk", "fastText", "Vowpal Wabbit")
OUTCOMES = ("loaded", "refused", "crashed", "hung")
HEADER = 2000
MEMORY = 1 << 30
SECONDS = 2
OUT_OF_MEMORY = 77

def train_fasttext(rows, folder):
    import fasttext

    lines, model = folder / "fasttext.txt", folder / "fasttext.bin"
    lines.write_text("".join(f"__label__{label} {text}\n" for text, label in rows), encoding="utf-8")
    # A small table, so that the file is not mostly rows that no n-gram uses.
    fasttext.train_supervised(str(lines), epoch=5, dim=10, wordNgrams=2, bucket=20000, thread=1, verbose=0).save_model(
        str(model)
    )
    return model


def train_vowpal_wabbit(rows, folder):
    import vowpalwabbit

    labels = {label: number for number, label in enumerate(sorted({label for _, label in rows}), 1)}
    lines, model = folder / "vw.txt", folder / "vw.model"
    clean = str.maketrans(":|\n", "   ")
    lines.write_text("".join(f"{labels[label]} | {text.translate(clean)}\n" for text, label in rows), encoding="utf-8")
    vowpalwabbit.Workspace(f"-d {lines} --oaa {len(labels)} --ngram 2 -b 18 -f {model} --quiet").finish()
    return model


def use_copydesk(program):
    def use(model):
        os.execv(program, [program, "explain", "--model", model, SENTENCE])

    return use


def use_fasttext(model):
    import fasttext

    fasttext.load_model(model).f.predict(SENTENCE, 1, 0.0, "strict")


def use_vowpal_wabbit(model):
    import vowpalwabbit

    vowpalwabbit.Workspace(f"-i {model} -t --quiet").predict("| " + SENTENCE)


def outcome(use, model):
    """What a program does with a file."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silence, stream)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        try:
            use(str(model))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "hung" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "crashed"
    code = os.WEXITSTATUS(status)
    return {0: "loaded", OUT_OF_MEMORY: "crashed"}.get(code, "refused")


def damages(size, cuts, flips):
    """Kind, place and bit of each damage to a file of a size; the places are the same shares of every file."""
    draw = random.Random(7)
    for _ in range(cuts):
        yield "cut", int(draw.random() * size), 0
    for _ in range(flips):
        yield "bit flipped", int(draw.random() * size), draw.randrange(8)
    for _ in range(flips):
        yield "bit of the first 2,000 bytes", int(draw.random() * min(HEADER, size)), draw.randrange(8)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copydesk", default=ROOT / "target/release/copydesk", type=pathlib.Path)
    parser.add_argument("--cuts", default=400, type=int)
    parser.add_argument("--flips", default=400, type=int)
    parser.add_argument("--peers", default=",".join(PEERS))
    options = parser.parse_args()
    rows = [json.loads(line) for line in TRAIN.read_text(encoding="utf-8").splitlines()]
    rows = [(" ".join(row["text"].split()), row["label"]) for row in rows]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        models = {
            "copydesk": lambda: (ROOT / "models/news-en-open/model.safetensors", use_copydesk(str(options.copydesk.resolve()))),
            "fastText": lambda: (train_fasttext(rows, folder), use_fasttext),
            "Vowpal Wabbit": lambda: (train_vowpal_wabbit(rows, folder), use_vowpal_wabbit),
        }
        print("| | file | damage | " + " | ".join(OUTCOMES) + " |")
        print("|---|---|---|" + "---|" * len(OUTCOMES))
        for peer in options.peers.split(","):
            model, use = models[peer]()
            whole = model.read_bytes()
            if outcome(use, model) != "loaded":
                sys.exit(f"{peer} does not load its own undamaged model")
            counts = {}
            path = folder / f"damaged{model.suffix}"
            for kind, place, bit in damages(len(whole), options.cuts, options.flips):
                changed = bytearray(whole[:place] if kind == "cut" else whole)
                if kind != "cut":
                    changed[place] ^= 1 << bit
                path.write_bytes(changed)
                of_kind = counts.setdefault(kind, dict.fromkeys(OUTCOMES, 0))
                of_kind[outcome(use, path)] += 1
            for kind, of_kind in counts.items():
                numbers = " | ".join(str(count) for count in of_kind.values())
                print(f"| {peer} | {len(whole) / 1e6:.1f} MB | {kind} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
