// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/containers.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/data/cifar.h"
#include "core/data/torch_images.h"
#include "core/io/mapped_file.h"
#include "core/io/npy.h"
#include "core/io/npy_header.h"
#include "core/io/tensor_file.h"

namespace oodscope::data {
namespace {

using Element = PixelArray::Element;

bool isNpy(const fs::path& file) {
    return endsWithIgnoringCase(file.string(), ".npy");
}

bool isTorch(const fs::path& file) {
    return endsWithIgnoringCase(file.string(), ".pt") || endsWithIgnoringCase(file.string(), ".pth");
}

std::optional<Element> elementOf(std::string_view descr) {
    if (descr == "|u1") return Element::U8;
    if (descr == "<f2") return Element::F16;
    if (descr == "<f4") return Element::F32;
    if (descr == "<f8") return Element::F64;
    return std::nullopt;
}

struct NpyFile {
    io::MappedFile mapped;
    io::NpyHeader header;
};

Result<NpyFile> openNpy(const fs::path& file) {
    auto mapped = io::mapFile(file);
    if (!mapped) return failFrom(mapped);
    auto header = io::parseNpyHeader(mapped->bytes);
    if (!header) return fail(ErrorCode::BadFile, file.string() + ": " + header.error().message);
    return NpyFile{std::move(*mapped), std::move(*header)};
}

/// Empty: there are none for this file.
Result<std::vector<std::int64_t>> labelsBeside(const fs::path& file, std::size_t count) {
    std::error_code ec;
    fs::path own = file;
    own.replace_filename(file.stem().string() + "_labels.npy");
    const fs::path shared = file.parent_path() / "labels.npy";
    const bool isOwn = fs::exists(own, ec);
    if (!isOwn && (file == shared || !fs::exists(shared, ec))) return std::vector<std::int64_t>{};
    const auto values = io::readNpyVector(isOwn ? own : shared);
    if (!values) return failFrom(values);
    if (!isOwn && values->size() != count) return std::vector<std::int64_t>{};  // of another array
    std::vector<std::int64_t> labels;
    for (const double value : *values) {
        constexpr double kLargest = 1e9;
        labels.push_back(value >= -kLargest && value <= kLargest ? static_cast<std::int64_t>(value) : -2);
    }
    return labels;
}

Result<PixelArrayPtr> openNpyImages(const fs::path& file) {
    auto opened = openNpy(file);
    if (!opened) return failFrom(opened);
    const io::NpyHeader& header = opened->header;
    const auto element = elementOf(header.descr);
    if (!element || header.fortranOrder)
        return fail(
            ErrorCode::Unsupported,
            fmt::format("{}: images are read from row-major uint8 or float arrays, not from {}{}", file.string(),
                        header.fortranOrder ? "column-major " : "", io::quotedName(header.descr)));
    auto array = std::make_shared<PixelArray>();
    array->name = file.string();
    const std::vector<std::int64_t> shape(header.shape.begin(), header.shape.end());
    if (auto good = setShape(*array, shape, *element); !good) return failFrom(good);
    const std::size_t present = opened->mapped.bytes.size() - header.dataBegin;
    if (array->count != present / array->stride || present % array->stride != 0)
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: {} bytes of values are not {} images of {} bytes; was it cut short?",
                                file.string(), present, array->count, array->stride));
    array->owner = opened->mapped.owner;
    array->data = opened->mapped.bytes.data() + header.dataBegin;
    const auto labels = labelsBeside(file, array->count);
    if (!labels) return failFrom(labels);
    if (!labels->empty()) {
        if (auto good = setLabels(*array, *labels, {}); !good) return failFrom(good);
    }
    return PixelArrayPtr(std::move(array));
}

}  // namespace

bool holdsImages(const fs::path& file) {
    return isContainer(file) && (!isTorch(file) || hasTorchImages(file));
}

bool isContainer(const fs::path& file) {
    std::error_code ec;
    if (!fs::is_regular_file(file, ec)) return false;
    if (isNpy(file)) {
        const auto opened = openNpy(file);
        return opened && opened->header.shape.size() == 4;
    }
    return isTorch(file) || cifarLayoutOfBatch(file.filename().string()) != nullptr;
}

Result<PixelArrayPtr> openContainer(const fs::path& file, const std::string& part) {
    const CifarLayout* cifar = cifarLayoutOfBatch(file.filename().string());
    if (isTorch(file)) return openTorchImages(file, part);
    if (!part.empty())
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: has no part '{}'", file.string(), part));
    if (cifar != nullptr) return openCifarBatch(file, *cifar);
    if (isNpy(file)) return openNpyImages(file);
    return fail(ErrorCode::Unsupported, file.string() + ": not a file of many images that can be read");
}

}  // namespace oodscope::data
