// SPDX-License-Identifier: GPL-3.0-or-later
// The structure: Evaluator.scores in openood/evaluation_api/evaluator.py of OpenOOD v1.5.
#include "core/experiment/openood_pickle.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/base/files.h"
#include "core/io/mapped_file.h"
#include "core/io/pickle_reader.h"
#include "core/io/pickle_writer.h"
#include "core/io/pickled_array.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using io::PickleValue;

Result<std::vector<std::int32_t>> classesFrom(const std::optional<std::vector<double>>& values, const char* what,
                                              std::size_t count) {
    constexpr double kMostClasses = 1 << 20;
    if (!values) return std::vector<std::int32_t>(count, -1);
    const auto bad = [&](const std::string& reason) {
        return fail(ErrorCode::BadFile, std::string("'") + what + "' " + reason);
    };
    if (values->size() != count)
        return bad("has " + std::to_string(values->size()) + " entries for " + std::to_string(count) + " scores");
    std::vector<std::int32_t> classes;
    for (const double value : *values) {
        if (!(value >= -1 && value < kMostClasses) || value != std::floor(value))
            return bad("holds " + std::to_string(value) + ", which is no class");
        classes.push_back(static_cast<std::int32_t>(value));
    }
    return classes;
}

/// [pred, conf, label]
Result<ForeignArrays> arraysOf(const PickleValue& entry) {
    const io::PickleItems items = entry.items();
    std::vector<std::vector<double>> lists;
    for (const PickleValue* item : items.size() == 3 ? items : io::PickleItems()) {
        auto list = io::numbersIn(*item);
        if (!list) break;
        lists.push_back(std::move(*list));
    }
    if (lists.size() != 3)
        return fail(ErrorCode::BadFile, "is no list of three numpy arrays (pred, conf, label) of one dimension");
    return ForeignArrays{std::move(lists[1]), std::move(lists[0]), std::move(lists[2])};
}

/// The value below `keys`; null where there is none, or None.
const PickleValue* below(const PickleValue& root, std::initializer_list<std::string_view> keys) {
    const PickleValue* value = &root;
    for (const std::string_view key : keys)
        value = value == nullptr ? nullptr : value->find(key);
    return value == nullptr || value->isNone() ? nullptr : value;
}

Result<ScoredSet> setFrom(std::string name, const PickleValue& entry, const std::string& place) {
    auto arrays = arraysOf(entry);
    if (!arrays) return fail(arrays.error().code, place + " " + arrays.error().message);
    auto set = scoredSetFrom(std::move(name), std::move(*arrays));
    if (!set) return fail(set.error().code, place + ": " + set.error().message);
    return set;
}

Status addGroup(const PickleValue& root, OodGroup group, std::vector<ScoredSet>& sets) {
    const std::string key(groupName(group));
    const PickleValue* const entries = below(root, {"ood", key});
    if (entries == nullptr) return {};
    for (const auto& [name, entry] : entries->entries()) {
        if (entry->isNone()) continue;
        const auto text = name->text();
        if (!text) return fail(ErrorCode::BadFile, "[\"ood\"][\"" + key + "\"] has a set whose name is no text");
        auto set = setFrom(std::string(*text), *entry, "[\"ood\"][\"" + key + "\"][" + io::quotedName(*text) + "]");
        if (!set) return failFrom(set);
        set->group = group;
        sets.push_back(std::move(*set));
    }
    return {};
}

Result<OpenOodSets> setsIn(const PickleValue& root) {
    const PickleValue* const test = below(root, {"id", "test"});
    if (test == nullptr)
        return fail(ErrorCode::BadFile,
                    "holds no scores of an ID test set ([\"id\"][\"test\"]), so it is no file of "
                    "OpenOOD's eval_ood scripts, or nothing was scored yet");
    OpenOodSets sets;
    auto id = setFrom("ID test", *test, "[\"id\"][\"test\"]");
    if (!id) return failFrom(id);
    sets.idTest = std::move(*id);
    for (const OodGroup group : {OodGroup::Near, OodGroup::Far}) {
        if (auto added = addGroup(root, group, sets.ood); !added) return failFrom(added);
    }
    if (sets.ood.empty()) return fail(ErrorCode::BadFile, "holds no scores of an OOD set");
    return sets;
}

void writeSet(io::PickleWriter& pickle, const OpenOodArrays& arrays) {
    pickle.raw("](");
    pickle.array("i8", std::as_bytes(std::span(arrays.pred)), arrays.pred.size());
    pickle.array("f8", std::as_bytes(std::span(arrays.conf)), arrays.conf.size());
    pickle.array("i8", std::as_bytes(std::span(arrays.label)), arrays.label.size()).raw("e");
}

}  // namespace

OpenOodArrays openOodArrays(const ScoredSet& set, std::size_t detector, bool isId) {
    OpenOodArrays arrays;
    arrays.conf = set.scores[detector];
    arrays.pred.assign(set.predicted.begin(), set.predicted.end());
    if (isId) arrays.label.assign(set.trueLabels.begin(), set.trueLabels.end());
    arrays.pred.resize(set.size(), -1);
    arrays.label.resize(set.size(), -1);
    return arrays;
}

Result<ScoredSet> scoredSetFrom(std::string name, ForeignArrays arrays) {
    ScoredSet set;
    set.name = std::move(name);
    auto labels = classesFrom(arrays.label, "label", arrays.conf.size());
    if (!labels) return failFrom(labels);
    set.trueLabels = std::move(*labels);
    auto predicted = classesFrom(arrays.pred, "pred", arrays.conf.size());
    if (!predicted) return failFrom(predicted);
    if (std::ranges::any_of(*predicted, [](std::int32_t label) { return label >= 0; }))
        set.predicted = std::move(*predicted);
    set.paths.resize(arrays.conf.size());
    set.scores.push_back(std::move(arrays.conf));
    return set;
}

Result<OpenOodSets> readOpenOodPickle(const fs::path& file) {
    const auto mapped = io::mapFile(file);
    if (!mapped) return failFrom(mapped);
    const auto named = [&](const Error& error) { return fail(error.code, file.string() + ": " + error.message); };
    const auto document = io::readPickle(mapped->bytes);
    if (!document) return named(document.error());
    auto sets = setsIn(*(*document)->root);
    if (!sets) return named(sets.error());
    return sets;
}

Status writeOpenOodPickle(const fs::path& file, const Evaluation& evaluation, std::size_t detector,
                          const std::vector<std::string>& near) {
    io::PickleWriter pickle(4);
    const auto group = [&](bool isNear) {
        pickle.raw("}(");
        for (const ScoredSet& set : evaluation.ood) {
            if ((std::ranges::find(near, set.name) != near.end()) != isNear) continue;
            pickle.text(set.name);
            writeSet(pickle, openOodArrays(set, detector, /*isId=*/false));
        }
        pickle.raw("u");
    };
    pickle.raw("}(").text("id").raw("}(").text("train").raw("N").text("val").raw("N").text("test");
    writeSet(pickle, openOodArrays(evaluation.idTest, detector, /*isId=*/true));
    pickle.raw("u").text("csid").raw("}").text("ood").raw("}(").text("val").raw("N").text("near");
    group(/*isNear=*/true);
    pickle.text("far");
    group(/*isNear=*/false);
    pickle.raw("u").text("id_preds").raw("N").text("id_labels").raw("N");
    pickle.text("csid_preds").raw("}").text("csid_labels").raw("}u");
    return writeFileAtomically(file, std::move(pickle).take());
}

}  // namespace oodscope::experiment
