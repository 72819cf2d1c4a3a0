// SPDX-License-Identifier: GPL-3.0-or-later
// What numpy writes: __reduce__, __reduce_ex__ and __setstate__ of ndarray (numpy/_core/src/multiarray/methods.c).
#include "core/io/pickled_array.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "core/io/byte_reader.h"
#include "core/io/half.h"

namespace oodscope::io {
namespace {

constexpr std::size_t kMostDimensions = 16;

struct Code {
    std::string_view code;
    DType dtype;
};
constexpr std::array kCodes{
    Code{"f8", DType::F64}, Code{"f4", DType::F32}, Code{"f2", DType::F16}, Code{"i8", DType::I64},
    Code{"i4", DType::I32}, Code{"i2", DType::I16}, Code{"i1", DType::I8},  Code{"u8", DType::U64},
    Code{"u4", DType::U32}, Code{"u2", DType::U16}, Code{"u1", DType::U8},  Code{"b1", DType::Bool},
};

/// A byte string: what Python 2 called str may be read as text, where Python 3 writes bytes.
std::optional<std::span<const std::byte>> rawOf(const PickleValue& value) {
    if (const auto bytes = value.bytes()) return bytes;
    if (const auto text = value.text()) return std::as_bytes(std::span(text->data(), text->size()));
    return std::nullopt;
}

/// numpy.dtype("f8", …) with the state (version, byte order, …).
std::optional<DType> dtypeIn(const PickleValue& value) {
    const PickleValue::Object* const object = value.object();
    if (object == nullptr || object->name != "numpy.dtype" || object->arguments == nullptr) return std::nullopt;
    const PickleItems arguments = object->arguments->items();
    const auto code = arguments.empty() ? std::nullopt : rawOf(*arguments[0]);
    if (!code || object->state == nullptr) return std::nullopt;
    const PickleItems state = object->state->items();
    const auto order = state.size() > 1 ? rawOf(*state[1]) : std::nullopt;
    if (!order || (textOf(*order) != "<" && textOf(*order) != "|")) return std::nullopt;
    const auto found = std::ranges::find(kCodes, textOf(*code), &Code::code);
    return found == kCodes.end() ? std::nullopt : std::optional(found->dtype);
}

std::optional<std::vector<std::int64_t>> shapeIn(const PickleValue& value) {
    if (value.kind() != PickleValue::Kind::Tuple || value.items().size() > kMostDimensions) return std::nullopt;
    std::vector<std::int64_t> shape;
    for (const PickleValue* item : value.items()) {
        const auto extent = item->integer();
        if (!extent || *extent < 0) return std::nullopt;
        shape.push_back(*extent);
    }
    return shape;
}

/// A row-major array, if its bytes fit.
std::optional<TensorView> viewOf(const PickleValue& dtype, const PickleValue& shape, const PickleValue& bytes) {
    const auto type = dtypeIn(dtype);
    auto extents = shapeIn(shape);
    const auto raw = rawOf(bytes);
    if (!type || !extents || !raw) return std::nullopt;
    std::uint64_t size = dtypeBytes(*type);
    for (const std::int64_t extent : *extents) {
        if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size)) return std::nullopt;
    }
    if (size != raw->size()) return std::nullopt;
    return TensorView{*type, std::move(*extents), *raw, {}};
}

bool isOneOf(std::string_view name, std::string_view module, std::string_view function) {
    for (const std::string_view root : {"numpy.core.", "numpy._core."}) {
        if (name.starts_with(root) && name.substr(root.size()).starts_with(module) &&
            name.substr(root.size() + module.size()) == function)
            return true;
    }
    return false;
}

template <class Number>
double numberAt(std::span<const std::byte> bytes, std::size_t index) {
    Number value;
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return static_cast<double>(value);
}

double halfAt(std::span<const std::byte> bytes, std::size_t index) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + index * sizeof bits, sizeof bits);
    return static_cast<double>(floatFromHalf(bits));
}

using NumberAt = double (*)(std::span<const std::byte>, std::size_t);

NumberAt readerOf(DType dtype) {
    switch (dtype) {
        case DType::F64:
            return numberAt<double>;
        case DType::F32:
            return numberAt<float>;
        case DType::F16:
            return halfAt;
        case DType::I64:
            return numberAt<std::int64_t>;
        case DType::I32:
            return numberAt<std::int32_t>;
        case DType::I16:
            return numberAt<std::int16_t>;
        case DType::I8:
            return numberAt<std::int8_t>;
        case DType::U64:
            return numberAt<std::uint64_t>;
        case DType::U32:
            return numberAt<std::uint32_t>;
        case DType::U16:
            return numberAt<std::uint16_t>;
        default:
            return numberAt<std::uint8_t>;
    }
}

std::optional<std::vector<double>> plainNumbers(PickleItems items) {
    std::vector<double> values;
    for (const PickleValue* item : items) {
        const auto number = item->number();
        if (!number) return std::nullopt;
        values.push_back(*number);
    }
    return values;
}

}  // namespace

std::optional<TensorView> arrayIn(const PickleValue& value) {
    const PickleValue::Object* const object = value.object();
    if (object == nullptr || object->isClass || object->arguments == nullptr) return std::nullopt;
    if (isOneOf(object->name, "numeric.", "_frombuffer")) {  // (buffer, dtype, shape, order)
        const PickleItems arguments = object->arguments->items();
        if (arguments.size() != 4) return std::nullopt;
        const bool rowMajor = arguments[3]->text() == "C" || arguments[2]->items().size() < 2;
        return rowMajor ? viewOf(*arguments[1], *arguments[2], *arguments[0]) : std::nullopt;
    }
    if (!isOneOf(object->name, "multiarray.", "_reconstruct") || object->state == nullptr) return std::nullopt;
    const PickleItems state = object->state->items();  // (version, shape, dtype, is column-major, bytes)
    if (state.size() < 5 || state[3]->integer() != 0) return std::nullopt;
    return viewOf(*state[2], *state[1], *state[4]);
}

std::optional<std::vector<double>> numbersIn(const PickleValue& value) {
    if (value.kind() == PickleValue::Kind::List) return plainNumbers(value.items());
    const auto array = arrayIn(value);
    if (!array || array->shape.size() != 1) return std::nullopt;
    const NumberAt at = readerOf(array->dtype);
    std::vector<double> values(static_cast<std::size_t>(array->shape[0]));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = at(array->bytes, i);
    return values;
}

}  // namespace oodscope::io
