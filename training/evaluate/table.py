"""The model card's tables from scores:  python -m evaluate.table scores.json --card ../docs/model-card.md

Replaces what stands between the two marks in the card.  With --before OLD.json every figure of
the first tables has the former model's beside it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
# row of `evaluate` | as the card says it | what it must reach
MUSTS = [
    ("translation|en-fr|Translate A to B: x / B: y|0", "Tatoeba, English to French, zero-shot, BLEU", "28"),
    ("translation|fr-en|Translate A to B: x / B: y|0", "Tatoeba, French to English", "34"),
    ("translation|en-de|Translate A to B: x / B: y|0", "Tatoeba, English to German", "22"),
    ("translation|de-en|Translate A to B: x / B: y|0", "Tatoeba, German to English", "28"),
    ("multi30k|en-fr|test_2016_flickr|0", "Multi30k 2016, English to French (a world it never saw)", "reported"),
    ("multi30k|en-de|test_2016_flickr|0", "Multi30k 2016, English to German", "reported"),
    ("questions|kept-back words|Q: / A:|0", "questions on kept-back generated passages, exact match, mean over kinds", "75"),
    ("questions|trained words|Q: / A:|0", "the same with trained names and things", ""),
    ("babi|task 1|Q: / A:|0", "bAbI task 1 (never seen), exact match, zero-shot", "60"),
    ("paragraphs|SQuAD part|Q: / A:|0", "SQuAD part, F1", "reported"),
    ("paragraphs|XQuAD English|Q: / A:|0", "XQuAD, English, F1", "reported"),
    ("summaries|kept-back parts|TL;DR:|0", "summaries of tales of kept-back parts, ROUGE-L", "lead"),
    ("summaries|kept-back kinds|TL;DR:|0", "summaries of two kinds of tale of which training held none", "lead"),
    ("summaries|trained kinds|TL;DR:|0", "summaries of trained kinds with kept-back words", "lead"),
    ("summaries|DialogSum|TL;DR:|0", "DialogSum (never seen), ROUGE-L", "chance"),
    ("summaries|BBC|TL;DR:|0", "BBC (never seen), ROUGE-L", "chance"),
    ("lists|kept-back rules|x = y|5", "kept-back rules of lists, `x = y`, accuracy at 5 shots", "gain"),
    ("lists|kept-back rules|Input: x / Output: y|5", "the same, `Input: x / Output: y`", "gain"),
]


def number(row: dict) -> str:
    return f"{row['score']} ({row['low']} to {row['high']})" if "low" in row else f"{row['score']}"


def must(name: str, goal: str, rows: dict) -> str:
    r = rows[name]
    if goal == "lead":
        return f"above lead-1 {r['lead-1']}, lead-3 {r['lead-3']}"
    if goal == "chance":
        return f"reported; random-3 {r['random-3']}"
    if goal == "gain":
        return f"+ 20 over {rows[name[:-1] + '0']['score']} at none"
    return goal


def tables(new: dict, old: dict | None) -> str:
    rows, out = new["rows"], []
    head = ["task, set", "must reach", "score (95 %)"] + (["before"] if old else [])
    out += ["| " + " | ".join(head) + " |", "| --- | --- | ---: |" + (" ---: |" if old else "")]
    for name, says, goal in MUSTS:
        if name in rows:
            before = [str(old["rows"][name]["score"]) if name in old["rows"] else ""] if old else []
            out.append("| " + " | ".join([says, must(name, goal, rows), number(rows[name])] + before) + " |")
    out += ["", "By likelihood, and how surprising held-out text is (perplexity per word, lower is better):", "",
            "| | chance | score |" + (" before |" if old else ""), "| --- | ---: | ---: |" + (" ---: |" if old else "")]
    for name, r in rows.items():
        if name.startswith(("likelihood", "perplexity")):
            kind, what, how, _ = name.split("|")
            out.append(f"| {what}, {'perplexity ' if kind == 'perplexity' else ''}{how} | {r.get('chance', '')} | {number(r)} |"
                       + (f" {old['rows'].get(name, {}).get('score', '')} |" if old else ""))
    out += ["", "Translation, BLEU, every wording and number of shots:", "", "| wording | shots | en-fr | fr-en | en-de | de-en |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    keys = dict.fromkeys(tuple(n.split("|")[2:]) for n in rows if n.startswith("translation"))
    for form, shots in keys:
        cells = [str(rows.get(f"translation|{d}|{form}|{shots}", {}).get("score", "")) for d in ("en-fr", "fr-en", "en-de", "de-en")]
        out.append(f"| `{form}` | {shots} | " + " | ".join(cells) + " |")
    out += ["", "Other wordings and shots:", "", "| row | wording | shots | score (95 %) |", "| --- | --- | ---: | ---: |"]
    for name, r in rows.items():
        kind, what, form, shots = name.split("|")
        if kind in ("questions", "babi", "summaries", "lists") and name not in [m[0] for m in MUSTS]:
            out.append(f"| {kind}: {what} | `{form}` | {shots} | {number(r)} |")
    by_kind = rows.get("questions|kept-back words|Q: / A:|0", {}).get("kinds", {})
    out += ["", "Questions by kind (kept-back words): " + ", ".join(f"{k} {v:g} %" for k, v in sorted(by_kind.items(), key=lambda x: -x[1])) + "."]
    by_rule = rows.get("lists|kept-back rules|x = y|5", {}).get("kinds", {})
    out += ["", "Kept-back rules of lists at 5 shots: " + ", ".join(f"{k} {v:g} %" for k, v in sorted(by_rule.items(), key=lambda x: -x[1])) + "."]
    return "\n".join(out)


def by_size(sizes: dict[str, dict]) -> str:
    """The main rows and the likelihoods, one column a model."""
    rows = {name: s["rows"] for name, s in sizes.items()}
    head = [f"{name}, {s['parameters'] / 1e6:.1f} M" for name, s in sizes.items()]
    out = ["Sizes side by side (items in brackets where the models did not have the same number):", "",
           "| | must reach | " + " | ".join(head) + " |", "| --- | --- |" + " ---: |" * len(head)]
    says = {name: (text, goal) for name, text, goal in MUSTS}
    measured = dict.fromkeys([*says, *(n for r in rows.values() for n in r if n.startswith(("likelihood", "perplexity")))])
    for name in measured:
        have = [r.get(name) for r in rows.values()]
        if sum(h is not None for h in have) < 2:
            continue
        kind, what, how, _ = name.split("|")
        text, goal = says.get(name, (f"{what}, {'perplexity ' if kind == 'perplexity' else ''}{how}", "lower is better" if kind == "perplexity" else "reported"))
        goal = {"lead": "above lead-1, lead-3", "chance": "reported", "gain": "+ 20 over none"}.get(goal, goal)
        alike = len({h["n"] for h in have if h and "n" in h}) < 2
        cells = ["" if h is None else f"{h['score']}" if alike or "n" not in h else f"{h['score']} ({h['n']})" for h in have]
        if says.get(name, ("", ""))[1] == "gain":
            cells = [c and f"{c}, over {r[name[:-1] + '0']['score']}" for c, r in zip(cells, rows.values())]
        out.append("| " + " | ".join([text, goal, *cells]) + " |")
    return "\n".join(out)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("scores", type=Path)
    p.add_argument("--before", type=Path)
    p.add_argument("--sizes", nargs="*", default=[], metavar="NAME=SCORES.json", help="models to set side by side")
    p.add_argument("--card", type=Path)
    a = p.parse_args()
    text = tables(json.loads(a.scores.read_text()), json.loads(a.before.read_text()) if a.before else None)
    if a.sizes:
        text += "\n\n" + by_size({name: json.loads(Path(path).read_text()) for name, path in (s.split("=") for s in a.sizes)})
    if not a.card:
        print(text)
        return
    card = a.card.read_text(encoding="utf-8")
    before, _, rest = card.partition(BEGIN)
    _, _, after = rest.partition(END)
    a.card.write_text(before + BEGIN + "\n" + text + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
