// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// <folder>/evaluation.json and arrays.safetensors, both written whole or not at all; the JSON last.
Status saveEvaluation(const Evaluation& evaluation, const std::filesystem::path& folder);
Result<EvaluationPtr> readEvaluation(const std::filesystem::path& folder);

/// One row of the result table, fractions in full precision: {"detector", "ood", "auroc", "fpr95", …}.
nlohmann::json toJson(const DetectorResult& result);
nlohmann::json toJson(const ood::OodMetrics& metrics);
/// The whole evaluation without its images: id, accuracies (fractions), "results", provenance.
nlohmann::json resultJson(const Evaluation& evaluation);

}  // namespace oodscope::experiment
