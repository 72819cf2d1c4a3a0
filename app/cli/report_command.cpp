// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/report.h"
#include "core/experiment/run.h"

namespace oodscope::cli {
namespace {

struct Options {
    std::string evaluation;
    std::string out;
    bool overwrite = false;
};

Status run(const Context& context, const Options& options) {
    auto workspace = context.openExistingWorkspace();
    if (!workspace) return failFrom(workspace);
    auto evaluation = loadByPrefix(**workspace, options.evaluation);
    if (!evaluation) return failFrom(evaluation);
    const std::filesystem::path page = std::filesystem::path(options.out) / "report.html";
    if (auto done = experiment::writeReport(**workspace, **evaluation, page, options.overwrite); !done) return done;
    context.print({{"report", page}, {"evaluation", (*evaluation)->id}}, page.string() + "\n");
    return {};
}

}  // namespace

Result<experiment::EvaluationPtr> loadByPrefix(const workspace::Workspace& workspace, const std::string& prefix) {
    const auto artefact = workspace.findByPrefix(prefix);
    if (!artefact) return failFrom(artefact);
    if (artefact->kind != workspace::ArtefactKind::Evaluation)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} is no evaluation: {} {}", prefix,
                                                            workspace::kindName(artefact->kind), artefact->title));
    return experiment::loadEvaluation(workspace, artefact->key);
}

void addReportCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "report", "One HTML page on an evaluation: results, pictures, provenance, the command that makes it again");
    command->add_option("evaluation", options->evaluation, "Its key, or the beginning of it")->required();
    command->add_option("--out", options->out, "Folder for report.html, and report_files/ with its pictures")
        ->required();
    command->add_flag("--overwrite", options->overwrite, "Replace a report that is there already");
    command->footer("report.html needs no other file: it can be mailed as it is.");
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
