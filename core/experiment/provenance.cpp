// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/provenance.h"

#include <system_error>
#include <utility>

#include "core/base/hash.h"
#include "core/data/open_dataset.h"
#include "core/experiment/sources.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using embed::EmbeddingSet;
using nlohmann::json;

std::string hashOfLines(const std::vector<std::string>& lines) {
    Hasher hasher;
    for (const std::string& line : lines)
        hasher.add(line);
    return hasher.hex();
}

/// What the run's sets and classes are, for a probe and an evaluation alike.
json commonProvenance(const RunOptions& options, const RunInputs& inputs, json run) {
    json made{{"program", "oodscope " OODSCOPE_VERSION},
              {"id_train", describeSource(options.train, inputs.train)},
              {"classes",
               {{"count", inputs.classNames.size()},
                {"names_hash", hashOfLines(inputs.classNames)},
                {"named_by", options.classNames.empty() ? "the training set" : "the run"}}},
              {"prompts", options.prompts.templates},
              {"run", std::move(run)}};
    if (options.idOnTrain)
        made["id_test"] = describeSource(options.train, inputs.train);
    else if (!options.idTest.empty())
        made["id_test"] = describeSource(options.idTest, inputs.idTest);
    if (inputs.model) made["model"] = describeModel(*inputs.model);
    return made;
}

json probeJson(const StoredProbe& probe) {
    json made{{"id", probe.id}, {"options", describe(probe.probe.options)}};
    // The file of a probe does not say on which device it was trained; the library does.
    for (const char* key : {"options", "labels", "imported"}) {
        if (probe.details.contains(key)) made[key] = probe.details[key];
    }
    return made;
}

}  // namespace

json describeModel(const model::Model& model) {
    const model::ModelInfo& info = model.info();
    json made{{"name", info.name},
              {"folder", canonicalSource(info.source()).string()},
              {"arch", info.arch},
              {"preprocessing", model::preprocessingName(info.preprocessing)},
              {"architecture", info.architecture},
              {"activation", info.activation},
              {"parameters", info.parameterCount},
              {"logit_scale", info.logitScale},
              {"preprocess", info.preprocess.describe()}};
    if (const auto identity = model.identity()) made["weights"] = *identity;
    if (!info.hasTextTower) return made;
    if (const auto tokenizer = model.tokenizer()) made["tokenizer"] = tokenizer->hash();
    return made;
}

Result<std::string> fileStamp(const fs::path& file) {
    std::error_code ec;
    const std::uintmax_t bytes = fs::file_size(file, ec);
    if (ec) return fail(ErrorCode::NotFound, file.string() + ": " + ec.message());
    const auto modified = fs::last_write_time(file, ec).time_since_epoch().count();
    if (ec) return fail(ErrorCode::Io, file.string() + ": " + ec.message());
    return Hasher().add(std::uint64_t{bytes}).add(static_cast<std::uint64_t>(modified)).hex();
}

Result<std::string> sourceStamp(const fs::path& source) {
    if (isEmbeddingsFile(source)) return fileStamp(source);
    const auto dataset = data::openDataset(source);
    if (!dataset) return failFrom(dataset);
    return dataset->listHash();
}

json describeSource(const fs::path& source, const EmbeddingSet& set) {
    json made{{"source", canonicalOr(source).string()},
              {"key", embeddingsKey(set)},
              {"images", set.size()},
              {"unreadable", set.unreadable.size()},
              {"embeddings", set.provenance}};
    if (!isEmbeddingsFile(source) && set.provenance.contains("files")) {
        made["files"] = set.provenance["files"];
    } else if (const auto stamp = fileStamp(source)) {
        made["files"] = *stamp;
    }
    return made;
}

json probeProvenance(const RunOptions& options, const RunInputs& inputs, json run) {
    json made = commonProvenance(options, inputs, std::move(run));
    made["labels"] = inputs.labels(options.labels).source;
    made["options"] = describe(options.probeOptions);
    return made;
}

json evaluationProvenance(const RunOptions& options, const RunInputs& inputs, const StoredProbe* probe, json run) {
    json made = commonProvenance(options, inputs, std::move(run));
    for (std::size_t i = 0; i < inputs.ood.size(); ++i)
        made["ood"].push_back(describeSource(options.ood[i], inputs.ood[i]));
    made["precision"] = model::precisionName(options.extract.precision);
    made["convention"] = ood::conventionName(options.convention);
    made["positive_class"] = "ID";
    made["interval"] = "95 %, DeLong";
    made["temperature"] = 1.0;
    if (inputs.hasZeroShot) made["zero_shot_logits"] = "raw cosine, no logit scale";
    if (!options.negativeWords.empty())
        made["negative_words"] = {{"count", options.negativeWords.size()},
                                  {"hash", hashOfLines(options.negativeWords)}};
    if (options.idOnTrain) made["reference_defect_id_train"] = true;
    made["labels"] = probe != nullptr ? inputs.labels(options.labels).source : "none";
    if (probe == nullptr) return made;
    made["normalisation"] =
        probe->probe.options.standardise ? "per dimension, mean and standard deviation of ID train" : "none";
    made["seed"] = probe->probe.options.seed;
    made["probe"] = probeJson(*probe);
    if (probe->details.contains("labels")) made["labels"] = probe->details["labels"];
    return made;
}

}  // namespace oodscope::experiment
