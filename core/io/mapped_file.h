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

/// Lets go of the memory behind `bytes` where they are part of a file that mapFile mapped and `owner` keeps; whoever
/// reads them again gets them from the file. Other memory is left as it is. For who has taken a copy of a large tensor:
/// the two need not both stay.
void releasePages(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner);

}  // namespace oodscope::io
