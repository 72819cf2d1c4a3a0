// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/evaluation_store.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/base/text_util.h"
#include "core/experiment/class_table.h"
#include "core/experiment/measuring.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using io::Json;

constexpr int kFormat = 2;  // 2: OOD groups, breakdown by class
constexpr int kUngroupedFormat = 1;

/// Collects tensors and the storage that their bytes live in until they are written.
class ArrayWriter {
public:
    void add(const std::string& name, const std::vector<std::int32_t>& values) {
        addBytes(name, io::DType::I32, {static_cast<std::int64_t>(values.size())}, std::as_bytes(std::span(values)));
    }
    void add(const std::string& name, const std::vector<std::vector<double>>& rows) {
        const std::size_t cols = rows.empty() ? 0 : rows.front().size();
        std::vector<std::byte> bytes(rows.size() * cols * sizeof(double));
        for (std::size_t i = 0; i < rows.size() && cols > 0; ++i)
            std::memcpy(bytes.data() + i * cols * sizeof(double), rows[i].data(), cols * sizeof(double));
        addOwned(name, io::DType::F64, {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(cols)},
                 std::move(bytes));
    }
    void add(const std::string& name, const Matrix& matrix) { m_tensors.push_back(io::tensorOf(name, matrix)); }
    /// Strings, each followed by a zero byte.
    void add(const std::string& name, const std::vector<std::string>& strings) {
        std::vector<std::byte> bytes;
        for (const std::string& text : strings) {
            const auto view = std::as_bytes(std::span(text.c_str(), text.size() + 1));
            bytes.insert(bytes.end(), view.begin(), view.end());
        }
        const auto size = static_cast<std::int64_t>(bytes.size());
        addOwned(name, io::DType::U8, {size}, std::move(bytes));
    }
    Status write(const fs::path& path) const { return io::writeSafetensors(path, m_tensors); }

private:
    void addBytes(const std::string& name, io::DType dtype, std::vector<std::int64_t> shape,
                  std::span<const std::byte> bytes) {
        m_tensors.push_back(io::TensorToWrite{name, dtype, std::move(shape), bytes});
    }
    void addOwned(const std::string& name, io::DType dtype, std::vector<std::int64_t> shape,
                  std::vector<std::byte> bytes) {
        m_owned.push_back(std::make_unique<std::vector<std::byte>>(std::move(bytes)));
        addBytes(name, dtype, std::move(shape), *m_owned.back());
    }

    std::vector<io::TensorToWrite> m_tensors;
    std::vector<std::unique_ptr<std::vector<std::byte>>> m_owned;
};

Status missingArray(const io::TensorFile& file, const std::string& name) {
    return fail(ErrorCode::BadFile, file.path.string() + ": array '" + name + "' is missing or of another kind");
}

template <class T>
Result<std::vector<T>> readArray(const io::TensorFile& file, const std::string& name, io::DType dtype) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.dtype != dtype) return failFrom(missingArray(file, name));
    const std::span<const std::byte> bytes = found->second.bytes;
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

Result<std::vector<std::string>> readStrings(const io::TensorFile& file, const std::string& name) {
    auto bytes = readArray<char>(file, name, io::DType::U8);
    if (!bytes) return failFrom(bytes);
    if (bytes->empty()) return std::vector<std::string>{};
    std::vector<std::string> strings = split(std::string_view(bytes->data(), bytes->size()), '\0');
    strings.pop_back();  // after the last zero byte
    return strings;
}

Result<std::vector<std::vector<double>>> readScoreRows(const io::TensorFile& file, const std::string& name) {
    auto flat = readArray<double>(file, name, io::DType::F64);
    if (!flat) return failFrom(flat);
    const io::TensorView& view = file.tensors.find(name)->second;
    if (view.shape.size() != 2) return failFrom(missingArray(file, name));
    const auto cols = static_cast<std::ptrdiff_t>(view.shape[1]);
    std::vector<std::vector<double>> rows;
    for (std::ptrdiff_t i = 0; i < view.shape[0]; ++i)
        rows.emplace_back(flat->begin() + i * cols, flat->begin() + (i + 1) * cols);
    return rows;
}

