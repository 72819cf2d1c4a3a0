// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/embedding_set.h"
#include "core/embed/extract.h"
#include "core/experiment/text_embeddings.h"
#include "core/probe/label_updater.h"
#include "core/text/prompts.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// The images that prompts are tried on.
struct LabSources {
    std::string model;             // folder, checkpoint file or name
    model::OpenOptions opening;    // how it is opened
    std::filesystem::path data;    // images, embeddings file or the reference's folder: what gets pseudo labels
    std::filesystem::path idTest;  // ID side of the AUROC; empty: `data`
    std::vector<std::filesystem::path> ood;
    embed::ExtractOptions extract;
};

/// One way to say what the classes are.
struct PromptSide {
    std::string name;
    std::vector<std::string> classNames;  // C, in the order of the data's classes; empty: the data's own
    text::PromptSet prompts;
};

struct LabAuroc {
    std::string ood;
    double auroc = 0;  // of zero-shot MSP, T = 1, no logit scale
    double fpr95 = 0;  // convention plp
};

/// What one side makes of the images.
struct LabelledSide {
    PromptSide side;
    Matrix classVectors;               // [C, P]
    std::vector<std::int32_t> labels;  // N
    double accuracy = -1;              // against true labels; -1: there are none
    std::vector<LabAuroc> aurocs;      // one per OOD set
    std::size_t textsEncoded = 0;      // not found in the cache
    double textSeconds = 0;            // class vectors
    double labelSeconds = 0;           // product and argmax
};

/// Two sides compared image by image.
struct PromptComparison {
    struct ClassRow {
        std::size_t images = 0;  // with this true label
        std::size_t rightA = 0, rightB = 0;
        std::size_t labelsA = 0, labelsB = 0;  // images that got this label
    };
    struct Move {
        std::int32_t from = 0, to = 0;  // label under A, label under B
        std::size_t images = 0;
    };
    std::size_t images = 0;
    std::size_t agreeing = 0;
    std::size_t mended = 0, broken = 0;  // wrong under A and right under B, and the reverse
    std::vector<std::size_t> changed;    // rows whose label differs, rising
    std::vector<ClassRow> classes;       // C
    std::vector<Move> moves;             // most images first
    double agreement() const { return images == 0 ? 0 : double(agreeing) / double(images); }
};

/// labels of one length; trueLabels as long, -1: unknown, or empty.
PromptComparison comparePseudoLabels(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
                                     const std::vector<std::int32_t>& trueLabels, std::size_t classCount);

/// Images, text embeddings and the last pseudo labels, kept between edits, so that an edit costs what it changes.
class PromptLab {
public:
    static Result<PromptLab> open(workspace::Workspace& workspace, const LabSources& sources, std::stop_token stop,
                                  const ProgressFn& progress);

    /// From parts that exist; `idTest` may be empty. Error: a set without projected embeddings.
    static Result<PromptLab> make(TextEmbeddings texts, embed::EmbeddingSet data, embed::EmbeddingSet idTest,
                                  std::vector<embed::EmbeddingSet> ood);

    /// Errors: class names whose number differs from the data's classes, an empty prompt set, Cancelled.
    Result<LabelledSide> label(const PromptSide& side, std::stop_token stop, const ProgressFn& progress);

    PromptComparison compare(const LabelledSide& a, const LabelledSide& b) const {
        return comparePseudoLabels(a.labels, b.labels, m_trueLabels, m_classCount);
    }
    const embed::EmbeddingSet& data() const { return m_data; }
    /// Indices into the classes; -1: unknown.
    const std::vector<std::int32_t>& trueLabels() const { return m_trueLabels; }
    /// Model and sources as a number's provenance names them; null for a lab from parts.
    const nlohmann::json& provenance() const { return m_provenance; }

private:
    PromptLab(TextEmbeddings texts, embed::EmbeddingSet data);
    Result<std::vector<double>> mspScores(const Matrix& projected, const Matrix& classVectors) const;
    Status measureOod(LabelledSide& side, const std::stop_token& stop, const ProgressFn& progress) const;

    TextEmbeddings m_texts;
    embed::EmbeddingSet m_data;
    embed::EmbeddingSet m_idTest;  // empty: m_data
    std::vector<embed::EmbeddingSet> m_ood;
    std::vector<std::int32_t> m_trueLabels;
    nlohmann::json m_provenance;
    std::size_t m_classCount = 0;  // 0 until the first side says, where the data has no classes
    probe::LabelUpdater m_updater;
};

/// {"images", "agreement", "a": {…}, "b": {…}, "classes": […], "moves": […], "changed": […]}
nlohmann::json promptComparisonJson(const PromptLab& lab, const LabelledSide& a, const LabelledSide& b,
                                    const PromptComparison& comparison);
/// The same as aligned plain text, without the list of images.
std::string promptComparisonTable(const LabelledSide& a, const LabelledSide& b, const PromptComparison& comparison);

}  // namespace oodscope::experiment
