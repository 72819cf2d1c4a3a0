// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/container_header.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace oodscope::image {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t number(Bytes bytes, std::size_t at, std::size_t length, bool bigEndian) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < length; ++i)
        value = value << 8 | bytes[at + (bigEndian ? i : length - 1 - i)];
    return value;
}

ContainerHeader readPng(Bytes bytes) {
    return {number(bytes, 16, 4, true), number(bytes, 20, 4, true), false};
}

ContainerHeader readBmp(Bytes bytes) {
    const auto width = static_cast<std::int32_t>(number(bytes, 18, 4, false));
    const auto height = static_cast<std::int32_t>(number(bytes, 22, 4, false));
    return {std::abs(std::int64_t{width}), std::abs(std::int64_t{height}), false};
}

ContainerHeader readTiff(Bytes bytes) {
    constexpr std::uint32_t kWidth = 256;
    constexpr std::uint32_t kHeight = 257;
    constexpr std::uint32_t kExtraSamples = 338;
    constexpr std::uint32_t kShort = 3;
    const bool bigEndian = bytes[0] == 'M';
    ContainerHeader header;
    std::size_t at = number(bytes, 4, 4, bigEndian);
    if (at + 2 > bytes.size()) return header;
    const std::uint32_t entries = number(bytes, at, 2, bigEndian);
    at += 2;
    for (std::uint32_t i = 0; i < entries && at + 12 <= bytes.size(); ++i, at += 12) {
        const std::uint32_t tag = number(bytes, at, 2, bigEndian);
        const std::size_t length = number(bytes, at + 2, 2, bigEndian) == kShort ? 2 : 4;
        const std::uint32_t value = number(bytes, at + 8, length, bigEndian);
        if (tag == kWidth) header.width = value;
        if (tag == kHeight) header.height = value;
        if (tag == kExtraSamples) header.tiffAlpha = true;
    }
    return header;
}

}  // namespace

bool startsWith(Bytes bytes, std::string_view magic) {
    return bytes.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin(),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

ContainerHeader readContainerHeader(Bytes bytes) {
    using namespace std::string_view_literals;
    if (bytes.size() < 26) return {};
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return readPng(bytes);
    if (startsWith(bytes, "BM")) return readBmp(bytes);
    if (startsWith(bytes, "II*\0"sv) || startsWith(bytes, "MM\0*"sv)) return readTiff(bytes);
    return {};
}

}  // namespace oodscope::image
