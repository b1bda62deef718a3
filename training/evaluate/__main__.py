"""Every row of the table:  python -m evaluate --corpus DIR --model ../www/models/builtin --out scores.json

Within 30 minutes on two cores.  `--items 100 --only translation,questions --threads 1` is a
look at a checkpoint.  Greedy in F32, summaries by the paper's recipe (top-k 2, fixed seed).
Writes JSON; `python -m evaluate.table` makes the model card's tables of it.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch

from corpus import patterns
from generate import Model

from . import likelihood as l
from . import rows as r

SMALL = ("female", "sound", "home", "colour of", "tool", "what they do")  # too few words to be asked about new ones


def plan(m: Model, c: Path, n: int, few: bool) -> dict:
    """Row name -> how to measure it.  `few` leaves out shots and wordings beside the main ones."""
    out = {}
    for src, tgt in r.DIRECTIONS:
        for form in [r.DEFAULT] if few else r.TRANSLATE:
            for shots in (0,) if few else (0, 1, 2, 5) if form in (r.DEFAULT, "x = y", "trained: A: x / B: y") else (0,):
                main = form == r.DEFAULT and shots == 0
                out[f"translation|{src}-{tgt}|{form}|{shots}"] = lambda s=src, t=tgt, f=form, k=shots, a=main: r.translation(m, c, s, t, f, k, 10 ** 6 if a and not few else n)
    out["multi30k|en-fr|test_2016_flickr|0"] = lambda: r.translation(m, c, "en", "fr", r.DEFAULT, 0, n, "multi30k.test_2016_flickr.jsonl")
    out["multi30k|en-de|test_2016_flickr|0"] = lambda: r.translation(m, c, "en", "de", r.DEFAULT, 0, n, "multi30k.test_2016_flickr.jsonl")
    for form in ["Q: / A:"] if few else r.ANSWER:
        for kept in (True, False):
            out[f"questions|{'kept-back' if kept else 'trained'} words|{form}|0"] = lambda f=form, k=kept: r.answers(m, c, f, k, n)
    for form, shots in [("Q: / A:", 0)] if few else [("Q: / A:", 0), ("Q: / A:", 1), ("trained: Question: / Answer:", 0)]:
        out[f"babi|task 1|{form}|{shots}"] = lambda f=form, k=shots: r.babi(m, c, f, k, 10 ** 6 if k == 0 and not few else n)
    out["paragraphs|SQuAD part|Q: / A:|0"] = lambda: r.paragraphs(m, c, "squad-part.jsonl", n)
    out["paragraphs|XQuAD English|Q: / A:|0"] = lambda: r.paragraphs(m, c, "xquad.en-de.jsonl", n)
    for which in ("kept-back parts", "kept-back kinds", "trained kinds"):
        for cue in ["TL;DR:"] if few else ["TL;DR:", "Summary:"]:
            out[f"summaries|{which}|{cue}|0"] = lambda w=which, q=cue: r.tales(m, c, q, w, n // 2)
    out["summaries|DialogSum|TL;DR:|0"] = lambda: r.foreign_summaries(m, c, "dialogsum.test.jsonl", n // 2)
    out["summaries|BBC|TL;DR:|0"] = lambda: r.foreign_summaries(m, c, "bbc-news.jsonl.gz", n // 2)
    kept = patterns.KEPT + ["animal and young"]
    for form in r.LIST:
        for shots in (0, 5) if few else (0, 1, 2, 5):
            out[f"lists|kept-back rules|{form}|{shots}"] = lambda f=form, k=shots: r.lists(m, kept, f, k, n)
        out[f"lists|trained rules|{form}|5"] = lambda f=form: r.lists(m, [x for x in patterns.OPERATIONS if x not in SMALL], f, 5, n)
    out["likelihood|LAMBADA|last word|0"] = lambda: l.lambada(m, c, n)
    out["likelihood|Winograd|partial|0"] = lambda: l.winograd(m, c, n)
    out["likelihood|CBT-style, common nouns|1 of 10|0"] = lambda: l.cloze(m, c, "cbt-style.CN.jsonl.gz", n)
    out["likelihood|CBT-style, names|1 of 10|0"] = lambda: l.cloze(m, c, "cbt-style.NE.jsonl.gz", n)
    out["likelihood|MCTest|1 of 4|0"] = lambda: l.mctest(m, c, n // 4)
    out["perplexity|children's stories (MCTest)|per word|0"] = lambda: l.stories(m, c, n)
    for language in ("en", "fr", "de"):
        out[f"perplexity|sentences, {language}|per word|0"] = lambda x=language: l.sentences(m, c, x, n)
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", type=Path, required=True)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--items", type=int, default=400, help="items a row; the rows of the first table take all")
    p.add_argument("--few", action="store_true", help="the main wordings and shots alone")
    p.add_argument("--only", default="", help="rows whose name begins with one of these, with commas")
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    begun, m, out = time.time(), Model(a.model), {}
    wanted = tuple(a.only.split(","))
    for name, measure in plan(m, a.corpus, a.items, a.few).items():
        if name.startswith(wanted):
            out[name] = measure()
            print(f"{time.time() - begun:6.0f} s  {name}: {json.dumps(out[name])}", flush=True)
            parameters = sum(x.numel() for x in m.model.parameters())
            a.out.write_text(json.dumps({"parameters": parameters, "seconds": round(time.time() - begun), "rows": out}, indent=1) + "\n")


if __name__ == "__main__":
    main()
