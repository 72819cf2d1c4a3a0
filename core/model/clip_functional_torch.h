// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/model/clip_config.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

struct TowerOutput {
    at::Tensor embeddings;  // [N, D]: pooled, after ln_post
    at::Tensor projected;   // [N, P]; embeddings where the tower has no projection
};

// The architecture in plain tensor operations that autograd follows: for training, and as the reference of the fast
// encoders. Weights have open_clip's names (see expectedTensors). Tensors may live on any device; they must agree in
// dtype and device.

/// Vision transformers only. `pixels`: [N, 3, size, size], normalised as normalisePixels does. `kept`: the tokens that
/// go through the blocks (int64 indices; 0 is the class token), for training with patch dropout; undefined: all.
TowerOutput imageForward(const ClipConfig& config, const Weights& weights, const at::Tensor& pixels,
                         const at::Tensor& kept = {});
/// `tokens`: [N, L] int64, padded; L at most the context length (shorter is exact for causal models).
TowerOutput textForward(const ClipConfig& config, const Weights& weights, const at::Tensor& tokens);

/// `pixels`: [N, size, size, 3] uint8 → [N, 3, size, size] float32, (x / 255 - mean) / std.
at::Tensor normalisePixels(const image::Preprocess& preprocess, const at::Tensor& pixels);

/// open_clip's initialisation, float32 on the CPU, reproducible from `seed`. No tensor requires a gradient yet.
Weights initialWeights(const ClipConfig& config, std::uint64_t seed);

}  // namespace oodscope::model
