// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/torch_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/files.h"
#include "core/io/safetensors.h"
#include "core/io/torch_file.h"

namespace oodscope::data {
namespace {

using Element = PixelArray::Element;

std::optional<Element> elementOf(io::DType dtype) {
    switch (dtype) {
        case io::DType::U8:
            return Element::U8;
        case io::DType::F16:
            return Element::F16;
        case io::DType::F32:
            return Element::F32;
        case io::DType::F64:
            return Element::F64;
        default:
            return std::nullopt;
    }
}

bool mayBeImages(const io::TensorView& tensor) {
    return tensor.shape.size() == 4 && elementOf(tensor.dtype) && (tensor.shape[1] == 3 || tensor.shape[3] == 3);
}

std::string listTensors(const io::TensorFile& file) {
    std::string list;
    for (const auto& [name, tensor] : file.tensors) {
        if (list.size() > 300) return list + ", …";
        list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", io::quotedName(name), fmt::join(tensor.shape, ", "));
    }
    return list.empty() ? "none" : list;
}

using NamedTensor = std::pair<const std::string, io::TensorView>;

Result<const NamedTensor*> choose(const io::TensorFile& file, const std::string& part) {
    const std::string path = file.path.string();
    if (!part.empty()) {
        const auto found = file.tensors.find(part);
        if (found != file.tensors.end()) return &*found;
        return fail(ErrorCode::NotFound,
                    fmt::format("{}: has no tensor '{}'; it has {}", path, part, listTensors(file)));
    }
    const NamedTensor* chosen = nullptr;
    for (const NamedTensor& tensor : file.tensors) {
        if (!mayBeImages(tensor.second)) continue;
        if (chosen != nullptr)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("{}: has several tensors of images; name one, as in {}#{}. It has {}", path, path,
                                    chosen->first, listTensors(file)));
        chosen = &tensor;
    }
    if (chosen != nullptr) return chosen;
    return fail(ErrorCode::BadFile,
                fmt::format("{}: has no tensor of images (N, 3, H, W); it has {}", path, listTensors(file)));
}

/// Labels of the same length, where a tensor of one of the usual names has them.
Status takeLabels(const io::TensorFile& file, PixelArray& array) {
    constexpr std::array kNames{"labels", "label", "targets", "y"};
    for (const char* name : kNames) {
        const auto found = file.tensors.find(std::string_view(name));
        if (found == file.tensors.end()) continue;
        const bool fits =
            found->second.shape.size() == 1 && found->second.shape[0] == static_cast<std::int64_t>(array.count);
        const auto labels = fits ? io::integersFrom(file, name) : Result<std::vector<std::int64_t>>();
        if (fits && labels) return setLabels(array, *labels, {});
    }
    return {};
}

}  // namespace

bool hasTorchImages(const fs::path& path) {
    const auto opened = io::openTorchFile(path);
    if (!opened) return false;
    const auto file = io::flattenTensors(*opened);
    return file && std::ranges::any_of(file->tensors, [](const auto& tensor) { return mayBeImages(tensor.second); });
}

Result<PixelArrayPtr> openTorchImages(const fs::path& path, const std::string& part) {
    const auto opened = io::openTorchFile(path);
    if (!opened) return failFrom(opened);
    const auto file = io::flattenTensors(*opened);
    if (!file) return failFrom(file);
    const auto chosen = choose(*file, part);
    if (!chosen) return failFrom(chosen);
    const io::TensorView& tensor = (*chosen)->second;
    const auto element = elementOf(tensor.dtype);
    auto array = std::make_shared<PixelArray>();
    array->name = path.string();
    if (!element)
        return fail(ErrorCode::Unsupported, fmt::format("{}: '{}' holds {}, images are uint8 or floats", path.string(),
                                                        (*chosen)->first, io::dtypeName(tensor.dtype)));
    if (auto good = setShape(*array, tensor.shape, *element); !good) return failFrom(good);
    if (tensor.bytes.size() / array->stride < array->count)
        return fail(ErrorCode::BadFile, fmt::format("{}: '{}' is cut short", path.string(), (*chosen)->first));
    array->data = tensor.bytes.data();
    array->owner = tensor.owner != nullptr ? tensor.owner : opened->mapping;
    if (auto good = takeLabels(*file, *array); !good) return failFrom(good);
    return PixelArrayPtr(std::move(array));
}

}  // namespace oodscope::data
