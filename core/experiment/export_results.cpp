// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/export_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/experiment/scoring.h"
#include "core/io/csv.h"
#include "core/io/json.h"
#include "core/io/npz.h"

namespace oodscope::experiment {
namespace {

using OrderedJson = nlohmann::ordered_json;  // the reference's files keep the order of insertion

/// A detector as the reference's results name it: a method, and parameters where it lists several settings.
struct ReferenceName {
    std::string method;
    std::vector<std::pair<std::string, std::string>> parameters;  // values as JSON text
    int order = 0;                                                // of the reference's loops
};

struct KnownName {
    std::string_view key;
    std::string_view method;
    std::string_view parameter;  // what it always has
    std::string_view value;
};

// In the order in which the reference evaluates them.
constexpr KnownName kKnownNames[] = {
    {"mahalanobis", "Mahalanobis", "", ""},
    {"mahalanobis_relative", "Mahalanobis_relative", "", ""},
    {"knn", "knn", "k", "1"},
    {"free_energy", "free_energy", "temp", "1.0"},
    {"msp", "msp", "temp", "1.0"},
    {"l1_norm", "l1_norm", "temp", "1.0"},
    {"perplexity", "perplexity", "temp", "1.0"},
};

bool isNumber(std::string_view text) {
    char* end = nullptr;
    const std::string copy(text);
    std::strtod(copy.c_str(), &end);
    return !copy.empty() && *end == '\0';
}

/// "1" → "1.0": as Python writes a float.
std::string floatText(double value) {
    std::string text = fmt::format("{}", value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

/// `key`: "msp", "knn:k=5".
ReferenceName referenceName(std::string_view key) {
    const std::vector<std::string> parts = split(key, ':');
    ReferenceName name{parts.front(), {}, static_cast<int>(std::size(kKnownNames))};
    const auto* known = std::ranges::find(kKnownNames, parts.front(), &KnownName::key);
    if (known != std::end(kKnownNames)) {
        name.method = known->method;
        name.order = static_cast<int>(known - std::begin(kKnownNames));
        if (!known->parameter.empty()) name.parameters.emplace_back(known->parameter, known->value);
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t equals = std::min(parts[i].find('='), parts[i].size());
        std::string option = parts[i].substr(0, equals);
        std::string value = parts[i].substr(std::min(equals + 1, parts[i].size()));
        if (option == "T" || option == "temperature") {
            option = "temp";
            value = floatText(std::atof(value.c_str()));
        }
        const auto given = std::ranges::find(name.parameters, option, &std::pair<std::string, std::string>::first);
        if (given != name.parameters.end())
            given->second = value;
        else
            name.parameters.emplace_back(option, value);
    }
    if (name.method == "knn") name.parameters.emplace_back("metric", "temp-cos-sim");
    return name;
}

/// "msp_temp=1.0"
std::string columnName(const ReferenceName& name) {
    std::string column = name.method;
    for (const auto& [key, value] : name.parameters)
        column += "_" + key + "=" + value;
    return column;
}

/// A detector's results on all OOD sets, measured anew under one convention.
struct Column {
    ReferenceName name;
    std::size_t detector = 0;
    std::vector<ood::OodMetrics> metrics;  // per OOD set
};

Result<std::vector<ood::OodMetrics>> measureUnder(const Evaluation& evaluation, std::size_t detector,
                                                  ood::FprConvention convention) {
    std::vector<ood::OodMetrics> metrics;
    for (const ScoredSet& set : evaluation.ood) {
        auto measured = ood::computeMetrics(evaluation.idTest.scores[detector], set.scores[detector], convention);
        if (!measured)
            return fail(measured.error().code,
                        evaluation.detectorKeys[detector] + " on " + set.name + ": " + measured.error().message);
        metrics.push_back(*measured);
    }
    return metrics;
}

bool isZeroShot(std::string_view key) {
    return key.starts_with(kZeroShotPrefix);
}

/// The zero-shot detectors, or the probe's, in the reference's order.
Result<std::vector<Column>> columns(const Evaluation& evaluation, bool zeroShot) {
    std::vector<Column> columns;
    for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
        std::string_view key = evaluation.detectorKeys[d];
        if (isZeroShot(key) != zeroShot) continue;
        if (zeroShot) key.remove_prefix(kZeroShotPrefix.size());
        auto metrics = measureUnder(evaluation, d, ood::FprConvention::Plp);
        if (!metrics) return failFrom(metrics);
        columns.push_back({referenceName(key), d, std::move(*metrics)});
    }
    std::ranges::stable_sort(columns, {}, [](const Column& column) { return column.name.order; });
    return columns;
}

using Metric = double ood::OodMetrics::*;
constexpr std::pair<const char*, Metric> kReferenceMetrics[] = {{"auroc", &ood::OodMetrics::auroc},
                                                                {"fpr95", &ood::OodMetrics::fpr95}};

/// {"Mahalanobis": 83.1, "msp": [{"temp": 1.0, "auroc": 91.2}]}
OrderedJson metricJson(const std::vector<Column>& columns, std::size_t set, const char* metricName, Metric metric) {
    OrderedJson json = OrderedJson::object();
    for (const Column& column : columns) {
        const double percent = column.metrics[set].*metric * 100;
        if (column.name.parameters.empty()) {
            json[column.name.method] = percent;
            continue;
        }
        OrderedJson entry;
        for (const auto& [key, value] : column.name.parameters)
            entry[key] = isNumber(value) ? OrderedJson::parse(value) : OrderedJson(value);
        entry[metricName] = percent;
        json[column.name.method].push_back(std::move(entry));
    }
    return json;
}

OrderedJson resultsJson(const Evaluation& evaluation, const std::vector<Column>& columns) {
    OrderedJson json = OrderedJson::array();
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i) {
        OrderedJson row;
        row["out_dist"] = evaluation.ood[i].name;
        for (const auto& [name, metric] : kReferenceMetrics)
            row[name] = metricJson(columns, i, name, metric);
        json.push_back(std::move(row));
    }
    return json;
}

/// As pandas rounds and writes: half to even, no zeros at the end.
std::string roundedText(double percent) {
    return floatText(std::nearbyint(percent * 100) / 100);
}

std::string resultsCsv(const Evaluation& evaluation, const std::vector<Column>& columns) {
    std::vector<std::string> header{"out_dist"};
    for (const auto& [name, metric] : kReferenceMetrics) {
        for (const Column& column : columns)
            header.push_back(std::string(name) + "_" + columnName(column.name));
    }
    std::string csv = io::csvRow(header);
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i) {
        std::vector<std::string> row{evaluation.ood[i].name};
        for (const auto& [name, metric] : kReferenceMetrics) {
            for (const Column& column : columns)
                row.push_back(roundedText(column.metrics[i].*metric * 100));
        }
        csv += io::csvRow(row);
    }
    return csv;
}

OrderedJson argumentsJson(const Evaluation& evaluation, const std::vector<Column>& columns, const fs::path& probe) {
    const nlohmann::json model = evaluation.provenance.value("model", nlohmann::json::object());
    const auto isMahalanobis = [](const Column& column) { return column.name.method.starts_with("Mahalanobis"); };
    OrderedJson names = OrderedJson::array();
    for (const ScoredSet& set : evaluation.ood)
        names.push_back(set.name);
    OrderedJson json;
    json["dataset"] = evaluation.train.name;
    json["out_dists"] = std::move(names);
    json["temperatures"] = OrderedJson::array({1.0});
    json["eval_maha"] = std::ranges::any_of(columns, isMahalanobis);
    json["probing_path"] = probe.empty() ? OrderedJson() : OrderedJson(probe.string());
    json["clip_arch"] = probe.empty() ? OrderedJson(model.value("name", "")) : OrderedJson();
    json["clip_prompt"] =
        probe.empty() ? OrderedJson(evaluation.provenance.value("prompts", nlohmann::json())) : OrderedJson();
    return json;
}

struct TextFile {
    fs::path path;
    std::string text;
};

Status writeAll(const std::vector<TextFile>& files, bool overwrite) {
    std::vector<fs::path> paths;
    for (const TextFile& file : files)
        paths.push_back(file.path);
    if (auto free = checkOverwrite(paths, overwrite); !free) return free;
    for (const TextFile& file : files) {
        if (auto written = writeFileAtomically(file.path, file.text); !written) return written;
    }
    return {};
}

/// A name that may hold '/' or ':' ("zero-shot/msp") as part of a file name.
std::string fileName(std::string text) {
    std::ranges::replace(text, '/', '_');
    std::ranges::replace(text, ':', '_');
    return text;
}

std::string openOodRow(const std::string& name, const std::vector<ood::OodMetrics>& metrics, double accuracy) {
    const auto mean = [&](Metric metric) {
        double sum = 0;
        for (const ood::OodMetrics& m : metrics)
            sum += m.*metric;
        return fmt::format("{:.2f}", 100 * sum / static_cast<double>(metrics.size()));
    };
    const std::vector<std::string> row{name,
                                       mean(&ood::OodMetrics::fpr95),
                                       mean(&ood::OodMetrics::auroc),
                                       mean(&ood::OodMetrics::auprIn),
                                       mean(&ood::OodMetrics::auprOut),
                                       accuracy < 0 ? std::string() : fmt::format("{:.2f}", 100 * accuracy)};
    return io::csvRow(row);
}

/// A group of OOD sets with its mean below.
std::string openOodGroup(const Evaluation& evaluation, const std::vector<ood::OodMetrics>& metrics,
                         const std::vector<std::size_t>& sets, const std::string& meanName, double accuracy) {
    if (sets.empty()) return {};
    std::string rows;
    std::vector<ood::OodMetrics> group;
    for (const std::size_t i : sets) {
        rows += openOodRow(evaluation.ood[i].name, {metrics[i]}, accuracy);
        group.push_back(metrics[i]);
    }
    return rows + openOodRow(meanName, group, accuracy);
}

Result<std::string> openOodCsv(const Evaluation& evaluation, std::size_t detector,
                               const std::vector<std::string>& nearNames) {
    const auto metrics = measureUnder(evaluation, detector, ood::FprConvention::OpenOod);
    if (!metrics) return failFrom(metrics);
    std::vector<std::size_t> nearSets, farSets;
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i)
        (std::ranges::find(nearNames, evaluation.ood[i].name) != nearNames.end() ? nearSets : farSets).push_back(i);
    const bool probeless = isZeroShot(evaluation.detectorKeys[detector]);
    const double accuracy = probeless ? evaluation.zeroShotAccuracy : evaluation.probeAccuracy;
    return "dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC\n" +
           openOodGroup(evaluation, *metrics, nearSets, "nearood", accuracy) +
           openOodGroup(evaluation, *metrics, farSets, nearNames.empty() ? "mean" : "farood", accuracy);
}

