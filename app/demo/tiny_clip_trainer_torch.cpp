// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/tiny_clip_trainer_torch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <numeric>

#include "core/train/schedule.h"

namespace oodscope::demo {
namespace {

constexpr double kLargestLogitScale = 4.605170185988092;  // ln 100, as in CLIP

/// Fisher–Yates with numbers that are the same everywhere.
void shuffle(std::vector<std::int64_t>& order, Random& random) {
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[static_cast<std::size_t>(random.index(static_cast<int>(i)))]);
}

at::Tensor tokenTable(const std::vector<std::string>& texts, const text::Tokenizer& tokenizer, int contextLength) {
    at::Tensor table = at::zeros({std::ssize(texts), contextLength}, at::kLong);
    auto* data = table.mutable_data_ptr<std::int64_t>();
    for (const std::string& text : texts) {
        for (const std::int32_t id : tokenizer.encodePadded(text, contextLength))
            *data++ = id;
    }
    return table;
}

at::Tensor normalised(const at::Tensor& x) {
    return x / x.norm(2, -1, /*keepdim=*/true);
}

}  // namespace

TinyClipTrainer::TinyClipTrainer(const TrainOptions& options, const model::ClipConfig& config, const CaptionPool& pool,
                                 const text::Tokenizer& tokenizer)
    : m_options(options), m_config(config), m_random(mixSeed(options.seed, 301)), m_order(pool.captions.size()) {
    const auto count = static_cast<std::int64_t>(pool.captions.size());
    m_pixels =
        at::from_blob(const_cast<std::uint8_t*>(pool.pixels.data()), {count, pool.side, pool.side, 3}, at::kByte);
    m_tokens = tokenTable(pool.captions, tokenizer, options.contextLength);
    std::vector<std::string> prompts;
    for (const ObjectClass& known : captionedClasses())
        prompts.push_back("a photo of a " + std::string(known.name) + ".");
    m_prompts = tokenTable(prompts, tokenizer, options.contextLength);
    std::iota(m_order.begin(), m_order.end(), 0);
    m_position = m_order.size();  // the first batch shuffles
    prepareWeights();
}

void TinyClipTrainer::prepareWeights() {
    m_weights = model::initialWeights(m_config, mixSeed(m_options.seed, 302));
    std::vector<at::Tensor> parameters;
    std::vector<bool> decayed;
    for (auto& [name, weight] : m_weights) {
        weight.requires_grad_(true);
        parameters.push_back(weight);
        decayed.push_back(weight.dim() >= 2);
    }
    train::AdamOptions adam;
    adam.beta2 = 0.98;
    adam.epsilon = 1e-6;
    adam.weightDecay = m_options.weightDecay;
    m_optimiser = std::make_unique<train::AdamW>(std::move(parameters), adam, decayed);
}

at::Tensor TinyClipTrainer::nextIndices() {
    const std::size_t batch = std::min(static_cast<std::size_t>(m_options.batchSize), m_order.size());
    if (m_position + batch > m_order.size()) {
        shuffle(m_order, m_random);
        m_position = 0;
    }
    at::Tensor indices = at::empty({static_cast<std::int64_t>(batch)}, at::kLong);
    std::copy_n(m_order.data() + m_position, batch, indices.mutable_data_ptr<std::int64_t>());
    m_position += batch;
    return indices;
}

at::Tensor TinyClipTrainer::pixelsOf(const at::Tensor& indices) {
    const std::int64_t size = m_options.imageSize;
    const int room = static_cast<int>(m_pixels.size(1) - size);
    const std::int64_t top = m_random.integer(0, room);
    const std::int64_t left = m_random.integer(0, room);
    at::Tensor pixels = m_pixels.index_select(0, indices).narrow(1, top, size).narrow(2, left, size);
    if (m_random.chance(0.5)) pixels = pixels.flip(2);  // nothing in a caption tells left from right
    return model::normalisePixels(m_config.preprocess, pixels).contiguous();
}

at::Tensor TinyClipTrainer::tokensOf(const at::Tensor& indices) const {
    const at::Tensor tokens = m_tokens.index_select(0, indices);
    // The tower is causal: what comes after the last end token changes nothing.
    const auto longest = tokens.argmax(1).max().item<std::int64_t>() + 1;
    return tokens.slice(1, 0, longest).contiguous();
}

/// The class token and another random part of the patches each time: half the patches, half the work.
at::Tensor TinyClipTrainer::keptTokens() {
    std::vector<std::int64_t> patches(static_cast<std::size_t>(std::get<model::VitSpec>(m_config.vision).tokens() - 1));
    std::iota(patches.begin(), patches.end(), 1);
    shuffle(patches, m_random);
    const auto kept = static_cast<std::size_t>(std::lround(m_options.keptPatches * double(patches.size())));
    patches.resize(std::max<std::size_t>(kept, 1));
    patches.insert(patches.begin(), 0);
    return at::tensor(patches, at::kLong);
}

at::Tensor TinyClipTrainer::loss(const at::Tensor& indices) {
    const at::Tensor pixels = pixelsOf(indices);
    const at::Tensor images = normalised(model::imageForward(m_config, m_weights, pixels, keptTokens()).projected);
    const at::Tensor texts = normalised(model::textForward(m_config, m_weights, tokensOf(indices)).projected);
    const at::Tensor logits = m_weights.at("logit_scale").exp() * at::matmul(images, texts.t());  // [B, B]
    const at::Tensor pairs = at::arange(indices.size(0), at::kLong);
    return (at::cross_entropy_loss(logits, pairs) + at::cross_entropy_loss(logits.t(), pairs)) / 2;
}

double TinyClipTrainer::step() {
    m_optimiser->zeroGrad();
    const at::Tensor value = loss(nextIndices());
    value.backward();
    const auto warmup = train::warmupSteps(m_options.steps, m_options.warmupShare);
    m_optimiser->step(train::warmupCosine(m_step, m_options.steps, warmup, m_options.learningRate));
    ++m_step;
    m_weights.at("logit_scale").detach().clamp_(0.0, kLargestLogitScale);
    return value.item<double>();
}

double TinyClipTrainer::zeroShotAccuracy(const at::Tensor& pictures, const std::vector<int>& classes) const {
    const c10::NoGradGuard guard;
    const at::Tensor pixels = model::normalisePixels(m_config.preprocess, pictures).contiguous();
    const at::Tensor images = model::imageForward(m_config, m_weights, pixels).projected;
    const at::Tensor texts = normalised(model::textForward(m_config, m_weights, m_prompts).projected);
    const at::Tensor truth = at::tensor(classes, at::kLong);
    return at::matmul(images, texts.t()).argmax(1).eq(truth).to(at::kDouble).mean().item<double>();
}

double TinyClipTrainer::logitScale() const {
    return std::exp(m_weights.at("logit_scale").detach().item<double>());
}

}  // namespace oodscope::demo
