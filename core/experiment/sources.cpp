// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/sources.h"

#include <algorithm>
#include <system_error>

#include "core/base/hash.h"
#include "core/base/text_util.h"
#include "core/data/containers.h"
#include "core/data/open_dataset.h"
#include "core/model/projection.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using workspace::Artefact;
using workspace::ArtefactKind;

Status recordDataset(workspace::Workspace& workspace, const data::Dataset& dataset) {
    const std::string root = canonicalOr(dataset.root).string();
    const std::string source = dataset.source == dataset.root.string() ? root : dataset.source;
    return workspace.record(Artefact{ArtefactKind::Dataset,
                                     hashText(source),
                                     dataset.name,
                                     root,
                                     0,
                                     {{"source", source},
                                      {"images", dataset.samples.size()},
                                      {"classes", dataset.classNames.size()},
                                      {"skipped_files", dataset.skippedFiles},
                                      {"notes", dataset.notes}}});
}

Status recordEmbeddings(workspace::Workspace& workspace, const embed::EmbeddingSet& set, const std::string& modelName) {
    return workspace.record(Artefact{ArtefactKind::Embedding,
                                     set.key,
                                     set.datasetName + " · " + modelName,
                                     workspace.embeddingsFolder() / set.key,
                                     0,
                                     {{"images", set.size()},
                                      {"width", set.embeddings.cols()},
                                      {"projected_width", set.projected.cols()},
                                      {"unreadable", set.unreadable.size()},
                                      {"model", modelName},
                                      {"provenance", set.provenance}}});
}

void addMatrix(Hasher& hasher, const Matrix& matrix) {
    hasher.add(std::uint64_t{matrix.rows()}).add(std::uint64_t{matrix.cols()}).add(std::as_bytes(matrix.values()));
}

}  // namespace

fs::path canonicalOr(const fs::path& path) {
    std::error_code ec;
    const fs::path canonical = fs::weakly_canonical(path, ec);
    return ec ? path : canonical;
}

fs::path canonicalSource(const fs::path& path) {
    std::error_code ec;
    return fs::is_regular_file(path, ec) ? canonicalOr(fs::absolute(path, ec).parent_path()) / path.filename()
                                         : canonicalOr(path);
}

bool isEmbeddingsFile(const fs::path& source) {
    const std::string name = source.filename().string();
    std::error_code ec;
    constexpr std::string_view kEndings[] = {".safetensors", ".npy", ".pt", ".pth"};
    return !fs::is_directory(source, ec) && !data::holdsImages(source) &&
           std::ranges::any_of(kEndings, [&](std::string_view ending) { return endsWithIgnoringCase(name, ending); });
}

std::string sourceName(const fs::path& source) {
    const fs::path canonical = canonicalOr(source);
    return isEmbeddingsFile(source) ? canonical.stem().string() : canonical.filename().string();
}

Result<embed::EmbeddingSet> loadEmbeddingsFile(const fs::path& file) {
    auto set = embed::importEmbeddings(file);
    if (set && set->datasetName.empty()) set->datasetName = sourceName(file);
    return set;
}

fs::path resolveSource(const fs::path& source, embed::Split split) {
    return !source.empty() && embed::isReferenceFolder(source) ? embed::referenceFile(source, split) : source;
}

Status recordModel(workspace::Workspace& workspace, const model::ModelInfo& info) {
    const fs::path source = canonicalSource(info.source());
    return workspace.record(Artefact{
        ArtefactKind::Model,
        hashText(source.string() + (info.arch.empty() ? "" : "\n" + info.arch)),
        info.name,
        source,
        0,
        {{"architecture", info.architecture}, {"parameters", info.parameterCount}, {"image_size", info.imageSize}}});
}

std::string embeddingsKey(const embed::EmbeddingSet& set) {
    if (!set.key.empty()) return set.key;
    Hasher hasher;
    addMatrix(hasher, set.embeddings);
    addMatrix(hasher, set.projected);
    hasher.add(std::as_bytes(std::span(set.labels)));
    return hasher.hex();
}

bool hasNumbersForNames(const embed::EmbeddingSet& set) {
    if (!set.paths.empty() || set.classNames.empty()) return false;
    for (std::size_t i = 0; i < set.classNames.size(); ++i) {
        if (set.classNames[i] != std::to_string(i)) return false;
    }
    return true;
}

Status addProjected(const model::Model& model, embed::EmbeddingSet& set) {
    const model::ModelInfo& info = model.info();
    const bool fits = set.embeddings.cols() == static_cast<std::size_t>(info.embeddingWidth);
    if (!set.projected.empty() || !info.hasTextTower || set.size() == 0 || !fits) return {};
    auto projected = model::projectEmbeddings(model, set.embeddings);
    if (!projected) return fail(projected.error().code, set.datasetName + ": " + projected.error().message);
    const auto identity = model.identity();
    if (!identity) return failFrom(identity);
    // Of what made them, not of the values: their last digits may depend on the number of threads.
    set.key = Hasher().add(std::string_view("projected 1")).add(embeddingsKey(set)).add(*identity).hex();
    set.projected = std::move(*projected);
    set.provenance["projected_by"] = info.name;
    return {};
}

Result<embed::EmbeddingSet> loadEmbeddings(workspace::Workspace& workspace, const model::Model* model,
                                           const fs::path& source, const embed::ExtractOptions& options,
                                           std::stop_token stop, const ProgressFn& progress) {
    if (isEmbeddingsFile(source)) return loadEmbeddingsFile(source);
    auto dataset = data::openDataset(source);
    if (!dataset) return failFrom(dataset);
    if (model == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    source.string() + ": these are images, and no model was given to embed them with");
    if (auto recorded = recordDataset(workspace, *dataset); !recorded) return failFrom(recorded);
    auto set = embed::extract(*model, *dataset, options, workspace.embeddingsFolder(), stop, progress);
    if (!set) return set;
    if (auto recorded = recordEmbeddings(workspace, *set, model->info().name); !recorded) return failFrom(recorded);
    return set;
}

}  // namespace oodscope::experiment
