// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/model/model_list.h"

namespace oodscope::cli {
namespace {

struct Options {
    std::vector<std::string> folders;
    std::string search;
    bool here = false;
};

constexpr const char* kScripts =
    R"(A model that is not in the list can be used as a TorchScript file (torch.jit.save; .pt, .pth, .ts, .torchscript),
once a JSON file of its name beside it declares what it is, net.json for net.pt:

  {"format": "torchscript", "image_size": 224, "embedding_width": 512,
   "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
   "interpolation": "bicubic", "resize_mode": "shortest"}

Its forward() gets normalised images, [N, 3, S, S], and gives [N, D]. "interpolation" is bicubic or bilinear,
"resize_mode" shortest (then a centre crop) or squash. Where they are needed: "resize_to" (pixels before the crop),
"output" (which of several: a number from 0, or a name), "pool" (mean or first, for a feature map or tokens).
Such a file is less checked: its numbers were compared with nothing. Using it runs the code that is in it, so take only
files that you trust; listing models runs nothing.)";

double millions(std::uint64_t parameters) {
    return static_cast<double>(parameters) / 1e6;
}

void addEntry(nlohmann::json& json, const model::RegistryEntry& entry) {
    json["aliases"] = entry.aliases;
    json["kind"] = entry.isClip() ? "open_clip" : "vision";
    json["expected"] = {{"architecture", entry.architecture},
                        {"activation", entry.activation},
                        {"embedding_width", entry.embeddingWidth},
                        {"projected_width", entry.projectedWidth},
                        {"parameters", entry.parameters}};
    json["text_tower"] = entry.isClip();
    json["preprocess"] = {{"own", entry.own.describe()}, {"reference", entry.reference.describe()}};
    json["licence"] = entry.licence;
    json["repository"] = entry.repository;
    json["file"] = entry.file;
}

void addFound(nlohmann::json& json, const model::FoundModel& found) {
    json["folder"] = found.folder;
    if (!found.info) {
        json["problem"] = found.problem;
        return;
    }
    const model::ModelInfo& info = *found.info;
    json["architecture"] = info.architecture;
    json["activation"] = info.activation;
    json["image_size"] = info.imageSize;
    json["embedding_width"] = info.embeddingWidth;
    json["projected_width"] = info.projectedWidth;
    json["context_length"] = info.contextLength;
    json["classes"] = info.classes;
    json["parameters"] = info.parameterCount;
    json["weights"] = info.weightsFile;
    json["less_checked"] = info.lessChecked;
}

nlohmann::json toJson(const model::ListedModel& listed) {
    nlohmann::json json{{"name", listed.name()},
                        {"known", listed.entry != nullptr},
                        {"found", listed.found.has_value()},
                        {"usable", listed.usable()}};
    if (listed.entry != nullptr) addEntry(json, *listed.entry);
    if (listed.found) addFound(json, *listed.found);
    return json;
}

std::string foundText(const model::ListedModel& listed) {
    const model::FoundModel& found = *listed.found;
    if (!found.info) return fmt::format("does not fit: {}\n", found.problem);
    const model::ModelInfo& info = *found.info;
    const std::string activation = info.lessChecked ? "" : ", " + info.activation;
    std::string text = fmt::format("here: {}\n    {}{}, {} px, {:.1f} M parameters", found.folder.string(),
                                   info.architecture, activation, info.imageSize, millions(info.parameterCount));
    if (info.lessChecked) text += "\n    runs the code in the file; its numbers were compared with nothing";
    if (listed.entry != nullptr && listed.entry->parameters != info.parameterCount)
        text += fmt::format(" ({:.1f} M expected)", millions(listed.entry->parameters));
    return text + "\n";
}

std::string toText(const model::ListedModel& listed) {
    const std::string name = fmt::format("{:<44}", listed.name());
    if (listed.found) return name + " " + foundText(listed);
    const model::RegistryEntry& entry = *listed.entry;
    std::string sources = entry.repository;
    if (!entry.file.empty()) sources += (sources.empty() ? "" : ", ") + entry.file;
    return fmt::format("{} {:.0f} M, {}: {}\n", name, millions(entry.parameters), entry.licence,
                       sources.empty() ? "the authors' checkpoint, with --arch" : sources);
}

Status list(const Context& context, const Options& options) {
    nlohmann::json json = nlohmann::json::array();
    std::string text;
    for (const model::ListedModel& listed : model::listModels({options.folders.begin(), options.folders.end()})) {
        if ((options.here && !listed.found) || !listed.matches(options.search)) continue;
        json.push_back(toJson(listed));
        text += toText(listed);
    }
    if (text.empty())
        text = options.here ? "No model was found in the Hugging Face cache or in OODSCOPE_MODELS. Give a snapshot "
                              "folder with --model, or --dir here.\n"
                            : "No model fits the search.\n";
    context.print({{"models", json}}, text);
    return {};
}

}  // namespace

void addModelsCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "models",
        "Models that are known by name: what lies on this machine, why a folder does not fit, where to get the others");
    command->footer(kScripts);
    command->add_option("search", options->search, "Words that must occur in a name, an architecture or a repository");
    command->add_option("--dir", options->folders,
                        "More folders to look in (besides the Hugging Face cache and "
                        "OODSCOPE_MODELS)");
    command->add_flag("--here", options->here, "Only models found on this machine");
    context.addOutputOptions(*command);
    onChosen(*command, chosen, [&context, options] { return list(context, *options); });
}

}  // namespace oodscope::cli
