// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/evaluator.h"

#include <algorithm>
#include <utility>

#include "core/base/hash.h"
#include "core/experiment/measuring.h"
#include "core/experiment/sources.h"
#include "core/ood/metrics.h"
#include "core/probe/linear_probe.h"
#include "core/probe/pseudo_labels.h"

namespace oodscope::experiment {
namespace {

using embed::EmbeddingSet;

/// Turns embeddings into scored sets with one probe and one bank of detectors.
class Evaluator {
public:
    Evaluator(const RunOptions& options, const RunInputs& inputs, const StoredProbe* probe)
        : m_options(options), m_inputs(inputs), m_probe(probe) {
        m_text.classVectors = inputs.classVectors;
        m_text.negativeVectors = inputs.negativeVectors;
        if (inputs.model) m_text.logitScale = inputs.model->info().logitScale;
    }

    Status scoreTrain(DetectorBank& bank, Evaluation& evaluation) const {
        auto input = scoringInput(m_inputs.train);
        if (!input) return failFrom(input);
        evaluation.train = describeSet(m_inputs.train);
        evaluation.train.pseudoLabels = m_inputs.trainPseudo;
        evaluation.train.predicted = rowArgmax(decisive(*input));
        if (!bank.needsFit()) return {};
        std::vector<std::int32_t> labels;
        if (bank.needsLabels()) {
            auto found = fitLabels();
            if (!found) return failFrom(found);
            labels = std::move(*found);
        }
        auto fitted = bank.fit(*input, labels);
        if (!fitted) return named(m_inputs.train, fitted.error());
        return {};
    }

    Result<ScoredSet> score(const EmbeddingSet& set, const DetectorBank& bank) const {
        auto input = scoringInput(set);
        if (!input) return failFrom(input);
        auto scores = bank.score(*input);
        if (!scores) return named(set, scores.error());
        ScoredSet result = describeSet(set);
        if (m_inputs.hasZeroShot) result.pseudoLabels = rowArgmax(input->zeroShotLogits);
        result.logits = decisive(*input);
        result.predicted = rowArgmax(result.logits);
        result.scores = std::move(*scores);
        return result;
    }

private:
    static tl::unexpected<Error> named(const EmbeddingSet& set, const Error& error) {
        return fail(error.code, set.datasetName + ": " + error.message);
    }

    /// The labels of the training rows that a detector's statistics are of: those that the probe learnt.
    Result<std::vector<std::int32_t>> fitLabels() const {
        if (m_probe != nullptr && m_probe->probe.labels.size() == m_inputs.train.size()) return m_probe->probe.labels;
        std::vector<std::int32_t> labels = m_inputs.labels(m_options.labels).labels;
        if (labels.size() == m_inputs.train.size()) return labels;
        return fail(ErrorCode::InvalidArgument,
                    m_inputs.train.datasetName +
                        ": a detector needs the labels of its images, and neither the probe "
                        "nor the run has them; use --labels true, or a model");
    }

    /// The logits that decide the predicted class.
    const Matrix& decisive(const ScoringInput& input) const {
        return m_probe != nullptr ? input.probeLogits : input.zeroShotLogits;
    }

    Result<ScoringInput> scoringInput(const EmbeddingSet& set) const {
        ScoringInput input;
        input.features = set.embeddings;
        if (m_inputs.hasZeroShot) {
            auto cosines = probe::zeroShotLogits(set.projected, m_inputs.classVectors);
            if (!cosines) return named(set, cosines.error());
            input.zeroShotLogits = std::move(*cosines);
            input.projected = set.projected;
            input.text = &m_text;
        }
        if (m_probe != nullptr) {
            auto logits = probe::probeLogits(m_probe->probe, set.embeddings);
            if (!logits) return named(set, logits.error());
            input.probeLogits = std::move(*logits);
            input.head = &m_probe->probe;
        }
        return input;
    }

