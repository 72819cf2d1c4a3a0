// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/html_entities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "core/base/text_util.h"
#include "core/text/html_entity_table.h"
#include "core/text/unicode.h"

namespace oodscope::text {
namespace {

constexpr std::size_t kLongestName = 32;       // of html.unescape's pattern, without the semicolon
constexpr std::size_t kLongestClearName = 24;  // of ftfy's
constexpr char32_t kReplacement = 0xfffd;

constexpr std::array<char32_t, 32> kWindows1252{0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                                0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
                                                0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

using Table = std::unordered_map<std::string, std::u32string>;

std::u32string codePoints(std::string_view hexadecimal) {
    std::u32string text;
    for (const std::string& digits : split(hexadecimal, '+')) {
        std::uint32_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        text += static_cast<char32_t>(value);
    }
    return text;
}

Table buildTable() {
    Table table;
    for (const std::string& row : split(trimmed(kHtmlEntities), ' ')) {
        const std::size_t equals = row.find('=');
        const bool legacy = row[equals - 1] == '!';
        const std::string name = row.substr(0, equals - (legacy ? 1 : 0));
        const std::u32string text = codePoints(std::string_view(row).substr(equals + 1));
        if (legacy) table.emplace(name, text);
        table.emplace(name + ";", text);
    }
    return table;
}

const std::u32string* named(const std::string& name) {
    static const Table table = buildTable();
    const auto found = table.find(name);
    return found == table.end() ? nullptr : &found->second;
}

bool isAsciiAlnum(char32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int digitValue(char32_t c, int base) {
    const int value = c >= '0' && c <= '9'   ? static_cast<int>(c - '0')
                      : c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a') + 10
                      : c >= 'A' && c <= 'F' ? static_cast<int>(c - 'A') + 10
                                             : base;
    return value < base ? value : -1;
}

std::u32string numericCharacter(std::uint32_t code) {
    if (code == 0) return {kReplacement};
    if (code == 0x0d) return U"\r";
    if (code >= 0x80 && code <= 0x9f) return {windows1252(code)};
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return {kReplacement};
    const bool control = code < 0x20 && !(code == '\t' || code == '\n' || code == '\f');
    const bool nonCharacter = (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
    if (control || code == 0x7f || nonCharacter) return {};
    return {static_cast<char32_t>(code)};
}

/// A reference found at text[at] == '&': its replacement and the place behind it.
struct Found {
    std::u32string replacement;
    std::size_t end;
};

/// "#123;" or "#x7b;" from `at`, the place of the '#'; the semicolon may be missing.
std::optional<Found> numericReference(const std::u32string& text, std::size_t at) {
    std::size_t i = at + 1;
    int base = 10;
    if (i < text.size() && (text[i] == 'x' || text[i] == 'X')) {
        base = 16;
        ++i;
    }
    const std::size_t first = i;
    std::uint32_t code = 0;
    for (; i < text.size() && digitValue(text[i], base) >= 0; ++i)
        code = std::min<std::uint32_t>(
            code * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digitValue(text[i], base)), 0x110000);
    if (i == first) return std::nullopt;
    if (i < text.size() && text[i] == ';') ++i;
    return Found{numericCharacter(code), i};
}

bool endsName(char32_t c) {
    return c == '\t' || c == '\n' || c == '\f' || c == ' ' || c == '<' || c == '&' || c == '#' || c == ';';
}

/// The longest name that begins at `at`; characters that follow it inside the run are kept.
std::optional<Found> namedReference(const std::u32string& text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && end - at < kLongestName && !endsName(text[end]))
        ++end;
    if (end == at) return std::nullopt;
    if (end < text.size() && text[end] == ';') ++end;
    for (std::size_t length = end - at; length > 1; --length) {  // no name has a single letter
        const std::u32string* hit = named(toUtf8(std::u32string_view(text).substr(at, length)));
        if (hit != nullptr) return Found{*hit + text.substr(at + length, end - at - length), end};
    }
    return Found{text.substr(at - 1, end - at + 1), end};
}

/// A name in capitals that HTML itself does not know, as its lower-case name in upper case.
std::optional<std::u32string> capitalName(const std::string& name) {
    const bool capitals = std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
    const std::u32string* hit = capitals ? named(toLowerAscii(name)) : nullptr;
    if (hit == nullptr) return std::nullopt;
    for (std::size_t length = name.size(); length > 1; --length) {
        if (named(name.substr(0, length)) != nullptr) return std::nullopt;
    }
    return uppered(*hit);
}

std::optional<Found> clearReference(const std::u32string& text, std::size_t at) {
    const bool numeric = at < text.size() && text[at] == '#';
    const std::size_t first = at + (numeric ? 1 : 0);
    std::size_t end = first;
    while (end < text.size() && end - first <= kLongestClearName && isAsciiAlnum(text[end]))
        ++end;
    if (end == first || end - first > kLongestClearName || end == text.size() || text[end] != ';') return std::nullopt;
    ++end;
    if (numeric) {
        auto found = numericReference(text, at);
        if (!found || found->end != end || found->replacement == U";") return std::nullopt;
        return found;
    }
    const std::string name = toUtf8(std::u32string_view(text).substr(at, end - at));
    if (const std::u32string* hit = named(name)) return Found{*hit, end};
    auto capital = capitalName(name);
    if (!capital) return std::nullopt;
    return Found{std::move(*capital), end};
}

template <class Reference>
std::u32string replaced(const std::u32string& text, Reference reference) {
    if (text.find(U'&') == std::u32string::npos) return text;
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto found = text[i] == U'&' ? reference(text, i + 1) : std::optional<Found>();
        if (found) {
            out += found->replacement;
            i = found->end;
        } else {
            out += text[i++];
        }
    }
    return out;
}

}  // namespace

char32_t windows1252(char32_t c) {
    return c >= 0x80 && c <= 0x9f ? kWindows1252[c - 0x80] : c;
}

std::u32string unescapeHtml(const std::u32string& text) {
    return replaced(text, [](const std::u32string& all, std::size_t at) {
        return at < all.size() && all[at] == '#' ? numericReference(all, at) : namedReference(all, at);
    });
}

std::u32string unescapeClearHtml(const std::u32string& text) {
    return replaced(text, clearReference);
}

}  // namespace oodscope::text