Status checkNear(const Evaluation& evaluation, const std::vector<std::string>& nearNames) {
    for (const std::string& name : nearNames) {
        if (std::ranges::none_of(evaluation.ood, [&](const ScoredSet& set) { return set.name == name; })) {
            std::string known;
            for (const ScoredSet& set : evaluation.ood)
                known += (known.empty() ? "" : ", ") + set.name;
            return fail(ErrorCode::InvalidArgument, "there is no OOD set '" + name + "'; there are: " + known);
        }
    }
    return {};
}

/// As OpenOOD keeps a set: what was predicted, the confidence, and the label (-1: OOD, or none).
std::map<std::string, io::NpzVector> scoreArrays(const ScoredSet& set, std::size_t detector, bool isId) {
    const std::vector<std::int32_t>& labels = set.trueLabels;
    std::vector<std::int64_t> kept(labels.begin(), labels.end());
    if (!isId) kept.assign(set.size(), -1);
    return {{"conf", set.scores[detector]},
            {"pred", std::vector<std::int64_t>(set.predicted.begin(), set.predicted.end())},
            {"label", std::move(kept)}};
}

Status writeScores(const Evaluation& evaluation, const fs::path& folder, bool overwrite) {
    struct File {
        fs::path path;
        const ScoredSet* set;
        std::size_t detector;
    };
    std::vector<File> files;
    for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
        const fs::path scores = folder / "scores" / fileName(evaluation.detectorKeys[d]);
        files.push_back({scores / (fileName(evaluation.idTest.name) + ".npz"), &evaluation.idTest, d});
        for (const ScoredSet& set : evaluation.ood)
            files.push_back({scores / (fileName(set.name) + ".npz"), &set, d});
    }
    std::vector<fs::path> paths;
    std::ranges::transform(files, std::back_inserter(paths), &File::path);
    if (auto free = checkOverwrite(paths, overwrite); !free) return free;
    for (const File& file : files) {
        const bool isId = file.set == &evaluation.idTest;
        auto written = io::writeNpz(file.path, scoreArrays(*file.set, file.detector, isId));
        if (!written) return written;
    }
    return {};
}

