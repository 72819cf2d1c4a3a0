// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/extract.h"
#include "core/experiment/evaluation.h"
#include "core/model/model.h"
#include "core/ood/metrics.h"
#include "core/probe/linear_probe.h"
#include "core/text/prompts.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

enum class LabelSource { Pseudo, True };

/// The main job: embed what is missing, pseudo-label, train a probe, score, measure.
struct RunOptions {
    std::string model;            // folder, checkpoint file or name
    model::OpenOptions opening;   // how it is opened
    std::filesystem::path train;  // ID train: images (data::openDataset), embeddings file or the reference's folder
    std::filesystem::path idTest;
    std::vector<std::filesystem::path> ood;
    std::vector<OodGroup> oodGroups;      // of `ood` in its order; those that are missing: None
    std::vector<std::string> classNames;  // empty: folder names of `train`
    text::PromptSet prompts = text::referencePrompts();
    LabelSource labels = LabelSource::Pseudo;
    std::vector<std::string> detectors{"msp", "free_energy", "max_logit"};
    std::vector<std::string> negativeWords;  // what neglabel takes or mines its negative labels from
    bool zeroShot = true;                    // also score zero-shot logits ("zero-shot/msp", …)
    bool probe = true;                       // false: zero-shot only
    std::string probeId;                     // a stored probe to use; empty: train, or reuse the same
    embed::ExtractOptions extract;
    probe::ProbeOptions probeOptions;
    ood::FprConvention convention = ood::FprConvention::Plp;
    // A defect of the reference (method.md section 8): `train` takes the place of idTest. For comparison only.
    bool idOnTrain = false;

    bool hasGroups() const {
        return std::ranges::any_of(oodGroups, [](OodGroup group) { return group != OodGroup::None; });
    }
    OodGroup groupOf(std::size_t set) const { return set < oodGroups.size() ? oodGroups[set] : OodGroup::None; }
};

struct ProbeRun {
    std::string id;
    probe::LinearProbe probe;
    bool reused = false;
    double accuracy = -1;             // on idTest against true labels; -1: no test set, or no labels
    double pseudoLabelAccuracy = -1;  // of the pseudo labels on train; -1: unknown
};

/// Embeds `train` (and `idTest`, which may be empty), makes the labels, trains and stores the probe. `ood` is ignored.
Result<ProbeRun> runProbe(workspace::Workspace& workspace, const RunOptions& options, std::stop_token stop,
                          const ProgressFn& progress);

/// Checks everything that can be checked before work starts.
Status validate(const RunOptions& options);

/// Progress::stage begins with what is worked on ("embedding id-test", "training the probe", …).
/// Every artefact on the way is reused where it exists and recorded where it is made.
Result<EvaluationPtr> runEvaluation(workspace::Workspace& workspace, const RunOptions& options, std::stop_token stop,
                                    const ProgressFn& progress);

/// Keeps an evaluation in the workspace, its row after its files.
Status storeEvaluation(workspace::Workspace& workspace, const Evaluation& evaluation);
/// An evaluation kept in the workspace, by its id.
Result<EvaluationPtr> loadEvaluation(const workspace::Workspace& workspace, const std::string& id);

}  // namespace oodscope::experiment
