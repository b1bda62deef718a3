"""Opens files that `zeroshot pack` wrote in llama.cpp (PyPI `xllamacpp`) and compares:

python check_llama_cpp.py --zeroshot ../target/release/zeroshot --model ../www/models/builtin-medium
Tokens of over 200 texts must be the same, and so must greedy texts, to the first place where the
two most likely tokens are nearer than rounding: llama.cpp looks GELU up in a table of F16, and
rounds activations before it multiplies packed weights.  With --golden FILE the small random model is packed instead, and what llama.cpp makes of it
becomes the golden value.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import xllamacpp

# What is packed, and how far apart rounding may move two log-probabilities.
TYPES = {"f32": 0.01, "f16": 0.01, "q8_0": 0.3, "q4_0_m": 0.3, "q4_0": 0.3}
PROMPTS = ["The dog is sleeping. =", "english: Two women are talking.\nfrench:", "Once upon a time, there was",
           "Tom has a ball.\nQ: What has Tom?\nA:", "Das Haus ist", "I want to go to the", "It was a long day.\nTL;DR:", "Le chat"]


class Llama:
    """llama.cpp's server on one file."""

    def __init__(self, path: Path, context: int):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        p = xllamacpp.CommonParams()
        p.model.path = str(path)
        p.n_ctx, p.n_parallel, p.n_gpu_layers, p.warmup, p.port, p.verbosity = context, 1, 0, False, port, -1
        p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 2
        # Flash attention keeps the cache in F16.
        p.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        p.cache_type_k = p.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        self.server = xllamacpp.Server(p)

    def post(self, path: str, body: dict) -> dict:
        request = urllib.request.Request(self.server.listening_address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        for _ in range(100):
            try:
                return json.load(urllib.request.urlopen(request))
            except urllib.error.HTTPError as error:
                if error.code != 503:  # it is still loading
                    raise RuntimeError(error.read().decode()) from error
                time.sleep(0.1)
        raise RuntimeError("the server does not get ready")

    def tokens(self, text: str) -> list[int]:
        return self.post("/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"]

    def greedy(self, prompt: str | list[int], n: int) -> dict:
        return self.post("/completion", {"prompt": prompt, "n_predict": n, "temperature": 0, "samplers": ["temperature"], "n_probs": 5,
                                         "return_tokens": True, "cache_prompt": False})


def run(zeroshot: Path, *arguments: str) -> str:
    return subprocess.run([str(zeroshot), *arguments], check=True, capture_output=True).stdout.decode(errors="replace")


def compare(a) -> bool:
    """Prints what is the same and what is not; says whether all is as it must be."""
    from golden_tokens import TEXTS

    fine = True
    config = json.loads((a.model / "config.json").read_text())
    for kind in a.types:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.gguf"
            run(a.zeroshot, "pack", str(a.model), "--type", kind, "-o", str(path))
            llama = Llama(path, config["n_positions"])
            # The command line cannot be given a NUL.
            texts = [t for t in TEXTS if "\0" not in t] if kind == a.types[0] else []
            ours = {t: [int(line.split("\t")[0]) for line in run(a.zeroshot, "tokens", "-m", str(path), "--", t).splitlines()] for t in texts}
            wrong = [t for t in texts if ours[t] != llama.tokens(t)]
            if texts:
                print(f"{kind}: tokens of {len(texts)} texts, {len(wrong)} differ", *(repr(t) for t in wrong[:5]))
            fine &= not wrong
            same = 0
            for prompt in PROMPTS:
                text = run(a.zeroshot, "generate", "-m", str(path), "-n", str(a.n), "-p", prompt)
                theirs = llama.greedy(prompt, a.n)
                if text == theirs["content"]:
                    same += 1
                    continue
                shared = next((i for i, (x, y) in enumerate(zip(text, theirs["content"])) if x != y), min(len(text), len(theirs["content"])))
                length = 0
                for step in theirs["completion_probabilities"]:
                    length += len(step["token"])
                    if length > shared:
                        near = step["top_logprobs"][0]["logprob"] - step["top_logprobs"][1]["logprob"]
                        fine &= near < TYPES[kind]
                        print(f"  {kind}: {prompt!r} differs after {shared} characters, where the best two are {near:.4f} apart")
                        break
            print(f"{kind}: {same} of {len(PROMPTS)} greedy texts of {a.n} tokens are the same")
    return fine


def golden(a):
    """What llama.cpp makes of the small random model, packed."""
    from golden_gguf import tokens

    random = Path(__file__).parent / "../tests/golden/random/gguf-64"
    out = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name in ("config.json", "model.safetensors"):
            shutil.copy(random / name, folder / name)
        (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens())}))
        (folder / "merges.txt").write_text("#version: 0.2\n")
        ids = json.loads((random / "golden.json").read_text())["ids"]
        for kind in TYPES:
            path = folder / "model.gguf"
            run(a.zeroshot, "pack", str(folder), "--type", kind, "-o", str(path))
            answer = Llama(path, 48).greedy(ids, 24)
            out[kind] = {
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "greedy": answer["tokens"],
                "first": [[top["id"], float(f"{top['logprob']:.7g}")] for top in answer["completion_probabilities"][0]["top_logprobs"]],
            }
    value = {"note": f"llama.cpp by xllamacpp {xllamacpp.__version__}, on what `zeroshot pack` writes of random/gguf-64", "ids": ids, "types": out}
    a.golden.write_text(json.dumps(value, separators=(",", ":")) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--zeroshot", type=Path, required=True, help="the program, built by `cargo build --release -p zeroshot-cli`")
    p.add_argument("--model", type=Path, default=Path(__file__).parent / "../www/models/builtin-medium")
    p.add_argument("--types", nargs="+", choices=TYPES, default=list(TYPES))
    p.add_argument("-n", type=int, default=40)
    p.add_argument("--golden", type=Path)
    a = p.parse_args()
    if a.golden:
        golden(a)
    elif not compare(a):
        sys.exit("llama.cpp does not agree")


if __name__ == "__main__":
    main()
