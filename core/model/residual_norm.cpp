// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/residual_norm.h"

#include <array>
#include <cmath>

#include "core/base/processor.h"
#include "core/io/half.h"

namespace oodscope::model {
namespace {

constexpr std::size_t kLanes = 16;  // independent sums, so that the compiler can use vector registers
using Lanes = std::array<float, kLanes>;

#define OODSCOPE_INLINE inline __attribute__((always_inline))

OODSCOPE_INLINE float widened(float value) {
    return value;
}
OODSCOPE_INLINE float widened(std::uint16_t bits) {
    return io::floatFromBFloat16(bits);
}

OODSCOPE_INLINE void store(float value, float* out) {
    *out = value;
}
OODSCOPE_INLINE void store(float value, std::uint16_t* out) {
    *out = io::bfloat16FromFloat(value);
}

OODSCOPE_INLINE float total(const Lanes& lanes) {
    float sum = 0;
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

// The sum of term(i) for i < count.
template <class Term>
OODSCOPE_INLINE float sumOf(std::size_t count, const Term& term) {
    Lanes lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t k = 0; k < kLanes; ++k)
            lanes[k] += term(i + k);
    }
    for (; i < count; ++i)
        lanes[0] += term(i);
    return total(lanes);
}

template <class Value>
OODSCOPE_INLINE void normaliseRow(const RowNorm& norm, float* sum, const Value* added, Value* out) {
    const std::size_t width = norm.width;
    if (added != nullptr) {
        for (std::size_t i = 0; i < width; ++i)
            sum[i] += widened(added[i]);
    }
    const float share = 1.0F / static_cast<float>(width);
    const float mean = sumOf(width, [&](std::size_t i) { return sum[i]; }) * share;
    const float variance = sumOf(width, [&](std::size_t i) { return (sum[i] - mean) * (sum[i] - mean); }) * share;
    const float scale = 1.0F / std::sqrt(variance + norm.epsilon);
    for (std::size_t i = 0; i < width; ++i)
        store((sum[i] - mean) * scale * norm.weight[i] + norm.bias[i], out + i);
}

template <class Value>
OODSCOPE_INLINE void normaliseRows(const RowNorm& norm, std::size_t rows, float* sum, const Value* added, Value* out) {
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t first = row * norm.width;
        normaliseRow(norm, sum + first, added == nullptr ? nullptr : added + first, out + first);
    }
}

#if defined(__x86_64__)
template <class Value>
__attribute__((target("avx2,fma"))) void normaliseRowsAvx2(const RowNorm& norm, std::size_t rows, float* sum,
                                                           const Value* added, Value* out) {
    normaliseRows(norm, rows, sum, added, out);
}
#endif

template <class Value>
void normaliseFast(const RowNorm& norm, std::size_t rows, float* sum, const Value* added, Value* out) {
#if defined(__x86_64__)
    if (hasAvx2()) return normaliseRowsAvx2(norm, rows, sum, added, out);
#endif
    normaliseRows(norm, rows, sum, added, out);
}

}  // namespace

void addAndNormalise(const RowNorm& norm, std::size_t rows, float* sum, const float* added, float* out) {
    normaliseFast(norm, rows, sum, added, out);
}
void addAndNormalise(const RowNorm& norm, std::size_t rows, float* sum, const std::uint16_t* added,
                     std::uint16_t* out) {
    normaliseFast(norm, rows, sum, added, out);
}
void addAndNormalisePortable(const RowNorm& norm, std::size_t rows, float* sum, const float* added, float* out) {
    normaliseRows(norm, rows, sum, added, out);
}
void addAndNormalisePortable(const RowNorm& norm, std::size_t rows, float* sum, const std::uint16_t* added,
                             std::uint16_t* out) {
    normaliseRows(norm, rows, sum, added, out);
}

}  // namespace oodscope::model