    const RunOptions& m_options;
    const RunInputs& m_inputs;
    const StoredProbe* m_probe;
    ood::TextSide m_text;
};

void addAccuracies(Evaluation& evaluation, const RunInputs& inputs, bool hasProbe) {
    if (inputs.hasZeroShot) {
        evaluation.zeroShotAccuracy = accuracy(evaluation.idTest.pseudoLabels, inputs.idTrue);
        evaluation.pseudoLabelAccuracy = accuracy(inputs.trainPseudo, inputs.trainTrue);
    }
    if (hasProbe) evaluation.probeAccuracy = accuracy(evaluation.idTest.predicted, inputs.idTrue);
}

std::string titleOf(const RunOptions& options, const RunInputs& inputs) {
    const std::string method = !options.probe                          ? "zero-shot"
                               : options.labels == LabelSource::Pseudo ? "PLP"
                                                                       : "supervised probe";
    const std::string model = inputs.model ? inputs.model->info().name : "embeddings";
    const std::string defect = options.idOnTrain ? " · ID scored on train (reference's defect)" : "";
    return model + " · " + method + " · " + inputs.train.datasetName + defect;
}

}  // namespace

std::vector<std::string> detectorKeys(const RunOptions& options, bool hasZeroShot) {
    const std::string prefix(kZeroShotPrefix);
    std::vector<std::string> keys;
    for (const std::string& key : options.detectors) {
        const ood::DetectorInfo* info = detectorOf(key);
        const bool readsProbeLogits = info != nullptr && info->needs.logits && !info->needs.text;
        keys.push_back(options.probe || key.starts_with(prefix) || !readsProbeLogits ? key : prefix + key);
    }
    if (options.zeroShot && hasZeroShot && std::ranges::find(keys, prefix + "msp") == keys.end())
        keys.push_back(prefix + "msp");
    return keys;
}

Result<DetectorBank> makeBank(const RunOptions& options, const RunInputs& inputs) {
    return DetectorBank::make(detectorKeys(options, inputs.hasZeroShot),
                              {options.probe, inputs.hasZeroShot, !inputs.negativeVectors.empty()});
}

std::string evaluationKey(const RunOptions& options, const RunInputs& inputs) {
    Hasher hasher;
    hasher.add(std::string_view("evaluation 1")).add(embeddingsKey(inputs.train)).add(embeddingsKey(inputs.idTest));
    for (const EmbeddingSet& set : inputs.ood)
        hasher.add(embeddingsKey(set));
    const ProbeLabels labels = inputs.labels(options.labels);
    hasher.add(labels.source).add(std::as_bytes(std::span(labels.labels)));
    hasher.add(std::as_bytes(inputs.classVectors.values()));
    if (!inputs.negativeVectors.empty()) hasher.add(std::as_bytes(inputs.negativeVectors.values()));
    for (const std::string& name : inputs.classNames)
        hasher.add(name);
    for (const std::string& key : detectorKeys(options, inputs.hasZeroShot))
        hasher.add(key);
    const bool trains = options.probe && options.probeId.empty();
    hasher.add(trains ? describe(options.probeOptions).dump() : options.probe ? options.probeId : "zero-shot");
    hasher.add(ood::conventionName(options.convention));
    if (options.hasGroups()) {
        for (std::size_t i = 0; i < inputs.ood.size(); ++i)
            hasher.add(groupName(options.groupOf(i)));
    }
    if (options.idOnTrain) hasher.add(std::string_view("ID scored on train"));
    return hasher.hex();
}

Result<std::shared_ptr<Evaluation>> scoreAndMeasure(const RunOptions& options, const RunInputs& inputs,
                                                    const StoredProbe* probe, std::stop_token stop) {
    auto bank = makeBank(options, inputs);
    if (!bank) return failFrom(bank);
    const Evaluator evaluator(options, inputs, probe);
    auto evaluation = std::make_shared<Evaluation>();
    evaluation->title = titleOf(options, inputs);
    evaluation->classNames = inputs.classNames;
    evaluation->detectorKeys = bank->keys();
    if (probe != nullptr) evaluation->history = probe->probe.history;
    if (auto done = evaluator.scoreTrain(*bank, *evaluation); !done) return failFrom(done);
    auto idTest = evaluator.score(inputs.idTest, *bank);
    if (!idTest) return failFrom(idTest);
    evaluation->idTest = std::move(*idTest);
    for (std::size_t i = 0; i < inputs.ood.size(); ++i) {
        if (stop.stop_requested()) return cancelled();
        auto scored = evaluator.score(inputs.ood[i], *bank);
        if (!scored) return failFrom(scored);
        scored->group = options.groupOf(i);
        evaluation->ood.push_back(std::move(*scored));
    }
    addAccuracies(*evaluation, inputs, probe != nullptr);
    if (auto done = measureInto(*evaluation, options.convention, stop); !done) return failFrom(done);
    evaluation->provenance = {{"detectors", bank->describe()}};
    return evaluation;
}

}  // namespace oodscope::experiment
