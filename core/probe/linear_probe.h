// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"
#include "core/model/device.h"

namespace oodscope::probe {

enum class Optimizer { Adam, AdamW, Sgd };

struct ProbeOptions {
    int epochs = 100;
    int batchSize = 256;
    double learningRate = 1e-3;
    bool scaleLearningRate = false;  // lr · batch / 256
    double weightDecay = 1e-3;
    Optimizer optimizer = Optimizer::Adam;
    double warmupShare = 0.1;
    bool standardise = true;  // false: mean 0 and std 1 (baseline 2 of method.md section 8)
    int shots = 0;            // > 0: this many samples per class, without replacement
    std::uint64_t seed = 42;
    model::Device device;
    model::Precision precision = model::Precision::Fp32;
    int threads = 0;  // of the CPU; 0: as many as pay for the size of a step
};

struct EpochStats {
    double loss = 0;           // mean over the epoch
    double trainAccuracy = 0;  // against the labels in use, fraction
    double learningRate = 0;   // of the last step
};

/// logits = W x̂ + b with x̂ = (x − mean)/std; std is unbiased, constant dimensions get std 1 (and are counted).
struct LinearProbe {
    Matrix weight;            // [C, D]
    std::vector<float> bias;  // C
    std::vector<float> mean;  // D
    std::vector<float> std;   // D
    std::vector<EpochStats> history;
    std::size_t constantDimensions = 0;
    ProbeOptions options;              // what it was trained with
    std::vector<std::int32_t> labels;  // what it learnt, one per row of its training set; empty: not known

    std::size_t classCount() const { return weight.rows(); }
};

/// Trains on the whole matrix (method.md section 4). features [N, D], labels N in [0, classCount).
/// mean and std are those of all rows, also with shots. On a CPU the matrix is never copied: it may be a mapped file
/// larger than memory. The same seed and thread count give the same bits on a CPU.
/// Precision: Fp32, or Bf16 products on float32 weights. Errors: labels that do not fit, features that are not finite
/// (the row), a class with fewer samples than shots, options out of range, a loss that diverges, Cancelled.
Result<LinearProbe> trainProbe(const Matrix& features, const std::vector<std::int32_t>& labels, std::size_t classCount,
                               const ProbeOptions& options, std::stop_token stop, const ProgressFn& progress);

/// [N, C] logits.
Result<Matrix> probeLogits(const LinearProbe& probe, const Matrix& features);

/// safetensors: weight, bias, mean, std, labels where known; history and options in the metadata.
Status saveProbe(const LinearProbe& probe, const std::filesystem::path& file);
Result<LinearProbe> loadProbe(const std::filesystem::path& file);

}  // namespace oodscope::probe
