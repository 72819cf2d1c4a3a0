// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace oodscope::io {

/// UTF-8 as Python's "surrogatepass" takes it: names of files with undecodable bytes hold lone surrogates.
bool isUtf8(std::string_view text);

}  // namespace oodscope::io
