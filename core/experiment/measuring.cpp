// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/measuring.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/experiment/scoring.h"
#include "core/ood/auroc_interval.h"
#include "core/ood/score_counts.h"

namespace oodscope::experiment {
namespace {

using Scores = std::vector<double>;

tl::unexpected<Error> named(const Error& error, const std::string& detector, const std::string& set) {
    return fail(error.code, detector + " on " + set + ": " + error.message);
}

/// Measures one detector; the OOD sets share its ID scores.
class DetectorMeter {
public:
    DetectorMeter(const Evaluation& evaluation, std::size_t detector, ood::FprConvention convention)
        : m_evaluation(evaluation), m_detector(detector), m_convention(convention) {}

    Result<DetectorResult> pooled(const ScoredSet& set) const {
        const Scores* id = scoresOf(m_evaluation.idTest, m_detector);
        const Scores* ood = scoresOf(set, m_detector);
        if (id == nullptr || ood == nullptr) {
            return named({ErrorCode::InvalidArgument, "there are no scores"}, key(),
                         id == nullptr ? m_evaluation.idTest.name : set.name);
        }
        const auto counts = ood::countScores(*id, *ood);
        if (!counts) return named(counts.error(), key(), set.name);
        const ood::AurocInterval interval = ood::intervalFrom(*counts);
        DetectorResult result{key(), set.name, ood::metricsFrom(*counts, m_convention), interval.low, interval.high};
        result.idAccuracy =
            key().starts_with(kZeroShotPrefix) ? m_evaluation.zeroShotAccuracy : m_evaluation.probeAccuracy;
        if (set.classNames.empty()) return result;
        auto classes = ood::classBreakdown(*id, *ood, set.trueLabels, set.classNames.size(), m_convention);
        if (!classes) return named(classes.error(), key(), set.name);
        if (!classes->classes.empty()) result.classes = std::move(*classes);
        return result;
    }

    /// `results` are those of this detector, in the order of the OOD sets. A group's mean is one over classes, its
    /// sets.
    Result<GroupResult> mean(OodGroup group, std::span<const DetectorResult> results) const {
        GroupResult mean{key(), group};
        Scores ood;
        std::vector<std::int32_t> sets;
        for (std::size_t i = 0; i < results.size(); ++i) {
            const ScoredSet& set = m_evaluation.ood[i];
            if (group != OodGroup::None && set.group != group) continue;
            const Scores& scores = set.scores[m_detector];
            ood.insert(ood.end(), scores.begin(), scores.end());
            sets.resize(ood.size(), static_cast<std::int32_t>(mean.sets++));
            mean.auprIn += results[i].metrics.auprIn;
            mean.auprOut += results[i].metrics.auprOut;
        }
        if (mean.sets == 0) return mean;
        const auto over =
            ood::classBreakdown(m_evaluation.idTest.scores[m_detector], ood, sets, mean.sets, m_convention);
        if (!over) return named(over.error(), key(), std::string(groupName(group)) + " OOD sets");
        mean.auroc = over->auroc;
        mean.aurocLow = over->aurocLow;
        mean.aurocHigh = over->aurocHigh;
        mean.fpr95 = over->fpr95;
        mean.auprIn /= static_cast<double>(mean.sets);
        mean.auprOut /= static_cast<double>(mean.sets);
        return mean;
    }

private:
    const std::string& key() const { return m_evaluation.detectorKeys[m_detector]; }

    const Evaluation& m_evaluation;
    std::size_t m_detector;
    ood::FprConvention m_convention;
};

}  // namespace

const Scores* scoresOf(const ScoredSet& set, std::size_t detector) {
    return detector < set.scores.size() && set.scores[detector].size() == set.size() ? &set.scores[detector] : nullptr;
}

std::string_view groupName(OodGroup group) {
    return group == OodGroup::Near ? "near" : group == OodGroup::Far ? "far" : "";
}

OodGroup groupFrom(std::string_view name) {
    return name == "near" ? OodGroup::Near : name == "far" ? OodGroup::Far : OodGroup::None;
}

Result<Measurement> measure(const Evaluation& evaluation, ood::FprConvention convention, std::stop_token stop) {
    Measurement measurement;
    for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
        const DetectorMeter meter(evaluation, d, convention);
        for (const ScoredSet& set : evaluation.ood) {
            if (stop.stop_requested()) return cancelled();
            auto result = meter.pooled(set);
            if (!result) return failFrom(result);
            measurement.results.push_back(std::move(*result));
        }
        const std::span own = std::span(measurement.results).last(evaluation.ood.size());
        for (const OodGroup group : {OodGroup::Near, OodGroup::Far, OodGroup::None}) {
            auto mean = meter.mean(group, own);
            if (!mean) return failFrom(mean);
            if (mean->sets > (group == OodGroup::None ? 1 : 0)) measurement.groups.push_back(std::move(*mean));
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
