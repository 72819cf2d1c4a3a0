// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convnext_tower_torch.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/model/convolution_torch.h"
#include "core/model/linear_torch.h"

namespace oodscope::model {
namespace {

// Positions that go through an MLP together: the buffer between its layers stays in the cache, or at least so small
// that the allocator hands out the same pages again.
constexpr std::int64_t kRowsOfMlp = 4096;
constexpr int kImagesOfOneThread = 2;
constexpr int kLeastSlice = 4;
constexpr std::int64_t kStemStride = 4;

struct Norm {
    at::Tensor weight, bias;
    double epsilon = 0;

    /// [..., C]
    at::Tensor apply(const at::Tensor& x) const { return at::layer_norm(x, {x.size(-1)}, weight, bias, epsilon); }
};

at::Tensor channelsInnermost(const at::Tensor& x) {
    return x.permute({0, 2, 3, 1});
}

at::Tensor channelsSecond(const at::Tensor& x) {
    return x.permute({0, 3, 1, 2});
}

class ConvNextTower final : public VisionTower {
public:
    ConvNextTower(const ConvNextSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                  const Placement& placement);

    at::Tensor forward(const at::Tensor& pixels, const std::stop_token& stop) const override;
    int width() const override { return m_spec.width(); }
    int sliceSize(int count) const override;

private:
    struct Block {
        Convolution depthwise;
        Norm norm;
        Linear expand, reduce;  // the layer scale is folded into the latter
    };
    struct Stage {
        Norm norm;  // before the convolution; the stem's after it
        Convolution convolution;
        std::vector<Block> blocks;
    };
    // What preparing one layer needs to know.
    struct Source {
        const Weights& weights;
        const Placement& placement;
        double epsilon;

        at::Tensor get(const std::string& name) const { return weights.at(name).to(at::kFloat); }
        Norm norm(const std::string& name) const;
    };

    void prepareStem(const Source& source, const image::Preprocess& preprocess);
    void prepareStage(const Source& source, int stage, std::int64_t side);
    Block prepareBlock(const Source& source, const ConvNextNames::Block& names, std::int64_t side,
                       std::int64_t rows) const;
    void prepareHead(const Source& source);
    at::Tensor enter(const Stage& stage, const at::Tensor& x) const;
    at::Tensor addBlock(const Block& block, at::Tensor x) const;
    at::Tensor head(const at::Tensor& x) const;
    std::vector<std::int64_t> inputOf(std::int64_t channels, std::int64_t side) const;

