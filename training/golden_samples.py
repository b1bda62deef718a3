"""A sample of each row of the table that may be shipped: python golden_samples.py --corpus DIR --model ../www/models/builtin --out ../tests/golden/samples.json

Prompts, the text that `transformers` gives greedily in F32, the answers and the figures, for
`crates/gpt2/tests/samples.rs`.  Only Tatoeba sentences (CC BY 2.0 FR) and passages of our own
generators.  An item whose text hangs on a difference of less than GAP between two logits is
passed over, since two ways of adding up may well differ there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path

import torch

from corpus import patterns, summaries
from corpus.words import Words
from evaluate import rows as r
from evaluate import scores
from generate import Model

GAP = 1e-3


def candidates(corpus: Path, items: int):
    """Row name, measure, tokens, and its (prompt, answers) in order; more than will be taken."""
    for src, tgt in r.DIRECTIONS:
        other = tgt if src == "en" else src
        ask, n = r.TRANSLATE[r.DEFAULT][1], {"A": r.LANGUAGE[src], "B": r.LANGUAGE[tgt]}
        yield f"translation, {src}-{tgt}, 0 shots", "bleu", 40, [
            (ask.format(x=e[src], **n), e["refs"] if src == "en" else [e["en"]]) for e in r.evaluation(corpus, f"tatoeba.en-{other}.jsonl")[:items]]
    yield "questions, kept-back words, 0 shots", "exact match", 16, [
        (p + "\nQ: " + q + "\nA:", [a]) for p, q, a, _ in r.generated_questions(corpus, True, items // 10)]
    rng, words = random.Random(13), Words(kept=True)
    stories = [summaries.tale(rng, words, r.padding(corpus), "plots") for _ in range(items)]
    yield "summaries, kept-back parts, 0 shots", "rouge-l", 40, [(a + "\nTL;DR:", g) for a, g in stories]
    lists = []
    for name in patterns.KEPT:
        rng = random.Random(19)
        for _ in range(items // len(patterns.KEPT)):
            some = patterns.operation(name, rng, 6)
            shot, ask = r.LIST["Input: x / Output: y"]
            lists.append(("".join(shot.format(x=a, y=b) for a, b in some[:5]) + ask.format(x=some[5][0]), [some[5][1]]))
    yield "lists, kept-back rules, 5 shots", "exact match", 16, lists


@torch.no_grad()
def greedy(m: Model, prompt: str, tokens: int) -> tuple[str, float]:
    """Text up to a line break, and the smallest distance between the best two logits on the way."""
    ids, made, smallest, past = torch.tensor([m.ids(prompt)]), [], float("inf"), None
    for _ in range(tokens):
        out = m.model(ids, past_key_values=past, use_cache=True)
        past, best = out.past_key_values, out.logits[0, -1].topk(2)
        smallest = min(smallest, float(best.values[0] - best.values[1]))
        token = int(best.indices[0])
        if token == m.end:
            break
        made.append(token)
        if "\n" in m.text(made):
            break
        ids = torch.tensor([[token]])
    return m.text(made), smallest


def line(text: str) -> str:
    return text.split("\n")[0].strip()


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", type=Path, required=True)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--items", type=int, default=100)
    a = p.parse_args()
    torch.set_num_threads(1)
    m, out = Model(a.model), []
    for name, measure, tokens, found in candidates(a.corpus, a.items + a.items // 5):
        items = []
        for prompt, answers in found:
            text, gap = greedy(m, prompt, tokens)
            if gap >= GAP and len(items) < a.items:
                items.append({"prompt": prompt, "text": line(text), "answers": answers})
        guesses, truth = [i["text"] for i in items], [i["answers"] for i in items]
        score = scores.bleu(guesses, truth)["score"] if measure == "bleu" else scores.mean(
            [(scores.rouge if measure == "rouge-l" else scores.exact)(g, t) for g, t in zip(guesses, truth)])["score"]
        same = sum(scores.exact(g, t) for g, t in zip(guesses, truth))
        out.append({"name": name, "measure": measure, "score": score, "exact": int(same), "tokens": tokens, "items": items})
        print(name, measure, score, f"{int(same)} of {len(items)} as an answer")
    weights = hashlib.sha256(m.weights.read_bytes()).hexdigest()
    a.out.write_text(json.dumps({"weights_sha256": weights, "rows": out}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
