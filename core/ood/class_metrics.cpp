// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/class_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ood/fpr_conventions.h"
#include "core/ood/score_counts.h"
#include "core/ood/sorted_classes.h"
#include "core/ood/stable_sum.h"

namespace oodscope::ood {
namespace {

using Scores = std::vector<double>;

Status checkLabels(std::span<const std::int32_t> labels, std::size_t scores, std::size_t classCount) {
    if (labels.size() != scores) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} OOD scores, but classes for {}", scores, labels.size()));
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] == -1 || (labels[i] >= 0 && std::size_t(labels[i]) < classCount)) continue;
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("OOD score {} (index from 0) is of class {}, but there are {} classes", i, labels[i],
                                classCount));
    }
    return {};
}

std::vector<Scores> scoresByClass(std::span<const double> ood, std::span<const std::int32_t> labels,
                                  std::size_t classCount) {
    std::vector<Scores> byClass(classCount);
    for (std::size_t i = 0; i < ood.size(); ++i) {
        if (labels[i] >= 0) byClass[std::size_t(labels[i])].push_back(ood[i]);
    }
    return byClass;
}

/// Variance of the mean over ID scores of a placement that is itself a mean over classes: for each ID score the share
/// of each class below it, averaged over the classes.
double idVariance(std::span<const double> idRising, std::span<const RisingClass> classes) {
    struct Weighted {
        double score;
        double weight;
    };
    std::vector<Weighted> ood;
    for (const RisingClass& one : classes) {
        for (const double score : one.scores)
            ood.push_back({score, 1.0 / double(one.scores.size() * classes.size())});
    }
    std::sort(ood.begin(), ood.end(), [](const Weighted& a, const Weighted& b) { return a.score < b.score; });
    Scores placements(idRising.size());
    StableSum below;
    StableSum sum;
    std::size_t next = 0;
    for (std::size_t i = 0; i < idRising.size(); ++i) {
        while (next < ood.size() && ood[next].score < idRising[i])
            below.add(ood[next++].weight);
        double tied = 0;
        for (std::size_t k = next; k < ood.size() && ood[k].score == idRising[i]; ++k)
            tied += ood[k].weight;
        placements[i] = below.value() + 0.5 * tied;
        sum.add(placements[i]);
        // Equal ID scores are placed alike: without this a run of ties would be walked once for each of them.
        for (; i + 1 < idRising.size() && idRising[i + 1] == idRising[i]; ++i) {
            placements[i + 1] = placements[i];
            sum.add(placements[i]);
        }
    }
    if (placements.size() < 2) return 0;
    const double mean = sum.value() / double(placements.size());
    StableSum squares;
    for (const double placement : placements)
        squares.add((placement - mean) * (placement - mean));
    return squares.value() / double(placements.size() - 1) / double(placements.size());
}

void addMeans(ClassBreakdown& breakdown, double varianceOod, double varianceId) {
    const auto classes = double(breakdown.classes.size());
    StableSum auroc;
    StableSum fpr;
    for (const ClassMetrics& one : breakdown.classes) {
        auroc.add(one.auroc);
        fpr.add(one.fpr95);
        breakdown.failed += one.failsUnitTest() ? 1 : 0;
    }
    AurocInterval interval;
    interval.auroc = auroc.value() / classes;
    interval.standardError = std::sqrt(varianceOod / (classes * classes) + varianceId);
    setNormalInterval(interval);
    breakdown.auroc = interval.auroc;
    breakdown.aurocLow = interval.low;
    breakdown.aurocHigh = interval.high;
    breakdown.fpr95 = fpr.value() / classes;
}

}  // namespace

ClassBreakdown classBreakdownOf(std::span<const double> idRising, std::span<const RisingClass> classes,
                                FprConvention convention) {
    ClassBreakdown breakdown;
    double varianceOod = 0;
    for (const RisingClass& one : classes) {
        const ScoreCounts counts = mergeScores(idRising, one.scores);
        const AurocInterval interval = intervalFrom(counts);
        const FprReading reading = readFpr(counts, convention, kUsualTpr);
        varianceOod += interval.varianceOod;
        breakdown.classes.push_back({one.label, one.scores.size(), aurocFrom(counts), interval.low, interval.high,
                                     reading.fpr, reading.tpr, reading.threshold, counts.ties});
    }
    if (breakdown.classes.empty()) {
        const double none = std::numeric_limits<double>::quiet_NaN();
        breakdown.auroc = breakdown.aurocLow = breakdown.aurocHigh = breakdown.fpr95 = none;
        return breakdown;
    }
    addMeans(breakdown, varianceOod, idVariance(idRising, classes));
    return breakdown;
}

Result<ClassBreakdown> classBreakdownOf(std::span<const double> idRising, std::span<const double> ood,
                                        std::span<const std::int32_t> labels, std::size_t classCount,
                                        FprConvention convention) {
    if (auto good = checkLabels(labels, ood.size(), classCount); !good) return failFrom(good);
    // Before they are split, so that an error names the index that the caller knows.
    if (auto good = checkScores(ood, "OOD"); !good) return failFrom(good);
    std::vector<LargeVector<double>> sorted;
    std::vector<RisingClass> classes;
    const std::vector<Scores> byClass = scoresByClass(ood, labels, classCount);
    for (std::size_t label = 0; label < byClass.size(); ++label) {
        if (byClass[label].empty()) continue;
        sorted.push_back(*sortedScores(byClass[label], "OOD"));
        classes.push_back({std::int32_t(label), sorted.back()});
    }
    ClassBreakdown breakdown = classBreakdownOf(idRising, classes, convention);
    breakdown.unlabelled = std::size_t(std::count(labels.begin(), labels.end(), -1));
    return breakdown;
}

Result<ClassBreakdown> classBreakdown(std::span<const double> id, std::span<const double> ood,
                                      std::span<const std::int32_t> labels, std::size_t classCount,
                                      FprConvention convention) {
    if (auto good = checkLabels(labels, ood.size(), classCount); !good) return failFrom(good);
    const auto idRising = sortedScores(id, "ID");
    if (!idRising) return failFrom(idRising);
    return classBreakdownOf(*idRising, ood, labels, classCount, convention);
}

}  // namespace oodscope::ood
