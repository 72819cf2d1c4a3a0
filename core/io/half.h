// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace oodscope::io {

/// IEEE 754 binary16 to float32, exact.
float floatFromHalf(std::uint16_t bits);
/// bfloat16 to float32, exact.
float floatFromBFloat16(std::uint16_t bits);

}  // namespace oodscope::io
