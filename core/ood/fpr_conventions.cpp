// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/fpr_conventions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace oodscope::ood {

namespace {

FprReading readingAt(const CountView& view, std::size_t k) {
    return {view.fpr(k), view.tpr(k), view.threshold(k)};
}

/// First vertex with tpr ≥ level; there always is one, as the last has tpr = 1.
std::size_t firstReaching(const CountView& view, double level) {
    std::size_t low = 0;
    std::size_t high = view.size() - 1;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (view.tpr(middle) >= level) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/// scikit-learn's drop_intermediate: an inner vertex stays unless both counts step evenly around it.
bool isCorner(const CountView& view, std::size_t k) {
    if (k == 0 || k + 1 >= view.size()) return true;
    const bool evenTrue =
        view.truePositives(k) - view.truePositives(k - 1) == view.truePositives(k + 1) - view.truePositives(k);
    const bool evenFalse =
        view.falsePositives(k) - view.falsePositives(k - 1) == view.falsePositives(k + 1) - view.falsePositives(k);
    return !(evenTrue && evenFalse);
}

std::size_t cornerFrom(const CountView& view, std::size_t k) {
    while (!isCorner(view, k))
        ++k;
    return k;
}

/// numpy.interp(level, tpr, fpr) on the corners: linear between the last corner with tpr ≤ level and the next.
FprReading interpolated(const CountView& view, double level) {
    const std::size_t reaching = firstReaching(view, level);
    FprReading reading{0, level, view.threshold(reaching)};
    std::size_t above = reaching;  // first vertex with tpr > level
    while (above < view.size() && view.tpr(above) <= level)
        ++above;
    std::ptrdiff_t left = std::ptrdiff_t(above) - 1;
    while (left >= 0 && !isCorner(view, std::size_t(left)))
        --left;
    const double leftTpr = left < 0 ? 0.0 : view.tpr(std::size_t(left));
    const double leftFpr = left < 0 ? 0.0 : view.fpr(std::size_t(left));
    if (leftTpr == level) {
        reading.fpr = leftFpr;
        return reading;
    }
    const std::size_t right = cornerFrom(view, std::size_t(left + 1));
    const double slope = (view.fpr(right) - leftFpr) / (view.tpr(right) - leftTpr);
    reading.fpr = slope * (level - leftTpr) + leftFpr;
    return reading;
}

/// The vertex whose recall is nearest to the level, looked for from the first full recall downwards: of two that are as
/// near the higher recall wins. `Real` is the precision in which the library takes the distance.
template <class Real>
FprReading nearest(const CountView& view, double level) {
    const Real positives = Real(view.positives());
    std::size_t best = 0;
    Real bestDistance = std::numeric_limits<Real>::infinity();
    for (std::size_t k = 0; k < view.size(); ++k) {
        const Real distance = std::abs(Real(view.truePositives(k)) / positives - Real(level));
        if (distance <= bestDistance) {
            bestDistance = distance;
            best = k;
        }
        if (view.truePositives(k) == view.positives()) break;
    }
    return readingAt(view, best);
}

/// The ID score of rank 0 … idTotal−1 in rising order.
double risingId(const ScoreCounts& counts, std::uint64_t rank) {
    const auto found = std::lower_bound(counts.id.begin(), counts.id.end(), counts.idTotal() - rank);
    return counts.value[std::size_t(found - counts.id.begin())];
}

/// 1 − level as it would be typed: 1 − 0.95 is not the double next to 0.05, and a rank may hang on the last digit.
double restOf(double level) {
    constexpr double kDigits = 1e12;
    return std::round((1 - level) * kDigits) / kDigits;
}

/// numpy.quantile(id, 1 − level) (linear), then the shares at or above it.
FprReading atQuantile(const ScoreCounts& counts, double level) {
    const std::uint64_t last = counts.idTotal() - 1;
    const double position = double(last) * restOf(level);
    const auto below = std::uint64_t(position);
    const double gamma = position - double(below);
    const double a = risingId(counts, below);
    const double b = risingId(counts, std::min(below + 1, last));
    const double threshold = gamma >= 0.5 ? b - (b - a) * (1 - gamma) : a + (b - a) * gamma;
    // Values fall: the entry before the first one under the threshold counts all scores ≥ threshold.
    const auto under = std::partition_point(counts.value.begin(), counts.value.end(),
                                            [&](double value) { return value >= threshold; });
    if (under == counts.value.begin()) return {0, 0, threshold};
    const auto k = std::size_t(under - counts.value.begin()) - 1;
    const CountView view(counts, /*oodPositive=*/false);
    return {view.fpr(k), view.tpr(k), threshold};
}

}  // namespace

FprReading readFpr(const ScoreCounts& counts, FprConvention convention, double level) {
    const CountView idPositive(counts, /*oodPositive=*/false);
    const CountView oodPositive(counts, /*oodPositive=*/true);
    switch (convention) {
        case FprConvention::Plp:
            return interpolated(idPositive, level);
        case FprConvention::Mcm:
            return nearest<double>(idPositive, level);
        case FprConvention::Ninco:
            return atQuantile(counts, level);
        case FprConvention::OpenOod:
            return readingAt(oodPositive, cornerFrom(oodPositive, firstReaching(oodPositive, level)));
        case FprConvention::TorchUncertainty:
            return nearest<float>(oodPositive, level);
    }
    return {};
}

}  // namespace oodscope::ood
