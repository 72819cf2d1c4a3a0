// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// What OpenOOD keeps of a set: what was predicted, the confidence, and the label (-1: OOD, or none).
struct OpenOodArrays {
    std::vector<double> conf;
    std::vector<std::int64_t> pred, label;  // as long as conf; pred -1: not known
};
OpenOodArrays openOodArrays(const ScoredSet& set, std::size_t detector, bool isId);

/// One list of numbers for each, as files hold them; `pred` and `label` may be missing.
struct ForeignArrays {
    std::vector<double> conf;
    std::optional<std::vector<double>> pred, label;
};
/// A set without images, scored by one detector. Errors: the lengths differ; a value that is no class.
Result<ScoredSet> scoredSetFrom(std::string name, ForeignArrays arrays);

/// The sets of one detector in a file of OpenOOD.
struct OpenOodSets {
    ScoredSet idTest;
    std::vector<ScoredSet> ood;  // near and far ones as such
};

/// scores/<postprocessor>.pkl as eval_ood.py and eval_ood_imagenet.py of OpenOOD v1.5 pickle it: a dict with
/// ["id"]["test"], ["ood"]["near"][name] and ["ood"]["far"][name], each [pred, conf, label] of numpy arrays. What was
/// not scored (None) is left out, as are the covariate-shifted ID sets ("csid"). Read as plain data; nothing of it is
/// executed. Errors: another structure (where); no ID scores; no OOD set.
Result<OpenOodSets> readOpenOodPickle(const std::filesystem::path& file);

/// Such a file, which those scripts load in place of running the network. `near`: names of OOD sets; others are far.
Status writeOpenOodPickle(const std::filesystem::path& file, const Evaluation& evaluation, std::size_t detector,
                          const std::vector<std::string>& near);

}  // namespace oodscope::experiment
