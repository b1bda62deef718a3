"""Continues prompts with an exported model through `transformers`, for evaluation and golden values.

Weights are loaded as stored and computed in F32.  Leaves to others: prompts and scores.
"""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel


class Model:
    def __init__(self, folder: Path):
        self.model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.end = self.tokenizer.token_to_id("<|endoftext|>")
        self.positions = self.model.config.n_positions

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids

    def text(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=False)

    @torch.no_grad()
    def continue_(self, prompts: list[str], tokens: int, stop: str | None = "\n", top_k: int = 1, seed: int = 0) -> list[str]:
        """Greedy (or top-k) continuations, one per prompt, up to the stop string or end of text."""
        generator = torch.Generator().manual_seed(seed)
        out = []
        for prompt in prompts:
            ids = self.ids(prompt)[-(self.positions - tokens):]
            past, step, made = None, torch.tensor([ids]), []
            for _ in range(tokens):
                r = self.model(step, past_key_values=past, use_cache=True)
                past, logits = r.past_key_values, r.logits[0, -1]
                if top_k == 1:
                    token = int(logits.argmax())
                else:
                    best = logits.topk(top_k)
                    token = int(best.indices[torch.multinomial(torch.softmax(best.values, 0), 1, generator=generator)])
                if token == self.end:
                    break
                made.append(token)
                if stop and stop in self.text(made).lstrip():
                    break
                step = torch.tensor([[token]])
            text = self.text(made)
            out.append(text.lstrip().split(stop)[0].strip() if stop else text)
        return out
