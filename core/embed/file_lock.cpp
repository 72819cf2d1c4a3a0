// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/files.h"

namespace oodscope::embed {
namespace {

tl::unexpected<Error> lockError(const fs::path& file, int reason) {
    return fail(ErrorCode::Io, file.string() + ": cannot be locked: " + systemMessage(reason));
}

/// Whether `path` still names the open file: a cleaner may have moved it away between open and flock.
bool stillNamed(int descriptor, const fs::path& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::tryLock(const fs::path& file) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0) return lockError(file, errno);
        FileLock lock(descriptor);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR) continue;
            if (errno == EWOULDBLOCK) return std::optional<FileLock>();
            return lockError(file, errno);
        }
        if (stillNamed(descriptor, file)) return std::optional<FileLock>(std::move(lock));
    }
    return fail(ErrorCode::Io, file.string() + ": cannot be locked: it is moved away again and again");
}

FileLock::FileLock(FileLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileLock::~FileLock() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

}  // namespace oodscope::embed
