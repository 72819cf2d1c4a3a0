// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/error.h"

namespace oodscope::embed {

/// An exclusive flock on `file` (made where it is missing), given back when the object or the process dies, so that a
/// kill never leaves a stale lock. It holds between the threads of one process as well as between processes.
class FileLock {
public:
    /// Empty: somebody else holds it. The parent folder must exist.
    static Result<std::optional<FileLock>> tryLock(const std::filesystem::path& file);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

}  // namespace oodscope::embed
