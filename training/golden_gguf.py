"""GGUF files of a random model, written by the `gguf` package, so that the Rust reader is
tested against files that it did not write itself.

llama.cpp's names and layouts for architecture gpt2: matrices are stored (out, in), that is
transposed from Hugging Face's Conv1D; biases and norms stay F32.  golden-<type>.json holds
the logits of the *dequantised* weights, so quantisation does not blur the comparison.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import gguf
import numpy as np
import torch

NAMES = {"wte.weight": "token_embd.weight", "wpe.weight": "position_embd.weight", "ln_f.weight": "output_norm.weight", "ln_f.bias": "output_norm.bias"}
LAYER = {"ln_1": "attn_norm", "ln_2": "ffn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}


def gguf_name(name: str) -> str:
    name = name.removeprefix("transformer.")
    if name in NAMES:
        return NAMES[name]
    _, layer, rest = name.split(".", 2)
    stem, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{LAYER[stem]}.{kind}"


def tokens() -> list[str]:
    """GPT-2's byte alphabet as a vocabulary of 256, with no merges but one."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    out, extra = [], 0
    for b in range(256):
        if b in keep:
            out.append(chr(b))
        else:
            out.append(chr(256 + extra))
            extra += 1
    return out


def write_gguf(model, c, folder: Path, ids: list[int]):
    for kind in ("F32", "F16", "Q8_0", "Q4_0"):
        qtype = getattr(gguf.GGMLQuantizationType, kind)
        w = gguf.GGUFWriter(str(folder / f"model-{kind.lower()}.gguf"), "gpt2")
        w.add_name("random test model")
        w.add_context_length(c.n_positions)
        w.add_embedding_length(c.n_embd)
        w.add_block_count(c.n_layer)
        w.add_feed_forward_length(4 * c.n_embd)
        w.add_head_count(c.n_head)
        w.add_layer_norm_eps(c.layer_norm_epsilon)
        w.add_tokenizer_model("gpt2")
        w.add_tokenizer_pre("gpt-2")
        w.add_token_list(tokens())
        w.add_token_types([gguf.TokenType.NORMAL] * 256)
        w.add_token_merges(["Ġ t"])
        w.add_bos_token_id(255)
        w.add_eos_token_id(255)
        copy_ = copy.deepcopy(model)
        state = copy_.state_dict()
        for name, p in model.state_dict().items():
            if name == "lm_head.weight":
                continue
            a = p.detach().numpy()
            conv = p.dim() == 2 and ".h." in name
            a = np.ascontiguousarray(a.T if conv else a)
            t = qtype if p.dim() == 2 and "wpe" not in name else gguf.GGMLQuantizationType.F32
            q = gguf.quants.quantize(a, t)
            w.add_tensor(gguf_name(name), q, raw_dtype=t)
            back = gguf.quants.dequantize(q, t).astype(np.float32)
            state[name].copy_(torch.from_numpy(np.ascontiguousarray(back.T if conv else back).reshape(p.shape)))
        w.write_header_to_file()
        w.write_kv_data_to_file()
        w.write_tensors_to_file()
        w.close()
        with torch.no_grad():
            logits = copy_(torch.tensor([ids])).logits[0]
            greedy = list(ids)
            for _ in range(24):
                greedy.append(int(copy_(torch.tensor([greedy])).logits[0, -1].argmax()))
        positions = [0, 1, 6, 12]
        golden = {"ids": ids, "positions": positions, "logits": [[float(f"{v:.7g}") for v in logits[i].tolist()] for i in positions], "greedy": greedy[len(ids):]}
        (folder / f"golden-{kind.lower()}.json").write_text(json.dumps(golden) + "\n")
