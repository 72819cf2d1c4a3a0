// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run.h"

#include <algorithm>

#include "core/data/source_name.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/evaluator.h"
#include "core/experiment/probe_job.h"
#include "core/experiment/provenance.h"
#include "core/experiment/run_inputs.h"
#include "core/experiment/run_record.h"
#include "core/experiment/scoring.h"
#include "core/experiment/sources.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using workspace::Artefact;
using workspace::ArtefactKind;

/// With the files that a folder of the reference's layout stands for.
RunOptions resolved(RunOptions options) {
    options.train = resolveSource(options.train, embed::Split::Train);
    options.idTest = resolveSource(options.idTest, embed::Split::Test);
    for (fs::path& source : options.ood)
        source = resolveSource(source, embed::Split::Test);
    return options;
}

bool hasImages(const RunOptions& options) {
    const auto isFolder = [](const fs::path& source) { return !source.empty() && !isEmbeddingsFile(source); };
    return isFolder(options.train) || isFolder(options.idTest) || std::ranges::any_of(options.ood, isFolder);
}

Status checkSource(const fs::path& source, std::string_view role) {
    if (source.empty()) return fail(ErrorCode::InvalidArgument, "no " + std::string(role) + " set was given");
    if (!data::sourceExists(source))
        return fail(ErrorCode::NotFound, source.string() + ": no such folder or file (" + std::string(role) + ")");
    return {};
}

/// What both the probe and the evaluation need.
Status validateTraining(const RunOptions& options) {
    if (auto good = checkSource(options.train, "ID train"); !good) return good;
    const bool needsText = !options.probe || (options.labels == LabelSource::Pseudo && options.probeId.empty());
    if (options.model.empty() && (hasImages(options) || needsText))
        return fail(ErrorCode::InvalidArgument,
                    "no model was given: it embeds folders of images and makes zero-shot and pseudo labels");
    if (options.prompts.templates.empty()) return fail(ErrorCode::InvalidArgument, "the set of prompts is empty");
    if (options.extract.devices.empty()) return fail(ErrorCode::InvalidArgument, "no device was given");
    return {};
}

/// As far as they can be checked before the model is open: a text tower counts as there where a model was given.
Status checkDetectors(const RunOptions& options) {
    if (options.detectors.empty()) return fail(ErrorCode::InvalidArgument, "no detector was chosen");
    const Available available{options.probe, !options.model.empty(), !options.negativeWords.empty()};
    const auto bank = DetectorBank::make(detectorKeys(options, available.zeroShot), available);
    return bank ? Status{} : Status(failFrom(bank));
}

Result<StoredProbe> obtainProbe(workspace::Workspace& workspace, const RunOptions& options, const RunInputs& inputs,
                                const nlohmann::json& run, std::stop_token stop, const ProgressFn& progress) {
    announce(progress, "training the probe");
    auto stored = options.probeId.empty()
                      ? trainOrReuseProbe(workspace, inputs.train, inputs.labels(options.labels), options.probeOptions,
                                          probeProvenance(options, inputs, run), std::move(stop), progress)
                      : loadStoredProbe(workspace, options.probeId);
    if (!stored) return stored;
    const Matrix& weight = stored->probe.weight;
    if (weight.rows() == inputs.classNames.size() && weight.cols() == inputs.train.embeddings.cols()) return stored;
    return fail(ErrorCode::InvalidArgument, "probe " + stored->id + ": has " + std::to_string(weight.rows()) +
                                                " classes and " + std::to_string(weight.cols()) +
                                                " inputs, but the run has " + std::to_string(inputs.classNames.size()) +
                                                " and " + std::to_string(inputs.train.embeddings.cols()));
}

/// Kept with the probe, for who exports it.
Status noteAccuracy(workspace::Workspace& workspace, const std::string& probeId, double accuracy) {
    auto row = workspace.find(ArtefactKind::Probe, probeId);
    if (!row) return failFrom(row);
    if (!row->has_value() || accuracy < 0 || (*row)->details.value("accuracy", -1.0) == accuracy) return {};
    (*row)->details["accuracy"] = accuracy;
    return workspace.record(**row);
}

}  // namespace

