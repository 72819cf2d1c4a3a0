// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/half.h"

namespace oodscope::io {

float floatFromHalf(std::uint16_t bits) {
    const std::uint32_t sign = (bits & 0x8000U) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1fU;
    const std::uint32_t fraction = bits & 0x3ffU;
    if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | fraction << 13);
    if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;  // zero and subnormals: exact in float32
    return sign != 0 ? -magnitude : magnitude;
}

}  // namespace oodscope::io
