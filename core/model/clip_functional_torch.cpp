// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/clip_functional_torch.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <cmath>

namespace oodscope::model {
namespace {

constexpr double kInitialTemperature = 0.07;

// Named access to the tensors of one prefix.
class Scope {
public:
    Scope(const Weights& weights, std::string prefix) : m_weights(weights), m_prefix(std::move(prefix)) {}
    const at::Tensor& operator()(const std::string& name) const { return m_weights.at(m_prefix + name); }
    Scope inner(const std::string& name) const { return {m_weights, m_prefix + name}; }

private:
    const Weights& m_weights;
    std::string m_prefix;
};

at::Tensor norm(const Scope& scope, const std::string& name, const at::Tensor& x, double epsilon) {
    return at::layer_norm(x, {x.size(-1)}, scope(name + ".weight"), scope(name + ".bias"), epsilon);
}

at::Tensor attention(const TransformerConfig& config, const Scope& scope, const at::Tensor& x, bool causal) {
    const auto parts = at::linear(x, scope("attn.in_proj_weight"), scope("attn.in_proj_bias"))
                           .view({x.size(0), x.size(1), 3, config.heads, config.headWidth()})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, causal);
    return at::linear(mixed.transpose(1, 2).reshape(x.sizes()), scope("attn.out_proj.weight"),
                      scope("attn.out_proj.bias"));
}

at::Tensor mlp(const TransformerConfig& config, const Scope& scope, const at::Tensor& x) {
    const at::Tensor hidden = at::linear(x, scope("mlp.c_fc.weight"), scope("mlp.c_fc.bias"));
    const at::Tensor active = config.activation == TransformerConfig::Activation::QuickGelu
                                  ? hidden * at::sigmoid(hidden * 1.702)
                                  : at::gelu(hidden);
    return at::linear(active, scope("mlp.c_proj.weight"), scope("mlp.c_proj.bias"));
}

at::Tensor transformer(const TransformerConfig& config, const Scope& scope, at::Tensor x, bool causal) {
    for (int layer = 0; layer < config.layers; ++layer) {
        const Scope block = scope.inner(fmt::format("transformer.resblocks.{}.", layer));
        at::Tensor mixed = attention(config, block, norm(block, "ln_1", x, config.epsilon), causal);
        x = x + (config.layerScale ? mixed * block("ls_1.gamma") : mixed);
        at::Tensor shaped = mlp(config, block, norm(block, "ln_2", x, config.epsilon));
        x = x + (config.layerScale ? shaped * block("ls_2.gamma") : shaped);
    }
    return x;
}

at::Tensor poolText(const TextConfig& config, const at::Tensor& x, const at::Tensor& tokens) {
    if (config.pool == TextConfig::Pool::First) return x.select(1, 0);
    if (config.pool == TextConfig::Pool::Last) return x.select(1, -1);
    const at::Tensor position = config.pool == TextConfig::Pool::HighestId
                                    ? tokens.argmax(-1)
                                    : tokens.eq(config.endToken).to(at::kInt).argmax(-1);
    const at::Tensor index = position.view({-1, 1, 1}).expand({-1, 1, x.size(2)});
    return x.gather(1, index).squeeze(1);
}

at::Tensor normal(const at::IntArrayRef& shape, double deviation, const at::Generator& generator) {
    return at::randn(shape, generator, at::TensorOptions(at::kFloat)) * deviation;
}

at::Tensor uniform(const at::IntArrayRef& shape, double bound, const at::Generator& generator) {
    return at::rand(shape, generator, at::TensorOptions(at::kFloat)) * (2 * bound) - bound;
}

bool endsWith(const std::string& name, const char* end) {
    return name.ends_with(end);
}

// What torch.nn gives a module that nobody initialises.
at::Tensor defaultOf(const std::string& name, const at::IntArrayRef& shape, std::int64_t fanIn,
                     const at::Generator& generator) {
    if (endsWith(name, "in_proj_bias") || endsWith(name, "out_proj.bias")) return at::zeros(shape);
    if (name.find("ln_") != std::string::npos) return endsWith(name, ".weight") ? at::ones(shape) : at::zeros(shape);
    if (endsWith(name, "gamma")) return at::full(shape, 1e-5);
    if (endsWith(name, "in_proj_weight"))
        return uniform(shape, std::sqrt(6.0 / double(shape[0] + shape[1])), generator);
    return uniform(shape, 1.0 / std::sqrt(static_cast<double>(fanIn)), generator);
}

at::Tensor initialVision(const ClipConfig& config, const std::string& name, const at::IntArrayRef& shape,
                         const at::Generator& generator) {
    const TransformerConfig& tower = std::get<VitSpec>(config.vision).transformer;
    if (endsWith(name, "_embedding") || endsWith(name, ".proj"))
        return normal(shape, std::pow(tower.width, -0.5), generator);
    std::int64_t fanIn = endsWith(name, "c_proj.bias") ? tower.mlpWidth : tower.width;
    if (shape.size() > 1) fanIn = c10::multiply_integers(shape.slice(1));
    return defaultOf(name, shape, fanIn, generator);
}

at::Tensor initialText(const ClipConfig& config, const std::string& name, const at::IntArrayRef& shape,
                       const at::Generator& generator) {
    const TransformerConfig& tower = config.text.transformer;
    const double attentionDeviation = std::pow(tower.width, -0.5);
    const double outputDeviation = attentionDeviation * std::pow(2.0 * tower.layers, -0.5);
    if (endsWith(name, "token_embedding.weight")) return normal(shape, 0.02, generator);
    if (endsWith(name, "positional_embedding")) return normal(shape, 0.01, generator);
    if (endsWith(name, "text_projection.bias")) return at::zeros(shape);
    if (name.find("text_projection") != std::string::npos || endsWith(name, "in_proj_weight"))
        return normal(shape, attentionDeviation, generator);
    if (endsWith(name, "out_proj.weight") || endsWith(name, "c_proj.weight"))
        return normal(shape, outputDeviation, generator);
    if (endsWith(name, "c_fc.weight")) return normal(shape, std::pow(2.0 * tower.width, -0.5), generator);
    return defaultOf(name, shape, endsWith(name, "c_proj.bias") ? tower.mlpWidth : tower.width, generator);
}

}  // namespace

