// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "core/base/error.h"

namespace oodscope::io {

/// A file mapped read-only; copies share the mapping, the last one unmaps it.
struct MappedFile {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;  // empty for an empty file
};

/// NotFound, BadFile (not a regular file) or Io, each naming the path.
Result<MappedFile> mapFile(const std::filesystem::path& path);

}  // namespace oodscope::io
