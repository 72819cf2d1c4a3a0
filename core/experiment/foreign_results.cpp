// SPDX-License-Identifier: GPL-3.0-or-later
// OpenOOD's tables: evaluators/ood_evaluator.py, scripts/eval_ood.py and eval_ood_imagenet.py of OpenOOD v1.5.
#include "core/experiment/foreign_results.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

#include "core/base/text_util.h"
#include "core/experiment/reference_names.h"
#include "core/io/csv.h"
#include "core/io/json.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;

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
            return ForeignNumber{ownName(methodOf(column.substr(prefix.size()))), "", metric};
    }
    return std::nullopt;
}

std::optional<ForeignNumber> openOodHeader(const std::string& column) {
    constexpr std::pair<std::string_view, const char*> kNames[] = {
        {"FPR@95", "fpr95"}, {"AUROC", "auroc"}, {"AUPR_IN", "aupr_in"}, {"AUPR_OUT", "aupr_out"}, {"ACC", "accuracy"}};
    for (const auto& [name, metric] : kNames) {
        if (column == name) return ForeignNumber{"", "", metric};
    }
    return std::nullopt;
}

/// "91.25", or "91.25 ± 0.31": mean and deviation over runs.
bool readCell(std::string_view cell, ForeignNumber& number) {
    constexpr std::string_view kPlusMinus = "\xc2\xb1";
    const std::size_t sign = cell.find(kPlusMinus);
    const std::string mean(trimmed(cell.substr(0, sign)));
    if (!isNumber(mean)) return false;
    number.percent = std::strtod(mean.c_str(), nullptr);
    if (sign == std::string_view::npos) return true;
    const std::string deviation(trimmed(cell.substr(sign + kPlusMinus.size())));
    number.deviation = std::strtod(deviation.c_str(), nullptr);
    return isNumber(deviation) && number.deviation >= 0;
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
            if (!readCell(cell, *number))
                return fail(ErrorCode::BadFile, fmt::format("{}: row {}, column {}: '{}' is not a number",
                                                            file.string(), r + 1, header[c], cell));
            number->ood = (*rows)[r].front();
            numbers.push_back(std::move(*number));
        }
    }
    return numbers;
}

}  // namespace

Result<std::vector<ForeignNumber>> readForeignResults(const fs::path& file) {
    auto numbers = endsWithIgnoringCase(file.string(), ".json") ? readReferenceJson(file) : readTable(file);
    if (numbers && numbers->empty()) return fail(ErrorCode::BadFile, file.string() + ": holds no results");
    return numbers;
}

}  // namespace oodscope::experiment
