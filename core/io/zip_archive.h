// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/io/mapped_file.h"

namespace oodscope::io {

struct ZipEntry {
    std::string_view name;  // bytes as they are in the archive
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint64_t storedBytes = 0;  // in the archive
    std::uint64_t bytes = 0;        // unpacked
    std::uint64_t header = 0;       // place of its local header
    std::uint64_t data = 0;         // place of its bytes
};

/// The directory of a zip archive (zip64 too) over a mapping: nothing is unpacked or copied. The whole directory is
/// checked first: every entry inside the file, none overlapping another, no name twice.
class ZipArchive {
public:
    static Result<ZipArchive> open(MappedFile file);

    const std::vector<ZipEntry>& entries() const { return m_entries; }
    const ZipEntry* find(std::string_view name) const;  // nullptr: not there
    /// The bytes of an entry in the mapping. Unsupported where they are compressed or encrypted.
    Result<std::span<const std::byte>> contents(const ZipEntry& entry) const;
    const MappedFile& file() const { return m_file; }

private:
    MappedFile m_file;
    std::vector<ZipEntry> m_entries;  // in the order of the directory
    std::unordered_map<std::string_view, std::size_t> m_byName;
};

}  // namespace oodscope::io
