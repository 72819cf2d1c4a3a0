// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>

#include "core/model/resnetv2_torch.h"
#include "core/model/transformer_torch.h"
#include "core/model/vision_tower_torch.h"

namespace oodscope::model {

/// The vision transformer in all its variants.
class VitTower final : public VisionTower {
public:
    VitTower(const VitSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
             const Placement& placement);

    at::Tensor forward(const at::Tensor& pixels, const std::stop_token& stop) const override;
    int width() const override { return m_spec.width(); }
    int sliceSize(int count) const override;

private:
    at::Tensor preparePosition(const Weights& weights, const at::Tensor& patchBias) const;
    at::Tensor embedPatches(const at::Tensor& image) const;
    at::Tensor pooledTokens(at::Tensor x, const std::stop_token& stop) const;

    VitSpec m_spec;
    Placement m_placement;
    std::optional<ResNetV2> m_backbone;
    at::Tensor m_centre;       // [3]: a whole number per channel near the mean; undefined with a backbone
    at::Tensor m_patchWeight;  // [W, patch * patch * C]: on pixels less the centre, or on the backbone's features
    at::Tensor m_position;     // [L, W]: with class embedding, registers and the patches' bias added
    at::Tensor m_preWeight, m_preBias;
    Transformer m_transformer;
    at::Tensor m_postWeight, m_postBias;  // float32
};

std::unique_ptr<VisionTower> makeTower(const VitSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                                       const Placement& placement);

}  // namespace oodscope::model
