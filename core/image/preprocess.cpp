// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/image/resize.h"

namespace oodscope::image {
namespace {

struct Size {
    int width = 0;
    int height = 0;
};

/// Where an axis of `length` pixels lies under a centred crop of `crop`: the crop shows [source, source + shown) of it
/// at `target`; the rest of the crop is padding.
struct Span {
    int source = 0;
    int target = 0;
    int shown = 0;
};

Result<Size> resizedSize(const Image& image, const Preprocess& options) {
    if (options.mode == ResizeMode::Squash) return Size{options.resizeTo, options.resizeTo};
    const bool portrait = image.width <= image.height;
    const int shortSide = portrait ? image.width : image.height;
    const int longSide = portrait ? image.height : image.width;
    const double scaled = static_cast<double>(std::int64_t{options.resizeTo} * longSide) / shortSide;
    if (scaled >= 0x1p31)
        return fail(ErrorCode::Unsupported,
                    fmt::format("an image of {} × {} pixels is too narrow to resize", image.width, image.height));
    const int other = static_cast<int>(scaled);
    return portrait ? Size{options.resizeTo, other} : Size{other, options.resizeTo};
}

Span centred(int length, int crop) {
    if (length < crop) return Span{0, (crop - length) / 2, length};
    const int extra = length - crop;
    int offset = extra / 2;
    if (extra % 2 == 1 && offset % 2 == 1) ++offset;  // half to even, as Python rounds
    return Span{offset, 0, crop};
}

Status check(const Image& image, const Preprocess& options, std::size_t outBytes) {
    if (image.width < 1 || image.height < 1 ||
        image.rgb.size() != static_cast<std::size_t>(image.width) * image.height * 3)
        return fail(ErrorCode::InvalidArgument, "preprocessing needs an image that holds pixels");
    constexpr int kLargest = 1 << 14;
    if (options.size < 1 || options.resizeTo < 1 || options.size > kLargest || options.resizeTo > kLargest)
        return fail(ErrorCode::InvalidArgument, fmt::format("preprocessing to {} pixels after a resize to {}: not "
                                                            "within 1 to {}",
                                                            options.size, options.resizeTo, kLargest));
    const std::size_t needed = static_cast<std::size_t>(options.size) * options.size * 3;
    if (outBytes != needed)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("preprocessing writes {} bytes, but the output holds {}", needed, outBytes));
    return {};
}

}  // namespace

std::string Preprocess::describe() const {
    return fmt::format("size={} resize={} mode={} interpolation={} mean={},{},{} std={},{},{}", size, resizeTo,
                       mode == ResizeMode::Squash ? "squash" : "shortest",
                       interpolation == Interpolation::Bicubic ? "bicubic" : "bilinear", mean[0], mean[1], mean[2],
                       std[0], std[1], std[2]);
}

Status preprocess(const Image& image, const Preprocess& options, std::span<std::uint8_t> out) {
    if (auto valid = check(image, options, out.size()); !valid) return valid;
    const auto size = resizedSize(image, options);
    if (!size) return failFrom(size);
    const Span x = centred(size->width, options.size);
    const Span y = centred(size->height, options.size);
    if (x.shown < options.size || y.shown < options.size) std::memset(out.data(), 0, out.size());
    const std::size_t stride = static_cast<std::size_t>(options.size) * 3;
    std::uint8_t* first = out.data() + static_cast<std::size_t>(y.target) * stride + std::size_t{3} * x.target;
    resizeRegion(image, size->width, size->height, options.interpolation, Region{x.source, y.source, x.shown, y.shown},
                 first, stride);
    return {};
}

}  // namespace oodscope::image
