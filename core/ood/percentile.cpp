// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/percentile.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace oodscope::ood {

namespace {

constexpr std::size_t kBuckets = std::size_t{1} << 16;
constexpr std::uint32_t kSign = std::uint32_t{1} << 31;

/// Unsigned integers in the order of the floats.
std::uint32_t orderedBits(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

float fromOrderedBits(std::uint32_t key) {
    return std::bit_cast<float>((key & kSign) != 0 ? key & ~kSign : ~key);
}

/// Where the value of a rank lies in a histogram.
struct Place {
    std::size_t bucket = 0;
    std::uint64_t rankInside = 0;
};

Place placeOf(const std::vector<std::uint64_t>& counts, std::uint64_t rank) {
    std::size_t bucket = 0;
    while (rank >= counts[bucket])
        rank -= counts[bucket++];
    return {bucket, rank};
}

}  // namespace

double percentileOf(std::vector<double>& values, double percentile) {
    const double position = double(values.size() - 1) * percentile / 100;
    const auto below = std::size_t(position);
    const auto low = values.begin() + std::ptrdiff_t(below);
    std::nth_element(values.begin(), low, values.end());
    if (below + 1 == values.size()) return *low;
    const double next = *std::min_element(low + 1, values.end());
    return *low + (position - double(below)) * (next - *low);
}

double streamedPercentile(const std::function<void(const std::function<void(std::span<const float>)>&)>& visit,
                          double percentile) {
    std::vector<std::uint64_t> high(kBuckets, 0);
    std::uint64_t count = 0;
    visit([&](std::span<const float> values) {
        for (const float v : values)
            ++high[orderedBits(v) >> 16];
        count += values.size();
    });
    const double position = double(count - 1) * percentile / 100;
    const auto below = std::uint64_t(position);
    const Place first = placeOf(high, below);
    const Place second = placeOf(high, std::min(below + 1, count - 1));
    std::vector<std::uint64_t> firstLow(kBuckets, 0);
    std::vector<std::uint64_t> secondLow(kBuckets, 0);
    visit([&](std::span<const float> values) {
        for (const float v : values) {
            const std::uint32_t key = orderedBits(v);
            if (key >> 16 == first.bucket) ++firstLow[key & 0xffff];
            if (key >> 16 == second.bucket) ++secondLow[key & 0xffff];
        }
    });
    const auto valueAt = [](const Place& place, const std::vector<std::uint64_t>& low) {
        return double(fromOrderedBits(std::uint32_t(place.bucket << 16 | placeOf(low, place.rankInside).bucket)));
    };
    const double lower = valueAt(first, firstLow);
    return lower + (position - double(below)) * (valueAt(second, secondLow) - lower);
}

}  // namespace oodscope::ood
