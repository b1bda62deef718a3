"""Golden values of a small random GPT-1 and a small tokenizer of its kind, from `transformers`:

python golden_gpt1.py --out ../tests/golden/random/gpt1
The folder: config.json, model.safetensors (bare names, the buffers that published files have),
the tokenizer as vocab.json and merges.txt and as tokenizer.json, golden.json (logits and greedy
text of ids, and where the heads look and what each depth would say at the last)
and tokens.json (ids and decoded text of odd strings).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import OpenAIGPTConfig, OpenAIGPTLMHeadModel
from transformers.models.openai.tokenization_openai import OpenAIGPTTokenizer

from golden_random import rounded
from golden_tokens import TEXTS

VOCAB = 320
CONFIG = dict(vocab_size=VOCAB + 1, n_positions=40, n_embd=64, n_layer=2, n_head=4)


def tokenizer() -> OpenAIGPTTokenizer:
    """Trained on the texts themselves, so that words of one and of several tokens occur, and
    characters that are not in it."""
    small = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    small.normalizer = normalizers.BertNormalizer(lowercase=True)
    small.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.BpeTrainer(vocab_size=VOCAB, special_tokens=["<unk>"], end_of_word_suffix="</w>", limit_alphabet=70, show_progress=False)
    small.train_from_iterator(TEXTS * 3, trainer)
    model = json.loads(small.to_str())["model"]
    # GPT-1 has a token for the end of a line, which no text is cut into.
    vocab = model["vocab"] | {"\n</w>": len(model["vocab"])}
    assert len(vocab) == CONFIG["vocab_size"], len(vocab)
    return OpenAIGPTTokenizer(vocab=vocab, merges=[tuple(m) for m in model["merges"]])


def write_tokenizer(out: Path):
    t = tokenizer()
    saved = json.loads(t.backend_tokenizer.to_str())
    # As the hub's file of GPT-1 lists it.
    (out / "tokenizer.json").write_text(json.dumps(saved, separators=(",", ":")) + "\n")
    vocab = sorted(saved["model"]["vocab"].items(), key=lambda item: item[1])
    (out / "vocab.json").write_text(json.dumps(dict(vocab), separators=(",", ":")) + "\n")
    (out / "merges.txt").write_text("#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in saved["model"]["merges"]))
    rows = []
    for text in TEXTS:
        ids = t.backend_tokenizer.encode(text, add_special_tokens=False).ids
        rows.append({"text": text, "ids": ids, "decoded": t.backend_tokenizer.decode(ids, skip_special_tokens=False)})
    assert any(0 in row["ids"] for row in rows)
    (out / "tokens.json").write_text(json.dumps(rows, separators=(",", ":")) + "\n")


def write_model(out: Path):
    torch.manual_seed(117)
    c = OpenAIGPTConfig(**CONFIG, initializer_range=0.2, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0)
    model = OpenAIGPTLMHeadModel(c).eval()
    with torch.no_grad():
        for n, p in model.named_parameters():  # biases and norms too, or a swapped pair would go unseen
            if n.endswith("bias") or "ln_" in n:
                p.add_(torch.randn_like(p) * 0.2)
    tensors = {n.removeprefix("transformer."): p.detach().contiguous().clone() for n, p in model.state_dict().items() if n != "lm_head.weight"}
    n = c.n_positions
    for i in range(c.n_layer):
        tensors[f"h.{i}.attn.bias"] = torch.tril(torch.ones(n, n)).view(1, 1, n, n)
    tensors["position_ids"] = torch.arange(n)
    # The fields of the hub's config.json, OpenAI's "afn" and "n_ctx" among them.
    config = {"afn": "gelu", "architectures": ["OpenAIGPTLMHeadModel"], "layer_norm_epsilon": c.layer_norm_epsilon, "model_type": "openai-gpt",
              "n_ctx": n, "n_embd": c.n_embd, "n_head": c.n_head, "n_layer": c.n_layer, "n_positions": n, "vocab_size": c.vocab_size}
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    ids = torch.randint(0, c.vocab_size, (13,)).tolist()
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
        greedy = list(ids)
        for _ in range(24):
            greedy.append(int(model(torch.tensor([greedy])).logits[0, -1].argmax()))
        inside = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
        # The logit lens of a model without a final norm: the head alone, at each depth.
        lens = [torch.log_softmax(model.lm_head(h[0, 12]), -1) for h in inside.hidden_states]
    positions = [0, 1, 6, 12]
    golden = {"ids": ids, "positions": positions, "logits": [rounded(logits[i]) for i in positions], "greedy": greedy[len(ids):],
              "attention": [[rounded(head[12]) for head in layer[0]] for layer in inside.attentions],
              "lens": [[[int(i), float(f"{v:.7g}")] for v, i in zip(*row.topk(5))] for row in lens]}
    (out / "golden.json").write_text(json.dumps(golden) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    write_tokenizer(a.out)
    write_model(a.out)


if __name__ == "__main__":
    main()
