// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/resnet_tower_torch.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/max_pool2d.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/model/attention_pool_torch.h"
#include "core/model/convolution_torch.h"
#include "core/model/padded_input_torch.h"

namespace oodscope::model {
namespace {

constexpr int kImagesOfOneThread = 2;
constexpr int kLeastSlice = 4;

using Kind = ResNetSpec::Kind;

class ResNetTower final : public VisionTower {
public:
    ResNetTower(const ResNetSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                const Placement& placement);

    at::Tensor forward(const at::Tensor& pixels, const std::stop_token& stop) const override;
    int width() const override { return m_spec.width(); }
    int sliceSize(int count) const override;

private:
    struct Bottleneck {
        Convolution first, second, third;
        std::optional<Convolution> shortcut;
        std::int64_t pool = 1;  // mean pooling before `third` and `shortcut`
    };
    // The shape of what comes next, while the layers are prepared.
    struct Shape {
        std::int64_t channels, side;
    };

    Convolution prepare(const Weights& weights, const std::string& convolution, const std::string& norm,
                        std::int64_t stride, Shape& shape, bool normaliseInput = false) const;
    void prepareStem(const Weights& weights, Shape& shape);
    Bottleneck prepareBlock(const Weights& weights, const std::string& prefix, std::int64_t stride, Shape& shape) const;
    at::Tensor stem(at::Tensor x) const;
    at::Tensor addBlock(const Bottleneck& block, at::Tensor x) const;

    ResNetSpec m_spec;
    Placement m_placement;
    PaddedInput m_input;
    std::vector<Convolution> m_stem;
    std::vector<Bottleneck> m_blocks;
    AttentionPool m_attention;  // of the kind Clip
};

ResNetTower::ResNetTower(const ResNetSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                         const Placement& placement)
    : m_spec(spec), m_placement(placement) {
    const c10::InferenceMode guard;
    m_input = PaddedInput(preprocess, placement);
    Shape shape{3, spec.imageSize};
    prepareStem(weights, shape);
    for (int layer = 0; layer < 4; ++layer) {
        for (int index = 0; index < spec.blocks[layer]; ++index)
            m_blocks.push_back(prepareBlock(weights, fmt::format("layer{}.{}.", layer + 1, index),
                                            layer > 0 && index == 0 ? 2 : 1, shape));
    }
    if (spec.kind == Kind::Clip) m_attention = AttentionPool(weights, "attnpool.", spec.heads, placement);
}

// Once it is trained, BatchNorm is a scale and a shift per channel: both go into the convolution before it.
Convolution ResNetTower::prepare(const Weights& weights, const std::string& convolution, const std::string& norm,
                                 std::int64_t stride, Shape& shape, bool normaliseInput) const {
    const auto get = [&](const std::string& name) { return weights.at(name).to(at::kDouble); };
    const at::Tensor factor = get(norm + ".weight") / (get(norm + ".running_var") + m_spec.epsilon).sqrt();
    at::Tensor weight = get(convolution + ".weight") * factor.view({-1, 1, 1, 1});
    if (normaliseInput) weight = weight * m_input.scale;
    const at::Tensor bias = get(norm + ".bias") - get(norm + ".running_mean") * factor;
    releasePages(weights, convolution);
    const Shape input = shape;
    shape = {weight.size(0), (input.side + stride - 1) / stride};
    return {weight,
            bias,
            {.stride = stride, .padding = weight.size(2) / 2},
            m_placement,
            {kImagesOfOneThread, input.channels, input.side, input.side}};
}

void ResNetTower::prepareStem(const Weights& weights, Shape& shape) {
    m_stem.push_back(prepare(weights, "conv1", "bn1", 2, shape, /*normaliseInput=*/true));
    if (m_spec.kind == Kind::Clip) {
        m_stem.push_back(prepare(weights, "conv2", "bn2", 1, shape));
        m_stem.push_back(prepare(weights, "conv3", "bn3", 1, shape));
    }
    shape.side = (shape.side + 1) / 2;
}

ResNetTower::Bottleneck ResNetTower::prepareBlock(const Weights& weights, const std::string& prefix,
                                                  std::int64_t stride, Shape& shape) const {
    const bool pooled = m_spec.kind == Kind::Clip;
    Bottleneck block;
    block.pool = pooled ? stride : 1;
    Shape beside = shape;
    block.first = prepare(weights, prefix + "conv1", prefix + "bn1", 1, shape);
    block.second = prepare(weights, prefix + "conv2", prefix + "bn2", pooled ? 1 : stride, shape);
    shape.side /= block.pool;
    block.third = prepare(weights, prefix + "conv3", prefix + "bn3", 1, shape);
    if (!weights.contains(prefix + "downsample.0.weight")) return block;
    beside.side /= block.pool;
    block.shortcut = prepare(weights, prefix + "downsample.0", prefix + "downsample.1", pooled ? 1 : stride, beside);
    return block;
}

int ResNetTower::sliceSize(int count) const {
    if (!m_placement.isCpu()) return count;
    return std::min(count, std::max(kLeastSlice, kImagesOfOneThread * at::get_num_threads()));
}

at::Tensor ResNetTower::stem(at::Tensor x) const {
    for (const Convolution& convolution : m_stem)
        x = convolution.apply(x, Activation::Relu);
    if (m_spec.kind == Kind::Clip) return at::avg_pool2d(x, {2, 2});
    return at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
}

at::Tensor ResNetTower::addBlock(const Bottleneck& block, at::Tensor x) const {
    const auto pool = [&](const at::Tensor& t) {
        return block.pool == 1 ? t : at::avg_pool2d(t, {block.pool, block.pool});
    };
    const at::Tensor inner = pool(block.second.apply(block.first.apply(x, Activation::Relu), Activation::Relu));
    if (block.shortcut) x = block.shortcut->apply(pool(x));
    return block.third.addTo(std::move(x), inner, Activation::Relu);
}

at::Tensor ResNetTower::forward(const at::Tensor& pixels, const std::stop_token& stop) const {
    at::Tensor x = stem(m_input.centred(pixels, m_placement.dtype));
    for (const Bottleneck& block : m_blocks) {
        if (stop.stop_requested()) return {};
        x = addBlock(block, std::move(x));
    }
    return m_spec.kind == Kind::Clip ? m_attention.apply(x) : x.mean({2, 3}, /*keepdim=*/false, at::kFloat);
}

}  // namespace

std::unique_ptr<VisionTower> makeTower(const ResNetSpec& spec, const image::Preprocess& preprocess,
                                       const Weights& weights, const Placement& placement) {
    return std::make_unique<ResNetTower>(spec, preprocess, weights, placement);
}

}  // namespace oodscope::model
