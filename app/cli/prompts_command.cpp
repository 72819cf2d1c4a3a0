// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "core/base/files.h"
#include "core/experiment/plot_svg.h"
#include "core/experiment/prompt_lab.h"
#include "core/experiment/prompt_library.h"
#include "core/experiment/scoring.h"

namespace oodscope::cli {
namespace {

using experiment::PromptLibrary;
using experiment::TextSetKind;

struct SetOptions {
    std::string name;
    std::string file;
    bool names = false;

    TextSetKind kind() const { return names ? TextSetKind::Names : TextSetKind::Prompts; }
};

struct CompareOptions {
    ModelArguments model;
    std::string data, idTest;
    std::vector<std::string> ood;
    std::string a, b;
    std::string names, namesB;
    std::string pictures;
};

/// For looking: the built-in sets are there without a workspace, but one that is named must be there.
Result<PromptLibrary> library(const Context& context) {
    const auto workspace = context.openExistingWorkspace();
    const bool none = !workspace && workspace.error().code == ErrorCode::NotFound && context.workspaceFolder.empty();
    if (!workspace && !none) return failFrom(workspace);
    return PromptLibrary(context.workspacePath());
}

Status listSets(const Context& context) {
    auto sets = library(context);
    if (!sets) return failFrom(sets);
    nlohmann::json json{{"prompts", nlohmann::json::array()}, {"names", nlohmann::json::array()}};
    std::string text;
    for (const auto& [kind, key] : {std::pair{TextSetKind::Prompts, "prompts"}, {TextSetKind::Names, "names"}}) {
        for (const PromptLibrary::Entry& entry : sets->list(kind)) {
            json[key].push_back({{"name", entry.name}, {"built_in", entry.builtIn}, {"lines", entry.lines}});
            text += fmt::format("{:8} {:24} {:6} lines  {}\n", key, entry.name, entry.lines,
                                entry.builtIn ? "built in" : "in the workspace");
        }
    }
    context.print(json, text);
    return {};
}

Result<std::vector<std::string>> linesOf(const PromptLibrary& sets, TextSetKind kind, const std::string& nameOrFile) {
    if (kind == TextSetKind::Names) return sets.names(nameOrFile);
    auto prompts = sets.prompts(nameOrFile);
    if (!prompts) return failFrom(prompts);
    return prompts->templates;
}

Status showSet(const Context& context, const SetOptions& options) {
    auto sets = library(context);
    if (!sets) return failFrom(sets);
    auto lines = linesOf(*sets, options.kind(), options.name);
    if (!lines) return failFrom(lines);
    context.print({{"name", options.name}, {"lines", *lines}}, fmt::format("{}\n", fmt::join(*lines, "\n")));
    return {};
}

Status saveSet(const Context& context, const SetOptions& options) {
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    const PromptLibrary sets((*workspace)->folder());
    auto lines = linesOf(sets, options.kind(), options.file);
    if (!lines) return failFrom(lines);
    if (auto saved = sets.save(options.kind(), options.name, *lines); !saved) return saved;
    context.print({{"name", options.name}, {"lines", lines->size()}},
                  fmt::format("{}: {} lines kept\n", options.name, lines->size()));
    return {};
}

Status removeSet(const Context& context, const SetOptions& options) {
    const auto workspace = context.openExistingWorkspace();
    if (!workspace) return failFrom(workspace);
    if (const Status& writable = (*workspace)->writable(); !writable) return writable;
    return PromptLibrary((*workspace)->folder()).remove(options.kind(), options.name);
}

Result<experiment::PromptSide> sideFrom(const PromptLibrary& sets, const std::string& prompts,
                                        const std::string& names) {
    experiment::PromptSide side;
    auto read = sets.prompts(prompts);
    if (!read) return failFrom(read);
    side.prompts = std::move(*read);
    side.name = side.prompts.name;
    if (names.empty()) return side;
    auto classNames = sets.names(names);
    if (!classNames) return failFrom(classNames);
    side.classNames = std::move(*classNames);
    return side;
}

Status writeConfusions(const experiment::PromptLab& lab, const std::vector<experiment::LabelledSide>& sides,
                       const std::filesystem::path& folder) {
    if (lab.trueLabels().empty())
        return fail(ErrorCode::InvalidArgument, "--pictures: the images have no true labels to be confused with");
    for (std::size_t i = 0; i < sides.size(); ++i) {
        const std::vector<std::string>& names = sides[i].side.classNames;
        const auto counts = experiment::labelConfusion(lab.trueLabels(), sides[i].labels, names.size(), names.size());
        const std::string svg =
            experiment::heatMapSvg("Pseudo labels under " + sides[i].side.name, names, names, counts);
        const auto written = writeFileAtomically(folder / (i == 0 ? "confusion-a.svg" : "confusion-b.svg"), svg);
        if (!written) return written;
    }
    return {};
}

Status compareSets(const Context& context, const CompareOptions& options) {
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    const PromptLibrary sets((*workspace)->folder());
    auto first = sideFrom(sets, options.a, options.names);
    if (!first) return failFrom(first);
    auto second = sideFrom(sets, options.b, options.namesB.empty() ? options.names : options.namesB);
    if (!second) return failFrom(second);
    experiment::LabSources sources;
    sources.model = options.model.name;
    auto opening = options.model.options();
    if (!opening) return failFrom(opening);
    sources.opening = *opening;
    sources.data = options.data;
    sources.idTest = options.idTest;
    sources.ood.assign(options.ood.begin(), options.ood.end());
    auto extract = context.extractOptions();
    if (!extract) return failFrom(extract);
    sources.extract = *extract;
    auto lab = experiment::PromptLab::open(**workspace, sources, context.stop(), context.progress());
    if (!lab) return failFrom(lab);
    auto a = lab->label(*first, context.stop(), context.progress());
    if (!a) return failFrom(a);
    auto b = lab->label(*second, context.stop(), context.progress());
    if (!b) return failFrom(b);
    if (!options.pictures.empty()) {
        if (auto written = writeConfusions(*lab, {*a, *b}, options.pictures); !written) return written;
    }
    const experiment::PromptComparison comparison = lab->compare(*a, *b);
    context.printMade(experiment::promptComparisonJson(*lab, *a, *b, comparison),
                      experiment::promptComparisonTable(*a, *b, comparison));
    return {};
}

using SetAction = Status (*)(const Context&, const SetOptions&);

CLI::App* addSetAction(CLI::App& parent, const char* name, const char* help, Context& context, Action& chosen,
                       const std::shared_ptr<SetOptions>& options, SetAction action) {
    CLI::App* command = parent.add_subcommand(name, help);
    command->add_option("name", options->name, "Name of the set")->required();
    command->add_flag("--names", options->names, "A list of class names, not of prompts");
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options, action] { return action(context, *options); });
    return command;
}

