// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ood/metrics.h"

namespace oodscope::experiment {

/// A detector as the reference's results name it: a method, and parameters where it lists several settings.
struct ReferenceName {
    std::string method;
    std::vector<std::pair<std::string, std::string>> parameters;  // values as JSON text
    int order = 0;                                                // of the reference's loops
};

/// `key`: "msp", "knn:k=5", without the prefix of zero-shot detectors.
ReferenceName referenceName(std::string_view key);
/// "msp_temp=1.0"
std::string columnName(const ReferenceName& name);

/// The way back: the key of a method; a method that the reference does not know is its own.
std::string ownName(const std::string& method);
/// "msp_temp=1.0" → "msp"
std::string methodOf(const std::string& column);

/// 1 → "1.0": as Python writes a float.
std::string floatText(double value);
bool isNumber(std::string_view text);

using Metric = double ood::OodMetrics::*;
inline constexpr std::pair<const char*, Metric> kReferenceMetrics[] = {{"auroc", &ood::OodMetrics::auroc},
                                                                       {"fpr95", &ood::OodMetrics::fpr95}};

}  // namespace oodscope::experiment
