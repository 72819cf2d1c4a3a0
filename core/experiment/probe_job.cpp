// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/probe_job.h"

#include <algorithm>

#include "core/base/hash.h"
#include "core/experiment/sources.h"

namespace oodscope::experiment {
namespace {

using workspace::Artefact;
using workspace::ArtefactKind;

std::string_view optimizerName(probe::Optimizer optimizer) {
    switch (optimizer) {
        case probe::Optimizer::Adam:
            return "adam";
        case probe::Optimizer::AdamW:
            return "adamw";
        case probe::Optimizer::Sgd:
            return "sgd";
    }
    return "?";
}

std::string probeKey(const embed::EmbeddingSet& train, const ProbeLabels& labels, const probe::ProbeOptions& options) {
    Hasher hasher;
    hasher.add(std::string_view("probe 1")).add(embeddingsKey(train)).add(describe(options).dump()).add(labels.source);
    hasher.add(std::as_bytes(std::span(labels.labels)));
    for (const std::string& name : labels.classNames)
        hasher.add(name);
    return hasher.hex();
}

/// A class with fewer images than shots, by its name.
Status checkShots(const embed::EmbeddingSet& train, const ProbeLabels& labels, int shots) {
    std::vector<std::size_t> counts(labels.classNames.size());
    for (const std::int32_t label : labels.labels) {
        if (label >= 0 && static_cast<std::size_t>(label) < counts.size()) ++counts[static_cast<std::size_t>(label)];
    }
    for (std::size_t c = 0; c < counts.size(); ++c) {
        if (counts[c] < static_cast<std::size_t>(std::max(shots, 0)))
            return fail(ErrorCode::InvalidArgument, train.datasetName + ": class '" + labels.classNames[c] + "' has " +
                                                        std::to_string(counts[c]) + " images with " + labels.source +
                                                        " labels, fewer than the " + std::to_string(shots) + " shots");
    }
    return {};
}

std::filesystem::path probeFile(const workspace::Workspace& workspace, const std::string& id) {
    return workspace.probesFolder() / (id + ".safetensors");
}

}  // namespace

nlohmann::json describe(const probe::ProbeOptions& options) {
    nlohmann::json json{{"epochs", options.epochs},
                        {"batch_size", options.batchSize},
                        {"learning_rate", options.learningRate},
                        {"scale_learning_rate", options.scaleLearningRate},
                        {"weight_decay", options.weightDecay},
                        {"optimizer", optimizerName(options.optimizer)},
                        {"warmup_share", options.warmupShare},
                        {"shots", options.shots},
                        {"seed", options.seed},
                        {"device", options.device.name()},
                        {"precision", model::precisionName(options.precision)},
                        {"threads", options.threads}};
    // Only where it differs from what probes always did: their keys stay as they are.
    if (!options.standardise) json["standardise"] = false;
    return json;
}

Result<StoredProbe> loadStoredProbe(const workspace::Workspace& workspace, const std::string& id) {
    auto row = workspace.find(ArtefactKind::Probe, id);
    if (!row) return failFrom(row);
    if (!row->has_value())
        return fail(ErrorCode::NotFound, workspace.folder().string() + ": holds no probe " + id +
                                             "; 'oodscope-cli workspace ls' lists them");
    auto probe = probe::loadProbe(probeFile(workspace, id));
    if (!probe) return failFrom(probe);
    return StoredProbe{id, std::move(*probe), /*reused=*/true, (*row)->details};
}

Status storeProbe(workspace::Workspace& workspace, const std::string& id, const std::string& title,
                  const probe::LinearProbe& probe, const nlohmann::json& details) {
    if (auto saved = probe::saveProbe(probe, probeFile(workspace, id)); !saved) return saved;
    return workspace.record(Artefact{ArtefactKind::Probe, id, title, probeFile(workspace, id), 0, details});
}

Result<StoredProbe> trainOrReuseProbe(workspace::Workspace& workspace, const embed::EmbeddingSet& train,
                                      const ProbeLabels& labels, const probe::ProbeOptions& options,
                                      const nlohmann::json& made, std::stop_token stop, const ProgressFn& progress) {
    const std::string id = probeKey(train, labels, options);
    // A probe whose file cannot be read, or that was taken out of the library, is made again.
    if (auto stored = loadStoredProbe(workspace, id)) return stored;
    if (auto good = checkShots(train, labels, options.shots); !good) return failFrom(good);
    auto trained =
        probe::trainProbe(train.embeddings, labels.labels, labels.classNames.size(), options, stop, progress);
    if (!trained) return failFrom(trained);
    trained->labels = labels.labels;
    nlohmann::json details{{"labels", labels.source},          {"classes", labels.classNames.size()},
                           {"class_names", labels.classNames}, {"embeddings", embeddingsKey(train)},
                           {"options", describe(options)},     {"provenance", made}};
    auto stored = storeProbe(workspace, id, train.datasetName + " · " + labels.source + " labels", *trained, details);
    if (!stored) return failFrom(stored);
    return StoredProbe{id, std::move(*trained), /*reused=*/false, std::move(details)};
}

}  // namespace oodscope::experiment
