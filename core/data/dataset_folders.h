// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace oodscope::data {

/// Where a user keeps data sets; told once, remembered.
struct DatasetFolders {
    std::vector<std::filesystem::path> folders;  // known sets are looked for below
    std::map<std::string, std::string> sets;     // key of a known set → its source, where looking is not enough

    bool operator==(const DatasetFolders&) const = default;
    /// Adds what is not there yet, made absolute. Errors: no such folder; no such set or source.
    Status addFolder(const std::filesystem::path& folder);
    Status setSource(const std::string& key, const std::filesystem::path& source);
    /// Forgets a folder, or a set's own source. False: neither was known.
    bool forget(const std::string& folderOrKey);
};

/// The user's own file.
std::filesystem::path datasetFoldersFile();
/// Empty where there is no file. Error: it is malformed; it names the file.
Result<DatasetFolders> loadDatasetFolders(const std::filesystem::path& file = datasetFoldersFile());
Status saveDatasetFolders(const DatasetFolders& folders, const std::filesystem::path& file = datasetFoldersFile());

}  // namespace oodscope::data
