"""Golden values of small random GPT-2 models, from `transformers`:

python golden_random.py --out ../tests/golden/random
Each folder: config.json, model.safetensors (as published files vary: prefix, buffers, data
type, tied or separate head), golden.json (ids, logits, greedy text of ids); one also as GGUF.
Values are computed in F32 from the weights as stored.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

from golden_gguf import write_gguf

SMALL = dict(vocab_size=101, n_positions=40, n_embd=36, n_layer=2, n_head=3)
CASES = {
    # name: (config, how it is stored)
    "gelu-new-odd": (SMALL | dict(activation_function="gelu_new"), {}),
    "gelu-1-layer": (dict(vocab_size=67, n_positions=33, n_embd=20, n_layer=1, n_head=5, activation_function="gelu"), {}),
    "relu-epsilon": (SMALL | dict(activation_function="relu", layer_norm_epsilon=1e-3, n_layer=3), {}),
    "untied-f16": (SMALL | dict(n_embd=24, n_head=1, tie_word_embeddings=False), {"dtype": torch.float16}),
    "bf16-inner": (SMALL | dict(n_inner=50, n_head=4), {"dtype": torch.bfloat16}),
    "no-prefix-buffers": (SMALL | dict(n_layer=4, n_head=2), {"prefix": "", "buffers": True}),
    "gguf-64": (dict(vocab_size=256, n_positions=48, n_embd=64, n_layer=2, n_head=4), {"gguf": True}),
    "scaled-scores": (SMALL | dict(n_layer=3, scale_attn_weights=False, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True), {}),
    "stored-head": (SMALL | dict(vocab_size=103, n_layer=1), {"head": True}),
}


def rounded(x: torch.Tensor) -> list:
    return [float(f"{v:.7g}") for v in x.flatten().tolist()]


def make(name: str, config: dict, how: dict, out: Path, seed: int):
    torch.manual_seed(seed)
    c = GPT2Config(**config, initializer_range=0.2, bos_token_id=0, eos_token_id=config["vocab_size"] - 1, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0)
    model = GPT2LMHeadModel(c).eval()
    with torch.no_grad():
        for n, p in model.named_parameters():  # biases and norms too, or a swapped pair would go unseen
            if n.endswith("bias") or "ln_" in n:
                p.add_(torch.randn_like(p) * 0.2)
        dtype = how.get("dtype", torch.float32)
        for p in model.parameters():
            p.copy_(p.to(dtype).float())
    tensors = {n: p.detach().to(dtype).contiguous().clone() for n, p in model.state_dict().items()
               if not (n == "lm_head.weight" and c.tie_word_embeddings)}
    if "prefix" in how:
        tensors = {n.replace("transformer.", how["prefix"]): p for n, p in tensors.items()}
    if how.get("head"):  # of another matrix: what is stored of a tied head does not count
        tensors["lm_head.weight"] = torch.randn_like(tensors["transformer.wte.weight"])
    if how.get("buffers"):
        for i in range(c.n_layer):
            n = c.n_positions
            tensors[f"h.{i}.attn.bias"] = torch.tril(torch.ones(n, n)).view(1, 1, n, n)
            tensors[f"h.{i}.attn.masked_bias"] = torch.tensor(-1e4)
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    kept = ["model_type", "architectures", "vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner", "activation_function",
            "layer_norm_epsilon", "initializer_range", "tie_word_embeddings", "bos_token_id", "eos_token_id"]
    kept += [k for k in config if k not in kept]
    d = c.to_dict() | {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"}
    (folder / "config.json").write_text(json.dumps({k: d[k] for k in kept if k in d}, indent=1) + "\n")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    ids = torch.randint(0, c.vocab_size, (13,)).tolist()
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
        greedy = list(ids)
        for _ in range(min(24, c.n_positions - len(ids))):
            greedy.append(int(model(torch.tensor([greedy])).logits[0, -1].argmax()))
    positions = [0, 1, 6, 12]
    golden = {"ids": ids, "positions": positions, "logits": [rounded(logits[i]) for i in positions], "greedy": greedy[len(ids):]}
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    if how.get("gguf"):
        write_gguf(model, c, folder, ids)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    for seed, (name, (config, how)) in enumerate(CASES.items()):
        make(name, config, how, a.out, seed + 100)


if __name__ == "__main__":
    main()
