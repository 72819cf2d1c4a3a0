// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/import_scores.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/hash.h"
#include "core/base/text_util.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/measuring.h"
#include "core/experiment/openood_pickle.h"
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

Result<ScoredSet> readSet(const fs::path& file) {
    auto scores = io::readScores(file);
    if (!scores) return failFrom(scores);
    ForeignArrays arrays{std::move(*scores), {}, {}};
    if (endsWithIgnoringCase(file.string(), ".npz")) {
        const auto read = io::readNpzVectors(file);
        if (!read) return failFrom(read);
        if (const auto found = read->find("pred"); found != read->end()) arrays.pred = found->second;
        if (const auto found = read->find("label"); found != read->end()) arrays.label = found->second;
    }
    auto set = scoredSetFrom(file.stem().string(), std::move(arrays));
    if (!set) return fail(set.error().code, file.string() + ": " + set.error().message);
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

Status readPickle(const fs::path& file, Evaluation& evaluation) {
    auto sets = readOpenOodPickle(file);
    if (!sets) return failFrom(sets);
    evaluation.idTest = std::move(sets->idTest);
    evaluation.ood = std::move(sets->ood);
    return {};
}

Status readSets(const ScoreImport& options, Evaluation& evaluation) {
    if (!options.pickle.empty()) return readPickle(options.pickle, evaluation);
    auto id = readSet(options.id);
    if (!id) return failFrom(id);
    evaluation.idTest = std::move(*id);
    for (const fs::path& file : options.ood) {
        auto set = readSet(file);
        if (!set) return failFrom(set);
        evaluation.ood.push_back(std::move(*set));
    }
    return {};
}

Status checkNames(const ScoreImport& options, const Evaluation& evaluation) {
    std::set<std::string> names{evaluation.idTest.name};
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i) {
        if (names.insert(evaluation.ood[i].name).second) continue;
        const fs::path& file = options.pickle.empty() ? options.ood[i] : options.pickle;
        return fail(ErrorCode::InvalidArgument,
                    file.string() + ": another set is called " + evaluation.ood[i].name + ", too");
    }
    return {};
}

nlohmann::json provenanceOf(const ScoreImport& options) {
    const bool isPickle = !options.pickle.empty();
    const fs::path& idFile = isPickle ? options.pickle : options.id;
    Command command{"oodscope-cli", "import", "scores", isPickle ? "--openood" : "--id", absoluteText(idFile)};
    const auto source = [](const fs::path& file) {
        nlohmann::json json{{"source", absoluteText(file)}};
        if (const auto stamp = fileStamp(file)) json["files"] = *stamp;
        return json;
    };
    nlohmann::json made{{"program", "oodscope " OODSCOPE_VERSION},
                        {"id_test", source(idFile)},
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
        if (set.group != OodGroup::None) hasher.add(groupName(set.group));
        hasher.add(std::as_bytes(std::span(set.predicted))).add(std::as_bytes(std::span(set.trueLabels)));
    };
    add(evaluation.idTest);
    for (const ScoredSet& set : evaluation.ood)
        add(set);
    return hasher.hex();
}

}  // namespace

Result<EvaluationPtr> importScores(workspace::Workspace& workspace, const ScoreImport& options) {
    if (options.ood.empty() && options.pickle.empty())
        return fail(ErrorCode::InvalidArgument, "no scores of an OOD set were given");
    auto evaluation = std::make_shared<Evaluation>();
    if (auto read = readSets(options, *evaluation); !read) return failFrom(read);
    if (auto unique = checkNames(options, *evaluation); !unique) return failFrom(unique);
    const std::string named = options.pickle.empty() ? evaluation->idTest.name : options.pickle.stem().string();
    evaluation->title = "imported scores · " + named;
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
