// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::data {

struct FoundFile {
    std::string path;  // relative to the walk's root, '/'-separated
    std::uint64_t bytes = 0;
    std::int64_t modifiedNs = 0;
};

/// Lower-case extension (".gif"; "" for a name without one) to a number of files.
using FileKinds = std::map<std::string, std::size_t>;

/// What one folder holds: folders (links to folders too) and everything else, both sorted by bytes of their names.
struct FolderListing {
    std::vector<std::string> folders;
    std::vector<FoundFile> images;  // an image's extension; links that lead nowhere count, with size 0
    FileKinds otherFiles;           // those that are no images by extension
};

/// `relative` is a folder below `root` ("" for the root itself); paths in the listing start with it.
Result<FolderListing> listFolder(const std::filesystem::path& root, const std::string& relative);

struct FolderTree {
    std::vector<FoundFile> images;
    FileKinds otherFiles;
};

/// All images below root/relative in the order of Python's sorted(os.walk(…, followlinks=True)): folders by path, files
/// by name within. A link to a folder that is already open above is not followed, so that loops end.
Result<FolderTree> walkFolder(const std::filesystem::path& root, const std::string& relative);

/// Names in a folder, sorted, nothing asked about the files: fast also where there are a million.
struct FolderNames {
    std::vector<std::string> folders;
    std::vector<std::string> images;
    std::vector<std::string> otherFiles;

    bool hasFolder(std::string_view name) const;
    bool hasFile(std::string_view name) const;  // among the other files
};
Result<FolderNames> listNames(const std::filesystem::path& path);

/// Sizes and times of files whose paths (relative to `root`) are set, several at a time; 0 where a file is not there.
void describeFiles(const std::filesystem::path& root, std::vector<FoundFile>& files);

void addKinds(FileKinds& kinds, const FileKinds& more);
std::size_t fileCount(const FileKinds& kinds);
bool isImageName(std::string_view name);
/// Calls work(i) for each i < count on several threads: for work that waits for the disk or the network.
void forEachAtOnce(std::size_t count, const std::function<void(std::size_t)>& work);

/// ".jpg .jpeg .png …": the extensions that make a file an image, in any case.
std::string imageExtensionList();

}  // namespace oodscope::data
