// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace oodscope {
namespace {

tl::unexpected<Error> ioError(const fs::path& path, std::string_view what, int errorNumber) {
    return fail(ErrorCode::Io, path.string() + ": " + std::string(what) + ": " + systemMessage(errorNumber));
}

template <class Container>
Result<Container> readWhole(const fs::path& path, std::uintmax_t limit) {
    std::error_code ec;
    const fs::file_status status = fs::status(path, ec);
    if (!fs::exists(status)) return fail(ErrorCode::NotFound, path.string() + ": no such file");
    if (!fs::is_regular_file(status)) return fail(ErrorCode::BadFile, path.string() + ": not a regular file");
    const std::uintmax_t size = fs::file_size(path, ec);
    if (ec) return ioError(path, "its size cannot be read", ec.value());
    if (size > limit)
        return fail(ErrorCode::BadFile, path.string() + ": " + std::to_string(size) + " bytes, more than the " +
                                            std::to_string(limit) + " expected at most");
    std::ifstream in(path, std::ios::binary);
    if (!in) return ioError(path, "cannot be opened", errno);
    Container contents;
    contents.resize(size);
    in.read(reinterpret_cast<char*>(contents.data()), static_cast<std::streamsize>(size));
    if (static_cast<std::uintmax_t>(in.gcount()) != size) return ioError(path, "reading failed", errno);
    return contents;
}

fs::path xdgFolder(const char* variable, const char* fallback) {
    const char* set = std::getenv(variable);
    if (set != nullptr && *set != 0) return fs::path(set) / "oodscope";
    const char* home = std::getenv("HOME");
    return fs::path(home != nullptr ? home : "/tmp") / fallback / "oodscope";
}

Status writeAll(const fs::path& path, std::string_view contents) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) return ioError(path, "cannot be written", errno);
    while (!contents.empty()) {
        const ssize_t written = ::write(fd, contents.data(), contents.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int reason = errno;
            ::close(fd);
            return ioError(path, "writing failed", reason);
        }
        contents.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::close(fd) != 0) return ioError(path, "writing failed", errno);
    return {};
}

}  // namespace

std::string systemMessage(int errorNumber) { return std::generic_category().message(errorNumber); }

Result<std::string> readTextFile(const fs::path& path, std::uintmax_t limit) {
    return readWhole<std::string>(path, limit);
}

Result<std::vector<std::uint8_t>> readBinaryFile(const fs::path& path, std::uintmax_t limit) {
    return readWhole<std::vector<std::uint8_t>>(path, limit);
}

Status syncPath(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ioError(path, "cannot be opened to sync", errno);
    const int rc = ::fsync(fd);
    const int reason = errno;
    ::close(fd);
    // Some file systems refuse to sync a folder; the data itself was synced before.
    if (rc != 0 && reason != EINVAL) return ioError(path, "sync failed", reason);
    return {};
}

Status makeFolders(const fs::path& path) {
    std::error_code ec;
    fs::create_directories(path, ec);
    if (ec) return ioError(path, "the folder cannot be made", ec.value());
    return {};
}

Status writeAtomically(const fs::path& path, const std::function<Status(const fs::path&)>& write) {
    static std::atomic<unsigned> counter{0};
    if (path.has_parent_path()) {
        if (auto made = makeFolders(path.parent_path()); !made) return made;
    }
    fs::path temporary = path;
    temporary += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    Status status = write(temporary);
    if (status) status = syncPath(temporary);
    std::error_code ec;
    if (status) {
        fs::rename(temporary, path, ec);
        if (ec) status = ioError(path, "cannot be put in place", ec.value());
    }
    if (!status) {
        fs::remove(temporary, ec);
        return status;
    }
    return syncPath(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Status writeFileAtomically(const fs::path& path, std::string_view contents) {
    return writeAtomically(path, [&](const fs::path& temporary) { return writeAll(temporary, contents); });
}

fs::path userCacheFolder() { return xdgFolder("XDG_CACHE_HOME", ".cache"); }
fs::path userDataFolder() { return xdgFolder("XDG_DATA_HOME", ".local/share"); }

}  // namespace oodscope
