"""Golden token ids: python golden_tokens.py --gpt2 DIR --builtin DIR --out ../tests/golden/tokens.json

Over 200 strings, through GPT-2's own vocabulary (vocab.json + merges.txt) and the built-in
model's tokenizer.json.  "ids" treats <|endoftext|> inside text as the special token, as
`transformers` does by default; "ids_plain" (only where different) reads it as ordinary text,
as OpenAI's encoder does.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

END = "<|endoftext|>"
TEXTS = ["", " ", "  ", "   ", "\n", "\n\n", "\n\n\n", "\t", "\t\t", " \n", "\n ", " \n \n ", "\r\n", "a\r\nb", "\u000b\u000c", "a", " a", "  a", "   a", "a ", "a  ", "a   b", "a\nb", "a\n\nb",
         "a \n b", "a\tb", "\ta", "trailing spaces   ", "   leading spaces", "in    the    middle", "line one\n  line two\n    line three", "tab\tand space \t mixed",
         "Hello world", " Hello world", "hello", "HELLO", "Hello, World!", "Hello,world", "don't", "Don't", "DON'T", "don\u2019t", "I'm", "I'll", "I've", "I'd", "you're", "he's", "it's", "'s", "'S",
         "'t 're 've 'm 'll 'd", "o'clock", "rock 'n' roll", "'quoted'", "l'homme", "aujourd'hui", "d'accord", "s'il vous plaît", "we'll've", "''''", "'ll'll", "y'all'd",
         "1", "12", "123", "1234", "12345678901234567890", "3.14159", "1,000,000", "2019-02-14", "10:45", "50%", "$5.00", "1e-5", "v2.0.1", "a1b2c3", "abc123def", "007", "x86_64", "½ ¼ ² ³", "Ⅷ", "١٢٣",
         "!", "!!", "!!!", "...", "\u2026", "?!", " ?!", "--", "---", "\u2014", " \u2014 ", "()", "(a)", "[b]", "{c}", "<d>", "a-b", "a_b", "a/b", "a\\b", "a@b.c", "#tag", "**bold**", "~~", "=", " = ", "==", "->", "=>", "::", "\u00ab mot \u00bb", "\u201cquote\u201d",
         "https://example.org/a?b=c&d=e#f", "user@example.org", "C:\\Program Files\\x", "fn main() { println!(\"{}\", 1 + 2); }", "def f(x):\n    return x ** 2\n", "<p class=\"a\">b</p>", "if (a && b || !c) {\n\treturn;\n}", "SELECT * FROM t WHERE a = 'b';",
         "{\"key\": [1, 2.5, null, true]}", "\\n is not a newline", "0x1F600", "A dog runs on the beach. = Un chien court sur la plage.\nTwo women are talking. =", "Translate English to French: The house is wonderful.\nFrench:",
         "Tom has a ball.\nQ: What has Tom?\nA:", "It was a long day.\nTL;DR:", "english: Hello\nfrench:", "Where is Anna? - In the kitchen.", "Once upon a time, there was a little girl.", "The capital of France is Paris.",
         "café", "cafe\u0301", "naïve", "Straße", "STRASSE", "ÀÉÎÕÜ", "œuvre", "Æsop", "ſ", "İstanbul", "ﬁ ligature", "Ångström", "A\u030angstro\u0308m", "e\u0301\u0302\u0303", "Z\u0351\u036b\u0343a\u0363\u0369lgo", "ñandú", "pingüino", "Žluťoučký kůň", "Ελληνικά", "Русский текст", "українська",
         "你好", "你好，世界！", "我 爱 你", "中文English混合", "日本語のテキスト", "ひらがなカタカナ", "한국어", "한국어 문장입니다.", "繁體中文", "𠮷野家", "，。！？；：", "「引用」", "\u3000全角空白", "ａｂｃ１２３",
         "مرحبا بالعالم", "שלום עולם", "فارسی\u200cنیم‌فاصله", "\u200fRTL mark", "\u202eoverride\u202c", "हिन्दी", "தமிழ்", "ไทย", "Tiếng Việt", "ქართული", "አማርኛ", "ᚠᚢᚦ", "\U00010330\U00010331",
         "😀", "😀😀", "a😀b", " 😀 ", "👍🏽", "👨\u200d👩\u200d👧\u200d👦", "🏳️\u200d🌈", "🇫🇷", "🇫🇷🇩🇪", "❤️", "❤", "1️⃣", "☺︎", "👩🏾\u200d🚀 in space", "🧑\u200d💻🧑\u200d💻", "🤷\u200d♂️",
         "\u00a0", "a\u00a0b", " \u00a0 ", "\u00a0\u00a0a", "Vraiment\u00a0?", "\u202f", "a\u202fb", "\u2009thin", "\u200b", "a\u200bb", "\ufeffbom", "soft\u00adhyphen", "\u2028line sep", "\u2029", "\u0085next line", "\u1680ogham", "\u180e", "\u2060joiner",
         "\u0000", "a\u0000b", "\u0007bell", "\u001b[31mred", "\u007f", "\u0080\u009f", "\ufffd", "\uffff", "\U0010ffff", "\ue000private", "\U000e0001tag",
         END, "a" + END, END + "b", "one" + END + "two", END + END, " " + END + " ", "<|endoftext", "|endoftext|>", "<|ENDOFTEXT|>", "<|end" + "oftext|>\n", "<|pad|>",
         "a" * 50, "ab" * 40, " " * 40, "\n" * 20, "-" * 60, "=" * 33, "ha" * 20, "antidisestablishmentarianism", "Donaudampfschifffahrtsgesellschaft", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
         "supercalifragilisticexpialidocious", "the the the the", "The quick brown fox jumps over the lazy dog.", "Voix ambiguë d'un cœur qui au zéphyr préfère les jattes de kiwis.", "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg.",
         "Le chat est sous la table ; où est le chien ?", "Ich weiß nicht, ob er morgen kommt.", "  - item\n  - item\n\n1. one\n2. two", "Mr. Smith's dog, aged 3, didn't eat.", "\"Who's there?\" she asked.", "O'Brien & Sons, Ltd.", "U.S.A.", "e.g. this, i.e. that", "and/or", "10km/h", "5'10\"", "rock&roll", "C++ C# F#", "α=β²", "E = mc²", "∀x∈ℝ: x²≥0", "→ ← ↔", "½ cup", "№ 5", "™ © ®", "♠♥♦♣", "│├└─", "\u0301alone", "x\u0338y"]


def gpt2(folder: Path) -> Tokenizer:
    t = Tokenizer(models.BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt")))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t


def rows(plain: Tokenizer, special: Tokenizer) -> list[dict]:
    out = []
    for text in TEXTS:
        ids, ids_plain = special.encode(text).ids, plain.encode(text).ids
        assert plain.decode(ids_plain, skip_special_tokens=False) == text
        out.append({"text": text, "ids": ids} | ({"ids_plain": ids_plain} if ids_plain != ids else {}))
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--gpt2", type=Path, required=True)
    p.add_argument("--builtin", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    assert len(TEXTS) == len(set(TEXTS)) >= 200, (len(TEXTS), [t for t in TEXTS if TEXTS.count(t) > 1])
    real = gpt2(a.gpt2)
    real.add_special_tokens([END])
    value = {"note": __doc__.strip().split("\n\n")[1].replace("\n", " "), "gpt2": rows(gpt2(a.gpt2), real), "builtin": rows(gpt2(a.builtin), Tokenizer.from_file(str(a.builtin / "tokenizer.json")))}
    a.out.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(len(TEXTS), "texts")


if __name__ == "__main__":
    main()