// Reading.

std::string ownName(const std::string& method) {
    const auto* known = std::ranges::find(kKnownNames, method, &KnownName::method);
    return std::string(known == std::end(kKnownNames) ? std::string_view(method) : known->key);
}

/// "msp_temp=1.0" → "msp"
std::string methodOf(const std::string& column) {
    const std::size_t equals = column.find('=');
    if (equals == std::string::npos) return column;
    for (const KnownName& known : kKnownNames) {
        if (column.starts_with(std::string(known.method) + "_")) return std::string(known.method);
    }
    return column.substr(0, column.rfind('_', equals));
}

Result<std::vector<ForeignNumber>> readReferenceJson(const fs::path& file) {
    const auto json = io::readJson(file);
    if (!json) return failFrom(json);
    std::vector<ForeignNumber> numbers;
    try {
        for (const io::Json& row : *json) {
            const auto ood = row.at("out_dist").get<std::string>();
            for (const auto& [metric, member] : kReferenceMetrics) {
                const auto methods = row.value(metric, io::Json::object()).get<std::map<std::string, io::Json>>();
                for (const auto& [method, value] : methods) {
                    if (value.is_number()) numbers.push_back({ownName(method), ood, metric, value.get<double>()});
                    if (!value.is_array()) continue;
                    for (const io::Json& entry : value)
                        numbers.push_back({ownName(method), ood, metric, entry.at(metric).get<double>()});
                }
            }
        }
    } catch (const io::Json::exception& error) {
        return fail(ErrorCode::BadFile, file.string() + ": not the reference's ood_metrics.json: " + error.what());
    }
    return numbers;
}

