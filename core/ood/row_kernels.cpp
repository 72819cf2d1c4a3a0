// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/row_kernels.h"

#include <array>
#include <numeric>

#include "core/base/processor.h"
#include "core/io/half.h"

namespace oodscope::ood {

namespace {

#define OODSCOPE_INLINE inline __attribute__((always_inline))

constexpr std::size_t kLanes = 8;  // independent sums, so that the compiler can use vector registers

OODSCOPE_INLINE double dotInLanes(const float* a, const float* b, std::size_t count) {
    std::array<double, kLanes> sums{};
    const std::size_t whole = count / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes) {
        for (std::size_t l = 0; l < kLanes; ++l)
            sums[l] += double(a[i + l]) * double(b[i + l]);
    }
    double rest = 0;
    for (std::size_t i = whole; i < count; ++i)
        rest += double(a[i]) * double(b[i]);
    return std::accumulate(sums.begin(), sums.end(), rest);
}

template <class ValueAt>
OODSCOPE_INLINE std::uint64_t maskOfStretches(std::size_t count, float threshold, const ValueAt& valueAt) {
    std::uint64_t mask = 0;
    for (std::size_t s = 0; s < count / kStretch; ++s) {
        std::array<std::uint32_t, kLanes> above{};
        for (std::size_t part = s * kStretch; part < (s + 1) * kStretch; part += kLanes) {
            for (std::size_t l = 0; l < kLanes; ++l)
                above[l] |= std::uint32_t(valueAt(part + l) > threshold);
        }
        std::uint32_t any = 0;
        for (const std::uint32_t lane : above)
            any |= lane;
        mask |= std::uint64_t{any} << s;
    }
    return mask;
}

OODSCOPE_INLINE std::uint64_t maskOfFloats(const float* values, const float* factors, std::size_t count,
                                           float threshold) {
    return maskOfStretches(count, threshold, [=](std::size_t i) { return values[i] * factors[i]; });
}

OODSCOPE_INLINE std::uint64_t maskOfHalves(const std::uint16_t* values, std::size_t count, float threshold) {
    return maskOfStretches(count, threshold, [=](std::size_t i) { return io::floatFromBFloat16(values[i]); });
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) double dotAvx2(const float* a, const float* b, std::size_t count) {
    return dotInLanes(a, b, count);
}
__attribute__((target("avx2,fma"))) std::uint64_t maskOfFloatsAvx2(const float* values, const float* factors,
                                                                   std::size_t count, float threshold) {
    return maskOfFloats(values, factors, count, threshold);
}
__attribute__((target("avx2,fma"))) std::uint64_t maskOfHalvesAvx2(const std::uint16_t* values, std::size_t count,
                                                                   float threshold) {
    return maskOfHalves(values, count, threshold);
}
#endif

}  // namespace

double dot(std::span<const float> a, std::span<const float> b) {
#if defined(__x86_64__)
    if (hasAvx2()) return dotAvx2(a.data(), b.data(), a.size());
#endif
    return dotInLanes(a.data(), b.data(), a.size());
}

std::uint64_t stretchesAbove(const float* values, const float* factors, std::size_t count, float threshold) {
#if defined(__x86_64__)
    if (hasAvx2()) return maskOfFloatsAvx2(values, factors, count, threshold);
#endif
    return maskOfFloats(values, factors, count, threshold);
}

std::uint64_t stretchesAbove(const std::uint16_t* values, std::size_t count, float threshold) {
#if defined(__x86_64__)
    if (hasAvx2()) return maskOfHalvesAvx2(values, count, threshold);
#endif
    return maskOfHalves(values, count, threshold);
}

}  // namespace oodscope::ood
