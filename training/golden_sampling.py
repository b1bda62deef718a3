"""Golden sampling distributions: python golden_sampling.py --out ../tests/golden/sampling.json

Logits through the logits processors of `transformers` in the order of its `generate`:
repetition penalty, temperature, top-k, top-p, then softmax.  Small cases keep all
probabilities; the large ones are made by a formula, so only the settings, the ids kept and
some probabilities are stored.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import torch
from transformers import RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

SETTINGS = [
    {}, {"temperature": 0.7}, {"temperature": 1.8}, {"temperature": 0.1}, {"top_k": 1}, {"top_k": 2}, {"top_k": 40}, {"top_k": 100000},
    {"top_p": 0.1}, {"top_p": 0.5}, {"top_p": 0.9}, {"top_p": 0.999}, {"repetition_penalty": 1.3}, {"repetition_penalty": 0.8},
    {"temperature": 0.8, "top_k": 40}, {"temperature": 1.5, "top_p": 0.9}, {"top_k": 10, "top_p": 0.8}, {"temperature": 0.8, "top_k": 40, "top_p": 0.95},
    {"repetition_penalty": 1.2, "temperature": 0.8, "top_k": 40, "top_p": 0.95}, {"repetition_penalty": 2.0, "temperature": 1.3, "top_p": 0.6}, {"repetition_penalty": 1.1, "top_k": 5},
]


def distribution(logits: torch.Tensor, previous: list[int], s: dict) -> torch.Tensor:
    scores, ids = logits[None].clone(), torch.tensor([previous])
    if s.get("repetition_penalty", 1.0) != 1.0:
        scores = RepetitionPenaltyLogitsProcessor(s["repetition_penalty"])(ids, scores)
    if s.get("temperature", 1.0) != 1.0:
        scores = TemperatureLogitsWarper(s["temperature"])(ids, scores)
    if s.get("top_k", 0):
        scores = TopKLogitsWarper(s["top_k"])(ids, scores)
    if s.get("top_p", 1.0) < 1.0:
        scores = TopPLogitsWarper(s["top_p"])(ids, scores)
    return torch.softmax(scores.double(), -1)[0]


def short(x: float, digits: int) -> float:
    return float(f"{x:.{digits}g}")


def small(name: str, logits: list[float], previous: list[int]) -> dict:
    cases = [{"settings": s, "probabilities": [short(p, 9) for p in distribution(torch.tensor(logits), previous, s).tolist()]} for s in SETTINGS]
    return {"name": name, "logits": logits, "previous": previous, "cases": cases}


def formula(i: int) -> float:
    """The same value in any language that computes in double precision and rounds to F32 last."""
    return 4.0 * math.sin(i * 0.7) + 3.0 * math.cos(i * 0.013) - 0.0004 * i


def large(n: int, previous: list[int]) -> dict:
    logits = torch.tensor([formula(i) for i in range(n)], dtype=torch.float32)
    cases = []
    for s in SETTINGS:
        p = distribution(logits, previous, s)
        top = torch.topk(p, 20)
        cases.append({"settings": s, "kept": int((p > 0).sum()), "top": [[int(i), short(float(v), 9)] for i, v in zip(top.indices, top.values) if v > 0]})
    return {"name": f"formula-{n}", "formula": "4 sin(0.7 i) + 3 cos(0.013 i) - 0.0004 i", "size": n, "previous": previous, "cases": cases}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    g = torch.Generator().manual_seed(7)
    draw = lambda n, scale: [short(x, 7) for x in (torch.randn(n, generator=g) * scale).tolist()]
    peaked = draw(200, 1.0)
    peaked[17] = 12.0
    value = {"order": ["repetition_penalty", "temperature", "top_k", "top_p", "softmax"],
             "small": [small("normal", draw(200, 2.5), [3, 5, 5, 199, 0]), small("peaked", peaked, [17, 18]), small("nearly flat", draw(50, 0.01), [1])],
             "large": [large(8000, [0, 9, 9, 7999])]}
    a.out.write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
