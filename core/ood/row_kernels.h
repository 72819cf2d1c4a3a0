// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace oodscope::ood {

/// Σ a_i b_i in double (the products are exact, the order of the sum is fixed): the same on every processor.
double dot(std::span<const float> a, std::span<const float> b);

/// Has the processor fetch a row that is read soon.
inline void prefetchRow(std::span<const float> row) {
    constexpr std::size_t kLine = 64 / sizeof(float);
    for (std::size_t i = 0; i < row.size(); i += kLine)
        __builtin_prefetch(row.data() + i);
}

inline constexpr std::size_t kStretch = 32;
inline constexpr std::size_t kMostStretches = 64;

/// Bit s tells whether one of the values s · kStretch … (s + 1) · kStretch − 1 times its factor is above the threshold.
/// `count`: kStretch · kMostStretches at most; what lies behind the last whole stretch is not looked at.
std::uint64_t stretchesAbove(const float* values, const float* factors, std::size_t count, float threshold);
/// The same of bf16 without factors.
std::uint64_t stretchesAbove(const std::uint16_t* values, std::size_t count, float threshold);

}  // namespace oodscope::ood
