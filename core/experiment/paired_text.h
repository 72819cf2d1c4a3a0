// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/ood/paired_delong.h"

namespace oodscope::experiment {

/// {"auroc_a", "auroc_b", "difference", "difference_low", "difference_high", "z", "p", "correlation"}; what is not
/// defined is null.
nlohmann::json toJson(const ood::PairedDelong& test);
/// Two lines: the AUROCs with their difference, then z, p and the correlation.
std::string text(const ood::PairedDelong& test);
/// "0.0123", or "< 0.0001"; "–" where there is none.
std::string pText(double p);

}  // namespace oodscope::experiment
