// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/folder_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"

namespace oodscope::data {
namespace {

constexpr std::array<std::string_view, 9> kExtensions{".jpg", ".jpeg", ".png",  ".ppm", ".bmp",
                                                      ".pgm", ".tif",  ".tiff", ".webp"};

constexpr std::size_t kLongestExtension = 5;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Identity of a folder, whatever path led to it.
using FolderId = std::pair<dev_t, ino_t>;

/// A folder that waits to be listed, with the folders that are open above it.
struct Pending {
    std::string relative;
    std::vector<FolderId> above;
};

std::string kindOf(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? std::string() : toLowerAscii(name.substr(dot));
}

std::string joined(const std::string& relative, std::string_view name) {
    return relative.empty() ? std::string(name) : relative + "/" + std::string(name);
}

tl::unexpected<Error> folderError(const fs::path& path, int errorNumber) {
    const ErrorCode code = errorNumber == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return fail(code, path.string() + ": the folder cannot be read: " + systemMessage(errorNumber));
}

bool isFolder(int parent, const dirent& entry) {
    if (entry.d_type == DT_DIR) return true;
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return false;
    struct stat status {};
    return ::fstatat(parent, entry.d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

/// Fills in size and time of `name`, relative to the open folder `parent`.
void describeFile(int parent, const char* name, FoundFile& file) {
    struct stat status {};
    if (::fstatat(parent, name, &status, 0) != 0) return;
    file.bytes = static_cast<std::uint64_t>(status.st_size);
    file.modifiedNs = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

/// Calls `take(name, isFolder)` for each entry of a folder.
template <class Take>
Status readEntries(DIR* folder, const fs::path& path, const Take& take) {
    errno = 0;
    while (const dirent* entry = ::readdir(folder)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") take(name, isFolder(::dirfd(folder), *entry));
        errno = 0;
    }
    if (errno != 0) return folderError(path, errno);
    return {};
}

Result<FolderId> folderId(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return folderError(path, errno);
    return FolderId{status.st_dev, status.st_ino};
}

}  // namespace

std::string imageExtensionList() {
    return fmt::format("{}", fmt::join(kExtensions, " "));
}

Result<FolderListing> listFolder(const fs::path& root, const std::string& relative) {
    const fs::path path = relative.empty() ? root : root / relative;
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
    if (!folder) return folderError(path, errno);
    const int descriptor = ::dirfd(folder.get());
    FolderListing listing;
    std::vector<std::string> names;
    const Status read = readEntries(folder.get(), path, [&](std::string_view name, bool isFolder) {
        if (isFolder) {
            listing.folders.emplace_back(name);
        } else if (isImageName(name)) {
            names.emplace_back(name);
        } else {
            ++listing.otherFiles[kindOf(name)];
        }
    });
    if (!read) return failFrom(read);
    std::ranges::sort(listing.folders);
    std::ranges::sort(names);
    listing.images.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        listing.images[i].path = joined(relative, names[i]);
        describeFile(descriptor, names[i].c_str(), listing.images[i]);
    }
    return listing;
}

bool FolderNames::hasFolder(std::string_view name) const {
    return std::ranges::binary_search(folders, name, std::less<>());
}

bool FolderNames::hasFile(std::string_view name) const {
    return std::ranges::binary_search(otherFiles, name, std::less<>());
}

Result<FolderNames> listNames(const fs::path& path) {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
    if (!folder) return folderError(path, errno);
    FolderNames names;
    const Status read = readEntries(folder.get(), path, [&](std::string_view name, bool isFolder) {
        (isFolder ? names.folders : isImageName(name) ? names.images : names.otherFiles).emplace_back(name);
    });
    if (!read) return failFrom(read);
    for (auto* list : {&names.folders, &names.images, &names.otherFiles})
        std::ranges::sort(*list);
    return names;
}

void describeFiles(const fs::path& root, std::vector<FoundFile>& files) {
    constexpr std::size_t kBlock = 1024;
    const std::size_t blocks = (files.size() + kBlock - 1) / kBlock;
    forEachAtOnce(blocks, [&](std::size_t block) {
        const std::size_t end = std::min(files.size(), (block + 1) * kBlock);
        for (std::size_t i = block * kBlock; i < end; ++i)
            describeFile(AT_FDCWD, (root / files[i].path).c_str(), files[i]);
    });
}

void addKinds(FileKinds& kinds, const FileKinds& more) {
    for (const auto& [kind, count] : more)
        kinds[kind] += count;
}

std::size_t fileCount(const FileKinds& kinds) {
    std::size_t count = 0;
    for (const auto& kind : kinds)
        count += kind.second;
    return count;
}

bool isImageName(std::string_view name) {
    const std::string end = toLowerAscii(name.substr(name.size() - std::min(name.size(), kLongestExtension)));
    return std::ranges::any_of(kExtensions, [&](std::string_view e) { return end.ends_with(e); });
}

void forEachAtOnce(std::size_t count, const std::function<void(std::size_t)>& work) {
    constexpr std::size_t kMostThreads = 8;
    std::atomic<std::size_t> next{0};
    const auto takeTurns = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            work(i);
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(kMostThreads, count); ++i)
        threads.emplace_back(takeTurns);
    takeTurns();
}

Result<FolderTree> walkFolder(const fs::path& root, const std::string& relative) {
    std::vector<std::pair<std::string, std::vector<FoundFile>>> found;
    std::vector<Pending> pending{{relative, {}}};
    FolderTree tree;
    while (!pending.empty()) {
        Pending next = std::move(pending.back());
        pending.pop_back();
        const auto id = folderId(root / next.relative);
        if (!id) return failFrom(id);
        if (std::ranges::find(next.above, *id) != next.above.end()) continue;
        auto listing = listFolder(root, next.relative);
        if (!listing) return failFrom(listing);
        next.above.push_back(*id);
        for (const std::string& name : listing->folders)
            pending.push_back({joined(next.relative, name), next.above});
        addKinds(tree.otherFiles, listing->otherFiles);
        if (!listing->images.empty()) found.emplace_back(std::move(next.relative), std::move(listing->images));
    }
    std::ranges::sort(found, {}, [](const auto& folder) -> const std::string& { return folder.first; });
    for (auto& folder : found)
        std::ranges::move(folder.second, std::back_inserter(tree.images));
    return tree;
}

}  // namespace oodscope::data
