// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_inputs.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/text_util.h"
#include "core/experiment/class_vectors.h"
#include "core/experiment/scoring.h"
#include "core/experiment/sources.h"
#include "core/probe/pseudo_labels.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using embed::EmbeddingSet;

/// Fills a RunInputs step by step.
class Preparation {
public:
    Preparation(workspace::Workspace& workspace, const RunOptions& options, std::stop_token stop,
                const ProgressFn& progress)
        : m_workspace(workspace), m_options(options), m_stop(std::move(stop)), m_progress(progress) {}

    Result<RunInputs> run() {
        for (const auto step :
             {&Preparation::openModel, &Preparation::embedAll, &Preparation::readClasses, &Preparation::pseudoLabel}) {
            if (m_stop.stop_requested()) return cancelled();
            useThreads();
            if (auto done = (this->*step)(); !done) return failFrom(done);
        }
        useThreads();
        return std::move(m_inputs);
    }

private:
    /// The last digits of a product depend on the number of threads, and an extraction leaves its own behind: what
    /// follows must not depend on whether there was one.
    void useThreads() const { model::setComputeThreads(embed::computeThreadsOf(m_options.extract)); }

    Status openModel() {
        if (m_options.model.empty()) return {};
        announce(m_progress, "opening the model");
        auto model = model::openModel(m_options.model, m_options.opening);
        if (!model) return failFrom(model);
        m_inputs.model = *model;
        return recordModel(m_workspace, (*model)->info());
    }

    Status embed(const fs::path& source, EmbeddingSet& into) {
        const std::string stage = "embedding " + sourceName(source);
        const ProgressFn named = [&](const Progress& progress) {
            if (!m_progress) return;
            Progress copy = progress;
            copy.stage = stage;
            m_progress(copy);
        };
        auto set = loadEmbeddings(m_workspace, m_inputs.model.get(), source, m_options.extract, m_stop, named);
        if (!set) return failFrom(set);
        into = std::move(*set);
        return m_inputs.model ? addProjected(*m_inputs.model, into) : Status();
    }

    Status embedAll() {
        if (auto done = embed(m_options.train, m_inputs.train); !done) return done;
        if (m_options.idOnTrain) {
            m_inputs.idTest = m_inputs.train;
        } else if (!m_options.idTest.empty()) {
            if (auto done = embed(m_options.idTest, m_inputs.idTest); !done) return done;
        }
        m_inputs.ood.resize(m_options.ood.size());
        for (std::size_t i = 0; i < m_inputs.ood.size(); ++i) {
            if (auto done = embed(m_options.ood[i], m_inputs.ood[i]); !done) return done;
        }
        makeNamesUnique();
        return checkWidths();
    }

