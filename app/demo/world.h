// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace oodscope::demo {

struct WorldOptions {
    std::uint64_t seed = 42;
    int trainPerClass = 160;   // × 15 known classes
    int testPerClass = 80;     // × 15
    int nearPerClass = 36;     // × 10 unknown classes
    int texturesPerKind = 40;  // × 9 kinds
    int smallestSide = 64;     // pixels
    int largestSide = 96;
    int threads = 0;  // 0: as many as the machine has; the pictures do not depend on it
};

/// The folders of a drawn world; each is an ordinary data set with a folder a class.
struct WorldFolders {
    explicit WorldFolders(const std::filesystem::path& dir);
    std::filesystem::path train, test, nearOod, farOod;
};

/// The names of the known classes, in the order of their folders.
std::vector<std::string> worldClassNames();

/// Draws the demo world into DIR/images/{id-train,id-test,near-ood,far-ood-textures}/<class>/<class>_0000.png, with
/// DIR/world.json beside it. The pixels depend on the options alone. A finished world is left as it is, a stopped one
/// is completed, one of other options is replaced; an `images` folder that is not ours is an error.
Status drawWorld(const WorldOptions& options, const std::filesystem::path& dir, std::stop_token stop,
                 const ProgressFn& progress);

}  // namespace oodscope::demo
