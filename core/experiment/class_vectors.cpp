// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/class_vectors.h"

#include <algorithm>
#include <system_error>

#include "core/base/hash.h"
#include "core/io/safetensors.h"
#include "core/probe/pseudo_labels.h"

namespace oodscope::experiment {
namespace {

constexpr std::string_view kTensorName = "class_vectors";
constexpr std::size_t kTextBatch = 256;

Result<std::string> cacheKey(const model::Model& model, const text::Tokenizer& tokenizer,
                             const std::vector<std::string>& names, const text::PromptSet& prompts) {
    auto identity = model.identity();
    if (!identity) return failFrom(identity);
    Hasher hasher;
    hasher.add(std::string_view("class vectors 1")).add(*identity).add(tokenizer.hash());
    for (const std::string& prompt : prompts.templates)
        hasher.add(prompt);
    hasher.add(std::uint64_t{names.size()});
    for (const std::string& name : names)
        hasher.add(name);
    return hasher.hex();
}

/// Rows class-major: all prompts of class 0, then of class 1, …
std::vector<std::vector<std::int32_t>> tokenise(const text::Tokenizer& tokenizer, int contextLength,
                                                const std::vector<std::string>& names, const text::PromptSet& prompts) {
    std::vector<std::vector<std::int32_t>> tokens;
    tokens.reserve(names.size() * prompts.templates.size());
    for (const std::string& name : names) {
        for (const std::string& prompt : prompts.templates)
            tokens.push_back(tokenizer.encodePadded(text::fillPrompt(prompt, name), contextLength));
    }
    return tokens;
}

Result<Matrix> encodeAll(model::TextEncoder& encoder, const std::vector<std::vector<std::int32_t>>& tokens) {
    std::vector<float> values;
    std::size_t width = 0;
    for (std::size_t start = 0; start < tokens.size(); start += kTextBatch) {
        const std::size_t end = std::min(tokens.size(), start + kTextBatch);
        auto rows = encoder.encode(
            {tokens.begin() + static_cast<std::ptrdiff_t>(start), tokens.begin() + static_cast<std::ptrdiff_t>(end)});
        if (!rows) return rows;
        width = rows->cols();
        values.insert(values.end(), rows->values().begin(), rows->values().end());
    }
    return Matrix::own(tokens.size(), width, std::move(values));
}

}  // namespace

Result<Matrix> textClassVectors(const model::Model& model, const std::vector<std::string>& names,
                                const text::PromptSet& prompts, model::Device device,
                                const std::filesystem::path& cacheFolder) {
    if (!model.info().hasTextTower)
        return fail(ErrorCode::Unsupported, model.info().folder.string() +
                                                ": this model has no text tower, so it gives no zero-shot or pseudo "
                                                "labels; use true labels");
    auto tokenizer = model.tokenizer();
    if (!tokenizer) return failFrom(tokenizer);
    auto key = cacheKey(model, *tokenizer, names, prompts);
    if (!key) return failFrom(key);
    const std::filesystem::path cached = cacheFolder / (*key + ".safetensors");
    std::error_code ec;
    if (!cacheFolder.empty() && std::filesystem::exists(cached, ec)) {
        if (auto file = io::openSafetensors(cached)) return io::matrixFrom(*file, kTensorName);
    }
    auto encoder = model.textEncoder(device, model::Precision::Fp32);
    if (!encoder) return failFrom(encoder);
    auto rows = encodeAll(**encoder, tokenise(*tokenizer, model.info().contextLength, names, prompts));
    if (!rows) return rows;
    auto vectors = probe::classVectors(*rows, names.size());
    if (!vectors || cacheFolder.empty()) return vectors;
    const io::TensorToWrite tensor = io::tensorOf(std::string(kTensorName), *vectors);
    if (auto written = io::writeSafetensors(cached, {&tensor, 1}); !written) return failFrom(written);
    return vectors;
}

}  // namespace oodscope::experiment
