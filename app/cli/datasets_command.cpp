// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/data/survey.h"

namespace oodscope::cli {
namespace {

using data::SetReport;

struct Options {
    std::vector<std::string> roots;
    std::vector<std::string> sets;
    std::vector<std::string> forget;
};

constexpr const char* kFooter = R"(The folders are remembered: later calls, 'benchmark' and the window need no --root.
A set that is not recognised (another folder name, a list of images) is told with --set, for example
  --set places=/data/Places365_sub
  --set cifar10-test=/data/cifar-10-batches-py#test
  --set ninco=/data/benchmark_imglist/ninco.txt#/data/images_largescale)";

/// Puts what the command line says into the user's file. True: it changed.
Status remember(data::DatasetFolders& folders, const Options& options) {
    for (const std::string& gone : options.forget) {
        if (!folders.forget(gone))
            return fail(ErrorCode::NotFound, "--forget " + gone + ": neither a folder nor a set that was told");
    }
    for (const std::string& root : options.roots) {
        if (auto added = folders.addFolder(root); !added) return added;
    }
    for (const std::string& set : options.sets) {
        const std::size_t equals = set.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::InvalidArgument, "--set " + set + ": give KEY=SOURCE, for example sun=/data/SUN");
        if (auto told = folders.setSource(set.substr(0, equals), set.substr(equals + 1)); !told) return told;
    }
    return {};
}

nlohmann::json toJson(const SetReport& report) {
    const data::KnownSet& known = *report.known;
    return {{"key", known.key},
            {"name", known.name},
            {"state", data::stateName(report.state)},
            {"source", report.source},
            {"summary", data::summary(report)},
            {"images", report.images},
            {"classes", report.classes},
            {"expected_images", known.images},
            {"expected_classes", known.classes},
            {"skipped_files", report.skippedKinds},
            {"remarks", report.remarks},
            {"layout", known.layout},
            {"origin", known.origin},
            {"archive", known.archive}};
}

std::string toText(const SetReport& report) {
    const data::KnownSet& known = *report.known;
    std::string text =
        fmt::format("{:<15} {:<9} {}\n", known.key, data::stateName(report.state), data::summary(report));
    if (!report.source.empty()) text += fmt::format("{:26}{}\n", "", report.source);
    if (report.state == SetReport::State::Differs) {
        for (const std::string& remark : report.remarks)
            text += fmt::format("{:26}! {}\n", "", remark);
    }
    if (report.state == SetReport::State::Missing)
        text += fmt::format("{:26}from {}: {}\n", "", known.origin, known.archive);
    return text;
}

Status run(const Context& context, const Options& options) {
    auto folders = data::loadDatasetFolders();
    if (!folders) return failFrom(folders);
    const data::DatasetFolders before = *folders;
    if (auto changed = remember(*folders, options); !changed) return changed;
    if (*folders != before) {
        if (auto saved = data::saveDatasetFolders(*folders); !saved) return saved;
    }
    auto reports = data::survey(*folders, {}, context.stop(), context.progress());
    if (!reports) return failFrom(reports);
    nlohmann::json sets = nlohmann::json::array();
    nlohmann::json roots = nlohmann::json::array();
    std::string text;
    for (const auto& folder : folders->folders) {
        roots.push_back(folder.string());
        text += "looked in " + folder.string() + "\n";
    }
    if (text.empty()) text = "no folder was given yet: oodscope-cli datasets --root DIR\n";
    for (const SetReport& report : *reports) {
        sets.push_back(toJson(report));
        text += toText(report);
    }
    context.print({{"folders", std::move(roots)}, {"told", folders->sets}, {"datasets", std::move(sets)}}, text);
    return {};
}

}  // namespace

void addDatasetsCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "datasets", "The data sets of the published benchmarks: which are there, whole, missing or different");
    command->add_option("--root", options->roots, "Folder below which data sets lie; remembered");
    command->add_option("--set", options->sets, "KEY=SOURCE: where one set is; remembered");
    command->add_option("--forget", options->forget, "A folder or a set's key that is to be remembered no longer");
    command->footer(kFooter);
    context.addOutputOptions(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
