// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace oodscope::io {

/// IEEE 754 binary16 to float32, exact.
float floatFromHalf(std::uint16_t bits);

// Inlined always, so that kernels which are compiled for one kind of CPU make vector code of them.

/// bfloat16 to float32, exact.
__attribute__((always_inline)) inline float floatFromBFloat16(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}
/// To the nearest bfloat16, ties to even; NaN stays NaN.
__attribute__((always_inline)) inline std::uint16_t bfloat16FromFloat(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
    return static_cast<std::uint16_t>(value == value ? rounded : 0x7FC0U);
}

}  // namespace oodscope::io
