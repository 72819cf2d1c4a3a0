// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/paired_delong.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/ood/auroc_interval.h"
#include "core/ood/metrics.h"
#include "core/ood/score_counts.h"
#include "core/ood/stable_sum.h"

namespace oodscope::ood {
namespace {

using Scores = std::vector<double>;

/// Where the scores of one detector stand among those of the other set, in the order of the samples.
struct Placements {
    Scores id;   // per ID score: share of OOD scores below it, ties one half
    Scores ood;  // per OOD score: share of ID scores above it
    double auroc = 0;
};

/// Share of `rising` below each score, ties one half.
Scores sharesBelow(std::span<const double> scores, std::span<const double> rising) {
    Scores shares(scores.size());
    std::transform(scores.begin(), scores.end(), shares.begin(), [&](double score) {
        const auto [first, last] = std::equal_range(rising.begin(), rising.end(), score);
        const auto twice = double(first - rising.begin()) + double(last - rising.begin());
        return twice / (2.0 * double(rising.size()));
    });
    return shares;
}

Result<Placements> place(const DetectorScores& scores, const std::string& detector) {
    const auto idRising = sortedScores(scores.id, detector + "'s ID");
    if (!idRising) return failFrom(idRising);
    const auto oodRising = sortedScores(scores.ood, detector + "'s OOD");
    if (!oodRising) return failFrom(oodRising);
    Placements placements;
    placements.id = sharesBelow(scores.id, *oodRising);
    placements.ood = sharesBelow(scores.ood, *idRising);
    std::transform(placements.ood.begin(), placements.ood.end(), placements.ood.begin(),
                   [](double below) { return 1 - below; });
    placements.auroc = aurocFrom(mergeScores(*idRising, *oodRising));
    return placements;
}

/// Covariance of the means of two paired samples whose means are known; 0 for a single pair.
double covarianceOfMeans(const Scores& a, double meanA, const Scores& b, double meanB) {
    if (a.size() < 2) return 0;
    StableSum sum;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum.add((a[i] - meanA) * (b[i] - meanB));
    return sum.value() / double(a.size() - 1) / double(a.size());
}

double covariance(const Placements& a, const Placements& b) {
    return covarianceOfMeans(a.id, a.auroc, b.id, b.auroc) + covarianceOfMeans(a.ood, a.auroc, b.ood, b.auroc);
}

Status checkPairs(std::size_t a, std::size_t b, const char* set) {
    if (a == b) return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("a paired test needs the same {} images: A has {} scores, B has {}", set, a, b));
}

}  // namespace

Result<PairedDelong> pairedDelong(const DetectorScores& a, const DetectorScores& b) {
    if (auto good = checkPairs(a.id.size(), b.id.size(), "ID"); !good) return failFrom(good);
    if (auto good = checkPairs(a.ood.size(), b.ood.size(), "OOD"); !good) return failFrom(good);
    const auto placedA = place(a, "A");
    if (!placedA) return failFrom(placedA);
    const auto placedB = place(b, "B");
    if (!placedB) return failFrom(placedB);
    const double varianceA = covariance(*placedA, *placedA);
    const double varianceB = covariance(*placedB, *placedB);
    const double shared = covariance(*placedA, *placedB);
    // The variance of the difference from the differences themselves: equal detectors give exactly 0.
    Placements difference;
    const auto minus = [](const Scores& x, const Scores& y) {
        Scores out(x.size());
        std::transform(x.begin(), x.end(), y.begin(), out.begin(), std::minus<>());
        return out;
    };
    difference.id = minus(placedA->id, placedB->id);
    difference.ood = minus(placedA->ood, placedB->ood);
    difference.auroc = placedA->auroc - placedB->auroc;
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    PairedDelong test;
    test.aurocA = placedA->auroc;
    test.aurocB = placedB->auroc;
    test.difference = difference.auroc;
    test.standardError = std::sqrt(covariance(difference, difference));
    test.low = test.difference - kNormal95 * test.standardError;
    test.high = test.difference + kNormal95 * test.standardError;
    if (test.standardError > 0) {
        test.z = test.difference / test.standardError;
        test.p = std::erfc(std::abs(test.z) / std::sqrt(2.0));
    } else if (test.difference != 0) {
        test.z = test.p = kNone;
    }
    test.correlation = varianceA > 0 && varianceB > 0 ? shared / std::sqrt(varianceA * varianceB) : kNone;
    return test;
}

}  // namespace oodscope::ood
