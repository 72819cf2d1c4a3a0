// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/ood/fpr_conventions.h"
#include "core/ood/score_counts.h"

namespace oodscope::ood {

namespace {

constexpr std::array<std::pair<FprConvention, std::string_view>, 5> kConventions{{
    {FprConvention::Plp, "plp"},
    {FprConvention::Mcm, "mcm"},
    {FprConvention::Ninco, "ninco"},
    {FprConvention::OpenOod, "openood"},
    {FprConvention::TorchUncertainty, "torch_uncertainty"},
}};

// Twice the number of (ID, OOD) pairs must fit 64 bits: exact up to three thousand million scores a side.
constexpr std::size_t kMostScores = 3'000'000'000;

/// Σ with a running compensation (Neumaier), so that a million small steps stay exact to the last digit.
class StableSum {
public:
    void add(double term) {
        const double next = m_sum + term;
        m_rest += std::abs(m_sum) >= std::abs(term) ? (m_sum - next) + term : (term - next) + m_sum;
        m_sum = next;
    }
    double value() const { return m_sum + m_rest; }

private:
    double m_sum = 0;
    double m_rest = 0;
};

struct PrAreas {
    double trapezoid = 0;
    double averagePrecision = 0;
};

struct SortedSets {
    std::vector<double> id;
    std::vector<double> ood;
};

Result<SortedSets> sortBoth(std::span<const double> id, std::span<const double> ood) {
    if (id.size() > kMostScores || ood.size() > kMostScores) {
        return fail(ErrorCode::InvalidArgument, fmt::format("more than {} scores in one set", kMostScores));
    }
    auto idSorted = sortedScores(id, "ID");
    if (!idSorted) return failFrom(idSorted);
    auto oodSorted = sortedScores(ood, "OOD");
    if (!oodSorted) return failFrom(oodSorted);
    return SortedSets{std::move(*idSorted), std::move(*oodSorted)};
}

/// The Mann-Whitney statistic in whole half pairs, divided once.
double exactAuroc(const ScoreCounts& counts) {
    std::uint64_t halfPairs = 0;
    std::uint64_t idBefore = 0;
    std::uint64_t oodBefore = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const std::uint64_t oodHere = counts.ood[k] - oodBefore;
        halfPairs += oodHere * (idBefore + counts.id[k]);  // 2 · ID above + 1 · ID equal
        idBefore = counts.id[k];
        oodBefore = counts.ood[k];
    }
    return double(halfPairs) / (2.0 * double(counts.idTotal()) * double(counts.oodTotal()));
}

/// Areas under the precision-recall curve, which starts at recall 0 and precision 1 as scikit-learn's does.
PrAreas prAreas(const CountView& view) {
    StableSum trapezoid;
    StableSum average;
    double recallBefore = 0;
    double precisionBefore = 1;
    for (std::size_t k = 0; k < view.size(); ++k) {
        const auto hits = double(view.truePositives(k));
        const double precision = hits / (hits + double(view.falsePositives(k)));
        const double recall = view.tpr(k);
        trapezoid.add((recall - recallBefore) * (precision + precisionBefore) / 2);
        average.add((recall - recallBefore) * precision);
        recallBefore = recall;
        precisionBefore = precision;
    }
    return {trapezoid.value(), average.value()};
}

}  // namespace

std::string_view conventionName(FprConvention convention) {
    for (const auto& [value, name] : kConventions) {
        if (value == convention) return name;
    }
    return "unknown";
}

Result<FprConvention> parseConvention(std::string_view name) {
    std::string known;
    for (const auto& [value, text] : kConventions) {
        if (text == name) return value;
        known += known.empty() ? "" : ", ";
        known += text;
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("unknown FPR95 convention '{}' (there are: {})", name, known));
}

Result<RocCurve> rocCurve(std::span<const double> id, std::span<const double> ood) {
    const auto sorted = sortBoth(id, ood);
    if (!sorted) return failFrom(sorted);
    const ScoreCounts counts = mergeScores(sorted->id, sorted->ood);
    const CountView view(counts, /*oodPositive=*/false);
    RocCurve curve;
    curve.threshold.reserve(view.size() + 1);
    curve.fpr.reserve(view.size() + 1);
    curve.tpr.reserve(view.size() + 1);
    curve.threshold.push_back(std::numeric_limits<double>::infinity());
    curve.fpr.push_back(0);
    curve.tpr.push_back(0);
    for (std::size_t k = 0; k < view.size(); ++k) {
        curve.threshold.push_back(view.threshold(k));
        curve.fpr.push_back(view.fpr(k));
        curve.tpr.push_back(view.tpr(k));
    }
    return curve;
}

Result<OodMetrics> computeMetrics(std::span<const double> id, std::span<const double> ood, FprConvention convention) {
    const auto sorted = sortBoth(id, ood);
    if (!sorted) return failFrom(sorted);
    const ScoreCounts counts = mergeScores(sorted->id, sorted->ood);
    const FprReading reading = readFpr95(counts, sorted->id, convention);
    const PrAreas in = prAreas(CountView(counts, /*oodPositive=*/false));
    const PrAreas out = prAreas(CountView(counts, /*oodPositive=*/true));
    OodMetrics metrics;
    metrics.auroc = exactAuroc(counts);
    metrics.fpr95 = reading.fpr;
    metrics.auprIn = in.trapezoid;
    metrics.auprOut = out.trapezoid;
    metrics.averagePrecisionIn = in.averagePrecision;
    metrics.averagePrecisionOut = out.averagePrecision;
    metrics.realisedTpr = reading.tpr;
    metrics.threshold95 = reading.threshold;
    metrics.ties = counts.ties;
    metrics.idCount = id.size();
    metrics.oodCount = ood.size();
    metrics.convention = convention;
    return metrics;
}

ThresholdCounts countsAt(std::span<const double> id, std::span<const double> ood, double threshold) {
    const auto accepted = [threshold](std::span<const double> scores) {
        return std::size_t(std::count_if(scores.begin(), scores.end(), [=](double s) { return s >= threshold; }));
    };
    ThresholdCounts counts;
    counts.trueAccepts = accepted(id);
    counts.falseRejects = id.size() - counts.trueAccepts;
    counts.falseAccepts = accepted(ood);
    counts.trueRejects = ood.size() - counts.falseAccepts;
    return counts;
}

}  // namespace oodscope::ood
