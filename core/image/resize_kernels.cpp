// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/resize_kernels.h"

#include <algorithm>
#include <array>
#include <atomic>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/base/processor.h"

namespace oodscope::image {
namespace {

constexpr std::int32_t kHalf = 1 << (kPrecisionBits - 1);
constexpr int kLowBits = 12;
constexpr std::size_t kColumnBlock = 64;

std::atomic<bool> g_portable{false};

inline std::uint8_t toByte(std::int32_t sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

void resampleRowPortable(const Weights& weights, const std::uint8_t* row, std::uint8_t* out) {
    for (int i = 0; i < weights.outputs(); ++i, out += 3) {
        const std::int32_t* w = weights.values.data() + static_cast<std::size_t>(i) * weights.taps;
        const std::uint8_t* pixel = row + static_cast<std::size_t>(weights.first[i]) * 3;
        std::int32_t r = kHalf;
        std::int32_t g = kHalf;
        std::int32_t b = kHalf;
        for (int t = 0; t < weights.count[i]; ++t, pixel += 3) {
            r += w[t] * pixel[0];
            g += w[t] * pixel[1];
            b += w[t] * pixel[2];
        }
        out[0] = toByte(r);
        out[1] = toByte(g);
        out[2] = toByte(b);
    }
}

/// Sums of `width` neighbouring bytes; inlined into functions of different instruction sets.
inline __attribute__((always_inline)) void sumColumns(const std::int32_t* weights, int count, const std::uint8_t* rows,
                                                      std::size_t stride, std::uint8_t* out, std::size_t width) {
    std::array<std::int32_t, kColumnBlock> sums;
    for (std::size_t x = 0; x < width; ++x)
        sums[x] = kHalf;
    for (int t = 0; t < count; ++t) {
        const std::uint8_t* row = rows + static_cast<std::size_t>(t) * stride;
        for (std::size_t x = 0; x < width; ++x)
            sums[x] += weights[t] * row[x];
    }
    for (std::size_t x = 0; x < width; ++x)
        out[x] = toByte(sums[x]);
}

inline __attribute__((always_inline)) void sumAllColumns(const std::int32_t* weights, int count,
                                                         const std::uint8_t* rows, std::size_t stride,
                                                         std::uint8_t* out, std::size_t bytes) {
    std::size_t x = 0;
    for (; x + kColumnBlock <= bytes; x += kColumnBlock)
        sumColumns(weights, count, rows + x, stride, out + x, kColumnBlock);
    if (x < bytes) sumColumns(weights, count, rows + x, stride, out + x, bytes - x);
}

void resampleColumnsPortable(const std::int32_t* weights, int count, const std::uint8_t* rows, std::size_t stride,
                             std::uint8_t* out, std::size_t bytes) {
    sumAllColumns(weights, count, rows, stride, out, bytes);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) void resampleColumnsAvx2(const std::int32_t* weights, int count,
                                                         const std::uint8_t* rows, std::size_t stride,
                                                         std::uint8_t* out, std::size_t bytes) {
    sumAllColumns(weights, count, rows, stride, out, bytes);
}

// Four taps of three channels a step: the bytes of two neighbouring pixels become 16-bit pairs (r0 r1 g0 g1 b0 b1 0 0),
// multiplied with (w0 w1) and added by one instruction. It takes 16-bit factors, so the weights go in two halves; the
// sums wrap at 32 bits like the plain loop's, hence the result is the same to the last bit.
__attribute__((target("avx2"))) void resampleRowAvx2(const Weights& weights, const std::uint8_t* row,
                                                     std::uint8_t* out) {
    const __m256i pairs = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                                           6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
    const __m128i half = _mm_set1_epi32(kHalf);
    for (int i = 0; i < weights.outputs(); ++i, out += 3) {
        const std::size_t at = static_cast<std::size_t>(i) * weights.taps;
        const std::uint8_t* pixel = row + static_cast<std::size_t>(weights.first[i]) * 3;
        __m256i high = _mm256_setzero_si256();
        __m256i low = _mm256_setzero_si256();
        for (int t = 0; t < weights.count[i]; t += kTapBlock, pixel += 3 * kTapBlock) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(pixel));
            const __m256i values = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), pairs);
            const __m256i order = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
            const auto load = [&](const std::vector<std::int16_t>& from) __attribute__((target("avx2"))) {
                const __m128i four = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from.data() + at + t));
                return _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(four), order);
            };
            high = _mm256_add_epi32(high, _mm256_madd_epi16(values, load(weights.high)));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(values, load(weights.low)));
        }
        const __m256i both = _mm256_add_epi32(_mm256_slli_epi32(high, kLowBits), low);
        __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
        sum = _mm_srai_epi32(_mm_add_epi32(sum, half), kPrecisionBits);
        const __m128i packed = _mm_packus_epi16(_mm_packs_epi32(sum, sum), sum);
        const auto rgb = static_cast<std::uint32_t>(_mm_cvtsi128_si32(packed));
        out[0] = static_cast<std::uint8_t>(rgb);
        out[1] = static_cast<std::uint8_t>(rgb >> 8);
        out[2] = static_cast<std::uint8_t>(rgb >> 16);
    }
}

bool useAvx2() {
    return hasAvx2() && !g_portable.load(std::memory_order_relaxed);
}

#endif

}  // namespace

void setPortableKernels(bool portable) {
    g_portable = portable;
}

void resampleRow(const Weights& weights, const std::uint8_t* row, std::uint8_t* out) {
#if defined(__x86_64__)
    if (useAvx2()) return resampleRowAvx2(weights, row, out);
#endif
    resampleRowPortable(weights, row, out);
}

void resampleColumns(const std::int32_t* weights, int count, const std::uint8_t* rows, std::size_t stride,
                     std::uint8_t* out, std::size_t bytes) {
#if defined(__x86_64__)
    if (useAvx2()) return resampleColumnsAvx2(weights, count, rows, stride, out, bytes);
#endif
    resampleColumnsPortable(weights, count, rows, stride, out, bytes);
}

}  // namespace oodscope::image
