// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/text_util.h"
#include "core/experiment/explain.h"

namespace oodscope::cli {
namespace {

constexpr const char* kHelp =
    "How a stored result was made, what has changed since, and the command that makes it again";
constexpr const char* kFooter = R"(Examples:
  oodscope-cli explain 3f2a                   the evaluation, probe or embedding whose key starts with 3f2a
  oodscope-cli explain 3f2a msp NINCO         one number of an evaluation
  oodscope-cli explain 3f2a --json            {"provenance", "command", "changes", ...}
  oodscope-cli explain knn.json               what knn, prompts compare, compare, correlate or metrics printed with --json
The command finds the stored result again where nothing changed; with --workspace NEW it is computed from nothing.)";

Result<experiment::Explanation> explain(const Context& context, const std::vector<std::string>& words) {
    if (words.size() == 1 && endsWithIgnoringCase(words[0], ".json")) return experiment::explainDocument(words[0]);
    auto workspace = context.openExistingWorkspace();
    if (!workspace) return failFrom(workspace);
    return experiment::explain(**workspace, words);
}

Status run(const Context& context, const std::vector<std::string>& words) {
    const auto explanation = explain(context, words);
    if (!explanation) return failFrom(explanation);
    context.print(experiment::toJson(*explanation), experiment::explanationText(*explanation));
    return {};
}

}  // namespace

void addExplainCommand(CLI::App& app, Context& context, Action& chosen) {
    auto words = std::make_shared<std::vector<std::string>>();
    CLI::App* command = app.add_subcommand("explain", kHelp);
    command
        ->add_option("result", *words,
                     "A key or its beginning; for one number also a detector and an OOD set; or a .json")
        ->required()
        ->expected(1, 3);
    command->footer(kFooter);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, words] { return run(context, *words); });
}

}  // namespace oodscope::cli
