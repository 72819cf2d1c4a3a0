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

/// One row of the result table, fractions in full precision: {"detector", "ood", "auroc", "fpr95", …}; with
/// "mean_over_classes" where the OOD set has classes.
nlohmann::json toJson(const DetectorResult& result);
nlohmann::json toJson(const ood::OodMetrics& metrics);
/// A list of {"tpr", "fpr", "realised_tpr", "threshold"}; `readings` belong to `levels`.
nlohmann::json fprJson(const std::vector<double>& levels, const std::vector<ood::FprReading>& readings);
/// Means over OOD sets: {"detector", "group": "near", "far" or "all", "sets", "auroc", …}.
nlohmann::json toJson(const GroupResult& result);
/// The whole evaluation without its images: id, accuracies (fractions), "results", "groups", provenance; with
/// `perClass` each result also holds "per_class".
nlohmann::json resultJson(const Evaluation& evaluation, bool perClass = false);

}  // namespace oodscope::experiment