    ConvNextSpec m_spec;
    Placement m_placement;
    at::Tensor m_centre;  // [3] float32
    Stage m_stages[4];
    Norm m_finalNorm;                   // float32, as all of the head
    at::Tensor m_hidden, m_hiddenBias;  // undefined: no such layer
    at::Tensor m_output, m_outputBias;
};

Norm ConvNextTower::Source::norm(const std::string& name) const {
    return {placement.put(weights.at(name + ".weight")), placement.put(weights.at(name + ".bias")), epsilon};
}

ConvNextTower::ConvNextTower(const ConvNextSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                             const Placement& placement)
    : m_spec(spec), m_placement(placement) {
    const c10::InferenceMode guard;
    const Source source{weights, placement, spec.epsilon};
    prepareStem(source, preprocess);
    std::int64_t side = spec.imageSize / kStemStride;
    for (int stage = 0; stage < 4; ++stage) {
        if (stage > 0) side /= 2;
        prepareStage(source, stage, side);
    }
    prepareHead(source);
}

std::vector<std::int64_t> ConvNextTower::inputOf(std::int64_t channels, std::int64_t side) const {
    return {kImagesOfOneThread, channels, std::max<std::int64_t>(side, 1), std::max<std::int64_t>(side, 1)};
}

// Without padding the normalisation folds into the stem exactly (Note [Folded normalisation]).
void ConvNextTower::prepareStem(const Source& source, const image::Preprocess& preprocess) {
    const ConvNextNames names(m_spec);
    const FoldedInput input(preprocess);
    const at::Tensor kernel = source.weights.at(names.convolution(0) + ".weight").to(at::kDouble);  // [W, 3, 4, 4]
    const at::Tensor bias = source.weights.at(names.convolution(0) + ".bias").to(at::kDouble) +
                            (kernel * input.offset.view({1, 3, 1, 1})).sum({1, 2, 3});
    m_centre = m_placement.putFloat(input.centre);
    m_stages[0].convolution = Convolution(kernel * input.scale.view({1, 3, 1, 1}), bias, {.stride = kStemStride},
                                          m_placement, inputOf(3, m_spec.imageSize));
    m_stages[0].norm = source.norm(names.norm(0));
}

void ConvNextTower::prepareStage(const Source& source, int number, std::int64_t side) {
    const ConvNextNames names(m_spec);
    Stage& stage = m_stages[number];
    if (number > 0) {
        stage.norm = source.norm(names.norm(number));
        stage.convolution = Convolution(source.get(names.convolution(number) + ".weight"),
                                        source.get(names.convolution(number) + ".bias"), {.stride = 2}, m_placement,
                                        inputOf(m_spec.widths[number - 1], 2 * side));
    }
    const std::int64_t rows = std::clamp<std::int64_t>(kImagesOfOneThread * side * side, 1, kRowsOfMlp);
    for (int index = 0; index < m_spec.depths[number]; ++index)
        stage.blocks.push_back(prepareBlock(source, names.block(number, index), side, rows));
}

// Linear layers one after the other: each is large beside the rest of the tower.
ConvNextTower::Block ConvNextTower::prepareBlock(const Source& source, const ConvNextNames::Block& names,
                                                 std::int64_t side, std::int64_t rows) const {
    const auto get = [&](const std::string& name) { return source.get(name); };
    const std::int64_t width = get(names.norm + ".weight").size(0);
    Block block;
    block.depthwise = Convolution(get(names.depthwise + ".weight"), get(names.depthwise + ".bias"),
                                  {.padding = 3, .groups = width}, m_placement, inputOf(width, side));
    block.norm = source.norm(names.norm);
    block.expand = Linear(get(names.expand + ".weight"), get(names.expand + ".bias"), m_placement, rows);
    releasePages(source.weights, names.expand);
    at::Tensor weight = get(names.reduce + ".weight");
    at::Tensor bias = get(names.reduce + ".bias");
    if (m_spec.layerScale) {
        const at::Tensor scale = get(names.scale).flatten();
        weight = weight * scale.unsqueeze(1);
        bias = bias * scale;
    }
    block.reduce = Linear(weight, bias, m_placement, rows);
    releasePages(source.weights, names.reduce);
    return block;
}

void ConvNextTower::prepareHead(const Source& source) {
    const ConvNextNames names(m_spec);
    const auto get = [&](const std::string& name) { return m_placement.putFloat(source.weights.at(name)); };
    if (m_spec.finalNorm)
        m_finalNorm = {get(names.finalNorm() + ".weight"), get(names.finalNorm() + ".bias"), m_spec.epsilon};
    if (m_spec.hiddenWidth > 0) {
        m_hidden = get(names.hidden() + ".weight");
        m_hiddenBias = get(names.hidden() + ".bias");
    }
    if (m_spec.outputWidth == 0) return;
    m_output = get(names.output() + ".weight");
    if (m_spec.outputBias) m_outputBias = get(names.output() + ".bias");
}

// Images in the cache between two blocks; see kRowsOfMlp for what lies inside a block.
int ConvNextTower::sliceSize(int count) const {
    if (!m_placement.isCpu()) return count;
    return std::min(count, std::max(kLeastSlice, kImagesOfOneThread * at::get_num_threads()));
}

// [N, C, H, W] → [N, C', H', W'], channels last.
at::Tensor ConvNextTower::enter(const Stage& stage, const at::Tensor& x) const {
    if (&stage == &m_stages[0]) return channelsSecond(stage.norm.apply(channelsInnermost(stage.convolution.apply(x))));
    return stage.convolution.apply(channelsSecond(stage.norm.apply(channelsInnermost(x))));
}

// x + block(x), in the storage of x.
at::Tensor ConvNextTower::addBlock(const Block& block, at::Tensor x) const {
    const at::Tensor h =
        block.norm.apply(channelsInnermost(block.depthwise.apply(x))).reshape({-1, x.size(1)});  // [rows, C]
    const at::Tensor rows = channelsInnermost(x).view({-1, x.size(1)});
    for (std::int64_t from = 0; from < rows.size(0); from += kRowsOfMlp) {
        const std::int64_t to = std::min(from + kRowsOfMlp, rows.size(0));
        block.reduce.addTo(rows.slice(0, from, to), block.expand.apply(h.slice(0, from, to), Activation::Gelu));
    }
    return x;
}

// [N, C, H, W] → [N, D] float32.
at::Tensor ConvNextTower::head(const at::Tensor& x) const {
    at::Tensor pooled = x.mean({2, 3}, /*keepdim=*/false, at::kFloat);
    if (m_spec.finalNorm) pooled = m_finalNorm.apply(pooled);
    if (m_hidden.defined()) pooled = at::gelu(at::linear(pooled, m_hidden, m_hiddenBias));
    return m_output.defined() ? at::linear(pooled, m_output, m_outputBias) : pooled;
}

at::Tensor ConvNextTower::forward(const at::Tensor& pixels, const std::stop_token& stop) const {
    at::Tensor x = channelsSecond(pixels.to(at::kFloat).sub_(m_centre).to(m_placement.dtype));
    for (const Stage& stage : m_stages) {
        x = enter(stage, x);
        for (const Block& block : stage.blocks) {
            if (stop.stop_requested()) return {};
            x = addBlock(block, std::move(x));
        }
    }
    return head(x);
}

}  // namespace

std::unique_ptr<VisionTower> makeTower(const ConvNextSpec& spec, const image::Preprocess& preprocess,
                                       const Weights& weights, const Placement& placement) {
    return std::make_unique<ConvNextTower>(spec, preprocess, weights, placement);
}

}  // namespace oodscope::model
