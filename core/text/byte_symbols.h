// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace oodscope::text {

constexpr std::string_view kWordEnd = "</w>";

/// A printable character (UTF-8) for each byte: itself where it is printable in Latin-1, else U+0100 and on.
const std::array<std::string, 256>& byteSymbols();
/// The bytes in the order of CLIP's vocabulary: the printable ones first.
const std::array<unsigned char, 256>& byteOrder();

}  // namespace oodscope::text