void addSet(ArrayWriter& arrays, const std::string& prefix, const ScoredSet& set) {
    arrays.add(prefix + "paths", set.paths);
    arrays.add(prefix + "true_labels", set.trueLabels);
    arrays.add(prefix + "pseudo_labels", set.pseudoLabels);
    arrays.add(prefix + "predicted", set.predicted);
    arrays.add(prefix + "scores", set.scores);
    if (!set.logits.empty()) arrays.add(prefix + "logits", set.logits);
}

Json jsonOf(const ScoredSet& set) {
    return {{"name", set.name},
            {"root", set.root.string()},
            {"class_names", set.classNames},
            {"unreadable", set.unreadable},
            {"group", groupName(set.group)}};
}

/// Every per-image array is as long as the list of paths, or empty where it may be.
Status checkLengths(const ScoredSet& set, const fs::path& file) {
    const auto fits = [&](std::size_t size, bool mayBeEmpty) {
        return size == set.paths.size() || (mayBeEmpty && size == 0);
    };
    bool good = fits(set.trueLabels.size(), false) && fits(set.pseudoLabels.size(), true) &&
                fits(set.predicted.size(), true) && fits(set.logits.rows(), true);
    for (const auto& row : set.scores)
        good = good && fits(row.size(), false);
    if (good) return {};
    return fail(ErrorCode::BadFile, file.string() + ": the arrays of '" + set.name + "' differ in length");
}

Result<ScoredSet> readSet(const io::TensorFile& file, const std::string& prefix, const Json& json) {
    ScoredSet set;
    set.name = json.at("name").get<std::string>();
    set.root = json.at("root").get<std::string>();
    json.at("class_names").get_to(set.classNames);
    json.at("unreadable").get_to(set.unreadable);
    set.group = groupFrom(json.value("group", ""));
    auto paths = readStrings(file, prefix + "paths");
    if (!paths) return failFrom(paths);
    auto trueLabels = readArray<std::int32_t>(file, prefix + "true_labels", io::DType::I32);
    if (!trueLabels) return failFrom(trueLabels);
    auto pseudoLabels = readArray<std::int32_t>(file, prefix + "pseudo_labels", io::DType::I32);
    if (!pseudoLabels) return failFrom(pseudoLabels);
    auto predicted = readArray<std::int32_t>(file, prefix + "predicted", io::DType::I32);
    if (!predicted) return failFrom(predicted);
    auto scores = readScoreRows(file, prefix + "scores");
    if (!scores) return failFrom(scores);
    if (file.tensors.contains(prefix + "logits")) {
        auto logits = io::matrixFrom(file, prefix + "logits");
        if (!logits) return failFrom(logits);
        set.logits = std::move(*logits);
    }
    set.paths = std::move(*paths);
    set.trueLabels = std::move(*trueLabels);
    set.pseudoLabels = std::move(*pseudoLabels);
    set.predicted = std::move(*predicted);
    set.scores = std::move(*scores);
    if (auto checked = checkLengths(set, file.path); !checked) return failFrom(checked);
    return set;
}

DetectorResult resultFrom(const Json& json) {
    DetectorResult result;
    ood::OodMetrics& m = result.metrics;
    result.detector = json.at("detector").get<std::string>();
    result.ood = json.at("ood").get<std::string>();
    m.auroc = json.at("auroc").get<double>();
    m.fpr95 = json.at("fpr95").get<double>();
    m.auprIn = json.at("aupr_in").get<double>();
    m.auprOut = json.at("aupr_out").get<double>();
    m.averagePrecisionIn = json.at("average_precision_in").get<double>();
    m.averagePrecisionOut = json.at("average_precision_out").get<double>();
    m.realisedTpr = json.at("realised_tpr").get<double>();
    m.threshold95 = json.at("threshold95").get<double>();
    m.ties = json.at("ties").get<std::size_t>();
    m.idCount = json.at("id_count").get<std::size_t>();
    m.oodCount = json.at("ood_count").get<std::size_t>();
    m.convention = ood::parseConvention(json.at("convention").get<std::string>()).value_or(ood::FprConvention::Plp);
    result.aurocLow = json.at("auroc_low").get<double>();
    result.aurocHigh = json.at("auroc_high").get<double>();
    m.detectionError = json.value("detection_error", 0.0);
    result.idAccuracy = json.value("id_accuracy", -1.0);
    if (json.contains("per_class")) result.classes = breakdownFrom(json.at("mean_over_classes"), json.at("per_class"));
    return result;
}

