// SPDX-License-Identifier: GPL-3.0-or-later
// How a comparison of prompts is written down.
#include <fmt/format.h>

#include <algorithm>

#include "core/experiment/prompt_lab.h"
#include "core/experiment/scoring.h"

namespace oodscope::experiment {
namespace {

constexpr std::size_t kShownMoves = 15;

nlohmann::json orNull(double fraction) {
    return fraction < 0 ? nlohmann::json() : nlohmann::json(fraction);
}

nlohmann::json sideJson(const LabelledSide& side, const std::vector<std::int32_t>& trueLabels) {
    nlohmann::json json{{"name", side.side.name},
                        {"prompts", side.side.prompts.templates},
                        {"class_names", side.side.classNames},
                        {"accuracy", orNull(side.accuracy)},
                        {"texts_encoded", side.textsEncoded},
                        {"text_seconds", side.textSeconds},
                        {"label_seconds", side.labelSeconds},
                        {"detector", "zero-shot/msp (raw cosine, T = 1, no logit scale)"},
                        {"ood", nlohmann::json::array()},
                        {"confusion", nlohmann::json::array()}};
    for (const LabAuroc& auroc : side.aurocs)
        json["ood"].push_back({{"ood", auroc.ood}, {"auroc", auroc.auroc}, {"fpr95", auroc.fpr95}});
    const std::size_t classes = side.side.classNames.size();
    const auto counts = labelConfusion(trueLabels, side.labels, classes, classes);
    for (std::size_t t = 0; t < counts.size(); ++t) {
        for (std::size_t p = 0; p < counts.size(); ++p) {
            if (counts[t][p] > 0) json["confusion"].push_back({{"true", t}, {"pseudo", p}, {"images", counts[t][p]}});
        }
    }
    return json;
}

std::string percent(double fraction) {
    return fraction < 0 ? std::string("-") : fmt::format("{:.2f} %", 100 * fraction);
}

std::string namesOf(const LabelledSide& a, const LabelledSide& b, std::int32_t label) {
    const std::string& nameA = a.side.classNames[static_cast<std::size_t>(label)];
    const std::string& nameB = b.side.classNames[static_cast<std::size_t>(label)];
    return nameA == nameB ? nameA : nameA + " / " + nameB;
}

}  // namespace

nlohmann::json promptComparisonJson(const PromptLab& lab, const LabelledSide& a, const LabelledSide& b,
                                    const PromptComparison& comparison) {
    nlohmann::json json{{"data", lab.data().datasetRoot.empty() ? nlohmann::json(lab.data().datasetName)
                                                                : nlohmann::json(lab.data().datasetRoot)},
                        {"provenance", lab.provenance()},
                        {"images", comparison.images},
                        {"agreement", comparison.agreement()},
                        {"mended", comparison.mended},
                        {"broken", comparison.broken},
                        {"a", sideJson(a, lab.trueLabels())},
                        {"b", sideJson(b, lab.trueLabels())},
                        {"classes", nlohmann::json::array()},
                        {"moves", nlohmann::json::array()},
                        {"changed", nlohmann::json::array()}};
    for (const PromptComparison::ClassRow& row : comparison.classes)
        json["classes"].push_back({{"images", row.images},
                                   {"right_a", row.rightA},
                                   {"right_b", row.rightB},
                                   {"labels_a", row.labelsA},
                                   {"labels_b", row.labelsB}});
    for (const PromptComparison::Move& move : comparison.moves)
        json["moves"].push_back({{"from", move.from}, {"to", move.to}, {"images", move.images}});
    for (const std::size_t row : comparison.changed) {
        nlohmann::json image{{"row", row}, {"a", a.labels[row]}, {"b", b.labels[row]}};
        if (row < lab.data().paths.size()) image["path"] = lab.data().paths[row];
        if (!lab.trueLabels().empty()) image["true"] = lab.trueLabels()[row];
        json["changed"].push_back(std::move(image));
    }
    return json;
}

std::string promptComparisonTable(const LabelledSide& a, const LabelledSide& b, const PromptComparison& comparison) {
    std::string text =
        fmt::format("{} images, {} classes: the pseudo labels of A and B agree on {} ({} differ)\n", comparison.images,
                    comparison.classes.size(), percent(comparison.agreement()), comparison.changed.size());
    if (a.accuracy >= 0)
        text += fmt::format("wrong under A and right under B: {}; right under A and wrong under B: {}\n",
                            comparison.mended, comparison.broken);
    text += fmt::format("\n{:<28} {:>12} {:>12}\n", "", "A", "B");
    text += fmt::format("{:<28} {:>12} {:>12}\n", "set", a.side.name, b.side.name);
    text += fmt::format("{:<28} {:>12} {:>12}\n", "prompts", a.side.prompts.templates.size(),
                        b.side.prompts.templates.size());
    text += fmt::format("{:<28} {:>12} {:>12}\n", "pseudo labels right", percent(a.accuracy), percent(b.accuracy));
    for (std::size_t i = 0; i < a.aurocs.size(); ++i) {
        text += fmt::format("{:<28} {:>12} {:>12}\n", "AUROC " + a.aurocs[i].ood, percent(a.aurocs[i].auroc),
                            percent(b.aurocs[i].auroc));
        text += fmt::format("{:<28} {:>12} {:>12}\n", "FPR95 " + a.aurocs[i].ood, percent(a.aurocs[i].fpr95),
                            percent(b.aurocs[i].fpr95));
    }
    if (!a.aurocs.empty()) text += "(zero-shot MSP on raw cosines, T = 1, no logit scale; FPR95 convention plp)\n";
    if (comparison.moves.empty()) return text;
    text += "\nimages  label under A -> label under B\n";
    for (std::size_t i = 0; i < std::min(kShownMoves, comparison.moves.size()); ++i) {
        const PromptComparison::Move& move = comparison.moves[i];
        text += fmt::format("{:6}  {} -> {}\n", move.images, namesOf(a, b, move.from), namesOf(a, b, move.to));
    }
    if (comparison.moves.size() > kShownMoves)
        text += fmt::format("        and {} more pairs\n", comparison.moves.size() - kShownMoves);
    return text;
}

}  // namespace oodscope::experiment
