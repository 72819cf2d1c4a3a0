// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/pixel_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/data/image_location.h"
#include "core/io/half.h"

namespace oodscope::data {
namespace {

using Element = PixelArray::Element;
constexpr std::int64_t kMostNamedByNumber = 1 << 20;

double valueAt(const std::byte* at, Element element) {
    std::uint16_t half = 0;
    float single = 0;
    double value = 0;
    switch (element) {
        case Element::F16:
            std::memcpy(&half, at, sizeof half);
            return io::floatFromHalf(half);
        case Element::F32:
            std::memcpy(&single, at, sizeof single);
            return single;
        case Element::F64:
            std::memcpy(&value, at, sizeof value);
            return value;
        case Element::U8:
            break;
    }
    return static_cast<double>(*at) / 255.0;
}

}  // namespace

std::size_t elementBytes(Element element) {
    switch (element) {
        case Element::U8:
            return 1;
        case Element::F16:
            return 2;
        case Element::F32:
            return 4;
        case Element::F64:
            return 8;
    }
    return 1;
}

Result<image::Image> PixelArray::read(std::size_t index) const {
    if (index >= count) return fail(ErrorCode::NotFound, fmt::format("{}: no image {}, it has {}", name, index, count));
    const std::byte* const from = data + index * stride;
    const std::size_t area = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    image::Image image{width, height, std::vector<std::uint8_t>(area * 3)};
    if (element == Element::U8 && !planar) {
        std::memcpy(image.rgb.data(), from, image.rgb.size());
        return image;
    }
    for (std::size_t pixel = 0; pixel < area; ++pixel) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const std::size_t source = planar ? channel * area + pixel : pixel * 3 + channel;
            std::uint8_t& to = image.rgb[pixel * 3 + channel];
            if (element == Element::U8) {
                to = static_cast<std::uint8_t>(from[source]);
                continue;
            }
            const double value = valueAt(from + source * elementBytes(element), element);
            if (!(value >= 0 && value <= 1))
                return fail(ErrorCode::BadFile,
                            fmt::format("{}: {} is no brightness between 0 and 1", recordName(name, index), value));
            to = static_cast<std::uint8_t>(std::lround(value * 255));
        }
    }
    return image;
}

Status setShape(PixelArray& array, const std::vector<std::int64_t>& shape, Element element) {
    constexpr std::int64_t kLargestSide = 16384;
    const auto wrong = [&](const std::string& reason) {
        return fail(ErrorCode::BadFile, fmt::format("{}: shape ({}) {}", array.name, fmt::join(shape, ", "), reason));
    };
    if (shape.size() != 4) return wrong("is none of images: (N, H, W, 3) or (N, 3, H, W) is expected");
    array.planar = shape[3] != 3;
    if (array.planar && shape[1] != 3) return wrong("has no axis of three colours: (N, H, W, 3) or (N, 3, H, W)");
    const std::int64_t height = shape[array.planar ? 2 : 1], width = shape[array.planar ? 3 : 2];
    if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide)
        return wrong(fmt::format("has images of {} × {} pixels", width, height));
    if (shape[0] < 1) return wrong("holds no images");
    array.count = static_cast<std::size_t>(shape[0]);
    array.height = static_cast<int>(height);
    array.width = static_cast<int>(width);
    array.element = element;
    array.stride = static_cast<std::size_t>(height * width) * 3 * elementBytes(element);
    return {};
}

Status setLabels(PixelArray& array, const std::vector<std::int64_t>& labels, std::vector<std::string> names) {
    if (labels.size() != array.count)
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: {} labels for {} images", array.name, labels.size(), array.count));
    const auto limit = names.empty() ? kMostNamedByNumber : static_cast<std::int64_t>(names.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < -1 || labels[i] >= limit)
            return fail(ErrorCode::BadFile, fmt::format("{}: label {} is not one of {} classes",
                                                        recordName(array.name, i), labels[i], limit));
    }
    array.labels.assign(labels.begin(), labels.end());
    array.classNames = names.empty() && !labels.empty() ? numberNames(std::ranges::max(labels)) : std::move(names);
    return {};
}

std::vector<std::string> numberNames(std::int64_t highestLabel) {
    std::vector<std::string> names;
    for (std::int64_t i = 0; i <= highestLabel; ++i)
        names.push_back(std::to_string(i));
    return names;
}

}  // namespace oodscope::data
