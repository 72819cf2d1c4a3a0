// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/measuring.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "core/experiment/scoring.h"
#include "core/ood/auroc_interval.h"
#include "core/ood/score_counts.h"
#include "core/ood/sorted_classes.h"

namespace oodscope::experiment {
namespace {

using Scores = std::vector<double>;

tl::unexpected<Error> named(const Error& error, const std::string& detector, const std::string& set) {
    return fail(error.code, detector + " on " + set + ": " + error.message);
}

/// Measures one detector. Its ID scores are sorted once, the scores of an OOD set once for the set itself and for the
/// groups that it is in.
class DetectorMeter {
public:
    static Result<DetectorMeter> make(const Evaluation& evaluation, std::size_t detector,
                                      ood::FprConvention convention) {
        DetectorMeter meter(evaluation, detector, convention);
        auto sorted = meter.sorted(evaluation.idTest, "ID");
        if (!sorted) return failFrom(sorted);
        meter.m_id = std::move(*sorted);
        return meter;
    }

    /// The sets in their order.
    Result<DetectorResult> pooled(const ScoredSet& set) {
        auto sortedSet = sorted(set, "OOD");
        if (!sortedSet) return failFrom(sortedSet);
        const ood::ScoreCounts counts = ood::mergeScores(m_id, *sortedSet);
        m_ood.push_back(std::move(*sortedSet));
        const ood::AurocInterval interval = ood::intervalFrom(counts);
        DetectorResult result{key(), set.name, ood::metricsFrom(counts, m_convention), interval.low, interval.high};
        result.idAccuracy = idAccuracyOf(m_evaluation, m_detector);
        if (set.classNames.empty()) return result;
        auto classes =
            ood::classBreakdownOf(m_id, set.scores[m_detector], set.trueLabels, set.classNames.size(), m_convention);
        if (!classes) return named(classes.error(), key(), set.name);
        if (!classes->classes.empty()) result.classes = std::move(*classes);
        return result;
    }

    /// `results` are those of this detector, in the order of the OOD sets. A group's mean is one over classes, its
    /// sets.
    GroupResult mean(OodGroup group, std::span<const DetectorResult> results) const {
        GroupResult mean{key(), group};
        std::vector<ood::RisingClass> sets;
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (group != OodGroup::None && m_evaluation.ood[i].group != group) continue;
            sets.push_back({static_cast<std::int32_t>(mean.sets++), m_ood[i]});
            mean.auprIn += results[i].metrics.auprIn;
            mean.auprOut += results[i].metrics.auprOut;
        }
        if (mean.sets == 0) return mean;
        const ood::ClassBreakdown over = ood::classBreakdownOf(m_id, sets, m_convention);
        mean.auroc = over.auroc;
        mean.aurocLow = over.aurocLow;
        mean.aurocHigh = over.aurocHigh;
        mean.fpr95 = over.fpr95;
        mean.auprIn /= static_cast<double>(mean.sets);
        mean.auprOut /= static_cast<double>(mean.sets);
        return mean;
    }

private:
    DetectorMeter(const Evaluation& evaluation, std::size_t detector, ood::FprConvention convention)
        : m_evaluation(evaluation), m_detector(detector), m_convention(convention) {}

    const std::string& key() const { return m_evaluation.detectorKeys[m_detector]; }

    Result<LargeVector<double>> sorted(const ScoredSet& set, std::string_view side) const {
        const Scores* scores = scoresOf(set, m_detector);
        if (scores == nullptr) return named({ErrorCode::InvalidArgument, "there are no scores"}, key(), set.name);
        auto rising = ood::sortedScores(*scores, side);
        if (!rising) return named(rising.error(), key(), set.name);
        return rising;
    }

    const Evaluation& m_evaluation;
    std::size_t m_detector;
    ood::FprConvention m_convention;
    LargeVector<double> m_id;
    std::vector<LargeVector<double>> m_ood;
};

}  // namespace

const Scores* scoresOf(const ScoredSet& set, std::size_t detector) {
    return detector < set.scores.size() && set.scores[detector].size() == set.size() ? &set.scores[detector] : nullptr;
}

double idAccuracyOf(const Evaluation& evaluation, std::size_t detector) {
    return isZeroShot(evaluation.detectorKeys[detector]) ? evaluation.zeroShotAccuracy : evaluation.probeAccuracy;
}

std::string_view groupName(OodGroup group) {
    return group == OodGroup::Near ? "near" : group == OodGroup::Far ? "far" : "";
}

OodGroup groupFrom(std::string_view name) {
    return name == "near" ? OodGroup::Near : name == "far" ? OodGroup::Far : OodGroup::None;
}

Result<Measurement> measure(const Evaluation& evaluation, ood::FprConvention convention, std::stop_token stop) {
    Measurement measurement;
    if (evaluation.ood.empty()) return measurement;
    for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
        auto meter = DetectorMeter::make(evaluation, d, convention);
        if (!meter) return failFrom(meter);
        for (const ScoredSet& set : evaluation.ood) {
            if (stop.stop_requested()) return cancelled();
            auto result = meter->pooled(set);
            if (!result) return failFrom(result);
            measurement.results.push_back(std::move(*result));
        }
        const std::span own = std::span(measurement.results).last(evaluation.ood.size());
        for (const OodGroup group : {OodGroup::Near, OodGroup::Far, OodGroup::None}) {
            GroupResult mean = meter->mean(group, own);
            if (mean.sets > (group == OodGroup::None ? 1 : 0)) measurement.groups.push_back(std::move(mean));
        }
    }
    return measurement;
}

Status measureInto(Evaluation& evaluation, ood::FprConvention convention, std::stop_token stop) {
    auto measurement = measure(evaluation, convention, std::move(stop));
    if (!measurement) return failFrom(measurement);
    evaluation.results = std::move(measurement->results);
    evaluation.groups = std::move(measurement->groups);
    return {};
}

Result<std::vector<std::vector<ood::FprReading>>> fprAtTpr(const Evaluation& evaluation,
                                                           const std::vector<double>& levels) {
    std::vector<std::vector<ood::FprReading>> all;
    for (const DetectorResult& result : evaluation.results) {
        const auto detector = static_cast<std::size_t>(std::ranges::find(evaluation.detectorKeys, result.detector) -
                                                       evaluation.detectorKeys.begin());
        const auto set = std::ranges::find(evaluation.ood, result.ood, &ScoredSet::name);
        const Scores* id = scoresOf(evaluation.idTest, detector);
        const Scores* ood = set == evaluation.ood.end() ? nullptr : scoresOf(*set, detector);
        if (id == nullptr || ood == nullptr)
            return named({ErrorCode::InvalidArgument, "there are no scores"}, result.detector, result.ood);
        auto readings = ood::fprAtTpr(*id, *ood, result.metrics.convention, levels);
        if (!readings) return named(readings.error(), result.detector, result.ood);
        all.push_back(std::move(*readings));
    }
    return all;
}

}  // namespace oodscope::experiment