Status storeEvaluation(workspace::Workspace& workspace, const Evaluation& evaluation) {
    const fs::path folder = workspace.evaluationsFolder() / evaluation.id;
    if (auto saved = saveEvaluation(evaluation, folder); !saved) return saved;
    nlohmann::json details{{"probe_accuracy", evaluation.probeAccuracy},
                           {"zero_shot_accuracy", evaluation.zeroShotAccuracy}};
    if (evaluation.provenance.contains("probe")) details["probe"] = evaluation.provenance["probe"]["id"];
    for (const DetectorResult& result : evaluation.results)
        details["auroc"][result.ood][result.detector] = result.metrics.auroc;
    return workspace.record(
        Artefact{ArtefactKind::Evaluation, evaluation.id, evaluation.title, folder, 0, std::move(details)});
}

Status validate(const RunOptions& given) {
    const RunOptions options = resolved(given);
    if (auto good = validateTraining(options); !good) return good;
    if (auto good = checkSource(options.idTest, "ID test"); !good) return good;
    if (options.ood.empty()) return fail(ErrorCode::InvalidArgument, "no OOD set was given");
    for (const fs::path& source : options.ood) {
        if (auto good = checkSource(source, "OOD"); !good) return good;
    }
    return checkDetectors(options);
}

Result<EvaluationPtr> runEvaluation(workspace::Workspace& workspace, const RunOptions& given, std::stop_token stop,
                                    const ProgressFn& progress) {
    const RunOptions options = resolved(given);
    if (auto good = validate(options); !good) return failFrom(good);
    auto inputs = prepareInputs(workspace, options, stop, progress);
    if (!inputs) return failFrom(inputs);
    const std::string id = evaluationKey(options, *inputs);
    if (auto stored = loadEvaluation(workspace, id)) return *stored;
    if (auto bank = makeBank(options, *inputs); !bank) return failFrom(bank);
    auto run = recordRun(workspace, options);
    if (!run) return failFrom(run);
    StoredProbe probe;
    if (options.probe) {
        auto obtained = obtainProbe(workspace, options, *inputs, *run, stop, progress);
        if (!obtained) return failFrom(obtained);
        probe = std::move(*obtained);
    }
    if (stop.stop_requested()) return cancelled();
    announce(progress, "scoring");
    auto evaluation = scoreAndMeasure(options, *inputs, options.probe ? &probe : nullptr, stop);
    if (!evaluation) return failFrom(evaluation);
    (*evaluation)->id = id;
    (*evaluation)
        ->provenance.update(evaluationProvenance(options, *inputs, options.probe ? &probe : nullptr, std::move(*run)));
    if (auto stored = storeEvaluation(workspace, **evaluation); !stored) return failFrom(stored);
    return EvaluationPtr(*evaluation);
}

Result<ProbeRun> runProbe(workspace::Workspace& workspace, const RunOptions& given, std::stop_token stop,
                          const ProgressFn& progress) {
    const RunOptions options = resolved(given);
    if (auto good = validateTraining(options); !good) return failFrom(good);
    if (!options.idTest.empty()) {
        if (auto good = checkSource(options.idTest, "ID test"); !good) return failFrom(good);
    }
    RunOptions training = options;
    training.ood.clear();
    auto inputs = prepareInputs(workspace, training, stop, progress);
    if (!inputs) return failFrom(inputs);
    auto run = recordRun(workspace, training);
    if (!run) return failFrom(run);
    auto probe = obtainProbe(workspace, training, *inputs, *run, stop, progress);
    if (!probe) return failFrom(probe);
    ProbeRun result{probe->id, std::move(probe->probe), probe->reused, -1, -1};
    if (inputs->hasZeroShot) result.pseudoLabelAccuracy = accuracy(inputs->trainPseudo, inputs->trainTrue);
    if (inputs->idTest.size() == 0) return result;
    auto logits = probe::probeLogits(result.probe, inputs->idTest.embeddings);
    if (!logits) return failFrom(logits);
    result.accuracy = accuracy(rowArgmax(*logits), inputs->idTrue);
    if (auto noted = noteAccuracy(workspace, result.id, result.accuracy); !noted) return failFrom(noted);
    return result;
}

Result<EvaluationPtr> loadEvaluation(const workspace::Workspace& workspace, const std::string& id) {
    auto row = workspace.find(ArtefactKind::Evaluation, id);
    if (!row) return failFrom(row);
    if (!row->has_value())
        return fail(ErrorCode::NotFound, workspace.folder().string() + ": holds no evaluation " + id);
    return readEvaluation(workspace.evaluationsFolder() / id);
}

}  // namespace oodscope::experiment
