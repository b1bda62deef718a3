"""The mean of models of one shape, one of which was trained on from another's weights.

python mean.py a.gguf b/checkpoint.pt --out mean.pt
Such a mean is better than each of them: their errors differ, and no rate has to fall for it
(Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima"; Wortsman et al. 2022, "Model
soups").  Writes a checkpoint without an optimiser, for `export.py` or `train.py --grow`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from generate import from_gguf
from model import Config, from_hugging_face


def weights(path: Path) -> tuple[dict, dict[str, torch.Tensor]]:
    """Configuration and parameters of a packed model or a checkpoint."""
    if path.suffix != ".gguf":
        c = torch.load(path, map_location="cpu", weights_only=False)
        return c["config"], c["model"]
    model = from_gguf(path)
    c = model.config
    return Config(c.vocab_size, c.n_positions, c.n_embd, c.n_layer, c.n_head).to_dict(), from_hugging_face(model.state_dict())


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("models", type=Path, nargs="+", help="GGUF files or checkpoints; one that is named twice counts twice")
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    configs, models = zip(*map(weights, a.models))
    if any(c != configs[0] for c in configs):
        raise SystemExit(f"models of several shapes: {configs}")
    mean = {n: sum(m[n] for m in models) / len(models) for n in models[0]}
    torch.save({"model": mean, "config": configs[0], "state": {"step": 0, "tokens": 0, "epoch": 0}}, a.out)


if __name__ == "__main__":
    main()
