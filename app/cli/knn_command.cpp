// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/experiment/correlation.h"
#include "core/experiment/knn.h"
#include "core/experiment/provenance.h"
#include "core/experiment/sources.h"
#include "core/io/safetensors.h"

namespace oodscope::cli {
namespace {

struct KnnOptions {
    ModelArguments model;
    std::string train;
    std::string test;
    std::size_t k = experiment::kKnnVoters;
    std::size_t neighbours = experiment::kKnnNeighbours;
    std::string out;
};

struct CorrelateOptions {
    experiment::CorrelationOptions correlation;
    std::string accuracy = "knn";
    std::string svg;
};

/// indices [N, k] and cosines [N, k] of every training row's neighbours, itself left out.
Status writeNeighbours(const Context& context, const KnnOptions& options, const embed::EmbeddingSet& train) {
    if (!endsWithIgnoringCase(options.out, ".safetensors"))
        return fail(ErrorCode::InvalidArgument, options.out + ": the name must end in .safetensors");
    const auto found =
        experiment::neighboursWithin(train.embeddings, options.neighbours, context.stop(), context.progress());
    if (!found) return failFrom(found);
    const std::vector<std::int64_t> shape{static_cast<std::int64_t>(train.size()),
                                          static_cast<std::int64_t>(options.neighbours)};
    const std::vector<io::TensorToWrite> tensors{
        {"indices", io::DType::I64, shape, std::as_bytes(std::span(found->indices))},
        {"cosines", io::DType::F64, shape, std::as_bytes(std::span(found->values))}};
    return io::writeSafetensors(options.out, tensors);
}

Status runKnn(const Context& context, const KnnOptions& options) {
    auto extract = context.extractOptions();
    if (!extract) return failFrom(extract);
    std::shared_ptr<const model::Model> model;
    if (!options.model.name.empty()) {
        auto opened = options.model.open();
        if (!opened) return failFrom(opened);
        model = *opened;
    }
    auto workspace = context.openWorkspace();
    if (!workspace) return failFrom(workspace);
    const auto load = [&](const std::filesystem::path& source) {
        return experiment::loadEmbeddings(**workspace, model.get(), source, *extract, context.stop(),
                                          context.progress());
    };
    const std::filesystem::path trainSource = experiment::resolveSource(options.train, embed::Split::Train);
    const std::filesystem::path testSource = experiment::resolveSource(options.test, embed::Split::Test);
    auto train = load(trainSource);
    if (!train) return failFrom(train);
    auto test = load(testSource);
    if (!test) return failFrom(test);
    auto accuracy = experiment::knnAccuracy(*train, *test, options.k, context.stop(), context.progress());
    if (!accuracy) return failFrom(accuracy);
    if (!options.out.empty()) {
        if (auto written = writeNeighbours(context, options, *train); !written) return written;
    }
    context.printMade(
        {{"top1", accuracy->top1},
         {"top5", accuracy->top5},
         {"k", options.k},
         {"temperature", experiment::kKnnTemperature},
         {"counted", accuracy->counted},
         {"model", model ? experiment::describeModel(*model) : nlohmann::json()},
         {"train", experiment::describeSource(trainSource, *train)},
         {"test", experiment::describeSource(testSource, *test)},
         {"out", options.out.empty() ? nlohmann::json() : nlohmann::json(options.out)}},
        fmt::format("k-NN accuracy (cosine, k = {}, votes exp(cos / {})): top 1 {:.2f} %, top 5 {:.2f} % of "
                    "{} images\n",
                    options.k, experiment::kKnnTemperature, 100 * accuracy->top1, 100 * accuracy->top5,
                    accuracy->counted));
    return {};
}

Status runCorrelate(const Context& context, const CorrelateOptions& options) {
    experiment::CorrelationOptions correlation = options.correlation;
    auto kind = experiment::parseAccuracy(options.accuracy);
    if (!kind) return failFrom(kind);
    correlation.accuracy = *kind;
    auto workspace = context.openExistingWorkspace();
    if (!workspace) return failFrom(workspace);
    const auto result = experiment::correlate(**workspace, correlation, context.stop(), context.progress());
    if (!result) return failFrom(result);
    if (!options.svg.empty()) {
        if (auto written = writeFileAtomically(options.svg, experiment::correlationSvg(*result)); !written)
            return written;
    }
    context.printMade(experiment::correlationJson(*result), experiment::correlationTable(*result));
    return {};
}

}  // namespace

void addKnnCommands(CLI::App& app, Context& context, Action& chosen) {
    auto knn = std::make_shared<KnnOptions>();
    CLI::App* command = app.add_subcommand("knn", "k-NN accuracy of embeddings, and the neighbours of every image");
    knn->model.addName(*command, "; may be left out where both sets are embeddings files");
    knn->model.addPreprocessing(*command);
    command->add_option("--train", knn->train, "ID training set: image folder or embeddings file")->required();
    command->add_option("--test", knn->test, "ID test set, its classes matched by name")->required();
    command->add_option("-k,--k", knn->k, "Neighbours that vote")->capture_default_str();
    command->add_option("--out", knn->out,
                        "F.safetensors: indices and cosines of each training image's neighbours, itself left out");
    command->add_option("--neighbours", knn->neighbours, "How many neighbours --out holds")->capture_default_str();
    context.addOutputOptions(*command);
    context.addWorkspaceOption(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, knn] { return runKnn(context, *knn); });

    auto correlate = std::make_shared<CorrelateOptions>();
    CLI::App* plot = app.add_subcommand("correlate", "ID accuracy against OOD AUROC over evaluations, with R2");
    plot->add_option("evaluations", correlate->correlation.evaluations,
                     "Keys of evaluations, or their beginnings (default: all of the workspace)");
    plot->add_option("--accuracy", correlate->accuracy, "ID accuracy: knn (k = 20), probe or zero-shot")
        ->check(CLI::IsMember({"knn", "probe", "zero-shot"}))
        ->capture_default_str();
    plot->add_option("--detector", correlate->correlation.detector,
                     "Whose AUROC (default: the first that all evaluations have)");
    plot->add_option("--ood", correlate->correlation.ood, "One OOD set (default: every one with three evaluations)");
    plot->add_option("--svg", correlate->svg, "Scatter plot to write");
    context.addOutputOptions(*plot);
    context.addWorkspaceOption(*plot);
    onChosen(*plot, chosen, [&context, correlate] { return runCorrelate(context, *correlate); });
}

}  // namespace oodscope::cli
