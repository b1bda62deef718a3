"""Continues prompts with an exported model through `transformers`, for evaluation and golden values.

Weights are loaded as stored and computed in F32.  Leaves to others: prompts and scores.
"""

from __future__ import annotations

from pathlib import Path

import torch
from gguf import GGUFReader, dequantize
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel


NAMES = {"attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"}
OUTSIDE = {"token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f"}


def from_gguf(path: Path) -> GPT2LMHeadModel:
    """A packed model of our own, its weights dequantised (`transformers` asks for another package to do it)."""
    reader, state = GGUFReader(path), {}
    number = lambda key: int(reader.fields["gpt2." + key].contents())
    for t in reader.tensors:
        block, _, name = t.name.partition(".")[2].partition(".") if t.name.startswith("blk.") else ("", "", t.name)
        kind, _, part = name.partition(".")
        values = torch.from_numpy(dequantize(t.data, t.tensor_type).astype("float32"))
        if block:  # Conv1D holds matrices the other way round
            state[f"transformer.h.{block}.{NAMES[kind]}.{part}"] = values.t().contiguous() if values.dim() == 2 else values
        elif kind in OUTSIDE:
            state[f"transformer.{OUTSIDE[kind]}.{part}"] = values
    vocabulary = state["transformer.wte.weight"].shape[0]
    config = GPT2Config(vocab_size=vocabulary, bos_token_id=vocabulary - 1, eos_token_id=vocabulary - 1, n_positions=number("context_length"), n_embd=number("embedding_length"),
                        n_layer=number("block_count"), n_head=number("attention.head_count"))
    model = GPT2LMHeadModel(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ValueError(f"{path}: {unexpected or missing}")
    model.tie_weights()
    return model


class Model:
    def __init__(self, folder: Path):
        packed = not (folder / "model.safetensors").exists()
        self.model = from_gguf(folder / "model.gguf") if packed else GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32)
        self.model.eval()
        self.weights = folder / ("model.gguf" if packed else "model.safetensors")
        # a packed model holds its tokenizer, which is that of the medium model
        self.tokenizer = Tokenizer.from_file(str((folder.parent / "builtin-medium" if packed else folder) / "tokenizer.json"))
        self.end = self.tokenizer.token_to_id("<|endoftext|>")
        self.positions = self.model.config.n_positions

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids

    def text(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=False)

    def continue_(self, prompts: list[str], tokens: int, stop: str | None = "\n", top_k: int = 1, seed: int = 0, rows: int = 50) -> list[str]:
        """Greedy (or top-k) continuations, one per prompt, up to the stop string or end of text."""
        generator = torch.Generator().manual_seed(seed)
        ids = [self.ids(p)[-(self.positions - tokens):] for p in prompts]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))  # like lengths together: less padding
        out = [""] * len(ids)
        for i in range(0, len(order), rows):
            some = order[i:i + rows]
            for k, made in zip(some, self._batch([ids[k] for k in some], tokens, stop, top_k, generator)):
                text = self.text(made)
                out[k] = text.lstrip().split(stop)[0].strip() if stop else text
        return out

    @torch.no_grad()
    def _batch(self, ids, tokens, stop, top_k, generator) -> list[list[int]]:
        longest = max(map(len, ids))
        step = torch.tensor([[self.end] * (longest - len(p)) + p for p in ids])
        mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in ids])
        position = (mask.cumsum(1) - 1).clamp(min=0)
        past, made, open_ = None, [[] for _ in ids], [True] * len(ids)
        for _ in range(tokens):
            r = self.model(step, attention_mask=mask, position_ids=position, past_key_values=past, use_cache=True)
            past, logits = r.past_key_values, r.logits[:, -1]
            if top_k == 1:
                token = logits.argmax(-1)
            else:
                best = logits.topk(top_k)
                token = best.indices.gather(1, torch.multinomial(torch.softmax(best.values, -1), 1, generator=generator))[:, 0]
            for k, t in enumerate(token.tolist()):
                if open_[k]:
                    if t == self.end:
                        open_[k] = False
                    else:
                        made[k].append(t)
                        open_[k] = not (stop and stop in self.text(made[k]).lstrip())
            if not any(open_):
                break
            step, position = token[:, None], position[:, -1:] + 1
            mask = torch.cat([mask, torch.ones_like(step)], 1)
        return made
