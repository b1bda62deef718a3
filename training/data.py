"""Documents to windows of token ids, for `train.py`.

Every window begins where a document begins, because a prompt does; documents are parted by
<|endoftext|>, and one too long for a window goes on in another.  Nothing else is masked.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

END = "<|endoftext|>"


def encode(path: Path, tokenizer: Tokenizer) -> list[np.ndarray]:
    """The documents' tokens; kept beside the text, since training is stopped and started often on a busy machine."""
    key = fingerprint(path) + hashlib.sha256(tokenizer.to_str().encode()).hexdigest()[:16]
    kept = path.with_suffix(".npz")
    if kept.exists():
        with np.load(kept) as f:
            if str(f["key"]) == key:
                return np.split(f["ids"], f["ends"][:-1])
    docs = _encode(path, tokenizer)
    np.savez(kept, key=key, ids=np.concatenate(docs), ends=np.cumsum([len(d) for d in docs]))
    return docs


def _encode(path: Path, tokenizer: Tokenizer) -> list[np.ndarray]:
    with open(path, encoding="utf-8") as f:
        texts = [json.loads(line)["text"] for line in f]
    end = tokenizer.token_to_id(END)
    out = []
    for i in range(0, len(texts), 5000):
        out += [np.array(e.ids + [end], dtype=np.uint16) for e in tokenizer.encode_batch(texts[i:i + 5000])]
    return out


def pack(docs: list[np.ndarray], length: int, seed: int, end: int) -> np.ndarray:
    """Windows of length + 1 (inputs and shifted targets); filled best-fit from a small pool."""
    rng = random.Random(seed)
    order = list(range(len(docs)))
    rng.shuffle(order)
    pieces = (docs[i][k:k + length + 1] for i in order for k in range(0, len(docs[i]), length))
    windows, pool, done = [], [], False
    while True:
        while len(pool) < 256 and not done:
            piece = next(pieces, None)
            if piece is None:
                done = True
            elif len(piece) > 1:
                pool.append(piece)
        if not pool:
            break
        window, used = np.full(length + 1, end, dtype=np.uint16), 0
        while used <= length:
            fits = [i for i, p in enumerate(pool) if len(p) <= length + 1 - used]
            if not fits:
                break
            # the first is whatever came first, so that long and short are met alike; the rest fill up
            i = fits[0] if used == 0 else max(fits, key=lambda j: len(pool[j])) if length + 1 - used < 160 else fits[0]
            p = pool.pop(i)
            window[used:used + len(p)] = p
            used += len(p)
        windows.append(window)
    out = np.stack(windows)
    np.random.default_rng(seed).shuffle(out)
    return out


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
