"""Rows by likelihood: which continuation is likelier, and how surprising held-out text is.

A text longer than the context loses its beginning.  Options are compared by the logarithm of
their probability, by token where they differ in length.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch

from generate import Model

from . import scores
from .rows import evaluation


@torch.no_grad()
def log_likelihood(m: Model, context: str, options: list[str]) -> list[tuple[float, int]]:
    """(log-probability, tokens) of each option after the context, which is read once."""
    ends = [m.ids(o) for o in options]
    head = m.ids(context)[-(m.positions - max(map(len, ends))):]
    first = m.model(torch.tensor([head]), use_cache=True)
    past, n = first.past_key_values, len(options)
    past.batch_repeat_interleave(n)
    width = max(map(len, ends))
    ids = torch.tensor([e + [m.end] * (width - len(e)) for e in ends])
    logits = m.model(ids, past_key_values=past, use_cache=True).logits
    rows = torch.log_softmax(torch.cat([first.logits[:, -1:].expand(n, 1, -1), logits[:, :-1]], 1).float(), -1)
    each = rows.gather(2, ids[:, :, None])[:, :, 0]
    return [(float(each[i, :len(e)].sum()), len(e)) for i, e in enumerate(ends)]


def best(pairs: list[tuple[float, int]], by_token: bool) -> int:
    return max(range(len(pairs)), key=lambda i: pairs[i][0] / (pairs[i][1] if by_token else 1))


def winograd(m: Model, corpus: Path, items: int) -> dict:
    """Partial scoring: the same ending after two beginnings."""
    rows, right = evaluation(corpus, "winograd-wsc273.jsonl")[:items], []
    for r in rows:
        likely = [log_likelihood(m, c, [" " + r["continuation"].strip()])[0][0] for c in r["context_options"]]
        right.append(float(likely.index(max(likely)) == r["gold"]))
    return scores.mean(right) | {"chance": 50.0}


def cloze(m: Model, corpus: Path, name: str, items: int) -> dict:
    """The gap filled with each of ten words, scored on the word and what follows it."""
    right = []
    for r in evaluation(corpus, name)[:items]:
        before, _, after = r["query"].partition("XXXXX")
        pairs = log_likelihood(m, " ".join(r["sentences"]) + " " + before.rstrip(), [" " + o + after for o in r["options"]])
        right.append(float(r["options"][best(pairs, False)] == r["answer"]))
    return scores.mean(right) | {"chance": 10.0}


def mctest(m: Model, corpus: Path, items: int) -> dict:
    right = []
    for r in evaluation(corpus, "mctest.test.jsonl")[:items]:
        for t in r["turns"]:
            pairs = log_likelihood(m, f"{r['passage']}\nQ: {t['question']}\nA:", [" " + o.strip() for o in t["options"]])
            gold = t["answer"] if isinstance(t["answer"], int) else t["options"].index(t["answer"])
            right.append(float(best(pairs, True) == gold))
    return scores.mean(right) | {"chance": 25.0}


def lambada(m: Model, corpus: Path, items: int) -> dict:
    """Greedy decoding gives the last word; chance is nearly nothing."""
    rows = evaluation(corpus, "lambada.jsonl.gz")[:items]
    guesses = m.continue_([r["context"] for r in rows], 6, stop=None)
    word = lambda t: (t.split() or [""])[0].strip(".,;:!?\"'").lower()
    return scores.mean([float(word(g) == word(r["target"])) for g, r in zip(guesses, rows)]) | {"chance": 0.0}


@torch.no_grad()
def perplexity(m: Model, texts: list[str]) -> dict:
    """Per word (of white space), over whole texts, their first token after end-of-text; windows do not overlap."""
    total, words = 0.0, 0
    for t in texts:
        ids = m.ids(t)
        words += len(t.split())
        for i in range(0, len(ids), m.positions - 1):
            x = torch.tensor([[m.end] + ids[i:i + m.positions - 1]])
            total += float(torch.nn.functional.cross_entropy(m.model(x).logits[0, :-1].float(), x[0, 1:], reduction="sum"))
    return {"score": round(math.exp(total / words), 1), "n": words}


def stories(m: Model, corpus: Path, items: int) -> dict:
    return perplexity(m, [r["passage"] for r in evaluation(corpus, "mctest.test.jsonl")[:items]])


def sentences(m: Model, corpus: Path, language: str, items: int) -> dict:
    return perplexity(m, [r[language] for r in evaluation(corpus, "tatoeba.en-de.jsonl" if language == "de" else "tatoeba.en-fr.jsonl")[:items]])
