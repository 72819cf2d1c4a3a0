// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/compare_results.h"

#include <algorithm>
#include <map>

#include "core/base/text_util.h"
#include "core/experiment/measuring.h"
#include "core/experiment/scoring.h"

namespace oodscope::experiment {
namespace {

/// Measures a detector on an OOD set once, whatever the number of metrics that are asked for.
class Measurer {
public:
    explicit Measurer(const Evaluation& evaluation) : m_evaluation(evaluation) {}

    std::optional<std::size_t> detector(const std::string& key) const {
        const std::vector<std::string>& keys = m_evaluation.detectorKeys;
        // A table of zero-shot scores does not say so; without a probe there is nothing to mix it up with.
        for (const std::string& name : {key, std::string(kZeroShotPrefix) + key}) {
            const auto found = std::ranges::find(keys, name);
            if (found != keys.end()) return static_cast<std::size_t>(found - keys.begin());
        }
        return std::nullopt;
    }

    Result<std::optional<double>> percent(std::size_t detector, const ForeignNumber& number,
                                          ood::FprConvention convention) {
        if (number.metric == "accuracy") return accuracy(detector);
        const auto set = std::ranges::find_if(m_evaluation.ood, [&](const ScoredSet& candidate) {
            return toLowerAscii(candidate.name) == toLowerAscii(number.ood);
        });
        if (set == m_evaluation.ood.end()) return std::nullopt;
        const auto key = std::pair(detector, set - m_evaluation.ood.begin());
        auto known = m_known.find(key);
        if (known == m_known.end()) {
            auto metrics = ood::computeMetrics(m_evaluation.idTest.scores[detector], set->scores[detector], convention);
            if (!metrics) return failFrom(metrics);
            known = m_known.emplace(key, *metrics).first;
        }
        const ood::OodMetrics& m = known->second;
        const double fraction = number.metric == "auroc"     ? m.auroc
                                : number.metric == "fpr95"   ? m.fpr95
                                : number.metric == "aupr_in" ? m.auprIn
                                                             : m.auprOut;
        return 100 * fraction;
    }

private:
    std::optional<double> accuracy(std::size_t detector) const {
        const double fraction = idAccuracyOf(m_evaluation, detector);
        return fraction < 0 ? std::nullopt : std::optional(100 * fraction);
    }

    const Evaluation& m_evaluation;
    std::map<std::pair<std::size_t, std::ptrdiff_t>, ood::OodMetrics> m_known;
};

}  // namespace

Result<std::vector<ComparedNumber>> compareResults(const std::vector<ForeignNumber>& numbers,
                                                   const Evaluation* evaluation, const std::string& detector) {
    std::vector<ComparedNumber> compared;
    if (evaluation == nullptr) {
        for (const ForeignNumber& number : numbers)
            compared.push_back({number, std::nullopt});
        return compared;
    }
    Measurer measurer(*evaluation);
    if (!detector.empty() && !measurer.detector(detector))
        return fail(ErrorCode::NotFound, "evaluation " + evaluation->id + ": has no scores of detector " + detector);
    for (ForeignNumber number : numbers) {
        const bool named = !number.detector.empty();
        if (!named && detector.empty())
            return fail(ErrorCode::InvalidArgument, "the table does not name its detector; give --detector");
        if (!named) number.detector = detector;
        std::optional<double> ours;
        if (const auto index = measurer.detector(number.detector)) {
            auto percent =
                measurer.percent(*index, number, named ? ood::FprConvention::Plp : ood::FprConvention::OpenOod);
            if (!percent) return failFrom(percent);
            ours = *percent;
        }
        compared.push_back({std::move(number), ours});
    }
    return compared;
}

}  // namespace oodscope::experiment
