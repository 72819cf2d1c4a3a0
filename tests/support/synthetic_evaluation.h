// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "core/experiment/evaluation.h"

namespace oodscope::testing {

struct SyntheticOptions {
    std::size_t train = 200;
    std::size_t idTest = 300;
    std::size_t nearOod = 150;  // four folders, overlapping the ID scores
    std::size_t farOod = 100;   // three folders, well below
    std::uint64_t seed = 7;
    std::filesystem::path imageFolder = {};  // not empty: real small images are drawn there
    std::size_t brokenImages = 0;            // of these many ID test images the file is cut short (with imageFolder)
};

/// About `images` images in all, in the proportions of the defaults.
SyntheticOptions syntheticSize(std::size_t images);

/// An evaluation as a real run would leave it: six ID classes (one with a very long name), two OOD sets, logits, the
/// detectors msp, free_energy and max_logit with scores computed from the logits, metrics from the scores, pseudo
/// labels that confuse neighbours. The same options give the same evaluation.
experiment::EvaluationPtr makeSyntheticEvaluation(const SyntheticOptions& options = {});

}  // namespace oodscope::testing
