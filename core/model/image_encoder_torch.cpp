// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/model/encoders_torch.h"
#include "core/model/matrix_torch.h"

namespace oodscope::model {
namespace {

// Images that go through the blocks together on the CPU, for each thread: few enough that the buffers between the
// layers stay small, many enough that the matrix products run at full speed.
constexpr int kSliceOfOneThread = 2;
constexpr int kLeastSlice = 4;

at::Tensor channels(const std::array<float, 3>& values) {
    return at::tensor(at::ArrayRef<float>(values), at::TensorOptions(at::kDouble));
}

}  // namespace

// Note [Folded normalisation]
// The patch layer gets (x / 255 - mean) / std. Both steps are linear, so they go into its weight and a bias. The bytes
// are first taken less a whole number c near the channel's mean: x - c is exact even in bfloat16, small where the
// normalised value is small, and so nothing is lost by rounding the folded weights.
ClipImageEncoder::ClipImageEncoder(const ClipConfig& config, const ClipWeights& weights, const Placement& placement)
    : m_config(config),
      m_placement(placement),
      m_transformer(config.vision.transformer, config.quickGelu,
                    config.vision.pool == VisionConfig::Pool::ClassToken ? Transformer::Output::OneToken
                                                                         : Transformer::Output::AllTokens,
                    weights, "visual.", placement, kSliceOfOneThread * config.vision.tokens()) {
    const c10::InferenceMode guard;
    const auto get = [&](const char* name) { return weights.at(std::string("visual.") + name); };
    const at::Tensor mean = channels(config.preprocess.mean);
    const at::Tensor deviation = channels(config.preprocess.std);
    const at::Tensor centre = (mean * 255.0).round().clamp(0, 255);
    const at::Tensor kernel = get("conv1.weight").to(at::kDouble).permute({0, 2, 3, 1});  // [W, p, p, 3]
    m_patchWeight = placement.put((kernel / (deviation * 255.0)).flatten(1));
    const at::Tensor bias = (kernel * ((centre / 255.0 - mean) / deviation)).sum({1, 2, 3});
    at::Tensor position = get("positional_embedding").to(at::kDouble).clone();
    position.slice(0, 1).add_(bias);
    position.select(0, 0).add_(get("class_embedding").to(at::kDouble));
    m_position = placement.put(position);
    m_centre = placement.put(centre);
    if (config.vision.normBefore) {
        m_preWeight = placement.put(get("ln_pre.weight"));
        m_preBias = placement.put(get("ln_pre.bias"));
    }
    m_postWeight = placement.putFloat(get("ln_post.weight"));
    m_postBias = placement.putFloat(get("ln_post.bias"));
    m_projection = placement.putFloat(get("proj"));
}

// `pixels`: [N, size, size, 3] uint8 on the device → [N, L, W].
at::Tensor ClipImageEncoder::embedPatches(const at::Tensor& pixels) const {
    const VisionConfig& vision = m_config.vision;
    const std::int64_t grid = vision.gridSize();
    const std::int64_t patch = vision.patchSize;
    const std::int64_t count = pixels.size(0);
    const at::Tensor patches = pixels.narrow(1, 0, grid * patch)
                                   .narrow(2, 0, grid * patch)
                                   .reshape({count, grid, patch, grid, patch, 3})
                                   .permute({0, 1, 3, 2, 4, 5})
                                   .to(m_placement.dtype)
                                   .sub(m_centre)
                                   .reshape({count * grid * grid, patch * patch * 3});
    at::Tensor x = at::empty({count, vision.tokens(), vision.transformer.width}, patches.options());
    x.select(1, 0).copy_(m_position.select(0, 0));
    const at::Tensor embedded = at::mm(patches, m_patchWeight.t()).view({count, grid * grid, -1});
    at::Tensor rest = x.slice(1, 1);
    at::add_out(rest, embedded, m_position.slice(0, 1));
    return x;
}

// [N, L, W] → [N, W] float32 after ln_post; undefined when stopped.
at::Tensor ClipImageEncoder::pooledTokens(at::Tensor x) const {
    const VisionConfig& vision = m_config.vision;
    const auto post = [&](const at::Tensor& tokens) {
        return at::layer_norm(tokens.to(at::kFloat), {tokens.size(-1)}, m_postWeight, m_postBias,
                              vision.transformer.epsilon);
    };
    const at::Tensor rows = at::zeros({x.size(0)}, x.options().dtype(at::kLong));
    x = m_transformer.forward(std::move(x), /*causal=*/false, rows, m_stop);
    if (!x.defined()) return x;
    if (vision.pool == VisionConfig::Pool::ClassToken) return post(x);
    x = x.slice(1, 1).to(at::kFloat);
    return vision.normAfterPooling ? post(x.mean(1)) : post(x).mean(1);
}

int ClipImageEncoder::sliceSize(int count) const {
    if (!m_placement.isCpu()) return count;
    return std::min(count, std::max(kLeastSlice, kSliceOfOneThread * at::get_num_threads()));
}

// [N, W] float32; undefined when stopped.
at::Tensor ClipImageEncoder::encodeSlice(std::span<const std::uint8_t> pixels, int count) const {
    const std::int64_t size = m_config.vision.imageSize;
    const at::Tensor host =
        at::from_blob(const_cast<std::uint8_t*>(pixels.data()), {count, size, size, 3}, at::TensorOptions(at::kByte));
    at::Tensor x = embedPatches(host.to(m_placement.device));
    if (m_config.vision.normBefore)
        x = at::layer_norm(x, {x.size(2)}, m_preWeight, m_preBias, m_config.vision.transformer.epsilon);
    return pooledTokens(std::move(x));
}

Result<ImageFeatures> ClipImageEncoder::encodeSlices(std::span<const std::uint8_t> pixels, int count) const {
    const int slice = sliceSize(count);
    const std::size_t each = pixels.size() / static_cast<std::size_t>(count);
    std::vector<at::Tensor> parts;
    for (int from = 0; from < count; from += slice) {
        const int part = std::min(slice, count - from);
        parts.push_back(encodeSlice(
            pixels.subspan(static_cast<std::size_t>(from) * each, static_cast<std::size_t>(part) * each), part));
        if (!parts.back().defined()) return cancelled();
    }
    const at::Tensor pooled = parts.size() == 1 ? parts.front() : at::cat(parts);
    return ImageFeatures{toMatrix(pooled), toMatrix(at::mm(pooled, m_projection))};
}

Result<ImageFeatures> ClipImageEncoder::encode(std::span<const std::uint8_t> pixels, int count) {
    const std::size_t each = std::size_t(inputSize()) * std::size_t(inputSize()) * 3;
    if (count < 0 || pixels.size() != each * static_cast<std::size_t>(count))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("image encoder: {} bytes do not hold {} images of {} x {} pixels", pixels.size(), count,
                                inputSize(), inputSize()));
    if (count == 0)
        return ImageFeatures{Matrix::own(0, static_cast<std::size_t>(embeddingWidth()), {}),
                             Matrix::own(0, static_cast<std::size_t>(projectedWidth()), {})};
    try {
        const c10::InferenceMode guard;
        return encodeSlices(pixels, count);
    } catch (const std::exception& exception) {
        return tl::unexpected(describeTorchError(exception, fmt::format("encoding {} images", count)));
    }
}

}  // namespace oodscope::model
