// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/export_embeddings.h"
#include "core/experiment/export_openood.h"
#include "core/experiment/export_results.h"
#include "core/experiment/reference_probe.h"
#include "core/experiment/run.h"

namespace oodscope::cli {
namespace {

using workspace::ArtefactKind;
using workspace::Workspace;

constexpr const char* kFooter = R"(The paper's code ("the reference") and OpenOOD read what this writes:
  an evaluation  reference    ood_metrics.json, ood_metrics.csv, eval_args.json (FPR95 under the convention plp);
                              zero-shot scores beside a probe's go into zero-shot/
                 openood      ood/DETECTOR.csv (FPR95 under OpenOOD's convention), scores/DETECTOR/SET.npz and, of
                              all sets, scores/DETECTOR.pkl, which eval_ood.py loads in place of running a network
  a probe        reference    hp.json, model.pth, pseudo_labels.pth, val_acc.txt
  embeddings     reference    DATASET/ARCH/{embeddings,label,mean,std}.pt below --out; with --test also the same with
                              -test, and from both knn.pt and accuracy.json
                 safetensors  one file, with a .json beside it
                 npy          the same, the matrix alone
Embeddings are named by their key in the workspace, or by a file or folder in any of these formats.
Examples:
  oodscope-cli export 3f2a --out results
  oodscope-cli export 3f2a --as openood --near NINCO,SSB-hard --out results
  oodscope-cli export 9c01 --test 77ab --dataset CIFAR100 --arch openclip_ViT-B-16/openai --out embeddings
  oodscope-cli export embeddings/CIFAR10/openclip_ViT-B-16_openai --split test --as npy --out cifar10.npy)";

struct Options {
    std::string what;
    std::string out;
    std::string format = "reference";
    std::string test;
    std::string split = "train";
    std::string dataset;
    std::string arch;
    std::vector<std::string> nearSets;
    bool noNeighbours = false;
    bool overwrite = false;
};

Status wrongFormat(const Options& options, const char* what) {
    return fail(ErrorCode::InvalidArgument, fmt::format("--as {}: {} has no such format", options.format, what));
}

Status exportEvaluation(const Workspace& workspace, const std::string& key, const Options& options) {
    const auto evaluation = experiment::loadEvaluation(workspace, key);
    if (!evaluation) return failFrom(evaluation);
    if (options.format == "openood")
        return experiment::writeOpenOodResults(**evaluation, options.out, options.nearSets, options.overwrite);
    if (options.format != "reference") return wrongFormat(options, "an evaluation");
    return experiment::writeReferenceResults(**evaluation, options.out, {}, options.overwrite);
}

/// The accuracy of the newest evaluation with this probe; negative: none.
double accuracyOf(const Workspace& workspace, const experiment::StoredProbe& probe) {
    if (probe.details.contains("accuracy")) return probe.details["accuracy"].get<double>();
    const auto evaluations = workspace.list(ArtefactKind::Evaluation);
    if (!evaluations) return -1;
    for (const workspace::Artefact& evaluation : *evaluations) {
        if (evaluation.details.value("probe", "") == probe.id) return evaluation.details.value("probe_accuracy", -1.0);
    }
    return -1;
}

Status exportProbe(const Workspace& workspace, const std::string& key, const Options& options) {
    if (options.format != "reference") return wrongFormat(options, "a probe");
    const auto probe = experiment::loadStoredProbe(workspace, key);
    if (!probe) return failFrom(probe);
    return experiment::exportReferenceProbe(*probe, options.out, {options.dataset, options.arch},
                                            accuracyOf(workspace, *probe), options.overwrite);
}

Status exportOneFile(const embed::EmbeddingSet& set, const Options& options) {
    const std::string ending = "." + options.format;
    if (!options.out.ends_with(ending))
        return fail(ErrorCode::InvalidArgument, "--out " + options.out + ": the name must end in " + ending);
    if (auto free = experiment::checkOverwrite({options.out}, options.overwrite); !free) return free;
    return embed::exportEmbeddings(set, options.out);
}

Status exportEmbeddings(const Context& context, const Workspace* workspace, const Options& options) {
    const bool isTest = options.split == "test";
    auto set = experiment::findEmbeddings(workspace, options.what, isTest ? embed::Split::Test : embed::Split::Train);
    if (!set) return failFrom(set);
    if (options.format == "safetensors" || options.format == "npy") return exportOneFile(*set, options);
    if (options.format != "reference") return wrongFormat(options, "an embedding");
    embed::EmbeddingSet test;
    if (!options.test.empty()) {
        auto found = experiment::findEmbeddings(workspace, options.test, embed::Split::Test);
        if (!found) return failFrom(found);
        test = std::move(*found);
    }
    const experiment::ReferenceExport how{options.out, options.dataset, options.arch, !options.noNeighbours,
                                          options.overwrite};
    const auto folder =
        isTest ? experiment::exportReferenceEmbeddings({}, *set, how, context.stop(), context.progress())
               : experiment::exportReferenceEmbeddings(*set, test, how, context.stop(), context.progress());
    return folder ? Status() : Status(failFrom(folder));
}

Status exportFile(const Context& context, const Options& options) {
    const auto workspace = context.openExistingWorkspace();
    return exportEmbeddings(context, workspace ? workspace->get() : nullptr, options);
}

Status exportArtefact(const Context& context, const Options& options) {
    const auto opened = context.openExistingWorkspace();
    if (!opened) return failFrom(opened);
    const Workspace& workspace = **opened;
    const auto artefact = workspace.findByPrefix(options.what);
    if (!artefact) return failFrom(artefact);
    switch (artefact->kind) {
        case ArtefactKind::Evaluation:
            return exportEvaluation(workspace, artefact->key, options);
        case ArtefactKind::Probe:
            return exportProbe(workspace, artefact->key, options);
        case ArtefactKind::Embedding:
            return exportEmbeddings(context, &workspace, options);
        default:
            return fail(ErrorCode::InvalidArgument, options.what + ": a " +
                                                        std::string(workspace::kindName(artefact->kind)) +
                                                        " is the user's own and is not exported");
    }
}

Status run(const Context& context, const Options& options) {
    std::error_code ec;
    const bool isFile = std::filesystem::exists(options.what, ec);
    if (auto done = isFile ? exportFile(context, options) : exportArtefact(context, options); !done) return done;
    context.print({{"out", options.out}, {"format", options.format}}, options.out + "\n");
    return {};
}

}  // namespace

void addExportCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("export", "Write a stored result in the files of other programs");
    command->add_option("what", options->what, "Key of an evaluation, probe or embedding, or an embeddings file")
        ->required();
    command->add_option("--out", options->out, "Folder to write into (safetensors, npy: the file)")->required();
    command->add_option("--as", options->format, "The format")
        ->check(CLI::IsMember({"reference", "openood", "safetensors", "npy"}))
        ->capture_default_str();
    command->add_option("--test", options->test,
                        "Embeddings of the test split, to go with those of the training split");
    command->add_option("--split", options->split, "Which split the embeddings are")
        ->check(CLI::IsMember({"train", "test"}))
        ->capture_default_str();
    command->add_option("--dataset", options->dataset, "The data set's name in the reference (CIFAR100, IN1K, ...)");
    command->add_option("--arch", options->arch, "The model's name in the reference (openclip_ViT-B-16/openai, ...)");
    command->add_flag("--no-knn", options->noNeighbours, "Leave out knn.pt and accuracy.json");
    command
        ->add_option(
            "--near", options->nearSets,
            "openood: names of the near OOD sets, separated by commas; the others are far (default: those that "
            "were evaluated as near)")
        ->delimiter(',');
    command->add_flag("--overwrite", options->overwrite, "Replace files that are there already");
    command->footer(kFooter);
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
