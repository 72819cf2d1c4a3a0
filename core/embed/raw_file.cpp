// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/raw_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "core/base/files.h"

namespace oodscope::embed {

RawFile::RawFile(fs::path path, int descriptor) : m_path(std::move(path)), m_descriptor(descriptor) {}

RawFile::RawFile(RawFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_descriptor(std::exchange(other.m_descriptor, -1)) {}

RawFile& RawFile::operator=(RawFile&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

RawFile::~RawFile() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

tl::unexpected<Error> RawFile::error(const char* what, int reason) const {
    std::string message = m_path.string() + ": " + what + ": " + systemMessage(reason);
    if (reason == ENOSPC || reason == EDQUOT) message += "; free some space and start again, work already done is kept";
    return fail(ErrorCode::Io, std::move(message));
}

Result<RawFile> RawFile::open(const fs::path& path, bool create) {
    // No link is followed: the names in our folder are ours, and a link under one of them is not.
    const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_TRUNC : 0);
    const int descriptor = ::open(path.c_str(), flags, 0644);
    RawFile file(path, descriptor);
    if (descriptor < 0) return file.error("cannot be opened", errno);
    return file;
}

Status RawFile::reserve(std::uint64_t bytes) {
    int reason = EINTR;
    while (reason == EINTR)
        reason = ::posix_fallocate(m_descriptor, 0, static_cast<off_t>(bytes));
    if (reason == 0) return {};
    auto failed = error("no room for it", reason);
    failed.value().message += " (" + std::to_string(bytes) + " bytes are needed)";
    return failed;
}

Status RawFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return error("writing failed", errno);
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status RawFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
        const ssize_t got = ::pread(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error("reading failed", errno);
        if (got == 0) return fail(ErrorCode::BadFile, m_path.string() + ": shorter than it should be");
        offset += static_cast<std::uint64_t>(got);
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Status RawFile::truncate(std::uint64_t bytes) {
    if (::ftruncate(m_descriptor, static_cast<off_t>(bytes)) != 0) return error("cannot be cut", errno);
    return {};
}

Status RawFile::sync() {
    if (::fdatasync(m_descriptor) != 0) return error("sync failed", errno);
    return {};
}

}  // namespace oodscope::embed
