// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace oodscope::text {

/// What ftfy.fix_text does to a text, but for the repair of wrongly decoded text ("Ã©"): HTML references, C1 controls,
/// Latin ligatures, full- and half-width forms, curled quotes, line breaks, terminal escapes, control characters, NFC.
std::u32string fixText(const std::u32string& text);

}  // namespace oodscope::text