void addCompare(CLI::App& parent, Context& context, Action& chosen) {
    auto options = std::make_shared<CompareOptions>();
    CLI::App* command = parent.add_subcommand(
        "compare", "Pseudo labels under two sets of prompts: agreement, accuracy, confusion, AUROC");
    options->model.addName(*command)->required();
    options->model.addPreprocessing(*command);
    command
        ->add_option("--data", options->data,
                     "Images to label: a folder, an embeddings file, or the reference's folder of them")
        ->required();
    const std::string sets = "a built-in set (prompts list), a set of the workspace, or a file with one prompt a line";
    command->add_option("--a", options->a, "Prompts A: " + sets)->required();
    command->add_option("--b", options->b, "Prompts B: " + sets)->required();
    command->add_option(
        "--names", options->names,
        "Class names: a built-in list (prompts list), one of the workspace, or a file (default: the folder names)");
    command->add_option("--names-b", options->namesB, "Class names under B, where they differ");
    command->add_option("--id", options->idTest, "ID test set of the AUROC (default: the images of --data)");
    command->add_option("--ood", options->ood, "OOD set for the AUROC; may be given several times");
    command->add_option("--pictures", options->pictures, "Folder for confusion-a.svg and confusion-b.svg");
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, options] { return compareSets(context, *options); });
}

}  // namespace

void addPromptsCommand(CLI::App& app, Context& context, Action& chosen) {
    CLI::App* command = app.add_subcommand("prompts", "Prompt lab: sets of prompts and class names, compared");
    command->require_subcommand(1);
    CLI::App* list = command->add_subcommand("list", "Built-in sets and those of the workspace");
    context.addOutputOptions(*list);
    context.addWorkspaceOption(*list);
    onChosen(*list, chosen, [&context] { return listSets(context); });
    auto options = std::make_shared<SetOptions>();
    addSetAction(*command, "show", "The lines of a set", context, chosen, options, showSet);
    addSetAction(*command, "remove", "Remove a set from the workspace", context, chosen, options, removeSet);
    addSetAction(*command, "save", "Keep the lines of a file in the workspace", context, chosen, options, saveSet)
        ->add_option("file", options->file, "Text file with one prompt or class name a line")
        ->required();
    addCompare(*command, context, chosen);
}

}  // namespace oodscope::cli
