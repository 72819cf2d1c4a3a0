// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

/// Writes a zip archive of stored entries whose data begin at multiples of 64 bytes, as torch wants to map them.
class ZipWriter {
public:
    static constexpr std::uint64_t kAlignment = 64;

    /// `path` is overwritten. Errors of the system name it.
    static Result<ZipWriter> create(const std::filesystem::path& path);

    Status add(const std::string& name, std::span<const std::byte> data);
    /// The directory; the file is whole and closed then.
    Status finish();

private:
    struct Entry {
        std::string name;
        std::uint32_t checksum = 0;
        std::uint64_t bytes = 0;
        std::uint64_t header = 0;
    };

    explicit ZipWriter(std::filesystem::path path) : m_path(std::move(path)), m_file(nullptr, &std::fclose) {}
    Status put(std::span<const std::byte> data);
    Status put(const std::string& data);
    tl::unexpected<Error> failed() const;

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> m_file;
    std::uint64_t m_position = 0;
    std::vector<Entry> m_entries;
};

}  // namespace oodscope::io
