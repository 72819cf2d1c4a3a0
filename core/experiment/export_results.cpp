// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/export_results.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/experiment/reference_names.h"
#include "core/experiment/scoring.h"
#include "core/io/csv.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;  // the reference's files keep the order of insertion

/// A detector's results on all OOD sets, measured anew under one convention.
struct Column {
    ReferenceName name;
    std::size_t detector = 0;
    std::vector<ood::OodMetrics> metrics;  // per OOD set
};

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

}  // namespace oodscope::experiment
