// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vit_tower_torch.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

namespace oodscope::model {
namespace {

// Images that go through the blocks together on the CPU, for each thread: few enough that the buffers between the
// layers stay small, many enough that the matrix products run at full speed.
constexpr int kSliceOfOneThread = 2;
constexpr int kLeastSlice = 4;

Transformer::Output outputOf(const VitSpec& spec) {
    return spec.pool == VitSpec::Pool::ClassToken ? Transformer::Output::OneToken : Transformer::Output::AllTokens;
}

// The position embedding of the patches for the grid of the image. [stored², W] → [grid², W].
at::Tensor resized(const at::Tensor& position, const VitSpec& spec) {
    const std::int64_t stored = spec.positionGrid();
    const std::int64_t grid = spec.gridSize();
    if (stored == grid) return position;
    const at::Tensor image = position.to(at::kFloat).view({1, stored, stored, -1}).permute({0, 3, 1, 2}).contiguous();
    const double shifted = (static_cast<double>(grid) + 0.1) / static_cast<double>(stored);
    const at::Tensor scaled =
        spec.resize == VitSpec::Resize::Shifted
            ? at::upsample_bicubic2d(image, {grid, grid}, /*align_corners=*/false, shifted, shifted)
            : at::_upsample_bicubic2d_aa(image, {grid, grid}, /*align_corners=*/false);
    return scaled.permute({0, 2, 3, 1}).reshape({grid * grid, -1}).to(at::kDouble);
}

}  // namespace

VitTower::VitTower(const VitSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                   const Placement& placement)
    : m_spec(spec),
      m_placement(placement),
      m_transformer(spec.transformer, outputOf(spec), weights, "", placement, kSliceOfOneThread * spec.tokens()) {
    at::Tensor kernel = weights.at("conv1.weight").to(at::kDouble).permute({0, 2, 3, 1});  // [W, p, p, C]
    at::Tensor bias = at::zeros({spec.width()}, kernel.options());
    if (spec.backbone) {
        m_backbone.emplace(*spec.backbone, spec.imageSize, preprocess, weights, kBackbonePrefix, placement);
    } else {
        const FoldedInput input(preprocess);
        m_centre = placement.put(input.centre);
        bias = (kernel * input.offset).sum({1, 2, 3});
        kernel = kernel * input.scale;
    }
    m_patchWeight = placement.put(kernel.flatten(1));
    if (spec.patchBias) bias = bias + weights.at("conv1.bias").to(at::kDouble);
    m_position = placement.putSum(preparePosition(weights, bias));
    if (spec.normBefore) {
        m_preWeight = placement.putSum(weights.at("ln_pre.weight"));
        m_preBias = placement.putSum(weights.at("ln_pre.bias"));
    }
    m_postWeight = placement.putFloat(weights.at("ln_post.weight"));
    m_postBias = placement.putFloat(weights.at("ln_post.bias"));
}

// [L, W] float64: what is added to the patches, and what stands for the tokens before them.
at::Tensor VitTower::preparePosition(const Weights& weights, const at::Tensor& patchBias) const {
    const auto get = [&](const char* name) { return weights.at(name).to(at::kDouble); };
    const std::int64_t prefix = m_spec.prefixTokens();
    at::Tensor position = at::zeros({m_spec.tokens(), m_spec.width()}, at::TensorOptions(at::kDouble));
    position.select(0, 0).copy_(get("class_embedding"));
    if (m_spec.registers > 0) position.slice(0, 1, prefix).copy_(get("register_tokens"));
    at::Tensor patches = position.slice(0, prefix);
    patches.copy_(patchBias);
    if (m_spec.position == VitSpec::Position::None) return position;
    at::Tensor stored = get("positional_embedding");
    if (m_spec.position == VitSpec::Position::All) {
        position.select(0, 0).add_(stored.select(0, 0));
        stored = stored.slice(0, 1);
    }
    patches.add_(resized(stored, m_spec));
    return position;
}

// `image`: [N, H, W, C], bytes or the features of the backbone → [N, L, W] in the type of the residual stream.
at::Tensor VitTower::embedPatches(const at::Tensor& image) const {
    const std::int64_t grid = m_spec.gridSize();
    const std::int64_t patch = m_spec.patchSize;
    const std::int64_t count = image.size(0);
    at::Tensor patches = image.narrow(1, 0, grid * patch)
                             .narrow(2, 0, grid * patch)
                             .reshape({count, grid, patch, grid, patch, image.size(3)})
                             .permute({0, 1, 3, 2, 4, 5})
                             .to(m_placement.dtype);
    if (m_centre.defined()) patches = patches.sub(m_centre);
    patches = patches.reshape({count * grid * grid, patch * patch * image.size(3)});
    const std::int64_t prefix = m_spec.prefixTokens();
    at::Tensor x = at::empty({count, m_spec.tokens(), m_spec.width()}, m_position.options());
    x.slice(1, 0, prefix).copy_(m_position.slice(0, 0, prefix));
    const at::Tensor embedded = at::mm(patches, m_patchWeight.t()).view({count, grid * grid, -1});
    at::Tensor rest = x.slice(1, prefix);
    at::add_out(rest, embedded, m_position.slice(0, prefix));
    return x;
}

// [N, L, W] → [N, W] float32 after ln_post; undefined when stopped.
at::Tensor VitTower::pooledTokens(at::Tensor x, const std::stop_token& stop) const {
    const auto post = [&](const at::Tensor& tokens) {
        return at::layer_norm(tokens.to(at::kFloat), {tokens.size(-1)}, m_postWeight, m_postBias,
                              m_spec.transformer.epsilon);
    };
    const at::Tensor rows = at::zeros({x.size(0)}, x.options().dtype(at::kLong));
    x = m_transformer.forward(std::move(x), /*causal=*/false, rows, stop);
    if (!x.defined()) return x;
    if (m_spec.pool == VitSpec::Pool::ClassToken) return post(x);
    x = x.slice(1, m_spec.prefixTokens()).to(at::kFloat);
    return m_spec.normAfterPooling ? post(x.mean(1)) : post(x).mean(1);
}

at::Tensor VitTower::forward(const at::Tensor& pixels, const std::stop_token& stop) const {
    at::Tensor image = pixels;
    if (m_backbone) {
        image = m_backbone->forward(pixels, stop);
        if (!image.defined()) return image;
        image = image.permute({0, 2, 3, 1});
    }
    at::Tensor x = embedPatches(image);
    if (m_spec.normBefore) x = at::layer_norm(x, {x.size(2)}, m_preWeight, m_preBias, m_spec.transformer.epsilon);
    return pooledTokens(std::move(x), stop);
}

int VitTower::sliceSize(int count) const {
    if (!m_placement.isCpu()) return count;
    return std::min(count, std::max(kLeastSlice, kSliceOfOneThread * at::get_num_threads()));
}

std::unique_ptr<VisionTower> makeTower(const VitSpec& spec, const image::Preprocess& preprocess, const Weights& weights,
                                       const Placement& placement) {
    return std::make_unique<VitTower>(spec, preprocess, weights, placement);
}

}  // namespace oodscope::model
