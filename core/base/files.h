// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope {

namespace fs = std::filesystem;

/// The whole file. `limit` guards against absurd sizes (an error that names the file and both sizes).
Result<std::string> readTextFile(const fs::path& path, std::uintmax_t limit = std::uintmax_t{1} << 30);
Result<std::vector<std::uint8_t>> readBinaryFile(const fs::path& path, std::uintmax_t limit = std::uintmax_t{1} << 31);

/// Writes a file whole or not at all: to a temporary name beside it, synced, renamed. Creates the parent folder.
Status writeFileAtomically(const fs::path& path, std::string_view contents);
/// The same for a writer that streams: `write` gets the temporary path and must leave it complete and closed.
Status writeAtomically(const fs::path& path, const std::function<Status(const fs::path& temporary)>& write);

/// fsync of a file or a folder by path.
Status syncPath(const fs::path& path);
Status makeFolders(const fs::path& path);

/// $XDG_CACHE_HOME/oodscope or ~/.cache/oodscope.
fs::path userCacheFolder();
/// $XDG_DATA_HOME/oodscope or ~/.local/share/oodscope.
fs::path userDataFolder();

/// "…: No space left on device" in the words of the system for the current errno.
std::string systemMessage(int errorNumber);

}  // namespace oodscope
