"""Scores an exported model:  python evaluate.py --corpus DIR --model ../www/models/builtin [--items 200]

Translation: sacrebleu on Tatoeba sentences kept out of training.  Questions and summaries:
generated with kept-back names, things and places (summaries also with kept-back tales).
Wordings: those kept back from training (the page's own) and one that was trained.
Decoding as in the page: greedy; top-k 2 and three sentences for summaries.  Prints JSON.
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import re
import string
import time
from pathlib import Path

import sacrebleu
import torch
from rouge_score import rouge_scorer

from corpus import questions, sources, summaries
from corpus.words import Words
from generate import Model

LANGUAGE = {"en": "English", "fr": "French", "de": "German"}
# the page's forms, shots first; {A} {B} are the languages' names
TRANSLATE = {
    "x = y": ("{x} = {y}\n", "{x} ="),
    "Translate A to B: x / B: y": ("Translate {A} to {B}: {x}\n{B}: {y}\n", "Translate {A} to {B}: {x}\n{B}:"),
    "a: x / b: y": ("{a}: {x}\n{b}: {y}\n", "{a}: {x}\n{b}:"),
    "How do you say x / In B: y": ("How do you say \"{x}\" in {B}?\nIn {B}: {y}\n", "How do you say \"{x}\" in {B}?\nIn {B}:"),
    "trained: A: x / B: y": ("{A}: {x}\n{B}: {y}\n", "{A}: {x}\n{B}:"),
}
FORM = "Translate A to B: x / B: y"
ANSWER = {"Q: / A:": "Q: {q}\nA:", "trained: Question: / Answer:": "Question: {q}\nAnswer:"}


@functools.cache
def shot_pool(corpus: Path, other: str) -> list[tuple[str, str]]:
    return [p for p in sources.pairs(corpus, f"tatoeba.en-{other}.tsv.gz") if 3 < len(p[0].split()) < 8]


def translate(m: Model, corpus: Path, src: str, tgt: str, form: str, shots: int, items: int) -> float:
    other = tgt if src == "en" else src
    rows = [json.loads(line) for line in open(corpus / "eval" / f"tatoeba.en-{other}.jsonl", encoding="utf-8")][:items]
    pool = shot_pool(corpus, other)
    shot, ask = TRANSLATE[form]
    n = {"A": LANGUAGE[src], "B": LANGUAGE[tgt], "a": LANGUAGE[src].lower(), "b": LANGUAGE[tgt].lower()}
    rng, prompts = random.Random(5), []
    for r in rows:
        some = [dict(zip(("en", other), p)) for p in rng.sample(pool, shots)]
        prompts.append("".join(shot.format(x=p[src], y=p[tgt], **n) for p in some) + ask.format(x=r[src], **n))
    guesses = m.continue_(prompts, 48)
    if src == "en":  # several references of differing number: sacrebleu takes None for a missing one
        most = max(len(r["refs"]) for r in rows)
        references = [[r["refs"][i] if i < len(r["refs"]) else None for r in rows] for i in range(most)]
    else:
        references = [[r["en"] for r in rows]]
    return round(sacrebleu.corpus_bleu(guesses, references).score, 1)


def normal(text: str) -> str:
    """SQuAD's: lower case, no punctuation, no articles."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def answer(m: Model, form: str, items: int, pad: list[str], kept: bool) -> float:
    """On passages that the generator has not written before (another seed)."""
    rng, words, ask = random.Random(11), Words(kept), ANSWER[form]
    prompts, truth = [], []
    while len(prompts) < items:
        s = questions.scene(rng, words, pad)
        (q, a), = questions.turns(rng, s, 1)
        prompts.append(" ".join(s.lines) + "\n" + ask.format(q=q))
        truth.append(a)
    guesses = m.continue_(prompts, 24)
    return round(100 * sum(normal(g) == normal(t) for g, t in zip(guesses, truth)) / items, 1)


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text.strip())


def summarize(m: Model, cue: str, items: int, pad: list[str], tales) -> dict:
    rng, words, scorer = random.Random(13), Words(kept=True), rouge_scorer.RougeScorer(["rougeL"], use_stemmer=True)
    stories = [summaries.tale(rng, words, pad, tales) for _ in range(items)]
    guesses = m.continue_([a + "\n" + cue for a, _ in stories], 100, stop=None, top_k=2)
    best = lambda text, gists: max(scorer.score(g, text)["rougeL"].fmeasure for g in gists)
    score = lambda texts: round(100 * sum(best(t, g) for t, (_, g) in zip(texts, stories)) / items, 1)
    return {"rougeL": score([" ".join(sentences(g.split("\n\n")[0])[:3]) for g in guesses]),
            "lead1": score([sentences(a)[0] for a, _ in stories]), "lead3": score([" ".join(sentences(a)[:3]) for a, _ in stories])}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", type=Path, required=True)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--items", type=int, default=200)
    p.add_argument("--quick", action="store_true", help="fewer forms, for a checkpoint in the middle")
    p.add_argument("--all", action="store_true", help="every form for German too")
    a = p.parse_args()
    torch.set_num_threads(1 if a.quick else 2)
    begun, m, out = time.time(), Model(a.model), {"items": a.items, "bleu": {}, "exact_match": {}, "summary": {}}
    pad = summaries.padding([x for x, _ in sources.pairs(a.corpus, "tatoeba.en-fr.tsv.gz")])
    main_forms = [("x = y", 3), (FORM, 0)]  # the page's defaults, on all items; the others on half of them
    more = [("x = y", 0), ("x = y", 1), ("x = y", 5), ("a: x / b: y", 0), ("How do you say x / In B: y", 0), ("trained: A: x / B: y", 0)]
    for src, tgt in (("en", "fr"), ("fr", "en"), ("en", "de"), ("de", "en")):
        for form, shots in main_forms + ([] if a.quick or (not a.all and "de" in (src, tgt)) else more):
            n = a.items if (form, shots) in main_forms else a.items // 2
            out["bleu"][f"{src}-{tgt}, {form}, {shots} shots"] = translate(m, a.corpus, src, tgt, form, shots, n)
    for form in ANSWER:
        out["exact_match"][form] = {"kept-back words": answer(m, form, a.items, pad, True), "trained words": answer(m, form, a.items, pad, False)}
    for cue in ("TL;DR:", "Summary:"):
        out["summary"][cue + " kept-back words"] = summarize(m, cue, a.items // 2, pad, summaries.TALES)
        out["summary"][cue + " kept-back tales"] = summarize(m, cue, a.items // 2, pad, summaries.TALES_KEPT)
    out["seconds"] = round(time.time() - begun)
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
