// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/export_embeddings.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

#include "core/embed/embedding_store.h"
#include "core/experiment/export_results.h"
#include "core/experiment/sources.h"
#include "core/io/json.h"
#include "core/io/torch_archive_writer.h"
#include "core/ood/nearest_rows.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using embed::EmbeddingSet;
using embed::Split;

constexpr std::size_t kNeighbours = 50;    // of knn.pt
constexpr std::size_t kVoters = 20;        // of accuracy.json
constexpr double kVoteTemperature = 0.02;  // votes exp(cos / T)
constexpr std::size_t kBlock = 1024;       // rows looked up between two looks at the stop token

/// The k nearest rows of `train` for each row of `queries`, in blocks.
Result<ood::Neighbours> nearest(const Matrix& train, const Matrix& queries, std::size_t k, const std::string& stage,
                                const std::stop_token& stop, const ProgressFn& progress) {
    const auto rows = ood::NearestRows::make(train);
    if (!rows) return failFrom(rows);
    ood::Neighbours all{k, {}, {}};
    for (std::size_t first = 0; first < queries.rows(); first += kBlock) {
        if (stop.stop_requested()) return cancelled();
        if (progress) progress(Progress{stage, "images", first, queries.rows(), 0, -1, {}});
        std::vector<std::size_t> block(std::min(kBlock, queries.rows() - first));
        std::iota(block.begin(), block.end(), first);
        auto found = rows->find(queries.selectRows(block), k);
        if (!found) return found;
        all.values.insert(all.values.end(), found->values.begin(), found->values.end());
        all.indices.insert(all.indices.end(), found->indices.begin(), found->indices.end());
    }
    return all;
}

/// [N, k]: the neighbours of each training row without itself.
Status writeNeighbours(const Matrix& train, const fs::path& file, const std::stop_token& stop,
                       const ProgressFn& progress) {
    const std::size_t k = std::min(kNeighbours, train.rows() - 1);
    if (k == 0) return {};
    const auto found = nearest(train, train, k + 1, "neighbours", stop, progress);
    if (!found) return failFrom(found);
    std::vector<std::int64_t> others;
    others.reserve(train.rows() * k);
    for (std::size_t i = 0; i < train.rows(); ++i) {
        const auto indices = found->indicesOf(i);
        // Of rows that are alike another may come before the row itself, or push it out.
        std::size_t kept = 0;
        for (std::size_t j = 0; j < indices.size() && kept < k; ++j) {
            if (indices[j] == static_cast<std::int64_t>(i)) continue;
            others.push_back(indices[j]);
            ++kept;
        }
    }
    const auto rows = static_cast<std::int64_t>(train.rows()), columns = static_cast<std::int64_t>(k);
    return io::writeTorchTensor(file, {"", io::DType::I64, {rows, columns}, std::as_bytes(std::span(others))});
}

/// At which place the true class comes among the votes of the neighbours; ties count for the lower class number.
std::size_t placeOf(std::size_t label, std::span<const double> cosines, std::span<const std::int64_t> neighbours,
                    const std::vector<std::int32_t>& trainLabels, std::size_t classes) {
    std::vector<double> votes(classes, 0.0);
    for (std::size_t j = 0; j < neighbours.size(); ++j) {
        const std::int32_t voted = trainLabels[static_cast<std::size_t>(neighbours[j])];
        if (voted >= 0) votes[static_cast<std::size_t>(voted)] += std::exp(cosines[j] / kVoteTemperature);
    }
    std::size_t place = 0;
    for (std::size_t c = 0; c < classes; ++c)
        place += votes[c] > votes[label] || (votes[c] == votes[label] && c < label);
    return place;
}

Status writeAccuracy(const EmbeddingSet& train, const EmbeddingSet& test, const fs::path& file,
                     const std::stop_token& stop, const ProgressFn& progress) {
    const std::size_t classes = std::max(train.classNames.size(), test.classNames.size());
    const auto found =
        nearest(train.embeddings, test.embeddings, std::min(kVoters, train.size()), "k-NN accuracy", stop, progress);
    if (!found) return failFrom(found);
    std::size_t counted = 0, first = 0, firstFive = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
        if (test.labels[i] < 0) continue;
        ++counted;
        const std::size_t place = placeOf(static_cast<std::size_t>(test.labels[i]), found->valuesOf(i),
                                          found->indicesOf(i), train.labels, classes);
        first += place == 0;
        firstFive += place < 5;
    }
    if (counted == 0) return {};
    const auto percent = [&](std::size_t right) {
        return 100.0 * static_cast<double>(right) / static_cast<double>(counted);
    };
    return io::writeJson(file, {{"top1", percent(first)}, {"top5", percent(firstFive)}});
}

