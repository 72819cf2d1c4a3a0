// SPDX-License-Identifier: GPL-3.0-or-later
// The resampling of Pillow's libImaging/Resample.c for 8-bit images: an antialiased filter whose weights are rounded to
// 22 bits, in two passes with bytes between them.
#include "core/image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/image/resize_kernels.h"

namespace oodscope::image {
namespace {

constexpr double kBicubicA = -0.5;
constexpr int kLowBits = 12;

double bilinear(double x) {
    x = std::abs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
}

double bicubic(double x) {
    x = std::abs(x);
    if (x < 1.0) return ((kBicubicA + 2.0) * x - (kBicubicA + 3.0)) * x * x + 1;
    if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * kBicubicA;
    return 0.0;
}

std::int32_t toFixed(double weight) {
    const double scaled = weight * (1 << kPrecisionBits);
    return static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/// Fills row `i` of `weights` for output pixel `output` of an axis of `inputs` pixels.
void fillWeights(Weights& weights, int i, int output, int inputs, double scale, Interpolation interpolation) {
    const double filterScale = std::max(scale, 1.0);
    const double support = (interpolation == Interpolation::Bicubic ? 2.0 : 1.0) * filterScale;
    const double centre = (output + 0.5) * scale;
    const double inverse = 1.0 / filterScale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int count = std::min(static_cast<int>(centre + support + 0.5), inputs) - first;
    thread_local std::vector<double> exact;
    exact.resize(static_cast<std::size_t>(count));
    double total = 0.0;
    for (int t = 0; t < count; ++t) {
        const double x = (t + first - centre + 0.5) * inverse;
        exact[t] = interpolation == Interpolation::Bicubic ? bicubic(x) : bilinear(x);
        total += exact[t];
    }
    weights.first[i] = first;
    weights.count[i] = count;
    const std::size_t at = static_cast<std::size_t>(i) * weights.taps;
    for (int t = 0; t < count; ++t) {
        const std::int32_t value = toFixed(total != 0.0 ? exact[t] / total : exact[t]);
        weights.values[at + t] = value;
        weights.high[at + t] = static_cast<std::int16_t>(value >> kLowBits);
        weights.low[at + t] = static_cast<std::int16_t>(value & ((1 << kLowBits) - 1));
    }
}

/// Weights of the outputs [from, from + count) of an axis that goes from `inputs` to `outputs` pixels.
void computeWeights(Weights& weights, int inputs, int outputs, int from, int count, Interpolation interpolation) {
    const double scale = static_cast<double>(inputs) / outputs;
    const double support = (interpolation == Interpolation::Bicubic ? 2.0 : 1.0) * std::max(scale, 1.0);
    const int longest = std::min(static_cast<int>(std::ceil(support)) * 2 + 1, inputs);
    weights.taps = (longest + kTapBlock - 1) / kTapBlock * kTapBlock;
    const std::size_t total = static_cast<std::size_t>(count) * weights.taps;
    weights.first.resize(static_cast<std::size_t>(count));
    weights.count.resize(static_cast<std::size_t>(count));
    weights.values.assign(total, 0);
    weights.high.assign(total, 0);
    weights.low.assign(total, 0);
    for (int i = 0; i < count; ++i)
        fillWeights(weights, i, from + i, inputs, scale, interpolation);
}

/// Rows of RGB pixels in memory. `end` is where reading must stop.
struct Rows {
    const std::uint8_t* first = nullptr;
    std::size_t stride = 0;
    const std::uint8_t* end = nullptr;

    const std::uint8_t* row(int y) const { return first + static_cast<std::size_t>(y) * stride; }
};

Rows rowsOf(const Image& image) {
    return {image.rgb.data(), static_cast<std::size_t>(image.width) * 3, image.rgb.data() + image.rgb.size()};
}

/// Resamples `count` rows from `firstRow` on into out + i * stride.
void resampleAcross(const Weights& weights, const Rows& source, int firstRow, int count, std::uint8_t* out,
                    std::size_t stride) {
    thread_local std::vector<std::uint8_t> padded;
    for (int i = 0; i < count; ++i) {
        const std::uint8_t* row = source.row(firstRow + i);
        const auto left = static_cast<std::size_t>(source.end - row);
        if (left < source.stride + kReadAhead) {
            padded.assign(source.stride + kReadAhead, 0);
            std::memcpy(padded.data(), row, source.stride);
            row = padded.data();
        }
        resampleRow(weights, row, out + static_cast<std::size_t>(i) * stride);
    }
}

/// Resamples every column of `width` pixels, one output row per row of weights, into out + y * stride.
void resampleDown(const Weights& weights, const Rows& source, int left, int width, std::uint8_t* out,
                  std::size_t stride) {
    for (int y = 0; y < weights.outputs(); ++y)
        resampleColumns(weights.values.data() + static_cast<std::size_t>(y) * weights.taps, weights.count[y],
                        source.row(weights.first[y]) + static_cast<std::size_t>(left) * 3, source.stride,
                        out + static_cast<std::size_t>(y) * stride, static_cast<std::size_t>(width) * 3);
}

/// Makes the weights relative to their first input and returns [first, end) of the inputs that any of them needs.
std::pair<int, int> rebase(Weights& weights) {
    const int first = weights.first.front();
    const int end = weights.first.back() + weights.count.back();
    for (int& at : weights.first)
        at -= first;
    return {first, end};
}

/// Bytes between the two passes differ by their order. Pillow goes across first, and since version 13 down first for an
/// image that loses more than twice as many rows as columns.
bool goesDownFirst(const Image& image, int width, int height) {
    return height < image.height && std::int64_t{image.height} - height > 2 * (std::int64_t{image.width} - width);
}

void copyRegion(const Image& image, const Region& region, std::uint8_t* out, std::size_t stride) {
    for (int y = 0; y < region.height; ++y) {
        const std::size_t from = (static_cast<std::size_t>(region.top) + y) * image.width + region.left;
        std::memcpy(out + static_cast<std::size_t>(y) * stride, image.rgb.data() + from * 3,
                    static_cast<std::size_t>(region.width) * 3);
    }
}

std::vector<std::uint8_t>& bufferBetweenPasses(std::size_t bytes) {
    thread_local std::vector<std::uint8_t> between;
    between.resize(bytes + kReadAhead);
    return between;
}

void resampleBoth(const Image& image, bool downFirst, Weights& across, Weights& down, std::uint8_t* out,
                  std::size_t stride) {
    const Rows source = rowsOf(image);
    if (downFirst) {
        const auto [left, right] = rebase(across);
        const std::size_t width = static_cast<std::size_t>(right - left) * 3;
        auto& between = bufferBetweenPasses(width * down.outputs());
        resampleDown(down, source, left, right - left, between.data(), width);
        const Rows rows{between.data(), width, between.data() + between.size()};
        return resampleAcross(across, rows, 0, down.outputs(), out, stride);
    }
    const auto [top, bottom] = rebase(down);
    const std::size_t width = static_cast<std::size_t>(across.outputs()) * 3;
    auto& between = bufferBetweenPasses(width * (bottom - top));
    resampleAcross(across, source, top, bottom - top, between.data(), width);
    const Rows rows{between.data(), width, between.data() + between.size()};
    resampleDown(down, rows, 0, across.outputs(), out, stride);
}

}  // namespace

void resizeRegion(const Image& image, int width, int height, Interpolation interpolation, const Region& region,
                  std::uint8_t* out, std::size_t stride) {
    thread_local Weights across;
    thread_local Weights down;
    const bool changesWidth = width != image.width;
    const bool changesHeight = height != image.height;
    if (changesWidth) computeWeights(across, image.width, width, region.left, region.width, interpolation);
    if (changesHeight) computeWeights(down, image.height, height, region.top, region.height, interpolation);
    if (changesWidth && changesHeight)
        resampleBoth(image, goesDownFirst(image, width, height), across, down, out, stride);
    else if (changesWidth)
        resampleAcross(across, rowsOf(image), region.top, region.height, out, stride);
    else if (changesHeight)
        resampleDown(down, rowsOf(image), region.left, region.width, out, stride);
    else
        copyRegion(image, region, out, stride);
}

Image resize(const Image& image, int width, int height, Interpolation interpolation) {
    Image resized;
    if (image.empty() || width < 1 || height < 1) return resized;
    resized.width = width;
    resized.height = height;
    const std::size_t stride = static_cast<std::size_t>(width) * 3;
    resized.rgb.resize(stride * height);
    resizeRegion(image, width, height, interpolation, Region{0, 0, width, height}, resized.rgb.data(), stride);
    return resized;
}

}  // namespace oodscope::image