GroupResult groupResultFrom(const Json& json) {
    GroupResult result;
    result.detector = json.at("detector").get<std::string>();
    result.group = groupFrom(json.at("group").get<std::string>());
    result.sets = json.at("sets").get<std::size_t>();
    result.auroc = json.at("auroc").get<double>();
    result.aurocLow = json.at("auroc_low").get<double>();
    result.aurocHigh = json.at("auroc_high").get<double>();
    result.fpr95 = json.at("fpr95").get<double>();
    result.auprIn = json.at("aupr_in").get<double>();
    result.auprOut = json.at("aupr_out").get<double>();
    return result;
}

/// Adds what results made before `kFormat` do not hold; the rest comes out as it was.
Status measureAnew(Evaluation& evaluation) {
    if (evaluation.results.empty()) return {};
    return measureInto(evaluation, evaluation.results.front().metrics.convention, {});
}

Json groupsJson(const Evaluation& evaluation) {
    Json list = Json::array();
    for (const GroupResult& group : evaluation.groups)
        list.push_back(toJson(group));
    return list;
}

Json withClasses(const Evaluation& evaluation, const DetectorResult& result) {
    Json json = toJson(result);
    const auto set = std::ranges::find(evaluation.ood, result.ood, &ScoredSet::name);
    if (!result.classes.classes.empty() && set != evaluation.ood.end())
        json["per_class"] = classesJson(result.classes, set->classNames);
    return json;
}

Json jsonOf(const Evaluation& evaluation) {
    Json json{{"format", kFormat},
              {"id", evaluation.id},
              {"title", evaluation.title},
              {"class_names", evaluation.classNames},
              {"detectors", evaluation.detectorKeys},
              {"train", jsonOf(evaluation.train)},
              {"id_test", jsonOf(evaluation.idTest)},
              {"ood", Json::array()},
              {"results", Json::array()},
              {"groups", groupsJson(evaluation)},
              {"history", Json::array()},
              {"zero_shot_accuracy", evaluation.zeroShotAccuracy},
              {"probe_accuracy", evaluation.probeAccuracy},
              {"pseudo_label_accuracy", evaluation.pseudoLabelAccuracy},
              {"provenance", evaluation.provenance}};
    for (const ScoredSet& set : evaluation.ood)
        json["ood"].push_back(jsonOf(set));
    for (const DetectorResult& result : evaluation.results)
        json["results"].push_back(withClasses(evaluation, result));
    for (const probe::EpochStats& epoch : evaluation.history)
        json["history"].push_back({epoch.loss, epoch.trainAccuracy, epoch.learningRate});
    return json;
}

Status readHead(const Json& json, Evaluation& evaluation) {
    evaluation.id = json.at("id").get<std::string>();
    evaluation.title = json.at("title").get<std::string>();
    json.at("class_names").get_to(evaluation.classNames);
    json.at("detectors").get_to(evaluation.detectorKeys);
    evaluation.zeroShotAccuracy = json.at("zero_shot_accuracy").get<double>();
    evaluation.probeAccuracy = json.at("probe_accuracy").get<double>();
    evaluation.pseudoLabelAccuracy = json.at("pseudo_label_accuracy").get<double>();
    evaluation.provenance = json.at("provenance");
    for (const Json& result : json.at("results"))
        evaluation.results.push_back(resultFrom(result));
    for (const Json& group : json.value("groups", Json::array()))
        evaluation.groups.push_back(groupResultFrom(group));
    for (const Json& epoch : json.at("history"))
        evaluation.history.push_back({epoch.at(0).get<double>(), epoch.at(1).get<double>(), epoch.at(2).get<double>()});
    return {};
}

Status readSets(const io::TensorFile& arrays, const Json& json, Evaluation& evaluation) {
    auto train = readSet(arrays, "train.", json.at("train"));
    if (!train) return failFrom(train);
    evaluation.train = std::move(*train);
    auto idTest = readSet(arrays, "id.", json.at("id_test"));
    if (!idTest) return failFrom(idTest);
    evaluation.idTest = std::move(*idTest);
    for (std::size_t i = 0; i < json.at("ood").size(); ++i) {
        auto set = readSet(arrays, "ood" + std::to_string(i) + ".", json.at("ood")[i]);
        if (!set) return failFrom(set);
        evaluation.ood.push_back(std::move(*set));
    }
    return {};
}

}  // namespace

