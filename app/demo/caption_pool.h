// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "app/demo/captions.h"
#include "core/base/error.h"
#include "core/base/progress.h"

namespace oodscope::demo {

/// Pictures with captions, in memory. Never of an unknown class; some of no object at all.
struct CaptionPool {
    int side = 0;
    std::vector<std::uint8_t> pixels;  // count × side × side × 3
    std::vector<std::string> captions;
    std::vector<int> classes;  // in captionedClasses(), for watching only; -1: no object
};

struct PoolOptions {
    std::uint64_t seed = 42;
    int pictures = 40000;
    int side = 64;
    SceneStyle style = captionedStyle();
    double empty = 0.15;  // share of pictures of a background alone
    int threads = 0;      // 0: as many as the machine has; the pool does not depend on it
};

Result<CaptionPool> drawCaptionPool(const PoolOptions& options, std::stop_token stop, const ProgressFn& progress);

}  // namespace oodscope::demo
