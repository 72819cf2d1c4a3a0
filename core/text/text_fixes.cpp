// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/text_fixes.h"

#include <string_view>

#include "core/text/html_entities.h"
#include "core/text/unicode.h"

namespace oodscope::text {
namespace {

bool inRange(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

std::u32string_view ligature(char32_t c) {
    static constexpr std::u32string_view kDigraphs[] = {U"DŽ", U"Dž", U"dž", U"LJ", U"Lj", U"lj", U"NJ", U"Nj", U"nj"};
    static constexpr std::u32string_view kSerbian[] = {U"DZ", U"Dz", U"dz"};
    static constexpr std::u32string_view kTypographic[] = {U"ff", U"fi", U"fl", U"ffi", U"ffl", U"ſt", U"st"};
    if (inRange(c, 0x1c4, 0x1cc)) return kDigraphs[c - 0x1c4];
    if (inRange(c, 0x1f1, 0x1f3)) return kSerbian[c - 0x1f1];
    if (inRange(c, 0xfb00, 0xfb06)) return kTypographic[c - 0xfb00];
    if (c == 0x132) return U"IJ";
    if (c == 0x133) return U"ij";
    if (c == 0x149) return U"ʼn";
    return {};
}

bool isStrayControl(char32_t c) {
    return c <= 0x08 || c == 0x0b || inRange(c, 0x0e, 0x1f) || c == 0x7f || inRange(c, 0x206a, 0x206f) || c == 0xfeff ||
           inRange(c, 0xfff9, 0xfffc);
}

char32_t uncurled(char32_t c) {
    if (c == 0x2bc || inRange(c, 0x2018, 0x201b)) return U'\'';
    return inRange(c, 0x201c, 0x201f) ? U'"' : c;
}

void appendFixed(std::u32string& out, char32_t c) {
    c = windows1252(c);
    if (c == 0x3000) {
        out += U' ';
    } else if (inRange(c, 0xff01, 0xffef)) {
        out += nfkc(c);
    } else if (const std::u32string_view letters = ligature(c); !letters.empty()) {
        for (const char32_t letter : letters)
            out += uncurled(letter);
    } else {
        out += uncurled(c);
    }
}

/// "\r\n", "\r" and the Unicode separators to "\n".
std::u32string withUnixLineBreaks(const std::u32string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == U'\r' && i + 1 < text.size() && text[i + 1] == U'\n') continue;
        const bool lineBreak = text[i] == U'\r' || text[i] == 0x2028 || text[i] == 0x2029 || text[i] == 0x85;
        out += lineBreak ? U'\n' : text[i];
    }
    return out;
}

/// The end of "ESC [ digits and semicolons letter" from `at`, or `at`.
std::size_t escapeEnd(const std::u32string& text, std::size_t at) {
    if (text[at] != 0x1b || at + 1 >= text.size() || text[at + 1] != U'[') return at;
    std::size_t i = at + 2;
    while (i < text.size() && (isDecimal(text[i]) || text[i] == U';'))
        ++i;
    const bool letter = i < text.size() && (inRange(text[i], U'a', U'z') || inRange(text[i], U'A', U'Z'));
    return letter ? i + 1 : at;
}

std::u32string withoutControls(const std::u32string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = escapeEnd(text, i);
        if (end == i && !isStrayControl(text[i])) out += text[i];
        i = end == i ? i + 1 : end;
    }
    return out;
}

std::u32string fixedLine(std::u32string line, bool unescape) {
    while (true) {
        std::u32string next;
        for (const char32_t c : unescape ? unescapeClearHtml(line) : line)
            appendFixed(next, c);
        next = nfc(withoutControls(withUnixLineBreaks(next)));
        if (next == line) return line;
        line = std::move(next);
    }
}

}  // namespace

std::u32string fixText(const std::u32string& text) {
    std::u32string out;
    bool unescape = true;  // off from the first line that holds a '<': it looks like HTML itself
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t lineBreak = text.find(U'\n', start);
        const std::size_t end = lineBreak == std::u32string::npos ? text.size() : lineBreak + 1;
        const std::u32string line = text.substr(start, end - start);
        unescape = unescape && line.find(U'<') == std::u32string::npos;
        out += fixedLine(line, unescape);
        start = end;
    }
    return out;
}

}  // namespace oodscope::text
