// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace oodscope::text {

/// open_clip's clean function "lower": fixText, HTML references twice, white space to single spaces, lower case.
std::u32string cleanText(std::string_view utf8);

}  // namespace oodscope::text
