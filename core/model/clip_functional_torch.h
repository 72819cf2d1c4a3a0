// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "core/model/clip_config.h"

namespace oodscope::model {

/// Weights by open_clip's names (see expectedTensors).
using ClipWeights = std::map<std::string, at::Tensor>;

struct TowerOutput {
    at::Tensor embeddings;  // [N, D]: pooled, after ln_post
    at::Tensor projected;   // [N, P]; embeddings where the tower has no projection
};

// The architecture in plain tensor operations that autograd follows: for training, and as the reference of the fast
// encoders. Tensors may live on any device; they must agree in dtype and device.

/// `pixels`: [N, 3, size, size], normalised as normalisePixels does. `kept`: the tokens that go through the blocks
/// (int64 indices; 0 is the class token), for training with patch dropout; undefined: all.
TowerOutput imageForward(const ClipConfig& config, const ClipWeights& weights, const at::Tensor& pixels,
                         const at::Tensor& kept = {});
/// `tokens`: [N, L] int64, padded; L at most the context length (shorter is exact for causal models).
TowerOutput textForward(const ClipConfig& config, const ClipWeights& weights, const at::Tensor& tokens);

/// `pixels`: [N, size, size, 3] uint8 → [N, 3, size, size] float32, (x / 255 - mean) / std.
at::Tensor normalisePixels(const image::Preprocess& preprocess, const at::Tensor& pixels);

/// open_clip's initialisation, float32 on the CPU, reproducible from `seed`. No tensor requires a gradient yet.
ClipWeights initialWeights(const ClipConfig& config, std::uint64_t seed);

}  // namespace oodscope::model
