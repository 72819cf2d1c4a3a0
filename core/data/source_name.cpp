// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/source_name.h"

#include <system_error>

#include "core/base/files.h"

namespace oodscope::data {

SourceName parseSource(const fs::path& source) {
    std::error_code ec;
    if (fs::exists(source, ec)) return {source, {}};
    // From the end: folders may have a '#' in their names, and a part may be a path with one.
    const std::string text = source.string();
    for (std::size_t hash = text.rfind('#'); hash != std::string::npos && hash > 0; hash = text.rfind('#', hash - 1)) {
        const fs::path before = text.substr(0, hash);
        if (fs::exists(before, ec)) return {before, text.substr(hash + 1)};
    }
    return {source, {}};
}

fs::path tidied(const fs::path& path) {
    std::error_code ec;
    const fs::path whole = fs::absolute(path, ec).lexically_normal();
    if (ec) return path;
    return whole.has_filename() || !whole.has_relative_path() ? whole : whole.parent_path();
}

bool sourceExists(const fs::path& source) {
    std::error_code ec;
    return fs::exists(parseSource(source).path, ec);
}

}  // namespace oodscope::data
