// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace oodscope::text {

/// Ill-formed bytes become U+FFFD.
std::u32string toUtf32(std::string_view utf8);
std::string toUtf8(std::u32string_view text);
void appendUtf8(std::string& out, char32_t c);

std::u32string nfc(const std::u32string& text);
std::u32string nfkc(char32_t c);
/// Full case mapping, independent of the language: final sigma, İ to i and a combining dot.
std::u32string lowered(const std::u32string& text);
std::u32string uppered(const std::u32string& text);

bool isLetter(char32_t c);       // \p{L}
bool isNumber(char32_t c);       // \p{N}
bool isDecimal(char32_t c);      // \p{Nd}
bool isPythonSpace(char32_t c);  // what Python's str.split() splits at

}  // namespace oodscope::text
