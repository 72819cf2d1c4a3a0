// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convolution_torch.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>
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
    : m_weight(placement.put(weight)), m_bias(placement.put(bias)), m_geometry(geometry) {
    m_pointwise = weight.size(2) == 1 && weight.size(3) == 1 && geometry.stride == 1 && geometry.padding == 0 &&
                  geometry.groups == 1;
    m_packed = isPackable(placement) && pack(input);
    if (!m_packed) m_weight = m_weight.contiguous(at::MemoryFormat::ChannelsLast);
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

at::Tensor Convolution::plain(const at::Tensor& x) const {
    if (m_pointwise) return at::linear(x.permute({0, 2, 3, 1}), m_weight.flatten(1), m_bias).permute({0, 3, 1, 2});
    // Some kernels of the fallback do not keep the order of their input.
    return at::conv2d(x, m_weight, m_bias, twice(m_geometry.stride), twice(m_geometry.padding), /*dilation=*/1,
                      m_geometry.groups)
        .contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor Convolution::apply(const at::Tensor& x, Activation activation) const {
    if (!m_packed) return activate(plain(x), activation);
    return callPacked(pointwiseOperator(), x, m_weight, m_bias, twice(m_geometry.padding), twice(m_geometry.stride),
                      twice(1), m_geometry.groups, packedName(activation), NoScalars(), std::string("none"));
}

at::Tensor Convolution::addTo(at::Tensor residual, const at::Tensor& x, Activation activation) const {
    if (!m_packed) return activate(residual.add_(plain(x)), activation);
    const auto unary =
        activation == Activation::None ? std::optional<std::string>() : std::optional(packedName(activation));
    return callPacked(residualOperator(), residual, x, m_weight, m_bias, twice(m_geometry.padding),
                      twice(m_geometry.stride), twice(1), m_geometry.groups, std::string("add"),
                      std::optional<at::Scalar>(), unary, NoScalars(), std::optional<std::string>());
}

}  // namespace oodscope::model
