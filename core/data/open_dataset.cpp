// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/open_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/data/array_dataset.h"
#include "core/data/cifar.h"
#include "core/data/containers.h"
#include "core/data/folder_walk.h"
#include "core/data/image_list.h"
#include "core/data/imagenet.h"
#include "core/data/source_name.h"

namespace oodscope::data {
namespace {

constexpr std::string_view kNincoClasses = "NINCO_OOD_classes";

Status refusePart(const fs::path& path, const std::string& part) {
    if (part.empty()) return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("{}: has no part '{}'", path.string(), part));
}

/// Keeps the images that labels/PART.txt lists.
Status keepSplit(Dataset& dataset, const fs::path& folder, const std::string& part) {
    const fs::path list = folder / "labels" / (part + ".txt");
    const auto text = readTextFile(list);
    if (!text) return failFrom(text);
    std::unordered_set<std::string> wanted;
    for (const std::string& line : splitLines(*text)) {
        if (const auto name = trimmed(line); !name.empty()) wanted.emplace(name);
    }
    std::erase_if(dataset.samples, [&](const Sample& sample) { return !wanted.contains(sample.path); });
    if (dataset.samples.size() != wanted.size())
        return fail(ErrorCode::NotFound, fmt::format("{}: {} of the {} images it lists are not there", list.string(),
                                                     wanted.size() - dataset.samples.size(), wanted.size()));
    dataset.name += " " + part;
    dataset.source = folder.string() + "#" + part;
    return {};
}

Result<Dataset> openDtd(const fs::path& folder, const std::string& part) {
    auto dataset = openFolder(folder / "images");
    if (!dataset) return dataset;
    dataset->name = "Textures";
    if (part.empty()) return dataset;
    if (auto kept = keepSplit(*dataset, folder, part); !kept) return failFrom(kept);
    return dataset;
}

/// `folder` or the one folder in it that is the data set.
fs::path innerFolder(const fs::path& folder, const FolderNames& names) {
    if (names.hasFolder(kNincoClasses)) return folder / kNincoClasses;
    const auto visible = std::ranges::count_if(names.folders, [](const auto& name) { return !name.starts_with('.'); });
    if (visible == 1 && names.hasFolder("images") && names.images.empty()) return folder / "images";
    return folder;
}

Result<Dataset> openPlainFolder(const fs::path& folder, const FolderNames& names) {
    auto dataset = openFolder(innerFolder(folder, names));
    if (!dataset) return dataset;
    if (dataset->name == kNincoClasses) dataset->name = "NINCO";
    if (dataset->name == "images") dataset->name = dataset->root.parent_path().filename().string();
    if (dataset->hasLabels() || !isImageNetValName(dataset->samples.front().path)) return dataset;
    if (auto labelled = labelImageNetVal(*dataset); !labelled) return failFrom(labelled);
    return dataset;
}

Result<Dataset> openAnyFolder(const fs::path& folder, const std::string& part) {
    const auto names = listNames(folder);
    if (!names) return failFrom(names);
    if (const CifarLayout* cifar = cifarLayoutOf(*names)) return openCifarFolder(folder, *cifar, part);
    if (isDtd(*names)) return openDtd(folder, part);
    if (auto whole = refusePart(folder, part); !whole) return failFrom(whole);
    return openPlainFolder(folder, *names);
}

}  // namespace

bool isDtd(const FolderNames& names) {
    return names.hasFolder("images") && names.hasFolder("imdb") && names.hasFolder("labels");
}

Result<Dataset> openDataset(const fs::path& source) {
    const SourceName name = parseSource(source);
    const fs::path path = tidied(name.path);
    std::error_code ec;
    const fs::file_status status = fs::status(path, ec);
    if (fs::is_directory(status)) return openAnyFolder(path, name.part);
    if (!fs::is_regular_file(status)) return openFolder(path);  // says what is wrong
    if (isContainer(path)) return openArrayDataset(path, name.part);
    if (endsWithIgnoringCase(path.string(), ".txt")) return openImageList(path, name.part);
    return fail(ErrorCode::InvalidArgument,
                path.string() + ": not a folder, a list of images (.txt) or an array of images (.npy, .pt)");
}

std::string sourceHelp() {
    return "Images: a folder, flat or with one sub-folder per class; DIR#train or DIR#test of CIFAR (binary or python); ImageNet's flat "
           "val folder with LOC_val_solution.csv; LIST.txt#ROOT, a list of \"path label\" lines; a .npy or .pt array of images "
           "(N,H,W,3 or N,3,H,W)";
}

bool mayBeDataset(const fs::path& source) {
    const fs::path path = parseSource(source).path;
    std::error_code ec;
    return fs::is_directory(path, ec) || isContainer(path) ||
           (fs::is_regular_file(path, ec) && endsWithIgnoringCase(path.string(), ".txt"));
}

}  // namespace oodscope::data
