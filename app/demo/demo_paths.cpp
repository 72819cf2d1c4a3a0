// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_paths.h"

#include <cstdlib>
#include <vector>

namespace oodscope::demo {

namespace fs = std::filesystem;

Result<fs::path> shippedModelFolder() {
    std::vector<fs::path> places;
    std::error_code ec;
    if (const char* set = std::getenv("OODSCOPE_RESOURCES"); set != nullptr && *set != 0) {
        places.emplace_back(fs::path(set) / "demo" / "tiny-clip");
    } else {
        const fs::path program = fs::read_symlink("/proc/self/exe", ec);
        if (!ec) places.push_back(program.parent_path().parent_path() / "share" / "oodscope" / "demo" / "tiny-clip");
        places.emplace_back(fs::path(OODSCOPE_SOURCE_RESOURCES) / "demo" / "tiny-clip");
    }
    std::string looked;
    for (const fs::path& place : places) {
        if (fs::exists(place / "open_clip_config.json", ec)) return place;
        looked += (looked.empty() ? "" : ", ") + place.string();
    }
    return fail(ErrorCode::NotFound, "the demo's tiny CLIP is not there (looked in " + looked +
                                         "): set OODSCOPE_RESOURCES to the folder that holds demo/tiny-clip");
}

}  // namespace oodscope::demo
