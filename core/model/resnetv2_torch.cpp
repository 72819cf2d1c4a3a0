// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/resnetv2_torch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace oodscope::model {
namespace {

constexpr double kStandardEpsilon = 1e-8;
constexpr double kNormEpsilon = 1e-5;

using Padding = std::array<std::int64_t, 2>;

// TensorFlow's "SAME": as many outputs as strides fit into the side, the odd pixel after.
Padding samePadding(std::int64_t side, std::int64_t kernel, std::int64_t stride) {
    const std::int64_t outputs = (side + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + kernel - side, 0);
    return {total / 2, total - total / 2};
}

at::Tensor pad(const at::Tensor& x, const Padding& padding, double value) {
    if (padding[1] == 0) return x;
    return at::constant_pad_nd(x, {padding[0], padding[1], padding[0], padding[1]}, value)
        .contiguous(at::MemoryFormat::ChannelsLast);
}

// Every filter with mean 0 and variance 1 (timm, StdConv2dSame); in double, as it is done once.
at::Tensor standardised(const at::Tensor& weight) {
    const at::Tensor w = weight.to(at::kDouble);
    const at::Tensor mean = w.mean({1, 2, 3}, /*keepdim=*/true);
    const at::Tensor variance = (w - mean).square().mean({1, 2, 3}, /*keepdim=*/true);
    return (w - mean) / (variance + kStandardEpsilon).sqrt();
}

}  // namespace

at::Tensor ResNetV2::Layer::apply(const at::Tensor& x) const {
    return at::group_norm(convolution.apply(pad(x, padding, 0.0)), ResNetV2Spec::kGroups, normWeight, normBias,
                          kNormEpsilon);
}

ResNetV2::Layer ResNetV2::prepare(Source& source, const std::string& convolution, const std::string& norm,
                                  std::int64_t stride, const at::Tensor& inputScale) {
    const auto get = [&](const std::string& name) { return source.weights.at(name); };
    at::Tensor weight = standardised(get(convolution + ".weight"));
    const std::int64_t kernel = weight.size(2);
    Padding padding = samePadding(source.side, kernel, stride);
    // The convolution pads by itself where both sides get the same.
    const std::int64_t inner = padding[0] == padding[1] ? padding[0] : 0;
    if (inner > 0) padding = {0, 0};
    if (inputScale.defined()) weight = weight * inputScale;
    Layer layer;
    layer.convolution = Convolution(weight, at::zeros({weight.size(0)}, at::TensorOptions(at::kDouble)),
                                    {.stride = stride, .padding = inner}, source.placement,
                                    {2, source.channels, source.side + padding[1], source.side + padding[1]});
    layer.padding = padding;
    layer.normWeight = source.placement.put(get(norm + ".weight"));
    layer.normBias = source.placement.put(get(norm + ".bias"));
    source.channels = weight.size(0);
    source.side = (source.side + stride - 1) / stride;
    return layer;
}

ResNetV2::Block ResNetV2::prepareBlock(Source& source, const std::string& prefix, std::int64_t stride) {
    Block block;
    Source beside = source;
    block.first = prepare(source, prefix + "conv1", prefix + "norm1", 1);
    block.second = prepare(source, prefix + "conv2", prefix + "norm2", stride);
    block.third = prepare(source, prefix + "conv3", prefix + "norm3", 1);
    if (source.weights.contains(prefix + "downsample.conv.weight"))
        block.shortcut.push_back(prepare(beside, prefix + "downsample.conv", prefix + "downsample.norm", stride));
    return block;
}

ResNetV2::ResNetV2(const ResNetV2Spec& spec, int imageSize, const image::Preprocess& preprocess, const Weights& weights,
                   const std::string& prefix, const Placement& placement)
    : m_placement(placement) {
    const c10::InferenceMode guard;
    m_input = PaddedInput(preprocess, placement);
    Source source{weights, placement, 3, imageSize};
    m_stem = prepare(source, prefix + "stem.conv", prefix + "stem.norm", 2, m_input.scale);
    m_poolPadding = samePadding(source.side, 3, 2);
    source.side = (source.side + 1) / 2;
    for (std::size_t stage = 0; stage < spec.blocks.size(); ++stage) {
        for (int index = 0; index < spec.blocks[stage]; ++index)
            m_blocks.push_back(prepareBlock(source, fmt::format("{}stages.{}.blocks.{}.", prefix, stage, index),
                                            stage > 0 && index == 0 ? 2 : 1));
    }
}

at::Tensor ResNetV2::addBlock(const Block& block, const at::Tensor& x) {
    at::Tensor inner = block.first.apply(x).relu_();
    inner = block.second.apply(inner).relu_();
    inner = block.third.apply(inner);
    return inner.add_(block.shortcut.empty() ? x : block.shortcut.front().apply(x)).relu_();
}

at::Tensor ResNetV2::forward(const at::Tensor& pixels, const std::stop_token& stop) const {
    at::Tensor x = m_input.centred(pixels, m_placement.dtype);
    x = pad(m_stem.apply(x).relu_(), m_poolPadding, -std::numeric_limits<double>::infinity());
    x = at::max_pool2d(x, {3, 3}, {2, 2});
    for (const Block& block : m_blocks) {
        if (stop.stop_requested()) return {};
        x = addBlock(block, x);
    }
    return x;
}

}  // namespace oodscope::model
