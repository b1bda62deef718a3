"""A checkpoint to Hugging Face's GPT-2 layout, and the catalogue of the models that ship.

python export.py --checkpoint checkpoint.pt --tokenizer DIR --out ../www/models/builtin
Writes config.json, model.safetensors (F16), generation_config.json, tokenizer files, and
rewrites index.json beside the model's folder.  Every weight is rounded to F16 once, here, so
whoever loads them as F32 gets exactly the model that the golden values were computed from.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from model import to_hugging_face

TITLE = "Zeroshot builtin"
LICENCE = "CC-BY-SA-4.0"
NOTE = {
    "en": "A small GPT-2 trained by this project on everyday sentences in English, French and German, reading exercises and children's stories. "
          "It knows little of the world and makes things up.",
    "zh": "本项目自己训练的小型 GPT-2，读过英语、法语、德语的日常句子、阅读练习和儿童故事。它对世界所知甚少，也会编造内容。",
}


def config(c: dict, end: int) -> dict:
    return {
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new", "vocab_size": c["vocab_size"],
        "n_positions": c["n_positions"], "n_ctx": c["n_positions"], "n_embd": c["n_embd"], "n_layer": c["n_layer"], "n_head": c["n_head"], "n_inner": None,
        "layer_norm_epsilon": c["layer_norm_epsilon"], "initializer_range": 0.02, "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0,
        "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "reorder_and_upcast_attn": False, "use_cache": True,
        "summary_type": "cls_index", "summary_use_proj": True, "summary_activation": None, "summary_proj_to_labels": True, "summary_first_dropout": 0.0,
        "bos_token_id": end, "eos_token_id": end, "tie_word_embeddings": True, "torch_dtype": "float16",
    }


def write_json(path: Path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(checkpoint: Path, tokenizer: Path, out: Path) -> int:
    c = torch.load(checkpoint, map_location="cpu", weights_only=False)
    out.mkdir(parents=True, exist_ok=True)
    tensors = {n: p.detach().to(torch.float16).contiguous() for n, p in to_hugging_face(c["model"]).items()}
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    (out / "model.safetensors").chmod(0o644)
    end = c["config"]["vocab_size"] - 1
    write_json(out / "config.json", config(c["config"], end))
    write_json(out / "generation_config.json", {"bos_token_id": end, "eos_token_id": end})
    write_json(out / "tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False, "model_max_length": c["config"]["n_positions"],
                                               "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"})
    for name in ("tokenizer.json", "vocab.json", "merges.txt"):
        shutil.copy(tokenizer / name, out / name)
    print(json.dumps({"state": {k: c["state"][k] for k in ("step", "tokens", "epoch")}}))
    return sum(t.numel() for t in tensors.values())


def catalogue(folder: Path, parameters: int):
    """Only the three files that a loader needs are listed; "bytes" is the weights file, for progress."""
    files = {"config": "config.json", "tokenizer": "tokenizer.json", "weights": "model.safetensors"}
    entry = {"id": "builtin", "title": TITLE, "folder": folder.name, "files": files, "bytes": (folder / files["weights"]).stat().st_size,
             "sha256": {f: sha256(folder / f) for f in files.values()}, "parameters": parameters, "licence": LICENCE, "note": NOTE}
    write_json(folder.parent / "index.json", [entry])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--tokenizer", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    catalogue(a.out, export(a.checkpoint, a.tokenizer, a.out))


if __name__ == "__main__":
    main()