    /// Data sets often share a folder name ("images"): the parent's name then tells them apart.
    void makeNamesUnique() {
        std::vector<EmbeddingSet>& sets = m_inputs.ood;
        std::vector<bool> ambiguous(sets.size());
        for (std::size_t i = 0; i < sets.size(); ++i) {
            const std::string& name = sets[i].datasetName;
            const auto same = [&](const EmbeddingSet& set) { return &set != &sets[i] && set.datasetName == name; };
            ambiguous[i] = name == "images" || same(m_inputs.idTest) || std::ranges::any_of(sets, same);
        }
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (!ambiguous[i]) continue;
            const std::string parent = canonicalOr(m_options.ood[i]).parent_path().filename().string();
            sets[i].datasetName = parent + "/" + sets[i].datasetName;
        }
    }

    Status checkWidths() const {
        const std::size_t width = m_inputs.train.embeddings.cols();
        const auto check = [&](const EmbeddingSet& set) -> Status {
            if (set.size() == 0 || set.embeddings.cols() == width) return {};
            return fail(ErrorCode::InvalidArgument, set.datasetName + ": its embeddings are " +
                                                        std::to_string(set.embeddings.cols()) + " wide, those of " +
                                                        m_inputs.train.datasetName + " " + std::to_string(width) +
                                                        ": they come from different models");
        };
        if (auto good = check(m_inputs.idTest); !good) return good;
        for (const EmbeddingSet& set : m_inputs.ood) {
            if (auto good = check(set); !good) return good;
        }
        return {};
    }

    Status readClasses() {
        const EmbeddingSet& train = m_inputs.train;
        m_inputs.classNames = m_options.classNames.empty() ? train.classNames : m_options.classNames;
        if (m_inputs.classNames.empty())
            return fail(ErrorCode::InvalidArgument,
                        m_options.train.string() + ": has no class folders, so the class names must be given");
        if (train.hasLabels() && train.classNames.size() != m_inputs.classNames.size())
            return fail(ErrorCode::InvalidArgument, std::to_string(m_inputs.classNames.size()) +
                                                        " class names were given, but " + m_options.train.string() +
                                                        " has " + std::to_string(train.classNames.size()) + " classes");
        // Given names rename the training folders in order; the test set is matched by folder name.
        m_inputs.trainTrue = train.labels;
        m_inputs.idTrue = idLabels(train.hasLabels() ? train.classNames : m_inputs.classNames);
        if (m_options.labels == LabelSource::True && m_options.probe && m_options.probeId.empty() && !train.hasLabels())
            return fail(ErrorCode::InvalidArgument, m_options.train.string() +
                                                        ": has no labels, and the probe is to "
                                                        "learn the true ones");
        return {};
    }

    /// The test set's labels as indices into `names`. Classes that a file knows by number alone are those numbers.
    std::vector<std::int32_t> idLabels(const std::vector<std::string>& names) const {
        const EmbeddingSet& set = m_inputs.idTest;
        for (std::size_t i = 0; i < set.classNames.size(); ++i) {
            if (set.classNames[i] != std::to_string(i) || i >= names.size())
                return mapLabels(set.labels, set.classNames, names);
        }
        return set.labels;
    }

    /// Whether there is what pseudo labels and zero-shot scores are made from.
    Status checkZeroShot() const {
        constexpr const char* kNeed = "pseudo labels and zero-shot scores need ";
        if (!m_inputs.model || !m_inputs.model->info().hasTextTower)
            return fail(ErrorCode::InvalidArgument, std::string(kNeed) + "a model with a text tower; use true labels");
        const EmbeddingSet& train = m_inputs.train;
        const model::ModelInfo& info = m_inputs.model->info();
        if (train.projected.empty())
            return fail(ErrorCode::InvalidArgument, m_options.train.string() + ": " + kNeed +
                                                        "projected embeddings; it holds none, and its others are " +
                                                        std::to_string(train.embeddings.cols()) + " wide where " +
                                                        info.name + " makes " + std::to_string(info.embeddingWidth) +
                                                        ": they come from another model");
        if (!m_options.classNames.empty() || !hasNumbersForNames(train)) return {};
        return fail(ErrorCode::InvalidArgument, m_options.train.string() + ": " + kNeed +
                                                    "class names, and this file has only numbers; give --names");
    }

    Status pseudoLabel() {
        const Status possible = checkZeroShot();
        m_inputs.hasZeroShot = possible.has_value();
        if (!possible) {
            const bool needed =
                !m_options.probe || (m_options.labels == LabelSource::Pseudo && m_options.probeId.empty());
            return needed ? possible : Status();
        }
        announce(m_progress, "encoding the class names");
        auto vectors = textVectors(m_inputs.classNames);
        if (!vectors) return failFrom(vectors);
        m_inputs.classVectors = std::move(*vectors);
        auto labels = probe::pseudoLabels(m_inputs.train.projected, m_inputs.classVectors);
        if (!labels) return failFrom(labels);
        m_inputs.trainPseudo = std::move(*labels);
        return encodeNegativeWords();
    }

    Result<Matrix> textVectors(const std::vector<std::string>& names) const {
        return textClassVectors(*m_inputs.model, names, m_options.prompts, m_options.extract.devices.front(),
                                m_workspace.folder() / "text");
    }

    /// Words that name a class, and words given twice, are left out.
    Status encodeNegativeWords() {
        std::set<std::string> seen;
        for (const std::string& name : m_inputs.classNames)
            seen.insert(toLowerAscii(name));
        std::vector<std::string> words;
        for (const std::string& word : m_options.negativeWords) {
            if (seen.insert(toLowerAscii(word)).second) words.push_back(word);
        }
        if (words.empty()) {
            if (m_options.negativeWords.empty()) return {};
            return fail(ErrorCode::InvalidArgument, "the negative words are all class names");
        }
        announce(m_progress, "encoding the negative words");
        auto vectors = textVectors(words);
        if (!vectors) return failFrom(vectors);
        m_inputs.negativeVectors = std::move(*vectors);
        return {};
    }

    workspace::Workspace& m_workspace;
    const RunOptions& m_options;
    std::stop_token m_stop;
    const ProgressFn& m_progress;
    RunInputs m_inputs;
};

}  // namespace

ProbeLabels RunInputs::labels(LabelSource source) const {
    const bool pseudo = source == LabelSource::Pseudo;
    return {pseudo ? "pseudo" : "true", pseudo ? trainPseudo : trainTrue, classNames};
}

Result<RunInputs> prepareInputs(workspace::Workspace& workspace, const RunOptions& options, std::stop_token stop,
                                const ProgressFn& progress) {
    return Preparation(workspace, options, std::move(stop), progress).run();
}

void announce(const ProgressFn& progress, std::string stage) {
    if (progress) progress(Progress{std::move(stage), {}, 0, 0, 0, -1, {}});
}

}  // namespace oodscope::experiment
