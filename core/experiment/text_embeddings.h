// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/text/prompts.h"

namespace oodscope::experiment {

/// Text embeddings of one model, each kept on disk under the hash of its text: an edited prompt or name costs only the
/// texts that are new. A text that is encoded beside others may differ from itself encoded alone in the last bits, so
/// artefacts with a content key take their class vectors from textClassVectors() instead. Not thread-safe.
class TextEmbeddings {
public:
    /// Reads what `folder` holds for this model; it need not exist. An empty folder keeps nothing on disk. Error: the
    /// model has no text tower.
    static Result<TextEmbeddings> open(std::shared_ptr<const model::Model> model, model::Device device,
                                       const std::filesystem::path& folder);

    /// [texts, P], not normalised, in the order given.
    Result<Matrix> embed(const std::vector<std::string>& texts, std::stop_token stop, const ProgressFn& progress);

    /// Class vectors [C, P] of `names` under `prompts` (method.md section 3).
    Result<Matrix> classVectors(const std::vector<std::string>& names, const text::PromptSet& prompts,
                                std::stop_token stop, const ProgressFn& progress);

    /// Texts that the last call had to encode.
    std::size_t encodedLast() const { return m_encodedLast; }

private:
    TextEmbeddings() = default;
    Status readSegments();
    Status compact();
    Result<Matrix> encode(const std::vector<std::string>& texts, std::stop_token stop, const ProgressFn& progress);
    Status keep(const std::vector<std::string>& keys, const Matrix& rows);
    /// [keys, P]; all of them must be kept.
    Matrix rowsOf(const std::vector<std::string>& keys) const;

    /// A row of a matrix, which keeps its file mapped.
    struct Place {
        Matrix matrix;
        std::size_t row = 0;
    };

    std::shared_ptr<const model::Model> m_model;
    model::Device m_device;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::unique_ptr<model::TextEncoder> m_encoder;  // made when the first text is new
    std::filesystem::path m_folder;                 // of this model; empty: nothing is kept
    std::unordered_map<std::string, Place> m_places;
    std::size_t m_encodedLast = 0;
};

/// Every prompt filled with every name, class-major.
std::vector<std::string> filledPrompts(const std::vector<std::string>& names, const text::PromptSet& prompts);

}  // namespace oodscope::experiment
