// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/ood/class_metrics.h"

namespace oodscope::experiment {

// `names` are those that ClassMetrics::label counts in.

/// {"classes", "auroc", "auroc_low", "auroc_high", "fpr95", "failed", "unlabelled"}: unweighted means over the classes.
nlohmann::json meanJson(const ood::ClassBreakdown& breakdown);
/// A list of {"class", "label", "count", "auroc", "auroc_low", "auroc_high", "fpr95", "realised_tpr", …}.
nlohmann::json classesJson(const ood::ClassBreakdown& breakdown, const std::vector<std::string>& names);
/// The reverse of the two.
ood::ClassBreakdown breakdownFrom(const nlohmann::json& mean, const nlohmann::json& classes);

/// An interval in percent: "83.1 to 87.0".
std::string rangeText(double low, double high);
/// The mean in one line: "AUROC 85.1 % (…), FPR95 …, 12 of 64 classes above 10 %".
std::string meanLine(const ood::ClassBreakdown& breakdown);
/// One row a class, the hardest (lowest AUROC) first.
std::string classTable(const ood::ClassBreakdown& breakdown, const std::vector<std::string>& names);

}  // namespace oodscope::experiment
