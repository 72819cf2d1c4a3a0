// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/softmax_rows.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/processor.h"
#include "core/io/half.h"

namespace oodscope::probe {

namespace {

#define OODSCOPE_INLINE inline __attribute__((always_inline))

template <std::size_t kLanes>
struct Vectors;
template <>
struct Vectors<4> {
    using Floats = float __attribute__((vector_size(16)));
    using Ints = std::int32_t __attribute__((vector_size(16)));
};
template <>
struct Vectors<8> {
    using Floats = float __attribute__((vector_size(32)));
    using Ints = std::int32_t __attribute__((vector_size(32)));
};
template <>
struct Vectors<16> {
    using Floats = float __attribute__((vector_size(64)));
    using Ints = std::int32_t __attribute__((vector_size(64)));
};

/// Rows in vectors of so many values; each kind of CPU has its own.
template <std::size_t kLanes>
struct SoftmaxRow {
    using Lanes = typename Vectors<kLanes>::Floats;
    using Bits = typename Vectors<kLanes>::Ints;

    static OODSCOPE_INLINE Lanes load(const float* values) {
        Lanes lanes;
        std::memcpy(&lanes, values, sizeof lanes);
        return lanes;
    }

    /// The last values, fewer than kLanes, and `filling` behind them.
    static OODSCOPE_INLINE Lanes loadTail(const float* values, std::size_t count, float filling) {
        Lanes lanes = Lanes{} + filling;
        std::memcpy(&lanes, values, count * sizeof(float));
        return lanes;
    }

    /// exp of x ≤ 0 to 2 units in the last place: 2^n · polynomial, n rounded by adding 1.5 · 2^23. Below −87 it stays
    /// at 1e-38, which a sum of at least 1 does not feel.
    static OODSCOPE_INLINE Lanes expOf(Lanes x) {
        constexpr float kRound = 12582912.0F;
        constexpr float kLog2E = 1.44269504088896341F;
        constexpr float kLn2High = 0.693359375F;
        constexpr float kLn2Low = -2.12194440e-4F;
        x = x < -87.0F ? Lanes{} - 87.0F : x;
        const Lanes shifted = x * kLog2E + kRound;
        const Lanes n = shifted - kRound;
        const Lanes r = (x - n * kLn2High) - n * kLn2Low;
        Lanes p = Lanes{} + 1.9875691500e-4F;
        p = p * r + 1.3981999507e-3F;
        p = p * r + 8.3334519073e-3F;
        p = p * r + 4.1665795894e-2F;
        p = p * r + 1.6666665459e-1F;
        p = p * r + 5.0000001201e-1F;
        p = p * r * r + r + 1.0F;
        const Bits scale = (std::bit_cast<Bits>(shifted) << 23) + 0x3F800000;
        return p * std::bit_cast<Lanes>(scale);
    }

    static OODSCOPE_INLINE float largest(const float* values, std::size_t count) {
        Lanes lanes = Lanes{} + values[0];
        std::size_t i = 0;
        for (; i + kLanes <= count; i += kLanes) {
            const Lanes next = load(values + i);
            lanes = lanes < next ? next : lanes;
        }
        const Lanes tail = loadTail(values + i, count - i, values[0]);
        lanes = lanes < tail ? tail : lanes;
        float best = lanes[0];
        for (std::size_t k = 1; k < kLanes; ++k)
            best = best < lanes[k] ? lanes[k] : best;
        return best;
    }

    /// values = exp(values − top); their sum.
    static OODSCOPE_INLINE float exponentials(float* values, std::size_t count, float top) {
        Lanes sums{};
        std::size_t i = 0;
        for (; i + kLanes <= count; i += kLanes) {
            const Lanes e = expOf(load(values + i) - top);
            std::memcpy(values + i, &e, sizeof e);
            sums += e;
        }
        const Lanes tail = expOf(loadTail(values + i, count - i, top - 87.0F) - top);
        std::memcpy(values + i, &tail, (count - i) * sizeof(float));
        sums += tail;
        float sum = 0;
        for (std::size_t k = 0; k < kLanes; ++k)
            sum += sums[k];
        return sum;
    }

    static OODSCOPE_INLINE RowOutcome gradientInPlace(float* logits, std::size_t classes, std::size_t label,
                                                      float share) {
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
};

OODSCOPE_INLINE void roundAll(const float* values, std::size_t count, std::uint16_t* bits) {
    for (std::size_t i = 0; i < count; ++i)
        bits[i] = io::bfloat16FromFloat(values[i]);
}

OODSCOPE_INLINE void addBiasToAll(const std::uint16_t* bits, const float* bias, std::size_t count, float* out) {
    for (std::size_t i = 0; i < count; ++i)
        out[i] = io::floatFromBFloat16(bits[i]) + bias[i];
}

/// The functions of this file, compiled for one kind of CPU.
struct Kernels {
    RowOutcome (*gradient)(float*, std::size_t, std::size_t, float);
    void (*round)(const float*, std::size_t, std::uint16_t*);
    void (*addBias)(const std::uint16_t*, const float*, std::size_t, float*);
};

#define OODSCOPE_KERNELS(NAME, LANES, ATTRIBUTE)                                                                 \
    struct NAME {                                                                                                \
        ATTRIBUTE static RowOutcome gradient(float* z, std::size_t classes, std::size_t label, float share) {    \
            return SoftmaxRow<LANES>::gradientInPlace(z, classes, label, share);                                 \
        }                                                                                                        \
        ATTRIBUTE static void round(const float* values, std::size_t count, std::uint16_t* bits) {               \
            roundAll(values, count, bits);                                                                       \
        }                                                                                                        \
        ATTRIBUTE static void addBias(const std::uint16_t* bits, const float* bias, std::size_t n, float* out) { \
            addBiasToAll(bits, bias, n, out);                                                                    \
        }                                                                                                        \
        static constexpr Kernels kKernels{gradient, round, addBias};                                             \
    }

OODSCOPE_KERNELS(Portable, 4, );
#if defined(__x86_64__)
OODSCOPE_KERNELS(Avx2, 8, __attribute__((target("avx2,fma"))));
OODSCOPE_KERNELS(Avx512, 16, __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))));
#endif

Kernels kernelsOfThisCpu() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return Avx512::kKernels;
    if (hasAvx2()) return Avx2::kKernels;
#endif
    return Portable::kKernels;
}

const Kernels& kernels() {
    static const Kernels chosen = kernelsOfThisCpu();
    return chosen;
}

}  // namespace

RowOutcome softmaxGradientPortable(float* logits, std::size_t classes, std::size_t label, float share) {
    return Portable::gradient(logits, classes, label, share);
}

RowOutcome softmaxGradient(float* logits, std::size_t classes, std::size_t label, float share) {
    return kernels().gradient(logits, classes, label, share);
}

void roundToBFloat16(const float* values, std::size_t count, std::uint16_t* bits) {
    kernels().round(values, count, bits);
}

void addBias(const std::uint16_t* bits, const float* bias, std::size_t count, float* out) {
    kernels().addBias(bits, bias, count, out);
}

}  // namespace oodscope::probe
