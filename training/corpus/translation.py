"""Translation documents: phrase books, bilingual pages, questions about how to say something.

One document holds one to twelve pairs in one wording, because that is what shots are.
KEPT_BACK names the forms that never occur here; `held_back.py` proves it.
"""

from __future__ import annotations

# language names in English, in the language itself's neighbours, and as codes
EN = {"en": "English", "fr": "French", "de": "German"}
FR = {"en": "anglais", "fr": "français", "de": "allemand"}
DE = {"en": "Englisch", "fr": "Französisch", "de": "Deutsch"}

# Lines that need nothing but a separator.  " = " is kept back.
SEPARATORS = [" => ", " -> ", " : ", " - ", " | ", " / ", "\t", " — ", " ~ ", " >> ", " :: ", " → ", " == ", " – ", ": ",
              " >>> ", " --> ", " * ", " + ", " # "]
HEADERS = [
    "{A} - {B} phrase book", "Useful phrases in {A} and {B}", "{A} to {B}", "{A} to {B}:", "Translate {A} to {B}.",
    "Translate from {A} to {B}:", "Sentences in {A} with their {B} translation", "{A} sentences and their {B} translations",
    "Lesson {n}: from {A} into {B}", "{A} / {B}", "{A} => {B}", "{A} -> {B}", "Vocabulary, {A} - {B}",
    "Translate these sentences from {A} into {B}.", "Translation {A}-{B}", "Phrases: {a} - {b}", "{A} into {B}, page {n}",
    "Translation exercise: {A} into {B}", "Translate into {B}:", "Say it in {B}", "{fA} - {fB}", "Traduction {fA}-{fB}",
    "{dA} - {dB}", "Say it in {A} and in {B}",
]
# Blocks: every pair carries its own labels.
BLOCKS = [
    "{A}: {x}\n{B}: {y}", "{A}: {x}\n{B}: {y}", "{AA}: {x}\n{BB}: {y}", "{A} - {x}\n{B} - {y}", "{a}: {x}\n{b}: {y}",
    "{U}: {x}\n{V}: {y}", "In {A}: {x}\nIn {B}: {y}", "{A} sentence: {x}\n{B} sentence: {y}", "{x}\n{B}: {y}",
    "{x}\nIn {B}: {y}", "{x}\n({b}) {y}", "{fA} : {x}\n{fB} : {y}", "{dA}: {x}\n{dB}: {y}", "{A}. {x}\n{B}. {y}",
    "Original ({A}): {x}\n{B} translation: {y}", "{x}\nTranslation into {B}: {y}", "Source ({A}): {x}\nTarget ({B}): {y}",
    "{A} > {x}\n{B} > {y}", "[{a}] {x}\n[{b}] {y}", "{A}\n{x}\n{B}\n{y}", "{A} text: {x}\n{B} text: {y}",
    "{al} - {x}\n{bl} - {y}", "in {al}: {x}\nin {bl}: {y}", "{al} => {x}\n{bl} => {y}", "{al}\t{x}\n{bl}\t{y}", "({al}) {x}\n({bl}) {y}",
    "{al} sentence: {x}\n{bl} sentence: {y}", "{al}. {x}\n{bl}. {y}",
]
# Instructions: good for one pair alone.
INSTRUCTIONS = [
    "Translate into {B}: {x}\n{B}: {y}", "Translate from {A} to {B}: {x}\n{B}: {y}", "Translate {A} into {B}: {x}\n{B}: {y}",
    "{A} to {B}: {x}\n{B}: {y}", "Translate to {B}: {x}\n{B}: {y}", "Please translate to {B}: {x}\nTranslation: {y}",
    "Translate into {B}: {x}\n{y}", "Translate this sentence into {B}.\n{x}\n{y}", "Translate from {A} into {B}: {x} => {y}",
    "Translate the {A} sentence into {B}.\n{A}: {x}\n{B}: {y}", "Translate from {A} to {B}.\n{A}: {x}\n{B}: {y}",
    "How do you say \"{x}\" in {B}? {y}", "How do you say this in {B}? {x}\n{y}", "What is the {B} for \"{x}\"? {y}",
    "\"{x}\" in {B} is \"{y}\"", "In {B}, \"{x}\" is \"{y}\"", "{B} for \"{x}\": {y}", "To say \"{x}\" in {B}, say \"{y}\"",
    "Traduire en {fB} : {x}\n{fB} : {y}", "Comment dit-on \"{x}\" en {fB} ? {y}", "Übersetze auf {dB}: {x}\n{dB}: {y}",
    "Wie sagt man \"{x}\" auf {dB}? {y}", "Question: What is \"{x}\" in {B}?\nAnswer: {y}", "{A}-to-{B} translation\n{x}\n{y}", "to {bl}: {x} => {y}", "translate to {bl}: {x} => {y}",
    "Put this into {B}: {x}\n{B}: {y}", "Write it in {B}: {x}\n{B}: {y}", "Translate {A} to {B}. {x}\n{B}: {y}",
]

# The page's own forms: see held_back.py, which checks that none of them is in the text.
KEPT_BACK = [
    "{x} = {y}",
    "Translate {A} to {B}: {x}\n{B}: {y}",
    "Translate {A} to {B}:\n{x} = {y}",
    "{al}: {x}\n{bl}: {y}",
    "Translate {A} to {B}: {x}\n{y}",
]


def names(src: str, tgt: str, rng) -> dict:
    return {
        "A": EN[src], "B": EN[tgt], "a": src, "b": tgt, "AA": EN[src].upper(), "BB": EN[tgt].upper(),
        "U": src.upper(), "V": tgt.upper(), "fA": FR[src], "fB": FR[tgt], "dA": DE[src], "dB": DE[tgt],
        "al": EN[src].lower(), "bl": EN[tgt].lower(), "n": rng.randint(1, 60),
    }


def document(rng, pairs: list[tuple[str, str]], src: str, tgt: str) -> str:
    """One document in one wording over the given pairs."""
    n = names(src, tgt, rng)
    kind = rng.random()
    if len(pairs) == 1 and kind < 0.55:
        return rng.choice(INSTRUCTIONS).format(x=pairs[0][0], y=pairs[0][1], **n)
    if kind < 0.2:
        form = rng.choice(INSTRUCTIONS)
        return rng.choice(["\n", "\n\n"]).join(form.format(x=x, y=y, **n) for x, y in pairs)
    if kind < 0.62:
        form = rng.choice(BLOCKS)
        head = "" if rng.random() < 0.7 else rng.choice(HEADERS).format(**n) + rng.choice(["\n", "\n\n"])
        return head + rng.choice(["\n", "\n\n"]).join(form.format(x=x, y=y, **n) for x, y in pairs)
    sep = rng.choice(SEPARATORS)
    bare = len(pairs) > 2 and rng.random() < 0.4  # without a header only the pairs say what is wanted
    head = "" if bare else rng.choice(HEADERS).format(**n) + rng.choice(["\n", "\n", "\n\n"])
    return head + "\n".join(x + sep + y for x, y in pairs)


def group(rng, pairs: list[tuple[str, str]]):
    """Cut a shuffled list into groups of one to twelve pairs; many short ones, for zero-shot."""
    i = 0
    while i < len(pairs):
        r = rng.random()
        k = 1 if r < 0.42 else rng.randint(2, 4) if r < 0.72 else rng.randint(5, 12)
        yield pairs[i:i + k]
        i += k
