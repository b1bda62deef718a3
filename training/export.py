"""A checkpoint to Hugging Face's GPT-2 layout, and the entries of our own models in the catalogue.

python export.py --checkpoint checkpoint.pt --tokenizer DIR --out ../www/models/builtin-medium --size medium
Writes config.json, model.safetensors (F16), generation_config.json and tokenizer files.  Every
weight is rounded to F16 once, here, so whoever loads them as F32 gets exactly the model that
the golden values were computed from.

python export.py --packed ../www/models/builtin/model.gguf
takes a file that `zeroshot pack` wrote.  Both refresh the model's entry, named after its folder,
in index.json beside the folder; with --scratch nothing is entered.  All other entries stay.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from gguf import GGUFReader
from safetensors.torch import save_file

from model import to_hugging_face

LICENCE = "CC-BY-SA-4.0"
TITLES = {"": "Zeroshot builtin", "small": "Zeroshot builtin, small", "medium": "Zeroshot builtin, medium"}
NOTES = {
    "": {
        "en": "A small GPT-2 trained by this project on everyday sentences in English, French and German, reading exercises and children's stories. "
              "It knows little of the world and makes things up.",
        "zh": "本项目自己训练的小型 GPT-2，读过英语、法语、德语的日常句子、阅读练习和儿童故事。它对世界所知甚少，也会编造内容。",
    },
    "small": {
        "en": "Less than a fifth of the built-in model's size, trained in the same way on less text. It gets few tasks right: compare the two.",
        "zh": "大小不到内置模型的五分之一，训练方法相同，读的文本更少。它做对的任务很少：把两个模型比一比。",
    },
    "medium": {
        "en": "Half of the built-in model's blocks, in 16-bit numbers as on the hub. It is quicker and gets fewer tasks right.",
        "zh": "块数只有内置模型的一半，和 hub 上的模型一样用 16 位数存放。它更快，做对的任务更少。",
    },
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


def export(checkpoint: Path, tokenizer: Path, out: Path, kind: torch.dtype = torch.float16) -> int:
    c = torch.load(checkpoint, map_location="cpu", weights_only=False)
    out.mkdir(parents=True, exist_ok=True)
    tensors = {n: p.detach().to(kind).contiguous() for n, p in to_hugging_face(c["model"]).items()}
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


def enter(weights: Path, parameters: int, size: str):
    """Only the files that a loader needs are listed; "bytes" is the weights file, for progress.  Ours come first, the default before the others."""
    folder, one_file = weights.parent, weights.suffix == ".gguf"
    files = {"weights": weights.name} if one_file else {"config": "config.json", "tokenizer": "tokenizer.json", "weights": weights.name}
    entry = {"id": folder.name, "title": TITLES[size], "folder": folder.name, "files": files, "bytes": weights.stat().st_size,
             "sha256": {f: sha256(folder / f) for f in files.values()}, "parameters": parameters, "licence": LICENCE, "note": NOTES[size]}
    index = folder.parent / "index.json"
    entries = [e for e in (json.loads(index.read_text(encoding="utf-8")) if index.exists() else []) if e["id"] != entry["id"]] + [entry]
    ours = lambda e: e["id"].split("-")[0] == "builtin"
    write_json(index, sorted(filter(ours, entries), key=lambda e: (e["id"] != "builtin", e["parameters"])) + [e for e in entries if not ours(e)])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--checkpoint", type=Path)
    p.add_argument("--tokenizer", type=Path)
    p.add_argument("--out", type=Path)
    p.add_argument("--packed", type=Path, help="a GGUF file to enter, instead of a checkpoint to export")
    p.add_argument("--size", choices=list(TITLES), default="", help="what the model is called beside the default one")
    p.add_argument("--f32", action="store_true", help="weights as they were trained, to measure what rounding costs")
    p.add_argument("--scratch", action="store_true", help="only files, to be packed or tried; no entry in the catalogue")
    a = p.parse_args()
    if a.packed:
        enter(a.packed, sum(int(t.n_elements) for t in GGUFReader(a.packed).tensors), a.size)
        return
    parameters = export(a.checkpoint, a.tokenizer, a.out, torch.float32 if a.f32 else torch.float16)
    if not a.scratch:
        enter(a.out / "model.safetensors", parameters, a.size)


if __name__ == "__main__":
    main()
