// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/result_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace oodscope::experiment {
namespace {

std::string percentLine(std::string_view label, double fraction) {
    return fraction < 0 ? std::string() : fmt::format("{:<34}{:7.2f} %\n", label, 100 * fraction);
}

template <class Member>
std::size_t widest(const Evaluation& evaluation, Member member, std::string_view heading) {
    std::size_t width = heading.size();
    for (const DetectorResult& result : evaluation.results)
        width = std::max(width, (result.*member).size());
    return width;
}

/// What the detectors have to say of their fits, a line each.
std::string detectorNotes(const Evaluation& evaluation) {
    std::string text;
    const auto detectors = evaluation.provenance.find("detectors");
    if (detectors == evaluation.provenance.end()) return text;
    for (const std::string& key : evaluation.detectorKeys) {
        const auto entry = detectors->find(key);
        if (entry != detectors->end() && entry->contains("note"))
            text += fmt::format("{}: {}.\n", key, (*entry)["note"].get<std::string>());
    }
    return text;
}

}  // namespace

std::string resultTable(const Evaluation& evaluation) {
    std::string text = evaluation.title + "\n";
    text += percentLine("Pseudo labels right on ID train", evaluation.pseudoLabelAccuracy);
    text += percentLine("Zero-shot accuracy on ID test", evaluation.zeroShotAccuracy);
    text += percentLine("Probe accuracy on ID test", evaluation.probeAccuracy);
    const std::size_t detector = widest(evaluation, &DetectorResult::detector, "detector");
    const std::size_t ood = widest(evaluation, &DetectorResult::ood, "OOD set");
    text += fmt::format("\n{:<{}}  {:<{}}  {:>8}  {:>17}  {:>8}  {:>8}  {:>8}  {:>7}\n", "detector", detector,
                        "OOD set", ood, "AUROC %", "95 % interval", "FPR95 %", "AUPR-in", "AUPR-out", "OOD");
    for (const DetectorResult& result : evaluation.results) {
        const ood::OodMetrics& m = result.metrics;
        text += fmt::format("{:<{}}  {:<{}}  {:8.2f}  {:>17}  {:8.2f}  {:8.2f}  {:8.2f}  {:7}\n", result.detector,
                            detector, result.ood, ood, 100 * m.auroc,
                            fmt::format("{:.2f} to {:.2f}", 100 * result.aurocLow, 100 * result.aurocHigh),
                            100 * m.fpr95, 100 * m.auprIn, 100 * m.auprOut, m.oodCount);
    }
    if (!evaluation.results.empty())
        text +=
            fmt::format("\n{} ID test images; FPR95 convention: {}; ID is the positive class.\n",
                        evaluation.idTest.size(), ood::conventionName(evaluation.results.front().metrics.convention));
    return text + detectorNotes(evaluation);
}

}  // namespace oodscope::experiment
