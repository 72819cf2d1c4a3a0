// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"

namespace oodscope::experiment {

/// As OpenOOD v1.5 writes them, for each detector:
/// ood/<detector>.csv: FPR@95 under its convention (OOD positive), percent; one row per set; the near ones, their mean
/// `nearood`, the others, their mean `farood`; without near ones all and their `mean`.
/// scores/<detector>/<set>.npz: conf (the scores), pred and label (-1 for OOD).
/// scores/<detector>.pkl: the same of all sets, as eval_ood.py saves and loads them (see writeOpenOodPickle).
/// `near`: names of OOD sets; empty: those that the evaluation calls near.
Status writeOpenOodResults(const Evaluation& evaluation, const std::filesystem::path& folder,
                           const std::vector<std::string>& near, bool overwrite);

}  // namespace oodscope::experiment
