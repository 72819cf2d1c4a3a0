// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oodscope::image {

/// Weights are integers in units of 2^-22.
inline constexpr int kPrecisionBits = 32 - 8 - 2;
/// The horizontal kernels take taps four at a time; rows of weights are padded with zeros to that.
inline constexpr int kTapBlock = 4;
/// Bytes that the horizontal kernels may read past the last pixel that counts.
inline constexpr std::size_t kReadAhead = 3 * kTapBlock + 4;

/// One axis of a separable resampling: output i is the sum of weights[i·taps + t] · input[first[i] + t], t < count[i].
struct Weights {
    int taps = 0;                      // length of a row of weights, a multiple of kTapBlock
    std::vector<int> first;            // per output
    std::vector<int> count;            // per output; the weights after these are zero
    std::vector<std::int32_t> values;  // outputs × taps
    // The same values split as high · 2^12 + low, in pairs, as the AVX2 kernel multiplies them. [outputs × taps]
    std::vector<std::int16_t> high;
    std::vector<std::int16_t> low;

    int outputs() const { return static_cast<int>(first.size()); }
};

/// One row of RGB pixels to weights.outputs() pixels. May read kReadAhead bytes past the last pixel of `row`.
void resampleRow(const Weights& weights, const std::uint8_t* row, std::uint8_t* out);

/// One output row of `bytes` bytes: the weighted sum of `count` rows that start at `rows` and lie `stride` bytes apart.
void resampleColumns(const std::int32_t* weights, int count, const std::uint8_t* rows, std::size_t stride,
                     std::uint8_t* out, std::size_t bytes);

/// For tests: use the portable kernels even where faster ones could run.
void setPortableKernels(bool portable);

}  // namespace oodscope::image
