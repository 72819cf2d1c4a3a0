// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/explain.h"
#include "core/experiment/result_table.h"
#include "core/experiment/run.h"

namespace oodscope::cli {
namespace {

using workspace::Artefact;
using workspace::ArtefactKind;
using workspace::Workspace;

constexpr std::size_t kShortKey = 12;

nlohmann::json toJson(const Artefact& artefact) {
    return {{"kind", workspace::kindName(artefact.kind)},
            {"key", artefact.key},
            {"title", artefact.title},
            {"path", artefact.path},
            {"created_ms", artefact.createdMs},
            {"details", artefact.details}};
}

Status listAll(const Context& context, const Workspace& workspace) {
    nlohmann::json json = nlohmann::json::array();
    std::string text;
    for (const ArtefactKind kind : workspace::allKinds()) {
        auto artefacts = workspace.list(kind);
        if (!artefacts) return failFrom(artefacts);
        for (const Artefact& artefact : *artefacts) {
            json.push_back(toJson(artefact));
            text += fmt::format("{:11} {}  {:%Y-%m-%d %H:%M}  {}\n", workspace::kindName(kind),
                                artefact.key.substr(0, kShortKey), fmt::localtime(artefact.createdMs / 1000),
                                artefact.title);
        }
    }
    if (text.empty()) text = workspace.folder().string() + " is empty: embed or evaluate something first\n";
    context.print({{"workspace", workspace.folder()}, {"artefacts", json}}, text);
    return {};
}

Status show(const Context& context, const Workspace& workspace, const std::string& prefix) {
    auto artefact = workspace.findByPrefix(prefix);
    if (!artefact) return failFrom(artefact);
    std::string text = fmt::format("{} {}\n{}\nmade {:%Y-%m-%d %H:%M:%S}, in {}\n\n",
                                   workspace::kindName(artefact->kind), artefact->key, artefact->title,
                                   fmt::localtime(artefact->createdMs / 1000), artefact->path.string());
    nlohmann::json json = toJson(*artefact);
    if (artefact->kind == ArtefactKind::Evaluation) {
        auto evaluation = experiment::loadEvaluation(workspace, artefact->key);
        if (!evaluation) return failFrom(evaluation);
        json["results"] = experiment::resultJson(**evaluation)["results"];
        text += experiment::resultTable(**evaluation);
    } else {
        text += experiment::treeText(artefact->details, 0);
    }
    const bool made = artefact->kind != ArtefactKind::Dataset && artefact->kind != ArtefactKind::Model;
    if (made) text += "\n'oodscope-cli explain " + artefact->key.substr(0, kShortKey) + "' tells how it was made.\n";
    context.print(json, text);
    return {};
}

void printReport(const Context& context, const Workspace::CheckReport& report, bool removed) {
    nlohmann::json missing = nlohmann::json::array();
    std::string text;
    for (const auto& orphan : report.orphans)
        text += fmt::format("{} {}: no entry in the workspace\n", removed ? "removed" : "left over:", orphan.string());
    for (const Artefact& artefact : report.missing) {
        missing.push_back(toJson(artefact));
        text += fmt::format("{} {} {}: its files are gone\n",
                            removed ? "forgot" : "incomplete:", workspace::kindName(artefact.kind), artefact.title);
    }
    if (text.empty()) text = "everything is in order\n";
    context.print({{"orphans", report.orphans}, {"orphan_bytes", report.orphanBytes}, {"missing", missing}}, text);
}

Status check(const Context& context, Workspace& workspace, bool collect) {
    auto report = collect ? workspace.collectGarbage() : workspace.check();
    if (!report) return failFrom(report);
    printReport(context, *report, collect);
    return {};
}

using WorkspaceAction = std::function<Status(Workspace&)>;

void addAction(CLI::App& parent, const char* name, const char* help, Context& context, Action& chosen,
               WorkspaceAction action) {
    CLI::App* command = parent.add_subcommand(name, help);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, action = std::move(action)]() -> Status {
        auto workspace = context.openExistingWorkspace();
        if (!workspace) return failFrom(workspace);
        return action(**workspace);
    });
}

}  // namespace

void addWorkspaceCommand(CLI::App& app, Context& context, Action& chosen) {
    CLI::App* command = app.add_subcommand("workspace", "What a workspace holds");
    command->require_subcommand(1);
    auto key = std::make_shared<std::string>();
    addAction(*command, "ls", "List data sets, models, embeddings, probes and evaluations", context, chosen,
              [&context](Workspace& workspace) { return listAll(context, workspace); });
    addAction(*command, "show", "Everything that is known of one of them", context, chosen,
              [&context, key](Workspace& workspace) { return show(context, workspace, *key); });
    command->get_subcommand("show")->add_option("key", *key, "Its key, or the beginning of it")->required();
    addAction(*command, "check", "Look for leftovers of stopped runs and for missing files", context, chosen,
              [&context](Workspace& workspace) { return check(context, workspace, /*collect=*/false); });
    addAction(*command, "gc", "Remove leftovers of stopped runs and entries without files", context, chosen,
              [&context](Workspace& workspace) { return check(context, workspace, /*collect=*/true); });
}

}  // namespace oodscope::cli
