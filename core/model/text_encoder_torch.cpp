// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/model/matrix_torch.h"
#include "core/model/text_encoder_torch.h"

namespace oodscope::model {
namespace {

// Texts that go through the blocks together: each such group is trimmed to its own longest text.
constexpr std::size_t kTextsAtOnce = 32;
constexpr std::size_t kTextsAtOnceOnGpu = 512;
constexpr int kTokensHint = 256;  // only for the layout of the weights

}  // namespace

ClipTextEncoder::ClipTextEncoder(const ClipConfig& config, const Weights& weights, const Placement& placement)
    : m_config(config),
      m_placement(placement),
      m_transformer(config.text.transformer, Transformer::Output::OneToken, weights, config.textPrefix(), placement,
                    kTokensHint) {
    const c10::InferenceMode guard;
    const std::string prefix = config.textPrefix();
    m_tokens = placement.put(weights.at(prefix + "token_embedding.weight"));
    m_position = placement.putSum(weights.at(prefix + "positional_embedding"));
    m_finalWeight = placement.putFloat(weights.at(prefix + "ln_final.weight"));
    m_finalBias = placement.putFloat(weights.at(prefix + "ln_final.bias"));
    if (config.text.projection && config.text.projectionBias) {
        m_projection = placement.putFloat(weights.at(prefix + "text_projection.weight").t());
        m_projectionBias = placement.putFloat(weights.at(prefix + "text_projection.bias"));
    } else if (config.text.projection) {
        m_projection = placement.putFloat(weights.at(prefix + "text_projection"));
    }
}

Status ClipTextEncoder::check(const std::vector<std::vector<std::int32_t>>& tokens) const {
    const TextConfig& text = m_config.text;
    for (std::size_t row = 0; row < tokens.size(); ++row) {
        if (tokens[row].size() > static_cast<std::size_t>(text.contextLength))
            return fail(ErrorCode::InvalidArgument, fmt::format("text {}: {} tokens, more than the model's {}", row,
                                                                tokens[row].size(), text.contextLength));
        for (const std::int32_t id : tokens[row]) {
            if (id < 0 || id >= text.vocabularySize)
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("text {}: token {} is not of the model's vocabulary of {}; the tokenizer does "
                                        "not belong to this model",
                                        row, id, text.vocabularySize));
        }
    }
    return {};
}

std::int64_t ClipTextEncoder::pooledRow(std::span<const std::int64_t> padded) const {
    switch (m_config.text.pool) {
        case TextConfig::Pool::First:
            return 0;
        case TextConfig::Pool::Last:
            return std::ssize(padded) - 1;
        case TextConfig::Pool::HighestId:
            return std::ranges::max_element(padded) - padded.begin();
        case TextConfig::Pool::EndToken:
            break;
    }
    const auto found = std::ranges::find(padded, m_config.text.endToken);
    return found == padded.end() ? 0 : found - padded.begin();  // as argmax of all zeros
}

// [N, P] float32 on the device.
at::Tensor ClipTextEncoder::encodeGroup(std::span<const std::vector<std::int32_t>> tokens) const {
    const TextConfig& text = m_config.text;
    const auto count = static_cast<std::int64_t>(tokens.size());
    const std::int64_t context = text.contextLength;
    at::Tensor ids = at::zeros({count, context}, at::TensorOptions(at::kLong));
    at::Tensor rows = at::empty({count}, at::TensorOptions(at::kLong));
    std::int64_t longest = 0;
    for (std::int64_t row = 0; row < count; ++row) {
        std::int64_t* padded = ids.data_ptr<std::int64_t>() + row * context;
        std::ranges::copy(tokens[static_cast<std::size_t>(row)], padded);
        rows.data_ptr<std::int64_t>()[row] = pooledRow({padded, static_cast<std::size_t>(context)});
        longest = std::max(longest, rows.data_ptr<std::int64_t>()[row]);
    }
    // Behind a causal mask nothing after the last pooled token reaches it.
    const std::int64_t length = text.causal ? longest + 1 : context;
    ids = ids.narrow(1, 0, length).contiguous().to(m_placement.device);
    at::Tensor x = at::embedding(m_tokens, ids).to(m_placement.sumType()).add_(m_position.narrow(0, 0, length));
    x = m_transformer.forward(x, text.causal, rows.to(m_placement.device)).to(at::kFloat);
    x = at::layer_norm(x, {x.size(1)}, m_finalWeight, m_finalBias, text.transformer.epsilon);
    if (m_projectionBias.defined()) return at::addmm(m_projectionBias, x, m_projection);
    return m_projection.defined() ? at::mm(x, m_projection) : x;
}

Result<Matrix> ClipTextEncoder::encode(const std::vector<std::vector<std::int32_t>>& tokens) {
    if (const Status status = check(tokens); !status) return failFrom(status);
    if (tokens.empty()) {
        const int width = m_projection.defined() ? m_config.embedDim : m_config.text.transformer.width;
        return Matrix::own(0, static_cast<std::size_t>(width), {});
    }
    try {
        const c10::InferenceMode guard;
        const std::size_t atOnce = m_placement.isCpu() ? kTextsAtOnce : kTextsAtOnceOnGpu;
        std::vector<at::Tensor> parts;
        for (std::size_t from = 0; from < tokens.size(); from += atOnce)
            parts.push_back(encodeGroup(std::span(tokens).subspan(from, std::min(atOnce, tokens.size() - from))));
        return toMatrix(at::cat(parts));
    } catch (const std::exception& exception) {
        return tl::unexpected(describeTorchError(exception, fmt::format("encoding {} texts", tokens.size())));
    }
}

}  // namespace oodscope::model
