// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/error.h"

namespace oodscope::embed {

/// A file that is read and written at places, by several threads at once. Every error names it.
class RawFile {
public:
    /// Opens it for reading and writing; `create` makes it empty.
    static Result<RawFile> open(const std::filesystem::path& path, bool create);

    RawFile(RawFile&& other) noexcept;
    RawFile& operator=(RawFile&& other) noexcept;
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;
    ~RawFile();

    /// Makes room on the disk now, so that a full one is found out before the work and not in the middle.
    Status reserve(std::uint64_t bytes);
    Status write(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Exactly bytes.size() bytes.
    Status read(std::uint64_t offset, std::span<std::byte> bytes) const;
    Status truncate(std::uint64_t bytes);
    Status sync();

private:
    RawFile(std::filesystem::path path, int descriptor);
    tl::unexpected<Error> error(const char* what, int reason) const;

    std::filesystem::path m_path;
    int m_descriptor = -1;
};

}  // namespace oodscope::embed
