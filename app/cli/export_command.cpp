// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/export_results.h"

namespace oodscope::cli {
namespace {

constexpr const char* kFooter = R"(Formats of an evaluation:
  reference   ood_metrics.json, ood_metrics.csv and eval_args.json, as the reference's logit_evaluation.py writes them
              (FPR95 under the convention plp); zero-shot scores beside a probe's go into zero-shot/
  openood     ood/DETECTOR.csv as OpenOOD writes it (FPR95 under its convention), scores/DETECTOR/SET.npy
Examples:
  oodscope-cli export 3f2a --out results
  oodscope-cli export 3f2a --as openood --near NINCO,SSB-hard --out results)";

struct Options {
    std::string id;
    std::string out;
    std::string format = "reference";
    std::vector<std::string> nearSets;
    bool overwrite = false;
};

Status run(const Context& context, const Options& options) {
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    auto evaluation = loadByPrefix(**workspace, options.id);
    if (!evaluation) return failFrom(evaluation);
    const Status written =
        options.format == "openood"
            ? experiment::writeOpenOodResults(**evaluation, options.out, options.nearSets, options.overwrite)
            : experiment::writeReferenceResults(**evaluation, options.out, {}, options.overwrite);
    if (!written) return written;
    context.print({{"out", options.out}, {"format", options.format}, {"evaluation", (*evaluation)->id}},
                  options.out + "\n");
    return {};
}

}  // namespace

void addExportCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("export", "Write a stored result in the files of other programs");
    command->add_option("result", options->id, "Its key, or the beginning of it")->required();
    command->add_option("--out", options->out, "Folder to write into")->required();
    command->add_option("--as", options->format, "The format")
        ->check(CLI::IsMember({"reference", "openood"}))
        ->capture_default_str();
    command
        ->add_option("--near", options->nearSets,
                     "openood: names of the near OOD sets, separated by commas; the others are far")
        ->delimiter(',');
    command->add_flag("--overwrite", options->overwrite, "Replace files that are there already");
    command->footer(kFooter);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
