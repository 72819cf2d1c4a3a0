// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "core/model/linear_torch.h"
#include "core/model/packed_operators_torch.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {

/// A convolution with bias for inference on images whose channels lie innermost (at::MemoryFormat::ChannelsLast).
/// See Note [Packed weights] in packed_operators_torch.h.
class Convolution {
public:
    struct Geometry {
        std::int64_t stride = 1;
        std::int64_t padding = 0;
        std::int64_t groups = 1;
    };

    Convolution() = default;
    /// `weight`: [out, in / groups, k, k]; `bias`: [out]. `input`: about the shape [N, in, H, W] that comes.
    Convolution(const at::Tensor& weight, const at::Tensor& bias, Geometry geometry, const Placement& placement,
                at::IntArrayRef input);

    /// [N, in, H, W] → [N, out, H', W'], both channels last.
    at::Tensor apply(const at::Tensor& x, Activation activation = Activation::None) const;
    /// activation(residual + apply(x)); uses up the storage of `residual`. None or Relu.
    at::Tensor addTo(at::Tensor residual, const at::Tensor& x, Activation activation = Activation::None) const;

private:
    bool isProduct(const at::Tensor& weight, const Placement& placement) const;
    bool pack(at::IntArrayRef input);
    at::Tensor plain(const at::Tensor& x, Activation activation) const;

    std::optional<Linear> m_product;  // of a 1 x 1 convolution; the weight is in it
    at::Tensor m_weight;              // packed or channels last
    at::Tensor m_bias;
    Geometry m_geometry;
    bool m_packed = false;
};

}  // namespace oodscope::model
