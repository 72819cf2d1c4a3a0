// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/score_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace oodscope::ood {

namespace {

constexpr int kDigitBits = 11;
constexpr int kPasses = 6;  // 6 · 11 ≥ 64
constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;
constexpr std::size_t kSmall = 1024;  // below this a comparison sort wins
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

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
    return (key >> (pass * kDigitBits)) & (kBuckets - 1);
}

void radixSort(std::vector<std::uint64_t>& keys) {
    std::vector<Histogram> histograms(kPasses, Histogram{});
    for (const std::uint64_t key : keys) {
        for (int pass = 0; pass < kPasses; ++pass)
            ++histograms[std::size_t(pass)][digitOf(key, pass)];
    }
    std::vector<std::uint64_t> other(keys.size());
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
}

}  // namespace

Result<std::vector<double>> sortedScores(std::span<const double> scores, std::string_view set) {
    if (scores.empty()) return fail(ErrorCode::InvalidArgument, fmt::format("the {} scores are empty", set));
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (std::isfinite(scores[i])) continue;
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} score {} of {} is {} (index from 0): scores must be finite", set, i, scores.size(),
                                std::isnan(scores[i]) ? "NaN" : "infinite"));
    }
    std::vector<double> sorted(scores.size());
    if (scores.size() < kSmall) {
        std::transform(scores.begin(), scores.end(), sorted.begin(), [](double s) { return s + 0.0; });
        std::sort(sorted.begin(), sorted.end());
        return sorted;
    }
    std::vector<std::uint64_t> keys(scores.size());
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

}  // namespace oodscope::ood
