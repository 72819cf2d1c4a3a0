// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <new>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/image/container_header.h"
#include "core/image/jpeg.h"

namespace oodscope::image {
namespace {

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{1} << 30;
constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";
constexpr int kJpegQuality = 92;

using Bytes = std::span<const std::uint8_t>;

Status checkHeader(Bytes bytes, std::string_view name) {
    if (bytes.empty()) return fail(ErrorCode::BadFile, fmt::format("{}: the file is empty", name));
    if (startsWith(bytes, "GIF8"))
        return fail(ErrorCode::Unsupported, fmt::format("{}: GIF images are not read; convert it to PNG", name));
    const ContainerHeader header = readContainerHeader(bytes);
    // By division: the product of two 32-bit sizes may not fit.
    if (header.width > 0 && header.height > kMaxPixels / header.width)
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: declares {} × {} pixels, more than the {} that are read at most", name,
                                header.width, header.height, kMaxPixels));
    if (header.tiffAlpha)  // OpenCV would blend it with black, Pillow drops it
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: TIFF images with an alpha channel are not read; convert it to PNG", name));
    return {};
}

Image fromBgr(const cv::Mat& bgr) {
    Image image;
    image.width = bgr.cols;
    image.height = bgr.rows;
    image.rgb.resize(bgr.total() * 3);
    cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, image.rgb.data());
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return image;
}

/// A PNG that ends before its IEND chunk, completed: Pillow reads those as long as the pixels are whole.
std::vector<std::uint8_t> withPngEnd(Bytes bytes) {
    constexpr std::array<std::uint8_t, 12> kEnd{0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xAE, 0x42, 0x60, 0x82};
    std::vector<std::uint8_t> whole(bytes.begin(), bytes.end());
    whole.insert(whole.end(), kEnd.begin(), kEnd.end());
    return whole;
}

cv::Mat decodeWithOpenCv(Bytes bytes) {
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
    return cv::imdecode(raw, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
}

Result<Image> decodeOther(Bytes bytes, std::string_view name) {
    cv::Mat bgr = decodeWithOpenCv(bytes);
    if (bgr.empty() && startsWith(bytes, kPngMagic)) bgr = decodeWithOpenCv(withPngEnd(bytes));
    if (bgr.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: not an image that can be read, or a damaged one", name));
    return fromBgr(bgr);
}

/// Runs `work`, turning what OpenCV and the allocator throw into an error that names the file.
template <class Work>
auto guarded(std::string_view name, Work work) -> decltype(work()) {
    try {
        useSingleThreadedDecoding();
        return work();
    } catch (const cv::Exception& e) {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", name, e.err));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, fmt::format("{}: not enough memory for its pixels", name));
    } catch (const std::exception& e) {
        return fail(ErrorCode::Internal, fmt::format("{}: {}", name, e.what()));
    }
}

}  // namespace

Image shrink(Image image, int longSide) {
    const int longest = std::max(image.width, image.height);
    if (longest <= longSide) return image;
    Image small;
    const double scale = static_cast<double>(longSide) / longest;
    small.width = std::max(1, static_cast<int>(std::lround(image.width * scale)));
    small.height = std::max(1, static_cast<int>(std::lround(image.height * scale)));
    small.rgb.resize(static_cast<std::size_t>(small.width) * small.height * 3);
    const cv::Mat from(image.height, image.width, CV_8UC3, image.rgb.data());
    cv::Mat to(small.height, small.width, CV_8UC3, small.rgb.data());
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
    return small;
}

void useSingleThreadedDecoding() {
    static const bool done = [] {
        cv::setNumThreads(1);
        return true;
    }();
    static_cast<void>(done);
}

Result<Image> decodeBytes(Bytes bytes, std::string_view name) {
    return guarded(name, [&]() -> Result<Image> {
        if (auto checked = checkHeader(bytes, name); !checked) return failFrom(checked);
        return isJpeg(bytes) ? decodeJpeg(bytes, name) : decodeOther(bytes, name);
    });
}

Result<Image> decodeFile(const std::filesystem::path& path) {
    const auto bytes = readBinaryFile(path, kMaxFileBytes);
    if (!bytes) return failFrom(bytes);
    return decodeBytes(*bytes, path.string());
}

Result<Image> decodeThumbnail(const std::filesystem::path& path, int longSide) {
    const std::string name = path.string();
    if (longSide < 1) return fail(ErrorCode::InvalidArgument, fmt::format("{}: thumbnail size {}", name, longSide));
    const auto bytes = readBinaryFile(path, kMaxFileBytes);
    if (!bytes) return failFrom(bytes);
    return guarded(name, [&]() -> Result<Image> {
        if (auto checked = checkHeader(*bytes, name); !checked) return failFrom(checked);
        Result<Image> image = isJpeg(*bytes) ? decodeJpeg(*bytes, name, longSide) : decodeOther(*bytes, name);
        if (!image) return image;
        return shrink(std::move(*image), longSide);
    });
}

Status encodeFile(const Image& image, const std::filesystem::path& path) {
    const std::string name = path.string();
    const std::string extension = toLowerAscii(path.extension().string());
    if (extension != ".png" && extension != ".jpg" && extension != ".jpeg")
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: images are written as .png or .jpg", name));
    if (image.width < 1 || image.height < 1 ||
        image.rgb.size() != static_cast<std::size_t>(image.width) * image.height * 3)
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: no pixels to write", name));
    return guarded(name, [&]() -> Status {
        const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()));
        cv::Mat bgr;
        cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
        std::vector<int> options;
        if (extension != ".png") options = {cv::IMWRITE_JPEG_QUALITY, kJpegQuality};
        std::vector<std::uint8_t> encoded;
        if (!cv::imencode(extension, bgr, encoded, options))
            return fail(ErrorCode::Internal, fmt::format("{}: the image could not be encoded", name));
        return writeFileAtomically(path, {reinterpret_cast<const char*>(encoded.data()), encoded.size()});
    });
}

}  // namespace oodscope::image
