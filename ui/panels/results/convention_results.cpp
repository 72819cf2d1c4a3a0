// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/convention_results.h"

#include <algorithm>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

Result<experiment::EvaluationPtr> withConvention(const experiment::EvaluationPtr& evaluation,
                                                 ood::FprConvention convention, std::stop_token stop) {
    auto copy = std::make_shared<experiment::Evaluation>();
    copy->id = evaluation->id;
    copy->title = evaluation->title;
    copy->detectorKeys = evaluation->detectorKeys;
    // Names only: the results table needs no scores, and these may be large.
    for (const auto& set : evaluation->ood)
        copy->ood.emplace_back().name = set.name;
    for (const auto& known : evaluation->results) {
        if (stop.stop_requested()) return cancelled();
        const auto& keys = evaluation->detectorKeys;
        const int detector = static_cast<int>(std::find(keys.begin(), keys.end(), known.detector) - keys.begin());
        int set = kFirstOodSet;
        while (set < setCount(*evaluation) && scoredSet(*evaluation, set)->name != known.ood)
            ++set;
        const auto metrics = ood::computeMetrics(setScores(*evaluation, kIdTestSet, detector),
                                                 setScores(*evaluation, set, detector), convention);
        if (!metrics) return failFrom(metrics);
        experiment::DetectorResult result = known;
        result.metrics = *metrics;
        copy->results.push_back(std::move(result));
    }
    return copy;
}

}  // namespace oodscope::ui
