// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/score_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

namespace oodscope::ood {

namespace {

constexpr int kDigitBits = 11;
constexpr int kPasses = 3;
constexpr int kLowBits = 64 - kPasses * kDigitBits;  // not looked at by the passes
constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;
constexpr std::size_t kSmall = 1024;  // below this a comparison sort wins
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

// Twice the number of (ID, OOD) pairs must fit 64 bits: exact up to three thousand million scores a side.
constexpr std::size_t kMostScores = 3'000'000'000;

using Keys = LargeVector<std::uint64_t>;
using Histogram = std::array<std::size_t, kBuckets>;

/// Unsigned integers in the order of the doubles.
std::uint64_t orderedBits(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double fromOrderedBits(std::uint64_t key) {
    return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key);
}

std::size_t digitOf(std::uint64_t key, int pass) {
    return (key >> (kLowBits + pass * kDigitBits)) & (kBuckets - 1);
}

/// Puts neighbours in order that are alike in the bits above `kLowBits`: mostly none, or equal scores.
void sortRuns(Keys& keys) {
    const std::size_t n = keys.size();
    for (std::size_t begin = 0; begin < n;) {
        std::size_t end = begin + 1;
        bool rising = true;
        for (; end < n && (keys[end] >> kLowBits) == (keys[begin] >> kLowBits); ++end)
            rising = rising && keys[end - 1] <= keys[end];
        if (!rising) std::sort(keys.begin() + std::ptrdiff_t(begin), keys.begin() + std::ptrdiff_t(end));
        begin = end;
    }
}

/// Distributes by the upper 33 bits (sign, exponent, 21 bits of the mantissa) and sorts what is left in each.
void radixSort(Keys& keys) {
    std::vector<Histogram> histograms(kPasses, Histogram{});
    for (const std::uint64_t key : keys) {
        for (int pass = 0; pass < kPasses; ++pass)
            ++histograms[std::size_t(pass)][digitOf(key, pass)];
    }
    Keys other(keys.size());
    for (int pass = 0; pass < kPasses; ++pass) {
        Histogram& counts = histograms[std::size_t(pass)];
        if (counts[digitOf(keys.front(), pass)] == keys.size()) continue;  // all alike in this digit
        std::size_t start = 0;
        for (std::size_t& count : counts)
            start += std::exchange(count, start);
        for (const std::uint64_t key : keys)
            other[counts[digitOf(key, pass)]++] = key;
        keys.swap(other);
    }
    sortRuns(keys);
}

}  // namespace

Status checkScores(std::span<const double> scores, std::string_view set) {
    if (scores.empty()) return fail(ErrorCode::InvalidArgument, fmt::format("the {} scores are empty", set));
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (std::isfinite(scores[i])) continue;
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} score {} of {} is {} (index from 0): scores must be finite", set, i, scores.size(),
                                std::isnan(scores[i]) ? "NaN" : "infinite"));
    }
    return {};
}

Result<LargeVector<double>> sortedScores(std::span<const double> scores, std::string_view set) {
    if (auto good = checkScores(scores, set); !good) return failFrom(good);
    if (scores.size() > kMostScores)
        return fail(ErrorCode::InvalidArgument, fmt::format("more than {} {} scores", kMostScores, set));
    LargeVector<double> sorted(scores.size());
    if (scores.size() < kSmall) {
        std::transform(scores.begin(), scores.end(), sorted.begin(), [](double s) { return s + 0.0; });
        std::sort(sorted.begin(), sorted.end());
        return sorted;
    }
    Keys keys(scores.size());
    std::transform(scores.begin(), scores.end(), keys.begin(), [](double s) { return orderedBits(s + 0.0); });
    radixSort(keys);
    std::transform(keys.begin(), keys.end(), sorted.begin(), fromOrderedBits);
    return sorted;
}

ScoreCounts mergeScores(std::span<const double> idRising, std::span<const double> oodRising) {
    ScoreCounts counts;
    const std::size_t most = idRising.size() + oodRising.size();
    counts.value.reserve(most);
    counts.id.reserve(most);
    counts.ood.reserve(most);
    std::size_t i = idRising.size();
    std::size_t o = oodRising.size();
    while (i > 0 || o > 0) {
        const double value = o == 0   ? idRising[i - 1]
                             : i == 0 ? oodRising[o - 1]
                                      : std::max(idRising[i - 1], oodRising[o - 1]);
        const std::size_t before = i + o;
        while (i > 0 && idRising[i - 1] == value)
            --i;
        while (o > 0 && oodRising[o - 1] == value)
            --o;
        const std::size_t group = before - i - o;
        if (group > 1) counts.ties += group;
        counts.value.push_back(value);
        counts.id.push_back(idRising.size() - i);
        counts.ood.push_back(oodRising.size() - o);
    }
    return counts;
}

Result<ScoreCounts> countScores(std::span<const double> id, std::span<const double> ood) {
    const auto idRising = sortedScores(id, "ID");
    if (!idRising) return failFrom(idRising);
    const auto oodRising = sortedScores(ood, "OOD");
    if (!oodRising) return failFrom(oodRising);
    return mergeScores(*idRising, *oodRising);
}

}  // namespace oodscope::ood
