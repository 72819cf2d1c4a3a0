// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/import_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/hash.h"
#include "core/base/text_util.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/measuring.h"
#include "core/experiment/provenance.h"
#include "core/experiment/run_record.h"
#include "core/experiment/scoring.h"
#include "core/io/npz.h"
#include "core/io/scores_file.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;

std::string absoluteText(const fs::path& path) {
    std::error_code ec;
    return fs::absolute(path, ec).lexically_normal().string();
}

/// Class numbers of a .npz; all -1 where it has none.
Result<std::vector<std::int32_t>> classesOf(const std::map<std::string, std::vector<double>>& arrays, const char* name,
                                            std::size_t count, const fs::path& file) {
    constexpr double kMostClasses = 1 << 20;
    const auto found = arrays.find(name);
    if (found == arrays.end()) return std::vector<std::int32_t>(count, -1);
    const auto bad = [&](const std::string& reason) {
        return fail(ErrorCode::BadFile, file.string() + ": '" + name + "' " + reason);
    };
    if (found->second.size() != count)
        return bad("has " + std::to_string(found->second.size()) + " entries for " + std::to_string(count) + " scores");
    std::vector<std::int32_t> classes;
    for (const double value : found->second) {
        if (!(value >= -1 && value < kMostClasses) || value != std::floor(value))
            return bad("holds " + std::to_string(value) + ", which is no class");
        classes.push_back(static_cast<std::int32_t>(value));
    }
    return classes;
}

Result<ScoredSet> readSet(const fs::path& file) {
    auto scores = io::readScores(file);
    if (!scores) return failFrom(scores);
    std::map<std::string, std::vector<double>> arrays;
    if (endsWithIgnoringCase(file.string(), ".npz")) {
        auto read = io::readNpzVectors(file);
        if (!read) return failFrom(read);
        arrays = std::move(*read);
    }
    ScoredSet set;
    set.name = file.stem().string();
    auto labels = classesOf(arrays, "label", scores->size(), file);
    if (!labels) return failFrom(labels);
    set.trueLabels = std::move(*labels);
    if (arrays.contains("pred")) {
        auto predicted = classesOf(arrays, "pred", scores->size(), file);
        if (!predicted) return failFrom(predicted);
        set.predicted = std::move(*predicted);
    }
    set.paths.resize(scores->size());
    set.scores.push_back(std::move(*scores));
    return set;
}

/// Classes are known by number only.
void nameClasses(Evaluation& evaluation) {
    std::int32_t highest = -1;
    const auto look = [&](const std::vector<std::int32_t>& classes) {
        if (!classes.empty()) highest = std::max(highest, *std::ranges::max_element(classes));
    };
    look(evaluation.idTest.trueLabels);
    look(evaluation.idTest.predicted);
    for (const ScoredSet& set : evaluation.ood)
        look(set.predicted);
    for (std::int32_t i = 0; i <= highest; ++i)
        evaluation.classNames.push_back(std::to_string(i));
    evaluation.idTest.classNames = evaluation.classNames;
    // The folders of an OOD set are not the classes of the ID set.
    for (ScoredSet& set : evaluation.ood)
        set.trueLabels.assign(set.size(), -1);
}

Status readSets(const ScoreImport& options, Evaluation& evaluation) {
    auto id = readSet(options.id);
    if (!id) return failFrom(id);
    evaluation.idTest = std::move(*id);
    std::set<std::string> names{evaluation.idTest.name};
    for (const fs::path& file : options.ood) {
        auto set = readSet(file);
        if (!set) return failFrom(set);
        if (!names.insert(set->name).second)
            return fail(ErrorCode::InvalidArgument, file.string() + ": another set is called " + set->name + ", too");
        evaluation.ood.push_back(std::move(*set));
    }
    return {};
}

nlohmann::json provenanceOf(const ScoreImport& options) {
    Command command{"oodscope-cli", "import", "scores", "--id", absoluteText(options.id)};
    const auto source = [](const fs::path& file) {
        nlohmann::json json{{"source", absoluteText(file)}};
        if (const auto stamp = fileStamp(file)) json["files"] = *stamp;
        return json;
    };
    nlohmann::json made{{"program", "oodscope " OODSCOPE_VERSION},
                        {"id_test", source(options.id)},
                        {"ood", nlohmann::json::array()},
                        {"convention", ood::conventionName(options.convention)},
                        {"positive_class", "ID"},
                        {"interval", "95 %, DeLong"}};
    for (const fs::path& file : options.ood) {
        made["ood"].push_back(source(file));
        command.insert(command.end(), {"--ood", absoluteText(file)});
    }
    command.insert(command.end(), {"--detector", options.detector, "--convention",
                                   std::string(ood::conventionName(options.convention))});
    made["imported"] = {{"command", std::move(command)}};
    return made;
}

std::string keyOf(const Evaluation& evaluation, const ScoreImport& options) {
    Hasher hasher;
    hasher.add(std::string_view("imported scores 1")).add(options.detector);
    hasher.add(ood::conventionName(options.convention));
    const auto add = [&](const ScoredSet& set) {
        hasher.add(set.name).add(std::as_bytes(std::span(set.scores.front())));
        hasher.add(std::as_bytes(std::span(set.predicted))).add(std::as_bytes(std::span(set.trueLabels)));
    };
    add(evaluation.idTest);
    for (const ScoredSet& set : evaluation.ood)
        add(set);
    return hasher.hex();
}

}  // namespace

Result<EvaluationPtr> importScores(workspace::Workspace& workspace, const ScoreImport& options) {
    if (options.ood.empty()) return fail(ErrorCode::InvalidArgument, "no scores of an OOD set were given");
    auto evaluation = std::make_shared<Evaluation>();
    if (auto read = readSets(options, *evaluation); !read) return failFrom(read);
    evaluation->title = "imported scores · " + evaluation->idTest.name;
    evaluation->detectorKeys = {options.detector};
    nameClasses(*evaluation);
    evaluation->train.name = "not known";
    if (!evaluation->idTest.predicted.empty())
        evaluation->probeAccuracy = accuracy(evaluation->idTest.predicted, evaluation->idTest.trueLabels);
    if (auto done = measureInto(*evaluation, options.convention, {}); !done) return failFrom(done);
    evaluation->provenance = provenanceOf(options);
    evaluation->id = keyOf(*evaluation, options);
    if (auto stored = storeEvaluation(workspace, *evaluation); !stored) return failFrom(stored);
    return EvaluationPtr(evaluation);
}

}  // namespace oodscope::experiment
