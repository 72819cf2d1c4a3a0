// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convolution_torch.h"

#include <ATen/ops/_add_relu.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/zeros.h>

#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace oodscope::model {
namespace {

const PackedOperator& reorderOperator() {
    static const auto found = findPackedOperator("mkldnn::_reorder_convolution_weight");
    return found;
}

const PackedOperator& pointwiseOperator() {
    static const auto found = findPackedOperator("mkldnn::_convolution_pointwise");
    return found;
}

const PackedOperator& residualOperator() {
    static const auto found = findPackedOperator("mkldnn::_convolution_pointwise_", "binary");
    return found;
}

std::vector<std::int64_t> twice(std::int64_t value) {
    return {value, value};
}

using NoScalars = c10::List<std::optional<at::Scalar>>;

}  // namespace

Convolution::Convolution(const at::Tensor& weight, const at::Tensor& bias, Geometry geometry,
                         const Placement& placement, at::IntArrayRef input)
    : m_geometry(geometry) {
    if (isProduct(weight, placement)) {
        m_product.emplace(weight.flatten(1), bias, placement, input[0] * input[2] * input[3]);
        return;
    }
    m_weight = placement.put(weight);
    m_bias = placement.put(bias);
    m_packed = isPackable(placement) && pack(input);
    if (!m_packed) m_weight = m_weight.contiguous(at::MemoryFormat::ChannelsLast);
}

// Whether to multiply: a packed 1 x 1 convolution in float32 wants its weight in another order for one image than for
// two, and reorders it on every call (256 to 1024 channels at 14 x 14: 6 ms instead of 0.5). Not so in bfloat16, where
// the convolution adds the residual while it is in registers.
bool Convolution::isProduct(const at::Tensor& weight, const Placement& placement) const {
    const bool pointwise = weight.size(2) == 1 && weight.size(3) == 1 && m_geometry.stride == 1 &&
                           m_geometry.padding == 0 && m_geometry.groups == 1;
    return pointwise && !(placement.isCpu() && placement.dtype == at::kBFloat16);
}

bool Convolution::pack(at::IntArrayRef input) {
    if (!reorderOperator() || !pointwiseOperator() || !residualOperator()) return false;
    const at::Tensor unpacked = m_weight;
    try {
        m_weight = callPacked(reorderOperator(), unpacked, twice(m_geometry.padding), twice(m_geometry.stride),
                              twice(1), m_geometry.groups, std::optional(input.vec()));
        m_packed = true;
        const std::int64_t side = unpacked.size(2);
        const at::Tensor probe =
            at::zeros({1, input[1], side, side}, unpacked.options()).contiguous(at::MemoryFormat::ChannelsLast);
        addTo(apply(probe, Activation::Relu), probe, Activation::Relu);
        return true;
    } catch (const std::exception&) {
        m_weight = unpacked;
        m_packed = false;
        return false;
    }
}

at::Tensor Convolution::plain(const at::Tensor& x, Activation activation) const {
    if (m_product) return m_product->apply(x.permute({0, 2, 3, 1}), activation).permute({0, 3, 1, 2});
    // Some kernels of the fallback do not keep the order of their input.
    const at::Tensor y = at::conv2d(x, m_weight, m_bias, twice(m_geometry.stride), twice(m_geometry.padding),
                                    /*dilation=*/1, m_geometry.groups);
    return activate(y.contiguous(at::MemoryFormat::ChannelsLast), activation);
}

at::Tensor Convolution::apply(const at::Tensor& x, Activation activation) const {
    if (!m_packed) return plain(x, activation);
    return callPacked(pointwiseOperator(), x, m_weight, m_bias, twice(m_geometry.padding), twice(m_geometry.stride),
                      twice(1), m_geometry.groups, packedName(activation), NoScalars(), std::string("none"));
}

at::Tensor Convolution::addTo(at::Tensor residual, const at::Tensor& x, Activation activation) const {
    if (!m_packed) {
        const at::Tensor sum = plain(x, Activation::None);
        const bool fused = activation == Activation::Relu && residual.is_cpu() && residual.scalar_type() == at::kFloat;
        if (fused) return at::_add_relu_(residual, sum);
        return activate(residual.add_(sum), activation);
    }
    const auto unary =
        activation == Activation::None ? std::optional<std::string>() : std::optional(packedName(activation));
    return callPacked(residualOperator(), residual, x, m_weight, m_bias, twice(m_geometry.padding),
                      twice(m_geometry.stride), twice(1), m_geometry.groups, std::string("add"),
                      std::optional<at::Scalar>(), unary, NoScalars(), std::optional<std::string>());
}

}  // namespace oodscope::model
