"""Trains the built-in model; resumable, on CPU or GPU, with a wall-clock deadline.

python train.py --text train.jsonl --tokenizer DIR --out DIR --until 2030-01-31T18:00
Warm-up, a plateau, then a linear decay to zero that ends at the deadline, so that the last
checkpoint is annealed whatever the speed of the machine was.  Started again with the same
--out it goes on from the last checkpoint (also over another text).  Logs JSON lines.
Leaves to others: documents (`corpus`), windows (`data`), the layout for others (`export`).
"""

from __future__ import annotations

import argparse
import datetime
import json
import signal
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from data import END, encode, fingerprint, pack
from generate import from_gguf
from model import GPT2, Config, from_hugging_face, grown
from muon import Muon


def batch(windows: np.ndarray, rows, device, end: int):
    w = torch.from_numpy(windows[rows].astype(np.int64)).to(device)
    x, y = w[:, :-1], w[:, 1:].clone()
    y[(x == end) & (y == end)] = -100  # the unfilled tail of a window teaches nothing
    return x, y


def optimisers(model: GPT2, a) -> list[torch.optim.Optimizer]:
    blocks = [p for p in model.h.parameters() if p.dim() == 2]
    rest = [p for n, p in model.named_parameters() if not (n.startswith("h.") and p.dim() == 2)]
    if a.optimiser == "adamw":
        return [torch.optim.AdamW([{"params": blocks + rest[:2]}, {"params": rest[2:], "weight_decay": 0.0}], lr=a.lr, betas=(0.9, 0.98), weight_decay=0.05)]
    return [torch.optim.AdamW(rest, lr=a.lr, betas=(0.9, 0.98), weight_decay=0.0), Muon(blocks, lr=a.muon_lr, weight_decay=0.01)]


@torch.no_grad()
def validate(model, windows, device, end, amp) -> float:
    total = count = 0
    for i in range(0, len(windows), 8):
        x, y = batch(windows, slice(i, i + 8), device, end)
        with amp():
            loss = model(x, y)
        n = int((y != -100).sum())
        total, count = total + float(loss) * n, count + n
    return total / count


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--text", type=Path, required=True)
    p.add_argument("--tokenizer", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--until", type=datetime.datetime.fromisoformat, required=True, help="deadline, local time")
    p.add_argument("--optimiser", choices=["muon", "adamw"], default="muon")
    p.add_argument("--lr", type=float, default=3e-3, help="AdamW's rate")
    p.add_argument("--muon-lr", type=float, default=0.02)
    p.add_argument("--decay", type=float, default=0.45, help="last share of the time, spent in decay")
    p.add_argument("--batch", type=int, default=4096, help="tokens a step")
    p.add_argument("--window", type=int, default=256, help="tokens a window; the last part of training wants all positions")
    p.add_argument("--layers", type=int, default=4)
    p.add_argument("--width", type=int, default=256)
    p.add_argument("--heads", type=int, default=4)
    p.add_argument("--positions", type=int, default=512)
    p.add_argument("--grow", type=Path, help="begin with the weights of this smaller checkpoint, up to --layers by blocks that do nothing yet")
    p.add_argument("--start", type=Path, help="begin with the weights of this packed model (GGUF), where its checkpoint is gone")
    p.add_argument("--again", action="store_true", help="begin the schedule anew from the last checkpoint, with a warm-up: for a run that goes on another day")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--steps", type=int, default=0, help="stop after so many steps (trials)")
    p.add_argument("--f32", action="store_true", help="no bf16 autocast")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    amp = lambda: torch.autocast(device, dtype=torch.bfloat16, enabled=not a.f32)
    tokenizer = Tokenizer.from_file(str(a.tokenizer / "tokenizer.json"))
    end = tokenizer.token_to_id(END)
    docs = encode(a.text, tokenizer)
    a.rows = max(1, a.batch // a.window)
    valid = pack(encode(a.text.with_suffix(".valid.jsonl"), tokenizer), a.window, 0, end)[:8 * a.rows]
    text_id = fingerprint(a.text)
    model = GPT2(Config(tokenizer.get_vocab_size(), a.positions, a.width, a.layers, a.heads)).to(device)
    opts = optimisers(model, a)
    base = [[g["lr"] for g in o.param_groups] for o in opts]
    s = {"step": 0, "tokens": 0, "started": time.time(), "epoch": 0, "row": 0, "text": text_id, "window": a.window}
    a.out.mkdir(parents=True, exist_ok=True)
    file = a.out / "checkpoint.pt"
    if file.exists():
        c = torch.load(file, map_location=device, weights_only=False)
        model.load_state_dict(c["model"])
        for o, state in zip(opts, c["optimisers"]):
            o.load_state_dict(state)
        s = c["state"]
        if s["text"] != text_id or s["window"] != a.window:
            s |= {"text": text_id, "window": a.window, "row": 0, "epoch": s["epoch"] + 1}
        if a.again:
            s |= {"started": time.time(), "begun": s["step"]}
    elif a.grow:
        model.load_state_dict(grown(torch.load(a.grow, map_location=device, weights_only=False)["model"], a.layers))
    elif a.start:
        model.load_state_dict(from_hugging_face(from_gguf(a.start).state_dict()))
    windows = pack(docs, a.window, s["epoch"], end)
    log = open(a.out / "log.jsonl", "a", buffering=1)
    print(json.dumps({"parameters": sum(p.numel() for p in model.parameters()), "windows": len(windows), "tokens": sum(map(len, docs)), "device": device}), file=log)
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))

    def save():
        c = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in opts], "state": s, "config": model.config.to_dict()}
        torch.save(c, file.with_suffix(".new"))
        file.with_suffix(".new").rename(file)

    until, saved, mark, losses = a.until.timestamp(), time.time(), time.time(), []
    while not stop and time.time() < until and not (a.steps and s["step"] >= a.steps):
        done = (time.time() - s["started"]) / (until - s["started"])
        rate = min(1.0, (s["step"] + 1 - s.get("begun", 0)) / 60, max(0.0, (1 - done) / a.decay))
        for o, rates in zip(opts, base):
            for g, lr in zip(o.param_groups, rates):
                g["lr"] = lr * rate
        if s["row"] + a.rows > len(windows):
            s |= {"row": 0, "epoch": s["epoch"] + 1}
            windows = pack(docs, a.window, s["epoch"], end)
        x, y = batch(windows, slice(s["row"], s["row"] + a.rows), device, end)
        # half of the rows begin at position 0, as a prompt does; the others train the rest
        first = torch.randint(0, a.positions - a.window + 1, (len(x),), device=device)
        first[::2] = 0
        with amp():
            loss = model(x, y, first)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in opts:
            o.step()
            o.zero_grad(set_to_none=True)
        s["step"] += 1
        s["row"] += a.rows
        s["tokens"] += x.numel()
        losses.append(loss.detach())
        if s["step"] % 20 == 0:
            now = time.time()
            row = {"step": s["step"], "tokens": s["tokens"], "loss": round(float(torch.stack(losses).mean()), 4), "rate": round(rate, 4),
                   "tokens_per_second": round(20 * x.numel() / (now - mark)), "time": datetime.datetime.now().isoformat(timespec="seconds")}
            if s["step"] % 300 == 0:
                row["valid"] = round(validate(model, valid, device, end, amp), 4)
            print(json.dumps(row), file=log)
            mark, losses = time.time(), []
        if time.time() - saved > 300:
            save()
            saved = time.time()
    save()
    print(json.dumps({"stopped": s, "valid": round(validate(model, valid, device, end, amp), 4)}), file=log)


if __name__ == "__main__":
    main()
