// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// Which ID accuracy stands on the x axis.
enum class AccuracyKind { Knn, Probe, ZeroShot };

struct CorrelationOptions {
    std::vector<std::string> evaluations;  // keys or their beginnings; empty: all that the workspace made
    AccuracyKind accuracy = AccuracyKind::Knn;
    std::string detector;  // empty: the first that every evaluation has
    std::string ood;       // empty: every OOD set that at least three evaluations have
};

/// One model (evaluation) in the plot.
struct CorrelationPoint {
    std::string evaluation;
    std::string title;
    double accuracy = 0;
    double auroc = 0;
};

/// Least squares: auroc ≈ intercept + slope · accuracy; R² is the square of Pearson's r.
struct CorrelationFit {
    std::string ood;
    std::vector<CorrelationPoint> points;  // 3 or more
    double slope = 0, intercept = 0, r2 = 0, pearson = 0;
};

struct Correlation {
    std::string detector;
    AccuracyKind accuracy = AccuracyKind::Knn;
    std::vector<CorrelationFit> fits;  // one per OOD set
};

/// Error: fewer than three points, or points that all have the same accuracy.
Result<CorrelationFit> fitLine(const std::string& ood, std::vector<CorrelationPoint> points);

/// ID accuracy against OOD AUROC over stored evaluations (method.md section 1). The k-NN accuracy (k = 20) is computed
/// from the embeddings that each evaluation was made from. Errors: an evaluation without that accuracy or that
/// detector, embeddings that are gone, too few evaluations.
Result<Correlation> correlate(const workspace::Workspace& workspace, const CorrelationOptions& options,
                              std::stop_token stop, const ProgressFn& progress);

nlohmann::json correlationJson(const Correlation& correlation);
std::string correlationTable(const Correlation& correlation);
/// Scatter plot with one line per OOD set.
std::string correlationSvg(const Correlation& correlation);

std::string_view accuracyName(AccuracyKind kind);  // "knn", "probe", "zero-shot"
Result<AccuracyKind> parseAccuracy(std::string_view name);

}  // namespace oodscope::experiment
