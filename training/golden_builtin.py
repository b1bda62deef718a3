"""Golden values of a built-in model: python golden_builtin.py --model ../www/models/builtin --out ../tests/golden/builtin.json

For prompts of every task: logits at several positions (the 50 highest, some fixed ids, and
logsumexp, which stands for all the others) and a greedy continuation of 64 tokens.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch

from generate import Model

PROMPTS = {
    "translate-0": "Translate English to French: The house is wonderful.\nFrench:",
    "translate-3": "A dog runs on the beach. = Un chien court sur la plage.\nI am hungry. = J'ai faim.\nWhere is the station? = Où est la gare ?\nTwo women are talking. =",
    "translate-de": "english: The weather is nice today.\ngerman:",
    "answer": "Tom has a red ball. He keeps it in the garden. On Monday Anna gave him a blue kite.\nQ: What did Anna give Tom?\nA: A blue kite.\nQ: Where is the ball?\nA:",
    "summarize": "On Friday Anna went for a walk near the river. It was a cold morning. There was a little dog in the water. It could not get out. Anna jumped in and pulled it out. "
                 "She wrapped it in her coat and carried it home. Now they are best friends.\nTL;DR:",
    "free": "Once upon a time, there was a little girl who lived near the forest.",
    "one-token": "The",
    "bytes": "Café 你好 😀",
}
FIXED = [0, 1, 100, 1000, 3000]


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    torch.set_num_threads(1)
    m = Model(a.model)
    fixed = FIXED + [m.end - 1, m.end]
    cases = []
    for name, prompt in PROMPTS.items():
        ids = m.ids(prompt)
        with torch.no_grad():
            logits = m.model(torch.tensor([ids])).logits[0]
        greedy, gaps = list(ids), []
        for _ in range(64):
            with torch.no_grad():
                last = m.model(torch.tensor([greedy])).logits[0, -1]
            best = last.topk(2).values
            gaps.append(float(best[0] - best[1]))
            greedy.append(int(last.argmax()))
        rows = []
        for i in sorted({0, len(ids) // 3, 2 * len(ids) // 3, len(ids) - 1}):
            top = logits[i].topk(50)
            rows.append({"position": i, "top": [[int(k), round(float(v), 5)] for k, v in zip(top.indices, top.values)],
                         "fixed": [[k, round(float(logits[i, k]), 5)] for k in fixed], "logsumexp": round(float(torch.logsumexp(logits[i].double(), 0)), 5)})
        cases.append({"name": name, "prompt": prompt, "ids": ids, "positions": rows, "greedy": greedy[len(ids):], "greedy_text": m.text(greedy[len(ids):]),
                      "smallest_gap": round(min(gaps), 5)})
    weights = hashlib.sha256(m.weights.read_bytes()).hexdigest()
    a.out.write_text(json.dumps({"weights_sha256": weights, "cases": cases}, ensure_ascii=True, separators=(",", ":")) + "\n")
    for c in cases:
        print(c["name"], c["smallest_gap"], repr(c["greedy_text"][:100]))


if __name__ == "__main__":
    main()
