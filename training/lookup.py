"""What decoding with drafts from the prompt would gain (Saxena 2023, "prompt lookup decoding").

python lookup.py --corpus DIR --model ../www/models/builtin

The model writes greedily; at each step the tokens that followed the last n tokens where they
occurred before would be a draft, and those of them that the model would write itself are had in
one step.  The text is the same either way, so the steps can be counted from it.  A step over
k + 1 tokens takes as long as reading them, a step over one as long as writing it: `--read` and
`--write` are those two speeds, from docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from evaluate import rows
from generate import Model


def draft(context: list[int], length: int, longest: int, shortest: int) -> list[int]:
    """What followed the last occurrence of the context's end; the longest end that occurs counts."""
    for n in range(longest, shortest - 1, -1):
        end = context[-n:]
        for start in range(len(context) - n - 1, -1, -1):
            if context[start : start + n] == end:
                return context[start + n : start + n + length]
    return []


def steps(prompt: list[int], text: list[int], length: int, longest: int, shortest: int) -> list[int]:
    """Tokens that each step would read.  The first token comes with the prompt."""
    taken, at = [], 1
    while at < len(text):
        guess = draft(prompt + text[:at], length, longest, shortest)
        right = 0
        while right < len(guess) and at + right < len(text) and guess[right] == text[at + right]:
            right += 1
        taken.append(1 + len(guess))
        at += right + 1
    return taken


class Recorder(Model):
    """Keeps what it was asked for and wrote, always greedily."""

    def continue_(self, prompts, tokens, stop="\n", top_k=1, seed=0, rows=50):
        texts = super().continue_(prompts, tokens, stop, 1, seed, rows)
        self.seen += [(self.ids(p)[-(self.positions - tokens) :], self.ids(t + (stop or ""))) for p, t in zip(prompts, texts)]
        return texts


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus", type=Path, required=True)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--items", type=int, default=50)
    p.add_argument("--read", type=float, default=190, help="tokens a second of a prompt")
    p.add_argument("--write", type=float, default=88, help="tokens a second that are written")
    a = p.parse_args()
    m = Recorder(a.model)
    sets = {
        "summaries of generated tales": lambda: rows.tales(m, a.corpus, "TL;DR:", "kept-back parts", a.items),
        "summaries, DialogSum": lambda: rows.foreign_summaries(m, a.corpus, "dialogsum.test.jsonl", a.items),
        "summaries, BBC": lambda: rows.foreign_summaries(m, a.corpus, "bbc-news.jsonl.gz", a.items),
        "questions, SQuAD part": lambda: rows.paragraphs(m, a.corpus, "squad-part.jsonl", a.items),
        "questions, XQuAD": lambda: rows.paragraphs(m, a.corpus, "xquad.en-de.jsonl", a.items),
    }
    print("| set | draft | tokens a step | times faster |\n| --- | --- | ---: | ---: |")
    for name, run in sets.items():
        m.seen = []
        run()
        for length, longest, shortest in [(3, 3, 1), (3, 3, 2), (8, 3, 2), (8, 4, 3)]:
            taken = [t for prompt, text in m.seen for t in steps(prompt, text, length, longest, shortest)]
            written = sum(max(len(text) - 1, 0) for _, text in m.seen)
            time = sum(max(1 / a.write, t / a.read) for t in taken)
            print(f"| {name} | {length} after {shortest} to {longest} | {written / len(taken):.2f} | {written / a.write / time:.2f} |", flush=True)


if __name__ == "__main__":
    main()
