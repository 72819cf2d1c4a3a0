# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/tokenizer: texts, a small vocabulary learnt here, and the ids that open_clip's SimpleTokenizer gives
with that vocabulary (small.json) and with CLIP's own (clip.json). Needs open_clip_torch from PyPI."""
import collections
import gzip
import json
import pathlib
import tempfile

import torch

_library = torch.library.Library("torchvision", "DEF")
for _op in ("nms", "qnms"):
    _library.define(f"{_op}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode  # noqa: E402

OUT = pathlib.Path(__file__).resolve().parents[1] / "data" / "tokenizer"
PROMPTS = [
    "a photo of a {}.", "a blurry photo of a {}.", "a photo of many {}.", "a photo of the large {}.",
    "a photo of the small {}.", "A bad photo of the {}.", "itap of a {}.", "a {} in a video game.", "art of the {}.",
    "{}", "graffiti of a {}!", "a photo of the {}, a type of animal.", "a close-up photo of the {}.",
]
NAMES = """apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest
fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse
mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon
ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table
tank telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm""".split()
NAMES += ["St. Bernard", "Shih-Tzu", "Cardigan Welsh Corgi", "carpenter's kit", "jack-o'-lantern", "rock 'n' roll", "T-shirt",
          "crème brûlée", "piñata", "Chihuahua", "drilling platform", "CD player", "Granny Smith", "bolete", "ear", "4x4"]
ODD = [
    "", " ", "\t\n ", "a", "1", "!", "0123456789", "2023-11-24 10:15:07", "3.14159", "1,000,000", "x2y3z", "½ ¼ ² ③ Ⅷ",
    "it's", "IT'S", "they're we've I'm he'll she'd don't", "'s 's", "''s", "rock'n'roll", "it’s “quoted” ‘text’", "„low‟ ‛high‛",
    "`tick' ´acute´", "ʼn", "ŉ", "don&#39;t", "Tom &amp; Jerry", "Tom &amp;amp; Jerry", "Tom &amp;amp;amp;amp; Jerry",
    "&lt;b&gt;bold&lt;/b&gt;", "<b>a &amp; b</b>", "<b>a &eacute b</b>", "&eacute; &Eacute; &EACUTE; &SZLIG;", "P&EACUTE;REZ &AMP &COPY",
    "this&not that", "this&notin that", "&notit; &amper &;& &#; &#x;", "&#65;&#x42;&#X43 &#0; &#128; &#x91; &#xD800; &#1114112;",
    "&#59; &#x3b;", "&nbsp;a&nbsp;b&ensp;c", "&hellip; &mdash; &rarr; &NotEqualTilde; &acE;", "&thetasym;&thorn;&thetav",
    "&ThisIsNoNameOfACharacterReferenceAtAll;", "a&b&c", "&&&amp;&&", "&lt;start_of_text&gt;", "<a>\n&eacute;", "&eacute;\n<a>&eacute;",
    "<start_of_text>", "a <end_of_text> b", "<START_OF_TEXT>x<End_Of_Text>", "!<start_of_text>", "<start_of_text", "<|startoftext|> <|endoftext|>",
    "<ſtart_of_text>", "it'ſ", "ſtraße STRASSE", "İstanbul", "ISTANBUL ıi İI", "ΟΔΥΣΣΕΥΣ", "ΣΑΣ ΑΣ. Σ ΑΣΑ", "Σ'Σ", "ǅ Ǆ ǆ", "Ǳ ǲ Ĳ ĳ",
    "ﬁne ﬂow eﬀect oﬃce shuﬄe ﬅ ﬆ", "ＬＯＵＤ　ＮＯＩＳＥＳ", "ｱｲｳ ｶﾞ ﾊﾟ", "￥￦￡", "｢ﾃｽﾄ｣。", "e\u0301 vs é", "A\u030a Å Å", "Ω K Å",
    "naïve café", "ÀÉÎÕÜ àéîõü", "Ærøskøbing Þór ðæ ß", "Łódź żółć", "čeština příliš žluťoučký kůň", "Ștefan și țară", "Việt Nam",
    "Hà Nội phở", "Привет, мир", "ЁЖИК Ъ", "Україна їжак", "Ελληνικά άέήίόύώ", "עברית", "שָׁלוֹם", "العربية", "٠١٢٣ ۴۵۶", "हिन्दी क्षि", "१२३", "தமிழ்",
    "ไทย ภาษา", "ภาษาไทย๑๒๓", "한국어 가나다", "\u1100\u1161\u11a8", "日本語のテキスト", "カタカナ ひらがな 漢字", "中文字符 一二三", "繁體中文", "〇〡〢", "㋿ ㍿ ㎏",
    "😀", "😀😃", "a😀b", "👨‍👩‍👧‍👦 family", "👍🏽", "🇩🇪🇫🇷", "❤️ ♥ ☺", "1️⃣2️⃣", "𝒥ohn 𝔘𝔫𝔦", "𝟘𝟙𝟚", "𐍈𐌰", "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "tab\tand\nnewline\r\nand\rreturn", "a\u00a0b\u2003c\u3000d\u2028e\u2029f", "a\x0bb\x0cc\x1cd\x1fe", "a\x00b\x07c\x7fd", "\ufeffbom", "a\u200bb\u200cc\u200dd", "soft\u00adhyphen",
    "\x1b[36;44mblue\x1b[0m text", "\x1b[m\x1b[12;", "\x85 \x93x\x94 \x80", "a\u206ab\ufff9c\ufffcd\ufffde", "zero\u2060width\u180e", "\u202eright\u202c",
    "snake_case_name __init__ a_b", "CamelCaseWord", "ALLCAPS", "mixed123numbers456", "http://example.com/a?b=c&d=e", "user@example.org", "C++ C# F#",
    "a-b--c---d", "...", "…", "?!?!", "$5.00 €7 £3 ¥9 ₹1", "100% ±5° 20µm", "a+b=c", "(parens) [brackets] {braces}", "\\back\\slash/", "a|b", "#hashtag", "~tilde~ ^caret^",
    "«guillemets» ‹single›", "– — ― ‐ ‑", "• ◦ ‣ ★ ☆", "← → ↑ ↓", "∑ ∫ √ ∞ ≠ ≤", "½cup", "x² y³ z⁴ H₂O", "№ ℃ ™ ® ©", "ª º", "ⅰⅱⅲ ⅣⅤ", "①②③", "㈠㈡",
    "supercalifragilisticexpialidocious", "pneumonoultramicroscopicsilicovolcanoconiosis", "a" * 100, "ab" * 60, "aaa bbb aaaa", "word " * 90, "the quick brown fox jumps over the lazy dog " * 6,
    "9" * 90, "!" * 50, "漢" * 40, "😀" * 30, "e\u0301" * 20, "a photo of a photo of a photo", "  leading and trailing  ", "multiple    spaces   inside", "end.",
    "ʰʲʷ ˈstress ːlong", "ǃkung ǀ ǁ", "a\u0308\u0323 o\u031b\u0301", "ạ̈ ở", "ﷺ ﷲ", "ﻻ ﻼ", "ŀ l·l", "ſ", "ʃʒŋ IPA", "ꙮ ꜣ", "ɐlɐ", "ᏣᎳᎩ ꮳꮃꭹ", "ႠႡ აბ Აბ", "ԱԲԳ աբգ և",
    "ᚠᚢᚦ", "⠓⠑⠇⠇⠕", "𒀀𒁀", "ⲀⲁⲂ", "ⴰⵣⵓⵍ", "ကခဂ", "ខ្មែរ", "ລາວ", "བོད་", "ᠮᠣᠩ", "සිංහල", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ਪੰਜਾਬੀ", "বাংলা ১২৩", "አማርኛ", "ދިވެހި",
]


def texts():
    filled = [prompt.format(name) for i, name in enumerate(NAMES) for j, prompt in enumerate(PROMPTS) if (i + j) % 6 == 0]
    return filled + [name for name in NAMES[::4]] + ODD


def learn(corpus, count):
    """Plain byte-pair learning: the most frequent pair first, ties by text, no token in two ways."""
    symbols = bytes_to_unicode()
    words = collections.Counter()
    for text in corpus:
        for word in text.lower().split():
            word = [symbols[b] for b in word.encode()]
            words[tuple(word[:-1] + [word[-1] + "</w>"])] += 1
    merges, known = [], set()
    while len(merges) < count:
        pairs = collections.Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += times
        left, right = min((p for p in pairs if "".join(p) not in known), key=lambda p: (-pairs[p], p))
        merges.append((left, right))
        known.add(left + right)
        merged = collections.Counter()
        for word, times in words.items():
            out, i = [], 0
            while i < len(word):
                hit = word[i : i + 2] == (left, right)
                out.append(left + right if hit else word[i])
                i += 2 if hit else 1
            merged[tuple(out)] += times
        words = merged
    return merges


def ids(tokenizer, all_texts):
    return [[tokenizer.sot_token_id, *tokenizer.encode(text), tokenizer.eot_token_id] for text in all_texts]


def main():
    all_texts = texts()
    # No end of the last line: open_clip takes an empty rest for one more token.
    listing = "learnt by make_tokenizer_vectors.py\n" + "\n".join(" ".join(m) for m in learn(all_texts, 800))
    with tempfile.NamedTemporaryFile(suffix=".gz") as packed:
        packed.write(gzip.compress(listing.encode()))
        packed.flush()
        small = SimpleTokenizer(bpe_path=packed.name)
    clip = SimpleTokenizer()
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "small_merges.txt").write_text(listing)
    write = lambda name, value: (OUT / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")
    write("texts.json", all_texts)
    write("small.json", ids(small, all_texts))
    write("clip.json", ids(clip, all_texts))
    write("padded.json", {"context": 77, "ids": small(["word " * 90, "a photo of a bee."]).tolist(), "vocabulary": small.vocab_size})
    print(len(all_texts), "texts,", small.vocab_size, "tokens")


if __name__ == "__main__":
    main()
