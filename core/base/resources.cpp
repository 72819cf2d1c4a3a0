// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/resources.h"

#include <cstdlib>
#include <system_error>

namespace oodscope {

Result<fs::path> shippedResource(const fs::path& relative) {
    std::vector<fs::path> places;
    std::error_code ec;
    if (const char* set = std::getenv("OODSCOPE_RESOURCES"); set != nullptr && *set != 0) {
        places.push_back(fs::path(set) / relative);
    } else {
        const fs::path program = fs::read_symlink("/proc/self/exe", ec);
        if (!ec) places.push_back(program.parent_path().parent_path() / "share/oodscope" / relative);
        places.push_back(fs::path(OODSCOPE_SOURCE_RESOURCES) / relative);
    }
    std::string looked;
    for (const fs::path& place : places) {
        if (fs::exists(place, ec)) return place;
        looked += (looked.empty() ? "" : ", ") + place.string();
    }
    return fail(ErrorCode::NotFound, relative.string() + ": not there (looked for " + looked +
                                         "); set OODSCOPE_RESOURCES to the folder that holds it");
}

}  // namespace oodscope
