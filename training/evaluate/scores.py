"""Measures, each with a 95 % interval by bootstrap over the items.

BLEU is `sacrebleu`'s, ROUGE-L `rouge-score`'s; exact match and F1 follow SQuAD's script.
"""

from __future__ import annotations

import re
import string
from collections import Counter

import numpy as np
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU

RESAMPLES = 1000
_rouge = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=True)


def interval(values: np.ndarray) -> dict:
    low, high = np.percentile(values, [2.5, 97.5])
    return {"low": round(float(low), 1), "high": round(float(high), 1)}


def mean(items: list[float], groups: list[str] | None = None) -> dict:
    """100 times the mean; with groups, the mean of the groups' means, each resampled within itself."""
    rng, x = np.random.default_rng(1), 100 * np.array(items, dtype=float)
    names = np.array(groups if groups else [""] * len(x))
    parts = [x[names == n] for n in dict.fromkeys(names.tolist())]
    means = np.stack([p[rng.integers(0, len(p), (RESAMPLES, len(p)))].mean(1) for p in parts]).mean(0)
    out = {"score": round(float(np.mean([p.mean() for p in parts])), 1), "n": len(x)} | interval(means)
    if groups:
        out["kinds"] = {n: round(float(p.mean()), 1) for n, p in zip(dict.fromkeys(names.tolist()), parts)}
    return out


def bleu(guesses: list[str], references: list[list[str]]) -> dict:
    """references: those of each guess, of any number; a missing one is None for sacrebleu."""
    most = max(map(len, references))
    columns = [[r[i] if i < len(r) else None for r in references] for i in range(most)]
    metric, rng = BLEU(), np.random.default_rng(1)
    stats = np.array(metric._extract_corpus_statistics(guesses, columns))
    scores = [metric._compute_score_from_stats(stats[rng.integers(0, len(stats), len(stats))].sum(0).tolist()).score for _ in range(300)]
    return {"score": round(metric.corpus_score(guesses, columns).score, 1), "n": len(guesses)} | interval(np.array(scores))


def normal(text: str) -> str:
    """SQuAD's: lower case, no punctuation, no articles."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def exact(guess: str, answers: list[str]) -> float:
    return float(any(normal(guess) == normal(a) for a in answers))


def place(text: str) -> str:
    """A place without the preposition in front of it."""
    return re.sub(r"^(in|at|to|on) ", "", normal(text))


def f1(guess: str, answers: list[str]) -> float:
    def one(answer):
        g, a = normal(guess).split(), normal(answer).split()
        same = sum((Counter(g) & Counter(a)).values())
        return 2 * same / (len(g) + len(a)) if same else float(g == a)
    return max(map(one, answers))


def rouge(guess: str, references: list[str]) -> float:
    return max(_rouge.score(r, guess)["rougeL"].fmeasure for r in references)


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text.strip())
