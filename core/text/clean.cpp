// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/clean.h"

#include <algorithm>

#include "core/text/html_entities.h"
#include "core/text/text_fixes.h"
#include "core/text/unicode.h"

namespace oodscope::text {
namespace {

std::u32string withSingleSpaces(const std::u32string& text) {
    std::u32string out;
    bool space = false;
    for (const char32_t c : text) {
        if (isPythonSpace(c)) {
            space = true;
            continue;
        }
        if (space && !out.empty()) out += U' ';
        space = false;
        out += c;
    }
    return out;
}

/// Nothing but case and spaces can change in such a text.
bool isPlain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f && c != '&'; });
}

}  // namespace

std::u32string cleanText(std::string_view utf8) {
    if (isPlain(utf8)) {
        std::u32string text(utf8.begin(), utf8.end());
        for (char32_t& c : text)
            c = c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c;
        return withSingleSpaces(text);
    }
    return lowered(withSingleSpaces(unescapeHtml(unescapeHtml(fixText(toUtf32(utf8))))));
}

}  // namespace oodscope::text
