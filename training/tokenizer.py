"""Trains the built-in model's tokenizer: byte-level BPE of GPT-2's kind.

python tokenizer.py --text train.jsonl --vocab 6000 --out DIR
writes tokenizer.json, vocab.json, merges.txt; <|endoftext|> is the last id, as in GPT-2.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

END = "<|endoftext|>"


def train(texts, vocab: int) -> Tokenizer:
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=vocab - 1, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    state = json.loads(raw.to_str())["model"]
    # put the end-of-text symbol last, where GPT-2 has it (a trainer would put it first)
    entries = dict(state["vocab"])
    entries[END] = len(entries)
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in state["merges"]]
    out = Tokenizer(models.BPE(vocab=entries, merges=merges, fuse_unk=False))
    out.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    out.post_processor = processors.ByteLevel(trim_offsets=False)
    out.decoder = decoders.ByteLevel()
    out.add_special_tokens([END])
    return out


def save(tokenizer: Tokenizer, out: Path):
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    model = json.loads(tokenizer.to_str())["model"]
    (out / "vocab.json").write_text(json.dumps(model["vocab"], ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    (out / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--text", type=Path, required=True)
    p.add_argument("--vocab", type=int, default=6000)
    p.add_argument("--documents", type=int, default=60000, help="documents to learn from")
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    with open(a.text, encoding="utf-8") as f:
        texts = [json.loads(line)["text"] for line in f]
    random.Random(0).shuffle(texts)
    t = train(texts[: a.documents], a.vocab)
    save(t, a.out)
    sample = texts[:2000]
    print(json.dumps({"entries": t.get_vocab_size(), "bytes_per_token": round(sum(len(s.encode()) for s in sample) / sum(len(e.ids) for e in t.encode_batch(sample)), 3)}))


if __name__ == "__main__":
    main()
