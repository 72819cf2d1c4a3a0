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
#include "core/ood/stable_sum.h"

namespace oodscope::ood {

namespace {

constexpr std::array<std::pair<FprConvention, std::string_view>, 5> kConventions{{
    {FprConvention::Plp, "plp"},
    {FprConvention::Mcm, "mcm"},
    {FprConvention::Ninco, "ninco"},
    {FprConvention::OpenOod, "openood"},
    {FprConvention::TorchUncertainty, "torch_uncertainty"},
}};

struct PrAreas {
    double trapezoid = 0;
    double averagePrecision = 0;
};

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

/// The steepest way down from chance: ½ (1 − TPR + FPR) at every threshold, that above all scores included.
double detectionError(const ScoreCounts& counts) {
    const double perId = 1.0 / double(counts.idTotal());
    const double perOod = 1.0 / double(counts.oodTotal());
    double least = 0;
    for (std::size_t k = 0; k < counts.size(); ++k)
        least = std::min(least, double(counts.ood[k]) * perOod - double(counts.id[k]) * perId);
    return 0.5 * (1 + least);
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
    return fail(ErrorCode::InvalidArgument, fmt::format("unknown FPR convention '{}' (there are: {})", name, known));
}

bool oodIsPositive(FprConvention convention) {
    return convention == FprConvention::OpenOod || convention == FprConvention::TorchUncertainty;
}

Status checkTpr(double level) {
    if (level > 0 && level <= 1) return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("a TPR of {} lies outside (0, 1]", level));
}

RocCurve rocFrom(const ScoreCounts& counts) {
    const CountView view(counts, /*oodPositive=*/false);
    const std::size_t vertices = view.size() + 1;
    RocCurve curve{LargeVector<double>(vertices), LargeVector<double>(vertices), LargeVector<double>(vertices)};
    curve.threshold[0] = std::numeric_limits<double>::infinity();
    curve.fpr[0] = curve.tpr[0] = 0;
    std::copy(counts.value.begin(), counts.value.end(), curve.threshold.begin() + 1);
    for (std::size_t k = 0; k + 1 < vertices; ++k)
        curve.fpr[k + 1] = view.fpr(k);
    for (std::size_t k = 0; k + 1 < vertices; ++k)
        curve.tpr[k + 1] = view.tpr(k);
    return curve;
}

Result<RocCurve> rocCurve(std::span<const double> id, std::span<const double> ood) {
    const auto counts = countScores(id, ood);
    if (!counts) return failFrom(counts);
    return rocFrom(*counts);
}

double aurocFrom(const ScoreCounts& counts) {
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

OodMetrics metricsFrom(const ScoreCounts& counts, FprConvention convention) {
    const FprReading reading = readFpr(counts, convention, kUsualTpr);
    const PrAreas in = prAreas(CountView(counts, /*oodPositive=*/false));
    const PrAreas out = prAreas(CountView(counts, /*oodPositive=*/true));
    OodMetrics metrics;
    metrics.auroc = aurocFrom(counts);
    metrics.fpr95 = reading.fpr;
    metrics.auprIn = in.trapezoid;
    metrics.auprOut = out.trapezoid;
    metrics.averagePrecisionIn = in.averagePrecision;
    metrics.averagePrecisionOut = out.averagePrecision;
    metrics.detectionError = detectionError(counts);
    metrics.realisedTpr = reading.tpr;
    metrics.threshold95 = reading.threshold;
    metrics.ties = counts.ties;
    metrics.idCount = counts.idTotal();
    metrics.oodCount = counts.oodTotal();
    metrics.convention = convention;
    return metrics;
}

Result<OodMetrics> computeMetrics(std::span<const double> id, std::span<const double> ood, FprConvention convention) {
    const auto counts = countScores(id, ood);
    if (!counts) return failFrom(counts);
    return metricsFrom(*counts, convention);
}

Result<std::vector<FprReading>> fprAtTpr(std::span<const double> id, std::span<const double> ood,
                                         FprConvention convention, std::span<const double> levels) {
    for (const double level : levels) {
        if (auto good = checkTpr(level); !good) return failFrom(good);
    }
    const auto counts = countScores(id, ood);
    if (!counts) return failFrom(counts);
    std::vector<FprReading> readings;
    for (const double level : levels)
        readings.push_back(readFpr(*counts, convention, level));
    return readings;
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