std::optional<ForeignNumber> referenceHeader(const std::string& column) {
    for (const auto& [metric, member] : kReferenceMetrics) {
        const std::string prefix = std::string(metric) + "_";
        if (column.starts_with(prefix))
            return ForeignNumber{ownName(methodOf(column.substr(prefix.size()))), "", metric, 0};
    }
    return std::nullopt;
}

std::optional<ForeignNumber> openOodHeader(const std::string& column) {
    constexpr std::pair<std::string_view, const char*> kNames[] = {
        {"FPR@95", "fpr95"}, {"AUROC", "auroc"}, {"AUPR_IN", "aupr_in"}, {"AUPR_OUT", "aupr_out"}, {"ACC", "accuracy"}};
    for (const auto& [name, metric] : kNames) {
        if (column == name) return ForeignNumber{"", "", metric, 0};
    }
    return std::nullopt;
}

Result<std::vector<ForeignNumber>> readTable(const fs::path& file) {
    const auto rows = io::readCsv(file);
    if (!rows) return failFrom(rows);
    const std::vector<std::string>& header = rows->front();
    const bool reference = header.front() == "out_dist";
    if (!reference && header.front() != "dataset" && !header.front().empty())
        return fail(ErrorCode::BadFile, file.string() +
                                            ": its first column is neither out_dist (the reference's "
                                            "ood_metrics.csv) nor dataset (OpenOOD)");
    std::vector<ForeignNumber> numbers;
    for (std::size_t r = 1; r < rows->size(); ++r) {
        for (std::size_t c = 1; c < header.size(); ++c) {
            const std::string& cell = (*rows)[r][c];
            auto number = reference ? referenceHeader(header[c]) : openOodHeader(header[c]);
            if (!number || cell.empty()) continue;
            if (!isNumber(cell))
                return fail(ErrorCode::BadFile, fmt::format("{}: row {}, column {}: '{}' is not a number",
                                                            file.string(), r + 1, header[c], cell));
            number->ood = (*rows)[r].front();
            number->percent = std::strtod(cell.c_str(), nullptr);
            numbers.push_back(std::move(*number));
        }
    }
    return numbers;
}

}  // namespace

Status checkOverwrite(const std::vector<fs::path>& files, bool overwrite) {
    if (overwrite) return {};
    for (const fs::path& file : files) {
        std::error_code ec;
        if (fs::exists(file, ec))
            return fail(ErrorCode::InvalidArgument, file.string() + ": is there already; --overwrite replaces it");
    }
    return {};
}

Status writeReferenceResults(const Evaluation& evaluation, const fs::path& folder, const fs::path& probeFolder,
                             bool overwrite) {
    std::vector<TextFile> files;
    const bool hasProbe = std::ranges::any_of(evaluation.detectorKeys, std::not_fn(isZeroShot));
    for (const bool zeroShot : {false, true}) {
        const auto found = columns(evaluation, zeroShot);
        if (!found) return failFrom(found);
        if (found->empty()) continue;
        const fs::path place = zeroShot && hasProbe ? folder / "zero-shot" : folder;
        const fs::path probe = zeroShot ? fs::path() : probeFolder.empty() ? folder : probeFolder;
        files.push_back({place / "eval_args.json", argumentsJson(evaluation, *found, probe).dump(2)});
        files.push_back({place / "ood_metrics.json", resultsJson(evaluation, *found).dump(2)});
        files.push_back({place / "ood_metrics.csv", resultsCsv(evaluation, *found)});
    }
    return writeAll(files, overwrite);
}

Status writeOpenOodResults(const Evaluation& evaluation, const fs::path& folder, const std::vector<std::string>& near,
                           bool overwrite) {
    if (auto known = checkNear(evaluation, near); !known) return known;
    std::vector<TextFile> files;
    for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
        auto csv = openOodCsv(evaluation, d, near);
        if (!csv) return failFrom(csv);
        files.push_back({folder / "ood" / (fileName(evaluation.detectorKeys[d]) + ".csv"), std::move(*csv)});
    }
    if (auto written = writeAll(files, overwrite); !written) return written;
    return writeScores(evaluation, folder, overwrite);
}

Result<std::vector<ForeignNumber>> readForeignResults(const fs::path& file) {
    auto numbers = endsWithIgnoringCase(file.string(), ".json") ? readReferenceJson(file) : readTable(file);
    if (numbers && numbers->empty()) return fail(ErrorCode::BadFile, file.string() + ": holds no results");
    return numbers;
}

}  // namespace oodscope::experiment
