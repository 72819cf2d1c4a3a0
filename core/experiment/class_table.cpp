// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/class_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace oodscope::experiment {
namespace {

using ood::ClassBreakdown;
using ood::ClassMetrics;

std::string nameOf(const ClassMetrics& one, const std::vector<std::string>& names) {
    const auto label = static_cast<std::size_t>(one.label);
    return label < names.size() ? names[label] : std::to_string(one.label);
}

}  // namespace

std::string rangeText(double low, double high) {
    return fmt::format("{:.2f} to {:.2f}", 100 * low, 100 * high);
}

nlohmann::json meanJson(const ClassBreakdown& breakdown) {
    return {{"classes", breakdown.classes.size()}, {"auroc", breakdown.auroc}, {"auroc_low", breakdown.aurocLow},
            {"auroc_high", breakdown.aurocHigh},   {"fpr95", breakdown.fpr95}, {"failed", breakdown.failed},
            {"unlabelled", breakdown.unlabelled}};
}

nlohmann::json classesJson(const ClassBreakdown& breakdown, const std::vector<std::string>& names) {
    nlohmann::json list = nlohmann::json::array();
    for (const ClassMetrics& one : breakdown.classes) {
        list.push_back({{"class", nameOf(one, names)},
                        {"label", one.label},
                        {"count", one.count},
                        {"auroc", one.auroc},
                        {"auroc_low", one.aurocLow},
                        {"auroc_high", one.aurocHigh},
                        {"fpr95", one.fpr95},
                        {"realised_tpr", one.realisedTpr},
                        {"threshold95", one.threshold95},
                        {"ties", one.ties},
                        {"fails_unit_test", one.failsUnitTest()}});
    }
    return list;
}

ClassBreakdown breakdownFrom(const nlohmann::json& mean, const nlohmann::json& classes) {
    ClassBreakdown breakdown;
    breakdown.auroc = mean.at("auroc").get<double>();
    breakdown.aurocLow = mean.at("auroc_low").get<double>();
    breakdown.aurocHigh = mean.at("auroc_high").get<double>();
    breakdown.fpr95 = mean.at("fpr95").get<double>();
    breakdown.failed = mean.at("failed").get<std::size_t>();
    breakdown.unlabelled = mean.at("unlabelled").get<std::size_t>();
    for (const nlohmann::json& one : classes)
        breakdown.classes.push_back({one.at("label").get<std::int32_t>(), one.at("count").get<std::size_t>(),
                                     one.at("auroc").get<double>(), one.at("auroc_low").get<double>(),
                                     one.at("auroc_high").get<double>(), one.at("fpr95").get<double>(),
                                     one.at("realised_tpr").get<double>(), one.at("threshold95").get<double>(),
                                     one.at("ties").get<std::size_t>()});
    return breakdown;
}

std::string meanLine(const ClassBreakdown& breakdown) {
    return fmt::format("AUROC {:.2f} % ({}), FPR95 {:.2f} %; {} of {} classes above {:.0f} % FPR",
                       100 * breakdown.auroc, rangeText(breakdown.aurocLow, breakdown.aurocHigh), 100 * breakdown.fpr95,
                       breakdown.failed, breakdown.classes.size(), 100 * ood::kUnitTestFpr);
}

std::string classTable(const ClassBreakdown& breakdown, const std::vector<std::string>& names) {
    std::size_t width = std::string_view("OOD class").size();
    for (const ClassMetrics& one : breakdown.classes)
        width = std::max(width, nameOf(one, names).size());
    std::vector<ClassMetrics> hardest = breakdown.classes;
    std::ranges::stable_sort(hardest, {}, &ClassMetrics::auroc);
    std::string text = fmt::format("{:<{}}  {:>8}  {:>17}  {:>8}  {:>6}\n", "OOD class", width, "AUROC %",
                                   "95 % interval", "FPR95 %", "OOD");
    for (const ClassMetrics& one : hardest)
        text += fmt::format("{:<{}}  {:8.2f}  {:>17}  {:8.2f}  {:6}{}\n", nameOf(one, names), width, 100 * one.auroc,
                            rangeText(one.aurocLow, one.aurocHigh), 100 * one.fpr95, one.count,
                            one.failsUnitTest() ? "  fails" : "");
    return text;
}

}  // namespace oodscope::experiment
