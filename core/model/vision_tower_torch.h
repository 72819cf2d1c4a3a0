// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <stop_token>

#include "core/image/preprocess.h"
#include "core/model/vision_spec.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// The image tower of any architecture, prepared for inference on one placement. Thread-compatible: one per encoder.
class VisionTower {
public:
    virtual ~VisionTower() = default;
    /// `pixels`: [N, S, S, 3] uint8 on the placement's device → [N, D] float32, before any projection or class head.
    /// Undefined once `stop`, polled between layers, asks to stop.
    virtual at::Tensor forward(const at::Tensor& pixels, const std::stop_token& stop) const = 0;
    virtual int width() const = 0;  // D
    /// Of `count` images, how many go through together: on the CPU so few that what lies between two layers stays
    /// small.
    virtual int sliceSize(int count) const = 0;
};

/// `weights`: the tensors of expectedTensors(spec), under those names. Throws what LibTorch throws.
std::unique_ptr<VisionTower> makeTower(const VisionSpec& spec, const image::Preprocess& preprocess,
                                       const Weights& weights, const Placement& placement);

// Note [Folded normalisation]
// The first layer gets (x / 255 - mean) / std. Both steps are linear, so they go into its weight and a bias. The bytes
// are first taken less a whole number c near the channel's mean: x - c is exact even in bfloat16, small where the
// normalised value is small, and so nothing is lost by rounding the folded weights.
struct FoldedInput {
    at::Tensor centre;  // [3] float64: c
    at::Tensor scale;   // [3] float64: the weight of the first layer is multiplied by it
    at::Tensor offset;  // [3] float64: what a byte of value c is after normalisation

    explicit FoldedInput(const image::Preprocess& preprocess);
};

}  // namespace oodscope::model