TowerOutput imageForward(const ClipConfig& config, const Weights& weights, const at::Tensor& pixels,
                         const at::Tensor& kept) {
    const auto& vision = std::get<VitSpec>(config.vision);
    const Scope scope(weights, "visual.");
    const double epsilon = vision.transformer.epsilon;
    at::Tensor x = at::conv2d(pixels, scope("conv1.weight"), {}, vision.patchSize).flatten(2).transpose(1, 2);
    x = at::cat({scope("class_embedding").view({1, 1, -1}).expand({x.size(0), 1, -1}), x}, 1);
    x = x + scope("positional_embedding");
    if (kept.defined()) x = x.index_select(1, kept);
    if (vision.normBefore) x = norm(scope, "ln_pre", x, epsilon);
    x = transformer(vision.transformer, scope, x, /*causal=*/false);
    if (!vision.normAfterPooling) x = norm(scope, "ln_post", x, epsilon);
    x = vision.pool == VitSpec::Pool::ClassToken ? x.select(1, 0) : x.slice(1, 1).mean(1);
    if (vision.normAfterPooling) x = norm(scope, "ln_post", x, epsilon);
    return {x, at::matmul(x, scope("proj"))};
}

TowerOutput textForward(const ClipConfig& config, const Weights& weights, const at::Tensor& tokens) {
    const TextConfig& text = config.text;
    const Scope scope(weights, config.textPrefix());
    at::Tensor x = at::embedding(scope("token_embedding.weight"), tokens) +
                   scope("positional_embedding").slice(0, 0, tokens.size(1));
    x = transformer(text.transformer, scope, x, text.causal);
    x = poolText(text, norm(scope, "ln_final", x, text.transformer.epsilon), tokens);
    if (!text.projection) return {x, x};
    if (text.projectionBias) return {x, at::linear(x, scope("text_projection.weight"), scope("text_projection.bias"))};
    return {x, at::matmul(x, scope("text_projection"))};
}

at::Tensor normalisePixels(const image::Preprocess& preprocess, const at::Tensor& pixels) {
    const auto options = at::TensorOptions(at::kFloat);
    const at::Tensor mean = at::tensor(at::ArrayRef<float>(preprocess.mean), options).view({1, 3, 1, 1});
    const at::Tensor deviation = at::tensor(at::ArrayRef<float>(preprocess.std), options).view({1, 3, 1, 1});
    const at::Tensor scaled = pixels.permute({0, 3, 1, 2}).to(at::kFloat) / 255.0;
    return (scaled - mean.to(pixels.device())) / deviation.to(pixels.device());
}

Weights initialWeights(const ClipConfig& config, std::uint64_t seed) {
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    Weights weights;
    for (const auto& [name, shape] : expectedTensors(config)) {
        if (name == "logit_scale")
            weights[name] = at::full(shape, std::log(1.0 / kInitialTemperature));
        else if (name == "logit_bias")
            weights[name] = at::zeros(shape);
        else
            weights[name] = name.starts_with("visual.") ? initialVision(config, name, shape, generator)
                                                        : initialText(config, name, shape, generator);
    }
    return weights;
}

}  // namespace oodscope::model
