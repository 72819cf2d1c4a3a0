// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/result_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/experiment/class_table.h"

namespace oodscope::experiment {
namespace {

std::string percentLine(std::string_view label, double fraction) {
    return fraction < 0 ? std::string() : fmt::format("{:<34}{:7.2f} %\n", label, 100 * fraction);
}

/// Widths of the two columns of names.
struct NameColumns {
    std::size_t detector = std::string_view("detector").size();
    std::size_t ood = std::string_view("OOD set").size();

    explicit NameColumns(const Evaluation& evaluation) {
        for (const DetectorResult& result : evaluation.results)
            widen(result.detector, result.ood);
        for (const GroupResult& group : evaluation.groups)
            widen(group.detector, meanName(group.group, group.sets));
    }
    std::string text(std::string_view detectorName, std::string_view oodName) const {
        return fmt::format("{:<{}}  {:<{}}", detectorName, detector, oodName, ood);
    }

private:
    void widen(std::string_view detectorName, std::string_view oodName) {
        detector = std::max(detector, detectorName.size());
        ood = std::max(ood, oodName.size());
    }
};

std::string mainRows(const Evaluation& evaluation, const NameColumns& names) {
    std::string text = fmt::format("\n{}  {:>8}  {:>17}  {:>8}  {:>6}  {:>8}  {:>8}  {:>8}  {:>6}  {:>7}\n",
                                   names.text("detector", "OOD set"), "AUROC %", "95 % interval", "FPR95 %", "TPR %",
                                   "AUPR-in", "AUPR-out", "det. err", "ties", "OOD");
    for (const DetectorResult& result : evaluation.results) {
        const ood::OodMetrics& m = result.metrics;
        text += fmt::format("{}  {:8.2f}  {:>17}  {:8.2f}  {:6.2f}  {:8.2f}  {:8.2f}  {:8.2f}  {:6}  {:7}\n",
                            names.text(result.detector, result.ood), 100 * m.auroc,
                            rangeText(result.aurocLow, result.aurocHigh), 100 * m.fpr95, 100 * m.realisedTpr,
                            100 * m.auprIn, 100 * m.auprOut, 100 * m.detectionError, m.ties, m.oodCount);
    }
    for (const GroupResult& group : evaluation.groups)
        text += fmt::format("{}  {:8.2f}  {:>17}  {:8.2f}  {:6}  {:8.2f}  {:8.2f}\n",
                            names.text(group.detector, meanName(group.group, group.sets)), 100 * group.auroc,
                            rangeText(group.aurocLow, group.aurocHigh), 100 * group.fpr95, "", 100 * group.auprIn,
                            100 * group.auprOut);
    return text;
}

bool hasClasses(const DetectorResult& result) {
    return result.classes.classes.size() > 1;
}

std::string classMeans(const Evaluation& evaluation, const NameColumns& names) {
    if (std::ranges::none_of(evaluation.results, hasClasses)) return {};
    std::string text = fmt::format("\nUnweighted means over OOD classes\n{}  {:>8}  {:>17}  {:>8}  {:>7}  {:>12}\n",
                                   names.text("detector", "OOD set"), "AUROC %", "95 % interval", "FPR95 %", "classes",
                                   fmt::format("FPR > {:.0f} %", 100 * ood::kUnitTestFpr));
    for (const DetectorResult& result : evaluation.results) {
        const ood::ClassBreakdown& over = result.classes;
        if (hasClasses(result))
            text += fmt::format("{}  {:8.2f}  {:>17}  {:8.2f}  {:7}  {:12}\n", names.text(result.detector, result.ood),
                                100 * over.auroc, rangeText(over.aurocLow, over.aurocHigh), 100 * over.fpr95,
                                over.classes.size(), over.failed);
    }
    return text;
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

std::string meanName(OodGroup group, std::size_t sets) {
    const std::string_view name = groupName(group);
    return fmt::format("{} mean ({})", name.empty() ? "all" : name, sets);
}

std::string resultTable(const Evaluation& evaluation) {
    std::string text = evaluation.title + "\n";
    text += percentLine("Pseudo labels right on ID train", evaluation.pseudoLabelAccuracy);
    text += percentLine("Zero-shot accuracy on ID test", evaluation.zeroShotAccuracy);
    text += percentLine("Probe accuracy on ID test", evaluation.probeAccuracy);
    const NameColumns names(evaluation);
    text += mainRows(evaluation, names) + classMeans(evaluation, names);
    if (evaluation.results.empty()) return text;
    const ood::FprConvention convention = evaluation.results.front().metrics.convention;
    text +=
        fmt::format("\n{} ID test images; FPR95 convention: {}; {} is the positive class.\n", evaluation.idTest.size(),
                    ood::conventionName(convention), ood::oodIsPositive(convention) ? "OOD" : "ID");
    return text + detectorNotes(evaluation);
}

std::string classTables(const Evaluation& evaluation) {
    std::string text;
    for (const DetectorResult& result : evaluation.results) {
        const auto set = std::ranges::find(evaluation.ood, result.ood, &ScoredSet::name);
        if (!hasClasses(result) || set == evaluation.ood.end()) continue;
        text += fmt::format("\n{} on the classes of {}\n{}", result.detector, result.ood,
                            classTable(result.classes, set->classNames));
    }
    return text;
}

}  // namespace oodscope::experiment
