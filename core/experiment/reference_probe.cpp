// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/reference_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/text_util.h"
#include "core/embed/reference_folder.h"
#include "core/experiment/export_results.h"
#include "core/experiment/run_record.h"
#include "core/experiment/sources.h"
#include "core/io/json.h"
#include "core/io/open_tensor_file.h"
#include "core/io/safetensors.h"
#include "core/io/torch_archive_writer.h"
#include "core/probe/standardize.h"

namespace oodscope::experiment {
namespace {

using nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr const char* kSettings = "hp.json";
constexpr const char* kWeights = "model.pth";
constexpr const char* kPseudoLabels = "pseudo_labels.pth";
constexpr const char* kAccuracy = "val_acc.txt";

tl::unexpected<Error> bad(const fs::path& file, const std::string& reason) {
    return fail(ErrorCode::BadFile, file.string() + ": " + reason);
}

/// The settings in the order in which the reference writes them.
OrderedJson settingsJson(const StoredProbe& probe, const fs::path& folder, const ReferenceProbeNames& names) {
    const probe::ProbeOptions& options = probe.probe.options;
    const json made = probe.details.value("provenance", json::object());
    const json model = made.value("model", json::object());
    const json prompts = made.value("prompts", json());
    const bool pseudo = probe.details.value("labels", "") == "pseudo";
    const json train = made.value("id_train", json::object()).value("embeddings", json::object());
    OrderedJson hp;
    hp["seed"] = options.seed;
    hp["datapath"] = nullptr;
    hp["output_dir"] = fs::weakly_canonical(folder).string();
    hp["dataset"] = names.dataset.empty() ? train.value("dataset", "") : names.dataset;
    hp["arch"] = names.arch.empty() ? model.value("name", "") : names.arch;
    hp["batch_size"] = options.batchSize;
    hp["lr"] = options.learningRate;
    hp["wd"] = options.weightDecay;
    hp["embed_norm"] = true;
    hp["optimizer"] = probe.details.value("options", json::object()).value("optimizer", "adam");
    hp["num_shots"] = options.shots > 0 ? OrderedJson(options.shots) : OrderedJson();
    hp["pseudo_labels"] = pseudo;
    hp["pseudo_prompt"] =
        pseudo && made.contains("run") && made["run"].contains("prompts_file") ? OrderedJson(prompts) : OrderedJson();
    hp["num_epochs"] = options.epochs;
    hp["num_steps"] = nullptr;
    hp["overwrite"] = false;
    return hp;
}

/// What hp.json says, as far as a stored probe knows it. Throws JSON exceptions.
probe::ProbeOptions optionsFrom(const json& hp, std::size_t rows) {
    probe::ProbeOptions options;
    options.seed = hp.value("seed", json()).is_number() ? hp["seed"].get<std::uint64_t>() : options.seed;
    options.batchSize = hp.at("batch_size").get<int>();
    options.learningRate = hp.at("lr").get<double>();
    options.weightDecay = hp.at("wd").get<double>();
    const std::string optimizer = toLowerAscii(hp.at("optimizer").get<std::string>());
    options.optimizer = optimizer == "sgd"     ? probe::Optimizer::Sgd
                        : optimizer == "adamw" ? probe::Optimizer::AdamW
                                               : probe::Optimizer::Adam;
    if (hp.value("num_shots", json()).is_number()) options.shots = hp["num_shots"].get<int>();
    if (hp.value("num_epochs", json()).is_number()) {
        options.epochs = hp["num_epochs"].get<int>();
    } else if (hp.value("num_steps", json()).is_number() && options.batchSize > 0) {
        const auto batch = static_cast<std::size_t>(options.batchSize);
        const std::size_t perEpoch = std::max<std::size_t>(1, (rows + batch - 1) / batch);
        options.epochs = static_cast<int>(hp["num_steps"].get<std::size_t>() / perEpoch);
    }
    return options;
}

Status takeHead(const fs::path& file, std::size_t width, probe::LinearProbe& probe) {
    auto tensors = io::openTensorFile(file);
    if (!tensors) return failFrom(tensors);
    for (const auto& [name, view] : tensors->tensors) {
        if (name != "weight" && name != "bias")
            return bad(file, "holds " + io::quotedName(name) + "; a linear probe has weight and bias alone");
    }
    const auto bias = tensors->tensors.find("bias");
    if (!tensors->tensors.contains("weight") || bias == tensors->tensors.end())
        return bad(file, "a linear probe has weight and bias; one of them is missing");
    auto weight = io::matrixFrom(*tensors, "weight");
    if (!weight) return failFrom(weight);
    if (weight->cols() != width)
        return bad(file, fmt::format("its weight takes {} inputs, the embeddings are {} wide", weight->cols(), width));
    if (bias->second.shape != std::vector<std::int64_t>{static_cast<std::int64_t>(weight->rows())})
        return bad(file, fmt::format("its bias does not hold {} numbers, one for each class", weight->rows()));
    bias->second.shape.insert(bias->second.shape.begin(), 1);
    const auto row = io::matrixFrom(*tensors, "bias");
    if (!row) return failFrom(row);
    const auto isBad = [](float value) { return !std::isfinite(value); };
    if (weight->empty() || std::ranges::any_of(weight->values(), isBad) || std::ranges::any_of(row->values(), isBad))
        return bad(file, "holds no weights, or values that are not finite");
    probe.weight = std::move(*weight);
    probe.bias.assign(row->values().begin(), row->values().end());
    return {};
}

Status takeStandardisation(bool standardised, const embed::EmbeddingSet& train, const fs::path& trainSource,
                           probe::LinearProbe& probe) {
    const std::size_t width = train.embeddings.cols();
    if (!standardised) {
        probe.mean.assign(width, 0.0F);
        probe.std.assign(width, 1.0F);
        return {};
    }
    auto own = embed::readReferenceStats(trainSource, width);
    if (!own) return failFrom(own);
    if (own->has_value()) {
        probe.mean = std::move((*own)->mean);
        probe.std = std::move((*own)->std);
        // The reference divides by zero there; every embedding has the same value, so it does not matter by what.
        for (float& std : probe.std) {
            if (std > 0) continue;
            std = 1;
            ++probe.constantDimensions;
        }
        return {};
    }
    auto stats = probe::columnStats(train.embeddings);
    if (!stats) return failFrom(stats);
    probe.mean = std::move(stats->mean);
    probe.std = std::move(stats->std);
    probe.constantDimensions = stats->constantColumns;
    return {};
}

Status takeLabels(const fs::path& folder, bool pseudo, const embed::EmbeddingSet& train, probe::LinearProbe& probe) {
    const fs::path file = folder / kPseudoLabels;
    if (!pseudo) {
        if (train.hasLabels()) probe.labels = train.labels;
        return {};
    }
    const auto tensors = io::openTensorFile(file);
    if (!tensors) return failFrom(tensors);
    const auto labels = io::integersFrom(*tensors, "tensor");
    if (!labels) return failFrom(labels);
    if (labels->size() != train.size())
        return bad(file, fmt::format("holds {} labels, the training set has {} rows", labels->size(), train.size()));
    for (const std::int64_t label : *labels) {
        if (label < 0 || label >= static_cast<std::int64_t>(probe.classCount()))
            return bad(file, fmt::format("label {} is none of the {} classes", label, probe.classCount()));
    }
    probe.labels.assign(labels->begin(), labels->end());
    return {};
}

std::string keyOf(const probe::LinearProbe& probe) {
    Hasher hasher;
    hasher.add(std::string_view("imported probe 1")).add(std::as_bytes(probe.weight.values()));
    for (const std::vector<float>* values : {&probe.bias, &probe.mean, &probe.std})
        hasher.add(std::as_bytes(std::span(*values)));
    hasher.add(std::as_bytes(std::span(probe.labels)));
    return hasher.hex();
}

json importedJson(const fs::path& folder, const fs::path& trainSource, const json& hp) {
    std::error_code ec;
    const std::string from = fs::absolute(folder, ec).lexically_normal().string();
    // A source that is no file is a key of the workspace.
    const bool isFile = fs::exists(trainSource, ec);
    const std::string train = (isFile ? fs::absolute(trainSource, ec).lexically_normal() : trainSource).string();
    json made{{"from", from},
              {"train", train},
              {"settings", hp},
              {"command", Command{"oodscope-cli", "import", "probe", from, "--train", train}}};
    if (const auto accuracy = readTextFile(folder / kAccuracy, 4096))
        made["accuracy"] = std::string(trimmed(*accuracy));
    return made;
}

}  // namespace

Status exportReferenceProbe(const StoredProbe& probe, const fs::path& folder, const ReferenceProbeNames& names,
                            double accuracy, bool overwrite) {
    const bool pseudo = probe.details.value("labels", "") == "pseudo";
    if (pseudo && probe.probe.labels.empty())
        return fail(ErrorCode::Unsupported, "probe " + probe.id + ": its pseudo labels were not kept; train it again");
    std::vector<fs::path> files{folder / kSettings, folder / kWeights};
    if (pseudo) files.push_back(folder / kPseudoLabels);
    if (accuracy >= 0) files.push_back(folder / kAccuracy);
    if (auto free = checkOverwrite(files, overwrite); !free) return free;
    const std::string settings = settingsJson(probe, folder, names).dump(4);
    if (auto written = writeFileAtomically(files[0], settings); !written) return written;
    const std::array state{io::tensorOf("weight", probe.probe.weight),
                           io::tensorOf("bias", std::span(probe.probe.bias))};
    if (auto written = io::writeTorchStateDict(files[1], state); !written) return written;
    if (pseudo) {
        const std::vector<std::int64_t> labels(probe.probe.labels.begin(), probe.probe.labels.end());
        auto written = io::writeTorchTensor(folder / kPseudoLabels, io::tensorOf("", labels));
        if (!written) return written;
    }
    return accuracy < 0 ? Status() : writeFileAtomically(folder / kAccuracy, fmt::format("{:.4f}", accuracy));
}

Result<StoredProbe> importReferenceProbe(workspace::Workspace& workspace, const fs::path& folder,
                                         const embed::EmbeddingSet& train, const fs::path& trainSource) {
    const auto hp = io::readJson(folder / kSettings);
    if (!hp) return failFrom(hp);
    StoredProbe stored;
    try {
        if (hp->value("l2_norm", false))
            return fail(ErrorCode::Unsupported,
                        (folder / kSettings).string() + ": l2_norm: the head of another method");
        const bool pseudo = hp->value("pseudo_labels", false);
        stored.probe.options = optionsFrom(*hp, train.size());
        if (auto taken = takeHead(folder / kWeights, train.embeddings.cols(), stored.probe); !taken)
            return failFrom(taken);
        const bool standardised = hp->at("embed_norm").get<bool>();
        auto standardisation = takeStandardisation(standardised, train, trainSource, stored.probe);
        if (!standardisation) return failFrom(standardisation);
        if (auto taken = takeLabels(folder, pseudo, train, stored.probe); !taken) return failFrom(taken);
        stored.id = keyOf(stored.probe);
        stored.details = {{"labels", pseudo ? "pseudo" : "true"},
                          {"classes", stored.probe.classCount()},
                          {"embeddings", embeddingsKey(train)},
                          {"options", describe(stored.probe.options)},
                          {"imported", importedJson(folder, trainSource, *hp)}};
    } catch (const json::exception& error) {
        return bad(folder / kSettings, std::string("not the settings of a linear probe: ") + error.what());
    }
    const std::string title =
        train.datasetName + " · " + stored.details["labels"].get<std::string>() + " labels · imported";
    if (auto kept = storeProbe(workspace, stored.id, title, stored.probe, stored.details); !kept) return failFrom(kept);
    return stored;
}

}  // namespace oodscope::experiment
