// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace oodscope::model {

/// LayerNorm of rows of `width` values.
struct RowNorm {
    const float* weight;  // [width]
    const float* bias;    // [width]
    std::size_t width;
    float epsilon;
};

/// For each of `rows` rows: sum += added (null: nothing to add), out = LayerNorm(sum). One pass over memory.
void addAndNormalise(const RowNorm& norm, std::size_t rows, float* sum, const float* added, float* out);
/// The same with `added` and `out` in bfloat16, as bits.
void addAndNormalise(const RowNorm& norm, std::size_t rows, float* sum, const std::uint16_t* added, std::uint16_t* out);
/// Without the instructions that only some processors have; for tests.
void addAndNormalisePortable(const RowNorm& norm, std::size_t rows, float* sum, const float* added, float* out);
void addAndNormalisePortable(const RowNorm& norm, std::size_t rows, float* sum, const std::uint16_t* added,
                             std::uint16_t* out);

}  // namespace oodscope::model
