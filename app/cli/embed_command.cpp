// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "core/data/open_dataset.h"
#include "core/experiment/sources.h"

namespace oodscope::cli {
namespace {

struct Options {
    ModelArguments model;
    std::string data;
    std::string out;
    double maxUnreadable = 0.1;
};

nlohmann::json unreadableJson(const embed::EmbeddingSet& set) {
    nlohmann::json list = nlohmann::json::array();
    for (const embed::UnreadableFile& file : set.unreadable)
        list.push_back({{"path", file.path}, {"reason", file.reason}});
    return list;
}

void printSummary(const Context& context, const embed::EmbeddingSet& set, const std::string& out) {
    const nlohmann::json json{{"key", set.key},
                              {"images", set.size()},
                              {"width", set.embeddings.cols()},
                              {"projected_width", set.projected.cols()},
                              {"unreadable", unreadableJson(set)},
                              {"out", out.empty() ? nlohmann::json() : nlohmann::json(out)}};
    std::string text = fmt::format("{} images, embeddings {} wide, projected {} wide{}\n", set.size(),
                                   set.embeddings.cols(), set.projected.cols(), out.empty() ? "" : ", in " + out);
    for (const embed::UnreadableFile& file : set.unreadable)
        text += fmt::format("unreadable: {}: {}\n", file.path, file.reason);
    context.print(json, text);
}

Status run(const Context& context, const Options& options) {
    auto extract = context.extractOptions();
    if (!extract) return failFrom(extract);
    extract->maxUnreadableShare = options.maxUnreadable;
    auto model = options.model.open();
    if (!model) return failFrom(model);
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    auto set = experiment::loadEmbeddings(**workspace, model->get(), options.data, *extract, context.stop(),
                                          context.progress());
    if (!set) return failFrom(set);
    if (!options.out.empty()) {
        if (auto written = embed::exportEmbeddings(*set, options.out); !written) return written;
    }
    printSummary(context, *set, options.out);
    return {};
}

}  // namespace

void addEmbedCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("embed", "Image embeddings of a folder; a stopped run goes on where it was");
    options->model.addName(*command)->required();
    options->model.addPreprocessing(*command);
    command->add_option("--data", options->data, data::sourceHelp())->required();
    command->add_option("--out", options->out, "F.safetensors or F.npy; F.json beside it holds paths and provenance");
    command->add_option("--max-unreadable", options->maxUnreadable, "Share of unreadable files that is put up with")
        ->capture_default_str();
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
