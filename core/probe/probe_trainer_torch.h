// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "core/probe/linear_probe.h"
#include "core/probe/probe_features_torch.h"
#include "core/train/adamw_torch.h"
#include "core/train/sgd_torch.h"

namespace oodscope::probe {

/// Sums over the samples of an epoch so far.
struct EpochSums {
    double loss = 0;
    double correct = 0;
};

/// Linear(D, C) with cross-entropy on standardised rows. The gradient is written down, not recorded: a step is gather,
/// product, softmax − one-hot, product, update, all into buffers that are made once. fp32, or bf16 products on float32
/// master weights. Functions throw c10::Error as ATen does.
class ProbeTrainer {
public:
    /// labels [N] int64 on the device of the features; weight [C, D] and bias [C] float32 there, which are trained in
    /// place. `generic` takes the path of other devices on a CPU too (for tests).
    ProbeTrainer(ProbeFeatures features, at::Tensor labels, at::Tensor weight, at::Tensor bias,
                 const ProbeOptions& options, bool generic = false);

    /// One update on the rows `rows` (int64, on the device, at most the batch size of the options).
    void step(const at::Tensor& rows, double learningRate);
    /// The sums since the last call; waits for the device.
    EpochSums takeSums();

private:
    void logitsOfBatch(const at::Tensor& rows);
    void gradientOnCpu(std::int64_t count, const std::int64_t* rows);
    void gradientGeneric(const at::Tensor& rows);
    void update(std::int64_t count, double learningRate);

    ProbeFeatures m_features;
    at::Tensor m_labels, m_weight, m_bias;
    at::Tensor m_batch, m_logits;                 // [B, D], [B, C]
    at::Tensor m_gradient;                        // [B, C]; on the CPU it takes the place of the logits
    at::Tensor m_weightGradient, m_biasGradient;  // [C, D], [C]
    at::Tensor m_halfWeight, m_halfLogits, m_halfGradient, m_halfWeightGradient;  // bf16 only
    at::Tensor m_lossSum, m_correctSum;  // generic path, double scalars on the device
    std::vector<float> m_rowLoss;        // CPU path, B
    std::vector<unsigned char> m_rowCorrect;
    EpochSums m_sums;
    bool m_half = false;
    bool m_generic = false;
    std::optional<train::AdamW> m_adam;
    std::optional<train::Sgd> m_sgd;
};

}  // namespace oodscope::probe