Json toJson(const ood::OodMetrics& metrics) {
    return {{"auroc", metrics.auroc},
            {"fpr95", metrics.fpr95},
            {"aupr_in", metrics.auprIn},
            {"aupr_out", metrics.auprOut},
            {"average_precision_in", metrics.averagePrecisionIn},
            {"average_precision_out", metrics.averagePrecisionOut},
            {"detection_error", metrics.detectionError},
            {"realised_tpr", metrics.realisedTpr},
            {"threshold95", metrics.threshold95},
            {"ties", metrics.ties},
            {"id_count", metrics.idCount},
            {"ood_count", metrics.oodCount},
            {"convention", ood::conventionName(metrics.convention)}};
}

Json toJson(const DetectorResult& result) {
    Json json = toJson(result.metrics);
    json["detector"] = result.detector;
    json["ood"] = result.ood;
    json["auroc_low"] = result.aurocLow;
    json["auroc_high"] = result.aurocHigh;
    if (result.idAccuracy >= 0) json["id_accuracy"] = result.idAccuracy;
    if (!result.classes.classes.empty()) json["mean_over_classes"] = meanJson(result.classes);
    return json;
}

Json fprJson(const std::vector<double>& levels, const std::vector<ood::FprReading>& readings) {
    Json list = Json::array();
    for (std::size_t i = 0; i < readings.size(); ++i)
        list.push_back({{"tpr", levels[i]},
                        {"fpr", readings[i].fpr},
                        {"realised_tpr", readings[i].tpr},
                        {"threshold", readings[i].threshold}});
    return list;
}

Json toJson(const GroupResult& result) {
    const std::string_view group = groupName(result.group);
    return {{"detector", result.detector},  {"group", group.empty() ? "all" : group},
            {"sets", result.sets},          {"auroc", result.auroc},
            {"auroc_low", result.aurocLow}, {"auroc_high", result.aurocHigh},
            {"fpr95", result.fpr95},        {"aupr_in", result.auprIn},
            {"aupr_out", result.auprOut}};
}

Json resultJson(const Evaluation& evaluation, bool perClass) {
    Json json{{"id", evaluation.id},
              {"title", evaluation.title},
              {"zero_shot_accuracy", evaluation.zeroShotAccuracy},
              {"accuracy", evaluation.probeAccuracy},
              {"pseudo_label_accuracy", evaluation.pseudoLabelAccuracy},
              {"results", Json::array()},
              {"groups", groupsJson(evaluation)},
              {"provenance", evaluation.provenance}};
    for (const DetectorResult& result : evaluation.results)
        json["results"].push_back(perClass ? withClasses(evaluation, result) : toJson(result));
    return json;
}

Status saveEvaluation(const Evaluation& evaluation, const fs::path& folder) {
    ArrayWriter arrays;
    addSet(arrays, "train.", evaluation.train);
    addSet(arrays, "id.", evaluation.idTest);
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i)
        addSet(arrays, "ood" + std::to_string(i) + ".", evaluation.ood[i]);
    if (auto written = arrays.write(folder / "arrays.safetensors"); !written) return written;
    return io::writeJson(folder / "evaluation.json", jsonOf(evaluation));
}

Result<EvaluationPtr> readEvaluation(const fs::path& folder) {
    const fs::path file = folder / "evaluation.json";
    auto json = io::readJson(file);
    if (!json) return failFrom(json);
    try {
        if (json->at("format").get<int>() > kFormat)
            return fail(ErrorCode::Unsupported, file.string() + ": was made by a newer OODscope; nothing was changed");
        auto arrays = io::openSafetensors(folder / "arrays.safetensors");
        if (!arrays) return failFrom(arrays);
        auto evaluation = std::make_shared<Evaluation>();
        if (auto read = readHead(*json, *evaluation); !read) return failFrom(read);
        if (auto read = readSets(*arrays, *json, *evaluation); !read) return failFrom(read);
        if (json->at("format").get<int>() == kUngroupedFormat) {
            if (auto done = measureAnew(*evaluation); !done)
                return fail(ErrorCode::BadFile, file.string() + ": " + done.error().message);
        }
        return evaluation;
    } catch (const Json::exception& exception) {
        return fail(ErrorCode::BadFile, file.string() + ": " + exception.what());
    }
}

}  // namespace oodscope::experiment
