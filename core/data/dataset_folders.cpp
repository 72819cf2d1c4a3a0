// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_folders.h"

#include <algorithm>
#include <system_error>

#include "core/base/files.h"
#include "core/data/catalogue.h"
#include "core/data/open_dataset.h"
#include "core/data/source_name.h"
#include "core/io/json.h"

namespace oodscope::data {
namespace {

using io::Json;
constexpr int kFormat = 1;

std::string knownKeys() {
    std::string keys;
    for (const KnownSet& known : knownSets())
        keys += (keys.empty() ? "" : ", ") + std::string(known.key);
    return keys;
}

}  // namespace

Status DatasetFolders::addFolder(const fs::path& folder) {
    const fs::path whole = tidied(folder);
    std::error_code ec;
    if (!fs::is_directory(whole, ec)) return fail(ErrorCode::NotFound, whole.string() + ": no such folder");
    if (std::ranges::find(folders, whole) == folders.end()) folders.push_back(whole);
    return {};
}

Status DatasetFolders::setSource(const std::string& key, const fs::path& source) {
    if (findKnownSet(key) == nullptr)
        return fail(ErrorCode::InvalidArgument, "'" + key + "' is no known data set; known are " + knownKeys());
    if (!mayBeDataset(source))
        return fail(ErrorCode::NotFound, source.string() + ": no folder, list or array of images (for " + key + ")");
    sets[key] = tidied(source).string();
    return {};
}

bool DatasetFolders::forget(const std::string& folderOrKey) {
    const auto folder = std::ranges::find(folders, tidied(folderOrKey));
    if (folder == folders.end()) return sets.erase(folderOrKey) > 0;
    folders.erase(folder);
    return true;
}

fs::path datasetFoldersFile() {
    return userDataFolder() / "datasets.json";
}

Result<DatasetFolders> loadDatasetFolders(const fs::path& file) {
    std::error_code ec;
    if (!fs::exists(file, ec)) return DatasetFolders{};
    const auto json = io::readJson(file);
    if (!json) return failFrom(json);
    try {
        if (json->at("format").get<int>() > kFormat)
            return fail(ErrorCode::Unsupported, file.string() + ": was written by a newer OODscope");
        DatasetFolders loaded;
        for (const Json& folder : json->at("folders"))
            loaded.folders.emplace_back(folder.get<std::string>());
        json->at("sets").get_to(loaded.sets);
        return loaded;
    } catch (const Json::exception& error) {
        return fail(ErrorCode::BadFile, file.string() + ": " + error.what());
    }
}

Status saveDatasetFolders(const DatasetFolders& folders, const fs::path& file) {
    Json list = Json::array();
    for (const fs::path& folder : folders.folders)
        list.push_back(folder.string());
    return io::writeJson(file, {{"format", kFormat}, {"folders", std::move(list)}, {"sets", folders.sets}});
}

}  // namespace oodscope::data
