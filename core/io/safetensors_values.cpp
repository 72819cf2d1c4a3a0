// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <limits>
#include <optional>

#include "core/io/half.h"
#include "core/io/safetensors.h"

namespace oodscope::io {
namespace {

tl::unexpected<Error> valueError(const TensorFile& file, std::string_view name, const std::string& reason) {
    return fail(ErrorCode::BadFile, file.path.string() + ": tensor " + quotedName(name) + ": " + reason);
}

Result<const TensorView*> find(const TensorFile& file, std::string_view name) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end())
        return fail(ErrorCode::NotFound, file.path.string() + ": no tensor " + quotedName(name));
    return &found->second;
}

/// The elements as To, whatever their alignment; nothing where one does not fit an int64.
template <class From, class To, class Convert>
std::vector<To> converted(const TensorView& view, Convert convert) {
    std::vector<To> values(view.bytes.size() / sizeof(From));
    for (std::size_t i = 0; i < values.size(); ++i) {
        From element;
        std::memcpy(&element, view.bytes.data() + i * sizeof(From), sizeof(From));
        values[i] = convert(element);
    }
    return values;
}

std::optional<std::vector<float>> floatsOf(const TensorView& view) {
    constexpr auto narrow = [](auto value) { return static_cast<float>(value); };
    switch (view.dtype) {
        case DType::F32:
            return converted<float, float>(view, narrow);
        case DType::F64:
            return converted<double, float>(view, narrow);
        case DType::F16:
            return converted<std::uint16_t, float>(view, floatFromHalf);
        case DType::BF16:
            return converted<std::uint16_t, float>(view, floatFromBFloat16);
        default:
            return std::nullopt;
    }
}

template <class From>
std::vector<std::int64_t> widened(const TensorView& view) {
    return converted<From, std::int64_t>(view, [](From value) { return static_cast<std::int64_t>(value); });
}

std::optional<std::vector<std::int64_t>> integersOf(const TensorView& view) {
    switch (view.dtype) {
        case DType::Bool:
        case DType::U8:
            return widened<std::uint8_t>(view);
        case DType::I8:
            return widened<std::int8_t>(view);
        case DType::U16:
            return widened<std::uint16_t>(view);
        case DType::I16:
            return widened<std::int16_t>(view);
        case DType::U32:
            return widened<std::uint32_t>(view);
        case DType::I32:
            return widened<std::int32_t>(view);
        case DType::U64:
            return widened<std::uint64_t>(view);
        case DType::I64:
            return widened<std::int64_t>(view);
        default:
            return std::nullopt;
    }
}

}  // namespace

Result<Matrix> matrixFrom(const TensorFile& file, std::string_view name) {
    const auto found = find(file, name);
    if (!found) return failFrom(found);
    const TensorView& view = **found;
    if (view.shape.size() != 2)
        return valueError(file, name, "has " + std::to_string(view.shape.size()) + " dimensions, a matrix has two");
    const auto rows = static_cast<std::size_t>(view.shape[0]), cols = static_cast<std::size_t>(view.shape[1]);
    const bool aligned = reinterpret_cast<std::uintptr_t>(view.bytes.data()) % alignof(float) == 0;
    if (view.dtype == DType::F32 && aligned && !view.bytes.empty()) {
        const auto* data = reinterpret_cast<const float*>(view.bytes.data());
        return Matrix::share(rows, cols, std::shared_ptr<const float>(view.owner, data));
    }
    auto values = floatsOf(view);
    if (!values) return valueError(file, name, std::string(dtypeName(view.dtype)) + " is no floating-point dtype");
    return Matrix::own(rows, cols, std::move(*values));
}

Result<std::vector<std::int64_t>> integersFrom(const TensorFile& file, std::string_view name) {
    const auto found = find(file, name);
    if (!found) return failFrom(found);
    const TensorView& view = **found;
    if (view.shape.size() != 1)
        return valueError(file, name, "has " + std::to_string(view.shape.size()) + " dimensions, a list has one");
    auto values = integersOf(view);
    if (!values) return valueError(file, name, std::string(dtypeName(view.dtype)) + " is no integer dtype");
    if (view.dtype == DType::U64) {
        for (const std::int64_t value : *values) {
            if (value < 0) return valueError(file, name, "holds a number beyond the 64-bit signed integers");
        }
    }
    return std::move(*values);
}

}  // namespace oodscope::io
