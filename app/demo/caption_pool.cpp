// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/caption_pool.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <opencv2/core.hpp>
#include <thread>

namespace oodscope::demo {
namespace {

void drawOne(CaptionPool& pool, std::size_t i, const PoolOptions& options) {
    Random random(seedOf(options.seed, {201, i}));
    const std::size_t known = i % captionedClasses().size();
    const bool empty = random.chance(options.empty);
    const Scene scene = empty ? drawEmptyScene(pool.side, pool.side, options.style, random)
                              : drawScene(captionedClasses()[known], pool.side, pool.side, options.style, random);
    std::memcpy(pool.pixels.data() + i * scene.image.rgb.size(), scene.image.rgb.data(), scene.image.rgb.size());
    pool.captions[i] = captionOf(scene.sights, CaptionHabits{}, random);
    pool.classes[i] = empty ? -1 : static_cast<int>(known);
}

}  // namespace

Result<CaptionPool> drawCaptionPool(const PoolOptions& options, std::stop_token stop, const ProgressFn& progress) {
    CaptionPool pool;
    pool.side = options.side;
    const auto count = static_cast<std::size_t>(options.pictures);
    pool.pixels.resize(count * static_cast<std::size_t>(options.side) * static_cast<std::size_t>(options.side) * 3);
    pool.captions.resize(count);
    pool.classes.resize(count);
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    const auto work = [&](bool reports) {
        try {
            for (std::size_t i = next++; i < count && !failed && !stop.stop_requested(); i = next++) {
                drawOne(pool, i, options);
                if (reports && progress && i % 64 < 4)
                    progress({"drawing captioned pictures", "pictures", i, count, 0, -1, {}});
            }
        } catch (const cv::Exception&) {
            failed = true;
        }
    };
    {
        const unsigned wanted =
            options.threads > 0 ? static_cast<unsigned>(options.threads) : std::thread::hardware_concurrency();
        std::vector<std::jthread> workers;
        for (unsigned t = 0; t < std::clamp(wanted, 1u, 64u); ++t)
            workers.emplace_back(work, /*reports=*/t == 0);
    }
    if (failed) return fail(ErrorCode::Internal, "demo captions: a picture could not be drawn");
    if (stop.stop_requested()) return cancelled();
    return pool;
}

}  // namespace oodscope::demo
