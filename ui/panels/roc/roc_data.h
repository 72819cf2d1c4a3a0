// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"
#include "core/ood/metrics.h"

namespace oodscope::ui {

/// One drawn curve: ID test against one OOD set, or against all of them.
struct RocSeries {
    std::string name;
    int set = -1;         // kFirstOodSet + i; -1: all OOD sets pooled
    ood::RocCurve curve;  // thinned to at most kRocPoints
    double auroc = 0;
    double fpr95 = 0;
    std::size_t oodCount = 0;
};

constexpr std::size_t kRocPoints = 2000;

/// At most `limit` points of a curve, both ends among them. What is left out lies within 6 / (limit - 4) of a kept
/// point, measured along FPR, TPR and log FPR together, so that the shape holds on a linear and on a logarithmic axis.
ood::RocCurve thinCurve(const ood::RocCurve& curve, std::size_t limit, std::size_t oodCount);

/// All curves of one detector: each OOD set, then the pooled one where there are several. Error: a set without scores.
Result<std::vector<RocSeries>> rocSeries(const experiment::Evaluation& evaluation, int detector, std::stop_token stop);

/// "set,threshold,fpr,tpr" with full precision.
std::string rocCsv(const std::vector<RocSeries>& series);

}  // namespace oodscope::ui
