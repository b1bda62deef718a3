"""Golden values of what can be seen inside a model, from `transformers`:

python golden_inside.py --random ../tests/golden/random/gguf-64 --builtin ../www/models/builtin-medium --out ../tests/golden/inside.json

For a small random model and the built-in one: what was expected of each token of a text (logarithm
of its probability, rank, entropy, the best tokens), attention weights of some layers and positions,
attention summed over stretches, and the logit lens (hidden states through the final norm and the
head) at some positions and every depth.  Ranks are given as the least and greatest that rounding
may lead to.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

TEXT = ("english: The dog is sleeping under the table.\nfrench: Le chien dort sous la table.\nenglish: I am hungry.\nfrench: J'ai faim.\n"
        "english: Where is the station?\nfrench: Où est la gare ?\nenglish: She has two brothers.\nfrench: Elle a deux frères.")
TOP = 8
CLOSE = 1e-3  # logits nearer than this may change places


def short(x) -> float:
    return float(f"{float(x):.7g}")


def best(logprobs: torch.Tensor) -> list:
    top = logprobs.topk(TOP)
    return [[int(i), short(v)] for i, v in zip(top.indices, top.values)]


def rank(logprobs: torch.Tensor, token: int) -> list[int]:
    mine, others = logprobs[token], torch.cat([logprobs[:token], logprobs[token + 1:]])
    return [int((others > mine + CLOSE).sum()), int((others > mine - CLOSE).sum())]


@torch.no_grad()
def inside(folder: Path, ids: list[int], spans: list[list[int]]) -> dict:
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    out = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    layers, last = model.config.n_layer, len(ids) - 1
    logprobs = torch.log_softmax(out.logits[0].double(), -1)
    predictions = [{"logprob": short(row[token]), "rank": rank(row, token), "entropy": short(-(row.exp() * row).sum()), "top": best(row)}
                   for row, token in zip(logprobs, ids[1:])]
    attention = [{"layer": layer, "position": position, "heads": [[short(v) for v in head[position, :position + 1]] for head in out.attentions[layer][0]]}
                 for layer in sorted({0, layers // 2, layers - 1}) for position in sorted({0, 1, last // 2, last})]
    start = last // 4  # the positions that look
    gaze = {"from": [start, last + 1], "spans": spans,
            "layers": [[[short(head[start:, a:b].sum(-1).mean()) for a, b in spans] for head in layer[0]] for layer in out.attentions]}
    lens = []
    for depth in range(layers + 1):
        # The last of the hidden states has been through the final norm already.
        logits = out.logits[0] if depth == layers else model.lm_head(model.transformer.ln_f(out.hidden_states[depth][0]))
        rows = torch.log_softmax(logits.double(), -1)
        for position in sorted({0, 1, last // 3, last - 1, last}):
            row, following = rows[position], ids[position + 1:position + 2]
            lens.append({"depth": depth, "position": position, "top": best(row), "next": [[short(row[t]), rank(row, t)] for t in following]})
    return {"ids": ids, "predictions": predictions, "attention": attention, "gaze": gaze, "lens": lens,
            "weights_sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--random", type=Path, required=True)
    p.add_argument("--builtin", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    torch.set_num_threads(1)
    vocabulary = json.loads((a.random / "config.json").read_text())["vocab_size"]
    drawn = torch.randint(0, vocabulary, (40,), generator=torch.Generator().manual_seed(11)).tolist()
    ids = Tokenizer.from_file(str(a.builtin / "tokenizer.json")).encode(TEXT).ids
    third = len(ids) // 3
    value = {"random": inside(a.random, drawn, [[0, 1], [1, 20], [20, 35], [35, 40]]),
             "builtin": inside(a.builtin, ids, [[0, 1], [0, third], [third, 2 * third], [2 * third, len(ids)]])}
    a.out.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    for name, model in value.items():
        loss = -sum(p["logprob"] for p in model["predictions"]) / len(model["predictions"])
        print(name, len(model["ids"]), "tokens, mean loss", round(loss, 3))


if __name__ == "__main__":
    main()
