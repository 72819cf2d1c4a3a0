// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace oodscope::text {

/// The names of the start and the end token, as they may stand literally in a text.
using SpecialNames = std::array<std::string, 2>;

/// Splits a cleaned text as CLIP's pattern does: special names, English contractions, runs of letters, single digits,
/// runs of other signs. UTF-8 pieces; white space is dropped.
std::vector<std::string> splitWords(std::u32string_view cleaned, const SpecialNames& specials);

}  // namespace oodscope::text
