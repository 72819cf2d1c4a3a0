// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oodscope::text {

/// The character of windows-1252 that a byte 0x80–0x9f stands for; the byte itself where the code page has none.
char32_t windows1252(char32_t c);

/// As Python's html.unescape: named references with or without their semicolon, numeric ones, HTML5's corrections.
std::u32string unescapeHtml(const std::u32string& text);
/// As ftfy's own pass: only references that end in a semicolon, also names in capitals ("&EACUTE;").
std::u32string unescapeClearHtml(const std::u32string& text);

}  // namespace oodscope::text
