// SPDX-License-Identifier: GPL-3.0-or-later
// bench_image FILE [SIZE] [REPEATS]: best and median times of one image's way to a model's input, in one thread.
// bench_image_pillow.py does the same with Pillow.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "core/base/files.h"
#include "core/image/decode.h"
#include "core/image/preprocess.h"

using namespace oodscope;
using namespace oodscope::image;

namespace {

template <class Work>
void measure(const char* what, int repeats, Work work) {
    std::vector<double> milliseconds;
    for (int i = 0; i < repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        if (!work()) std::exit(1);
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(milliseconds);
    fmt::print("{:<12} best {:7.3f} ms  median {:7.3f} ms\n", what, milliseconds.front(),
               milliseconds[milliseconds.size() / 2]);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_image FILE [SIZE] [REPEATS]\n");
        return 2;
    }
    Preprocess options;
    options.size = options.resizeTo = argc > 2 ? std::atoi(argv[2]) : 224;
    const int repeats = std::max(argc > 3 ? std::atoi(argv[3]) : 50, 1);
    const auto bytes = readBinaryFile(argv[1]);
    const auto image = decodeFile(argv[1]);
    if (!bytes || !image) {
        fmt::print(stderr, "{}\n", image ? bytes.error().message : image.error().message);
        return 1;
    }
    std::vector<std::uint8_t> out(static_cast<std::size_t>(options.size) * options.size * 3);
    fmt::print("{} × {} to {}\n", image->width, image->height, options.size);
    measure("decode", repeats, [&] { return decodeBytes(*bytes, argv[1]).has_value(); });
    measure("preprocess", repeats, [&] { return preprocess(*image, options, out).has_value(); });
    measure("both", repeats, [&] {
        const auto decoded = decodeFile(argv[1]);
        return decoded && preprocess(*decoded, options, out);
    });
    measure("thumbnail", repeats, [&] { return decodeThumbnail(argv[1], 160).has_value(); });
    return 0;
}