std::string modelName(const EmbeddingSet& set) {
    const auto found = set.provenance.find("model");
    return found != set.provenance.end() && found->is_string() ? found->get<std::string>() : "embeddings";
}

}  // namespace

Result<fs::path> exportReferenceEmbeddings(const EmbeddingSet& train, const EmbeddingSet& test,
                                           const ReferenceExport& options, std::stop_token stop,
                                           const ProgressFn& progress) {
    const EmbeddingSet& any = train.size() > 0 ? train : test;
    if (train.size() > 0 && test.size() > 0 && train.embeddings.cols() != test.embeddings.cols())
        return fail(ErrorCode::InvalidArgument, test.datasetName + ": its embeddings are " +
                                                    std::to_string(test.embeddings.cols()) + " wide, those of " +
                                                    train.datasetName + " " + std::to_string(train.embeddings.cols()) +
                                                    ": they come from different models");
    const fs::path folder =
        embed::referenceFolder(options.root, options.dataset.empty() ? any.datasetName : options.dataset,
                               options.arch.empty() ? modelName(any) : options.arch);
    const bool neighbours = options.neighbours && train.size() > 1;
    const bool accuracy = neighbours && train.hasLabels() && test.size() > 0 && test.hasLabels();
    std::vector<fs::path> files;
    for (const auto& [set, split] : {std::pair(&train, Split::Train), std::pair(&test, Split::Test)}) {
        if (set->size() == 0) continue;
        const std::vector<fs::path> own = embed::referenceFiles(folder, split);
        files.insert(files.end(), own.begin(), own.end());
    }
    if (neighbours) files.push_back(folder / "knn.pt");
    if (accuracy) files.push_back(folder / "accuracy.json");
    if (auto free = checkOverwrite(files, options.overwrite); !free) return failFrom(free);
    for (const auto& [set, split] : {std::pair(&train, Split::Train), std::pair(&test, Split::Test)}) {
        if (set->size() == 0) continue;
        if (auto written = embed::writeReferenceSplit(*set, folder, split); !written) return failFrom(written);
    }
    if (neighbours) {
        auto written = writeNeighbours(train.embeddings, folder / "knn.pt", stop, progress);
        if (!written) return failFrom(written);
    }
    if (accuracy) {
        auto written = writeAccuracy(train, test, folder / "accuracy.json", stop, progress);
        if (!written) return failFrom(written);
    }
    return folder;
}

Result<EmbeddingSet> findEmbeddings(const workspace::Workspace* workspace, const std::string& name, Split split) {
    std::error_code ec;
    const fs::path source = resolveSource(name, split);
    if (fs::exists(source, ec) && isEmbeddingsFile(source)) return embed::importEmbeddings(source);
    if (workspace == nullptr)
        return fail(ErrorCode::NotFound, name + ": no embeddings file, and there is no workspace with such a key");
    const auto artefact = workspace->findByPrefix(name);
    if (!artefact) return failFrom(artefact);
    if (artefact->kind != workspace::ArtefactKind::Embedding)
        return fail(
            ErrorCode::InvalidArgument,
            name + ": is no embedding: " + std::string(workspace::kindName(artefact->kind)) + " " + artefact->title);
    const embed::EmbeddingStore store(workspace->embeddingsFolder());
    auto stored = store.load(artefact->key);
    if (!stored) return failFrom(stored);
    auto paths = io::readJson(store.finishedFolder(artefact->key) / "paths.json");
    if (!paths) return failFrom(paths);
    try {
        paths->get_to(stored->set.paths);
    } catch (const io::Json::exception& error) {
        return fail(ErrorCode::BadFile, artefact->path.string() + "/paths.json: " + error.what());
    }
    return std::move(stored->set);
}

}  // namespace oodscope::experiment
