// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/softmax_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace oodscope::probe {

namespace {

constexpr std::size_t kLanes = 16;  // independent, so that the compiler can use vector registers
using Lanes = std::array<float, kLanes>;

#define OODSCOPE_INLINE inline __attribute__((always_inline))

/// exp of x ≤ 0 to 2 units in the last place: 2^n · polynomial, n rounded by adding 1.5 · 2^23. Below −87 it stays at
/// 1e-38, which a sum of at least 1 does not feel.
OODSCOPE_INLINE float expOf(float x) {
    constexpr float kRound = 12582912.0F;
    constexpr float kLog2E = 1.44269504088896341F;
    constexpr float kLn2High = 0.693359375F;
    constexpr float kLn2Low = -2.12194440e-4F;
    x = x < -87.0F ? -87.0F : x;
    const float shifted = x * kLog2E + kRound;
    const float n = shifted - kRound;
    const float r = (x - n * kLn2High) - n * kLn2Low;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const float scale = std::bit_cast<float>((std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3F800000U);
    return p * scale;
}

OODSCOPE_INLINE float largest(const float* values, std::size_t count) {
    Lanes lanes;
    for (float& lane : lanes)
        lane = values[0];
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t k = 0; k < kLanes; ++k)
            lanes[k] = lanes[k] < values[i + k] ? values[i + k] : lanes[k];
    }
    for (; i < count; ++i)
        lanes[0] = lanes[0] < values[i] ? values[i] : lanes[0];
    float best = lanes[0];
    for (const float lane : lanes)
        best = best < lane ? lane : best;
    return best;
}

/// values = exp(values − top); their sum.
OODSCOPE_INLINE float exponentials(float* values, std::size_t count, float top) {
    Lanes lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t k = 0; k < kLanes; ++k) {
            values[i + k] = expOf(values[i + k] - top);
            lanes[k] += values[i + k];
        }
    }
    for (; i < count; ++i) {
        values[i] = expOf(values[i] - top);
        lanes[0] += values[i];
    }
    float sum = 0;
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

OODSCOPE_INLINE RowOutcome gradientInPlace(float* logits, std::size_t classes, std::size_t label, float share) {
    const float top = largest(logits, classes);
    const float own = logits[label];
    bool first = own == top;
    for (std::size_t c = 0; first && c < label; ++c)
        first = logits[c] != top;
    const float sum = exponentials(logits, classes, top);
    const float factor = share / sum;
    for (std::size_t c = 0; c < classes; ++c)
        logits[c] *= factor;
    logits[label] -= share;
    return {(top - own) + std::log(sum), first};
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) RowOutcome gradientAvx2(float* logits, std::size_t classes, std::size_t label,
                                                            float share) {
    return gradientInPlace(logits, classes, label, share);
}

bool hasAvx2() {
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
}
#endif

}  // namespace

RowOutcome softmaxGradientPortable(float* logits, std::size_t classes, std::size_t label, float share) {
    return gradientInPlace(logits, classes, label, share);
}

RowOutcome softmaxGradient(float* logits, std::size_t classes, std::size_t label, float share) {
#if defined(__x86_64__)
    if (hasAvx2()) return gradientAvx2(logits, classes, label, share);
#endif
    return softmaxGradientPortable(logits, classes, label, share);
}

void roundToBFloat16(const float* values, std::size_t count, std::uint16_t* bits) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto all = std::bit_cast<std::uint32_t>(values[i]);
        const std::uint32_t rounded = (all + 0x7FFFU + ((all >> 16) & 1U)) >> 16;
        bits[i] = std::uint16_t(values[i] == values[i] ? rounded : 0x7FC0U);
    }
}

void addBias(const std::uint16_t* bits, const float* bias, std::size_t count, float* out) {
    for (std::size_t i = 0; i < count; ++i)
        out[i] = std::bit_cast<float>(std::uint32_t(bits[i]) << 16) + bias[i];
}

}  // namespace oodscope::probe
