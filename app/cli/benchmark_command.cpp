// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/run_options.h"
#include "core/experiment/benchmark.h"
#include "core/experiment/pictures.h"

namespace oodscope::cli {
namespace {

struct Options {
    RunArguments run;
    std::string protocol;
    std::vector<std::string> roots;
    std::vector<std::string> detectors{"msp", "free_energy", "max_logit"};
    std::string convention = "plp";
    std::string pictures;
    bool zeroShotOnly = false;
    bool skipMissing = false;
    bool check = false;
};

constexpr const char* kFooter = R"(A protocol of your own is a .json file:
  {"title": "…", "id_train": S, "id_test": S, "ood": [S, {"set": S, "group": "near"}], "names": FILE}
where S is a key that 'oodscope-cli datasets' lists, or a path (relative to the file).
Without --probe-batch-size the protocol's is taken: 256 for CIFAR, 8192 for ImageNet.
What is there is used again: a benchmark that was stopped goes on where it was.)";

std::string protocolHelp() {
    std::string text = "A .json file, or one of:";
    for (const experiment::Protocol& protocol : experiment::builtInProtocols())
        text += fmt::format("\n  {}: {}", protocol.key, protocol.title);
    return text;
}

Result<experiment::BenchmarkOptions> benchmarkOptions(const Context& context, const Options& options,
                                                      bool batchSizeGiven) {
    experiment::BenchmarkOptions benchmark;
    auto protocol = experiment::findProtocol(options.protocol);
    if (!protocol) return failFrom(protocol);
    benchmark.protocol = std::move(*protocol);
    if (!options.run.names.empty()) benchmark.protocol.names = options.run.names;
    auto folders = data::loadDatasetFolders();
    if (!folders) return failFrom(folders);
    benchmark.folders = std::move(*folders);
    for (const std::string& root : options.roots) {
        if (auto added = benchmark.folders.addFolder(root); !added) return failFrom(added);
    }
    auto convention = ood::parseConvention(options.convention);
    if (!convention) return failFrom(convention);
    RunArguments arguments = options.run;
    arguments.names.clear();  // the protocol's: which of them are wanted depends on the train set
    auto run = arguments.toRunOptions(context);
    if (!run) return failFrom(run);
    benchmark.run = std::move(*run);
    benchmark.run.detectors = options.detectors;
    benchmark.run.convention = *convention;
    benchmark.run.probe = !options.zeroShotOnly;
    if (!batchSizeGiven) benchmark.run.probeOptions.batchSize = benchmark.protocol.probeBatch;
    benchmark.skipMissing = options.skipMissing;
    return benchmark;
}

Status showSets(const Context& context, const experiment::BenchmarkOptions& benchmark) {
    auto sets = experiment::locate(benchmark.protocol, benchmark.folders, context.stop(), context.progress());
    if (!sets) return failFrom(sets);
    nlohmann::json json = nlohmann::json::array();
    std::string text = benchmark.protocol.title + "\n";
    for (const experiment::LocatedSet& set : *sets) {
        json.push_back(experiment::toJson(set));
        text += fmt::format("  {:8}  {:<18}{}: {}\n", experiment::roleName(set.role), set.name(),
                            set.isUsable() ? "" : " MISSING", set.text());
    }
    context.print({{"protocol", benchmark.protocol.key}, {"sets", std::move(json)}}, text);
    return {};
}

Status run(const Context& context, const Options& options, bool batchSizeGiven) {
    auto benchmark = benchmarkOptions(context, options, batchSizeGiven);
    if (!benchmark) return failFrom(benchmark);
    if (options.check) return showSets(context, *benchmark);
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    auto result = experiment::runBenchmark(**workspace, *benchmark, context.stop(), context.progress());
    if (!result) return failFrom(result);
    if (!options.pictures.empty()) {
        if (auto written = experiment::writePictures(*result->evaluation, options.pictures); !written) return written;
    }
    context.print(experiment::benchmarkJson(*result), experiment::benchmarkTable(*result));
    return {};
}

}  // namespace

void addBenchmarkCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "benchmark", "A whole published protocol: embed what is missing, train the probe, evaluate, with means");
    command->add_option("protocol", options->protocol, protocolHelp())->required();
    options->run.addModel(*command);
    command->add_option("--root", options->roots, "More folders to look in, for this call ('datasets' remembers them)");
    command->add_flag("--check", options->check, "Only show which of its sets are there");
    command->add_flag("--skip-missing", options->skipMissing, "Leave out OOD sets that are missing");
    command->add_flag("--zero-shot", options->zeroShotOnly, "No probe: zero-shot scores only");
    command->add_option("--detectors", options->detectors, "As of 'evaluate'")->delimiter(',')->capture_default_str();
    command->add_option("--convention", options->convention, "As of 'evaluate'")->capture_default_str();
    command->add_option("--pictures", options->pictures, "As of 'evaluate'");
    options->run.addTraining(*command, "--probe-batch-size");
    command->footer(kFooter);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen,
             [&context, options, command] { return run(context, *options, command->count("--probe-batch-size") > 0); });
}

}  // namespace oodscope::cli
