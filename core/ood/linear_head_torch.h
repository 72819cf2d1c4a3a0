// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/probe/linear_probe.h"

namespace oodscope::ood {

/// The head of a probe in double. Its inputs are the standardised features x̂ = (x − mean)/std: they are what the papers
/// on activations call the penultimate layer.
struct LinearHead {
    explicit LinearHead(const probe::LinearProbe& probe);

    at::Tensor inputs(const at::Tensor& features) const;  // [N, D] double x → x̂
    at::Tensor logits(const at::Tensor& inputs) const;    // [N, D] x̂ → [N, C]

    at::Tensor weight;  // [C, D]
    at::Tensor bias;    // [C]
    at::Tensor mean;    // [D]
    at::Tensor std;     // [D]
};

}  // namespace oodscope::ood
