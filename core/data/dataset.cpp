// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/data/image_location.h"
#include "core/data/source_name.h"

namespace oodscope::data {
namespace {

void addSamples(Dataset& dataset, std::vector<FoundFile> images, std::int32_t label) {
    for (FoundFile& image : images)
        dataset.samples.push_back(Sample{std::move(image.path), label, image.bytes, image.modifiedNs});
}

/// Adds one class per folder below the root.
Status addClasses(Dataset& dataset, const std::vector<std::string>& folders) {
    std::vector<Result<FolderTree>> trees(folders.size());
    forEachAtOnce(folders.size(), [&](std::size_t i) { trees[i] = walkFolder(dataset.root, folders[i]); });
    for (std::size_t i = 0; i < folders.size(); ++i) {
        if (!trees[i]) return failFrom(trees[i]);
        FolderTree& tree = *trees[i];
        addKinds(dataset.skippedKinds, tree.otherFiles);
        // A tool's own hidden folder must not shift the labels; a visible class may be empty and keeps its number.
        if (tree.images.empty() && folders[i].starts_with('.')) continue;
        const auto label = static_cast<std::int32_t>(dataset.classNames.size());
        dataset.classNames.push_back(folders[i]);
        addSamples(dataset, std::move(tree.images), label);
    }
    return {};
}

Result<fs::path> folderPath(const fs::path& root) {
    std::error_code ec;
    const fs::path path = tidied(root);
    const fs::file_status status = fs::status(path, ec);
    if (status.type() == fs::file_type::not_found) return fail(ErrorCode::NotFound, path.string() + ": no such folder");
    if (ec) return fail(ErrorCode::Io, path.string() + ": the folder cannot be read: " + ec.message());
    if (!fs::is_directory(status)) return fail(ErrorCode::InvalidArgument, path.string() + ": not a folder");
    return path;
}

}  // namespace

std::string Dataset::listHash() const {
    Hasher hasher;
    hasher.add(static_cast<std::uint64_t>(samples.size()));
    for (const Sample& sample : samples)
        hasher.add(sample.path).add(sample.bytes).add(static_cast<std::uint64_t>(sample.modifiedNs));
    return hasher.hex();
}

fs::path Dataset::location(std::size_t index) const {
    return root / samples[index].path;
}

Result<image::Image> Dataset::read(std::size_t index) const {
    return readImage(location(index));
}

Result<Dataset> openFolder(const fs::path& root) {
    const auto path = folderPath(root);
    if (!path) return failFrom(path);
    Dataset dataset;
    dataset.root = *path;
    dataset.source = path->string();
    dataset.name = path->has_filename() ? path->filename().string() : path->string();
    auto top = listFolder(*path, "");
    if (!top) return failFrom(top);
    dataset.skippedKinds = top->otherFiles;
    if (auto added = addClasses(dataset, top->folders); !added) return failFrom(added);
    dataset.skippedFiles = fileCount(dataset.skippedKinds);
    if (!dataset.samples.empty()) {
        dataset.skippedFiles += top->images.size();
        return dataset;
    }
    dataset.classNames.clear();
    addSamples(dataset, std::move(top->images), -1);
    if (dataset.samples.empty())
        return fail(ErrorCode::NotFound,
                    fmt::format("{}: no images ({}) in it or its folders", path->string(), imageExtensionList()));
    return dataset;
}

}  // namespace oodscope::data
