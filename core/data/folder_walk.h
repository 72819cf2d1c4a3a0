// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace oodscope::data {

struct FoundFile {
    std::string path;  // relative to the walk's root, '/'-separated
    std::uint64_t bytes = 0;
    std::int64_t modifiedNs = 0;
};

/// What one folder holds: folders (links to folders too) and everything else, both sorted by bytes of their names.
struct FolderListing {
    std::vector<std::string> folders;
    std::vector<FoundFile> images;  // an image's extension; links that lead nowhere count, with size 0
    std::size_t otherFiles = 0;
};

/// `relative` is a folder below `root` ("" for the root itself); paths in the listing start with it.
Result<FolderListing> listFolder(const std::filesystem::path& root, const std::string& relative);

struct FolderTree {
    std::vector<FoundFile> images;
    std::size_t otherFiles = 0;
};

/// All images below root/relative in the order of Python's sorted(os.walk(…, followlinks=True)): folders by path, files
/// by name within. A link to a folder that is already open above is not followed, so that loops end.
Result<FolderTree> walkFolder(const std::filesystem::path& root, const std::string& relative);

/// ".jpg .jpeg .png …": the extensions that make a file an image, in any case.
std::string imageExtensionList();

}  // namespace oodscope::data
