// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/convention_results.h"

#include "core/experiment/measuring.h"

namespace oodscope::ui {

Result<experiment::EvaluationPtr> withConvention(const experiment::EvaluationPtr& evaluation,
                                                 ood::FprConvention convention, std::stop_token stop) {
    auto measurement = experiment::measure(*evaluation, convention, std::move(stop));
    if (!measurement) return failFrom(measurement);
    auto copy = std::make_shared<experiment::Evaluation>();
    copy->id = evaluation->id;
    copy->title = evaluation->title;
    copy->detectorKeys = evaluation->detectorKeys;
    for (const auto& set : evaluation->ood) {
        auto& named = copy->ood.emplace_back();
        named.name = set.name;
        named.classNames = set.classNames;
        named.group = set.group;
    }
    copy->results = std::move(measurement->results);
    copy->groups = std::move(measurement->groups);
    return copy;
}

}  // namespace oodscope::ui
