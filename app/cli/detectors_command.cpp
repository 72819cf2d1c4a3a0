// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/base/text_util.h"
#include "core/ood/detector.h"

namespace oodscope::cli {
namespace {

std::vector<std::string> needsOf(const ood::DetectorInfo& info) {
    std::vector<std::string> needs;
    const ood::DetectorNeeds& n = info.needs;
    if (n.logits) needs.emplace_back(n.text ? "cosines" : "logits");
    if (n.features) needs.emplace_back("features");
    if (n.head) needs.emplace_back("head");
    if (n.labels) needs.emplace_back("labels");
    if (n.text) needs.emplace_back("text");
    if (info.needsFit) needs.emplace_back("fit");
    return needs;
}

nlohmann::json jsonOf(const ood::DetectorOption& option) {
    nlohmann::json json{{"key", option.key}, {"default", option.standard}, {"meaning", option.meaning}};
    if (option.words.empty()) {
        json["low"] = option.low;
        json["high"] = option.high;
        json["whole"] = option.whole;
    } else {
        json["words"] = split(option.words, '|');
    }
    return json;
}

nlohmann::json jsonOf(const ood::DetectorInfo& info) {
    nlohmann::json json{{"key", info.key},       {"name", info.name},      {"formula", info.formula},
                        {"source", info.source}, {"needs", needsOf(info)}, {"options", nlohmann::json::array()}};
    for (const ood::DetectorOption& option : info.options)
        json["options"].push_back(jsonOf(option));
    return json;
}

std::string textOf(const ood::DetectorInfo& info) {
    const std::string options = ood::describeOptions(info);
    return fmt::format("{}\n  {}: {}\n  needs {}; {}\n{}", info.key, info.name, info.formula,
                       fmt::join(needsOf(info), ", "), info.source,
                       options.empty() ? "" : fmt::format("  options: {}\n", options));
}

Status listDetectors(const Context& context) {
    nlohmann::json json = nlohmann::json::array();
    std::string text;
    for (const ood::DetectorInfo& info : ood::detectors()) {
        json.push_back(jsonOf(info));
        text += textOf(info);
    }
    context.print({{"detectors", json}}, text);
    return {};
}

}  // namespace

void addDetectorsCommand(CLI::App& app, Context& context, Action& chosen) {
    CLI::App* command =
        app.add_subcommand("detectors", "The OOD scores: key, formula, source, what each needs, its options");
    context.addOutputOptions(*command);
    onChosen(*command, chosen, [&context] { return listDetectors(context); });
}

}  // namespace oodscope::cli
