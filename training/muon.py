"""Muon: momentum, then the nearest orthogonal matrix as the update, for the blocks' matrices.

Written out because torch.optim.Muon takes one matrix at a time; here matrices of one shape go
through Newton-Schulz together.  AdamW takes everything else
(embeddings, norms, biases): see `train.py`.
"""

from __future__ import annotations

import torch


def orthogonalise(g: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """Newton-Schulz iteration with Jordan's quintic coefficients; g is (batch, rows, cols)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    # bf16 where it is native (newer CPUs, GPUs) halves the cost; the result is only a direction
    x = (g / (g.norm(dim=(-2, -1), keepdim=True) + 1e-7)).bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    for _ in range(steps):
        s = x @ x.mT
        x = a * x + (b * s + c * s @ s) @ x
    return (x.mT if tall else x).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr=0.02, momentum=0.95, weight_decay=0.0):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape: dict = {}
            for p in group["params"]:
                state = self.state[p]
                m = state.setdefault("momentum", torch.zeros_like(p))
                m.lerp_(p.grad, 1 - group["momentum"])
                u = p.grad.lerp(m, group["momentum"])  # Nesterov
                # query, key and value are three matrices that happen to lie in one
                parts = u.view(3, -1, u.shape[1]) if u.shape[0] == 3 * u.shape[1] else u[None]
                by_shape.setdefault(parts.shape[1:], []).append((p, parts))
            for shape, items in by_shape.items():
                o = orthogonalise(torch.cat([parts for _, parts in items]))
                scale = max(1.0, shape[0] / shape[1]) ** 0.5
                for (p, parts), piece in zip(items, o.split([len(parts) for _, parts in items])):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(piece.reshape(p.shape), alpha=-group["lr"] * scale)
