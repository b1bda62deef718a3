"""Times llama.cpp on this machine, natively, and prints one JSON line: milliseconds to load, and for
each SIZE:COUNT of a prompt of SIZE tokens and COUNT new ones, to the first token and from there.

python llama_cpp.py FILE.gguf THREADS SIZE:COUNT...
"""

import json
import sys
import time

import xllamacpp

WORDS = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]


def main(file: str, threads: int, runs: list[str]):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = file
    parameters.n_ctx = 1024
    parameters.n_batch = parameters.n_ubatch = 512
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    begun = time.perf_counter()
    server = xllamacpp.Server(parameters)
    result = {"load": (time.perf_counter() - begun) * 1e3, "runs": []}
    for number, run in enumerate(runs):
        size, count = map(int, run.split(":"))
        prompt = WORDS[number] + " the" * (size - 1)
        answer = server.handle_completions({"prompt": prompt, "max_tokens": count, "temperature": 0, "ignore_eos": True, "cache_prompt": False})
        timings = answer["timings"]
        if timings["prompt_n"] != size or timings["predicted_n"] != count:
            raise SystemExit(f"a prompt of {timings['prompt_n']} tokens for {size}, {timings['predicted_n']} tokens for {count}")
        # llama.cpp counts the first token to its prompt.
        result["runs"].append({"first": timings["prompt_ms"], "rest": timings["predicted_ms"] * max(count - 1, 0) / count})
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
