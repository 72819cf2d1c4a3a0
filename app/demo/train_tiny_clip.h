// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace oodscope::demo {

/// The recipe of the demo's tiny CLIP. The defaults are those of the model that is shipped.
struct TrainOptions {
    std::uint64_t seed = 42;
    int pictures = 40000;  // drawn once, seen steps · batchSize / pictures times
    int steps = 5000;
    int batchSize = 128;
    double learningRate = 1.5e-3;
    double weightDecay = 0.1;  // AdamW; not on biases, norms and the logit scale
    double warmupShare = 0.1;
    int threads = 0;  // 0: as many as the machine has

    double keptPatches = 0.5;  // share of the patches that a step looks at
    int shift = 8;             // pixels that pictures are larger than what a step sees of them

    int imageSize = 64;
    int patchSize = 8;
    int imageWidth = 128;
    int imageLayers = 4;
    int imageHeadWidth = 32;
    int textWidth = 128;
    int textLayers = 2;
    int textHeads = 4;
    int contextLength = 24;
    int embedDim = 64;
    int vocabularySize = 768;  // at least 514; smaller when the captions hold no more
};

/// Draws pictures of the known classes with captions, learns a byte-pair vocabulary from the captions, trains a CLIP
/// on them on the CPU, and writes it to `outFolder` as an open_clip snapshot (open_clip_config.json,
/// open_clip_model.safetensors, vocab.json, merges.txt, README.md). `outFolder` must not exist or be empty; it appears
/// whole or not at all. Progress carries "loss" (the mean of the last steps) and "accuracy" (zero-shot, on held-out
/// pictures).
Status trainTinyClip(const TrainOptions& options, const std::filesystem::path& outFolder, std::stop_token stop,
                     const ProgressFn& progress);

}  // namespace oodscope::demo
