// SPDX-License-Identifier: GPL-3.0-or-later
// oodscope-cli: every capability of OODscope in batch.
#include <csignal>
#include <cstdio>
#include <exception>

#include "app/cli/commands.h"
#include "core/base/log.h"

namespace {

using namespace oodscope;

std::stop_source* g_stop = nullptr;  // the signal handler can reach nothing else

extern "C" void onInterrupt(int signal) {
    // A second Ctrl+C ends the program at once.
    std::signal(signal, SIG_DFL);
    g_stop->request_stop();
}

constexpr const char* kFooter = R"(First steps:
  oodscope-cli demo                                    the whole job on a small drawn world
  oodscope-cli embed --model M --data DIR --out F.safetensors
  oodscope-cli evaluate --model M --train DIR --id DIR --ood DIR --ood DIR
  oodscope-cli datasets --root DIR                     which benchmark data sets are there
  oodscope-cli benchmark in1k --model M                a whole published protocol
A model M is a snapshot folder (open_clip_config.json and weights) or a name that 'oodscope-cli models' lists.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.
'oodscope-cli COMMAND --help' explains each command.)";

int report(const Error& error) {
    if (error.code == ErrorCode::Cancelled) {
        std::fputs("oodscope-cli: cancelled; what was finished is kept\n", stderr);
        return cli::kCancelled;
    }
    std::fprintf(stderr, "oodscope-cli: %s\n", error.message.c_str());
    return cli::kFailed;
}

int runCommand(const cli::Action& action) {
    try {
        const Status status = action();
        return status ? cli::kDone : report(status.error());
    } catch (const std::exception& exception) {
        return report(Error{ErrorCode::Internal, std::string("internal error: ") + exception.what()});
    }
}

}  // namespace

int main(int argc, char** argv) {
    setUpLogging();
    std::stop_source stop;
    g_stop = &stop;
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit shows as a write error, like a full disk

    CLI::App app("OODscope: out-of-distribution detection with CLIP, in batch.", "oodscope-cli");
    app.set_version_flag("--version", "oodscope " OODSCOPE_VERSION);
    app.footer(kFooter);
    app.require_subcommand(1);
    cli::Context context(stop.get_token());
    context.words.assign(argv + std::min(argc, 1), argv + argc);
    cli::Action chosen;
    cli::addDemoCommands(app, context, chosen);
    cli::addDetectorsCommand(app, context, chosen);
    cli::addBenchmarkCommand(app, context, chosen);
    cli::addDatasetsCommand(app, context, chosen);
    cli::addEmbedCommand(app, context, chosen);
    cli::addTextCommands(app, context, chosen);
    cli::addKnnCommands(app, context, chosen);
    cli::addProbeCommand(app, context, chosen);
    cli::addPromptsCommand(app, context, chosen);
    cli::addEvaluateCommand(app, context, chosen);
    cli::addExplainCommand(app, context, chosen);
    cli::addExportCommand(app, context, chosen);
    cli::addImportCommand(app, context, chosen);
    cli::addMetricsCommand(app, context, chosen);
    cli::addCompareCommand(app, context, chosen);
    cli::addMachineCommands(app, context, chosen);
    cli::addModelsCommand(app, context, chosen);
    cli::addReportCommand(app, context, chosen);
    cli::addSelftestCommand(app, context, chosen);
    cli::addWorkspaceCommand(app, context, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::kDone : cli::kWrongUsage;
    }
    return runCommand(chosen);
}
