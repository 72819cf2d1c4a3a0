// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy.h"

#include <cstring>
#include <functional>
#include <optional>

#include "core/base/files.h"
#include "core/io/half.h"
#include "core/io/mapped_file.h"
#include "core/io/npy_header.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {
namespace {

/// A .npy file whose size fits its shape.
struct Array {
    MappedFile file;
    NpyHeader header;
    std::size_t count = 0;
    const std::byte* data() const { return file.bytes.data() + header.dataBegin; }
};

template <class T>
T loadAs(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

using Load = double (*)(const std::byte*);

template <class T>
double loadNumber(const std::byte* at) {
    return static_cast<double>(loadAs<T>(at));
}

double loadHalf(const std::byte* at) {
    return floatFromHalf(loadAs<std::uint16_t>(at));
}

struct Kind {
    std::string_view descr;
    std::size_t bytes;
    bool isFloat;
    Load load;
};

constexpr Kind kKinds[] = {
    {"<f2", 2, true, loadHalf},
    {"<f4", 4, true, loadNumber<float>},
    {"<f8", 8, true, loadNumber<double>},
    {"|i1", 1, false, loadNumber<std::int8_t>},
    {"|u1", 1, false, loadNumber<std::uint8_t>},
    {"|b1", 1, false, loadNumber<std::uint8_t>},
    {"<i2", 2, false, loadNumber<std::int16_t>},
    {"<u2", 2, false, loadNumber<std::uint16_t>},
    {"<i4", 4, false, loadNumber<std::int32_t>},
    {"<u4", 4, false, loadNumber<std::uint32_t>},
    {"<i8", 8, false, loadNumber<std::int64_t>},
    {"<u8", 8, false, loadNumber<std::uint64_t>},
};

const Kind* kindOf(const std::string& descr) {
    for (const Kind& kind : kKinds) {
        if (kind.descr == descr) return &kind;
    }
    return nullptr;
}

tl::unexpected<Error> npyError(const fs::path& path, const std::string& reason) {
    return fail(ErrorCode::BadFile, path.string() + ": " + reason);
}

/// `path`: what errors call it.
Result<Array> arrayIn(MappedFile mapped, const fs::path& path) {
    auto header = parseNpyHeader(mapped.bytes);
    if (!header) return npyError(path, header.error().message);
    const Kind* kind = kindOf(header->descr);
    if (kind == nullptr)
        return fail(ErrorCode::Unsupported,
                    path.string() + ": values of type " + quotedName(header->descr) + " are not supported");
    std::uint64_t count = 1, size = 0;
    bool overflow = false;
    for (const std::uint64_t extent : header->shape)
        overflow = overflow || __builtin_mul_overflow(count, extent, &count);
    if (overflow || __builtin_mul_overflow(count, kind->bytes, &size)) return npyError(path, "its shape overflows");
    const std::uint64_t present = mapped.bytes.size() - header->dataBegin;
    if (size != present)
        return npyError(path, "its shape needs " + std::to_string(size) + " bytes of values, the file has " +
                                  std::to_string(present) + (present < size ? "; was it cut short?" : ""));
    return Array{std::move(mapped), std::move(*header), static_cast<std::size_t>(count)};
}

Result<Array> openArray(const fs::path& path) {
    auto mapped = mapFile(path);
    if (!mapped) return failFrom(mapped);
    return arrayIn(std::move(*mapped), path);
}

/// Element (r, c) of a column-major file lies at c × rows + r.
std::vector<float> rowMajorFloats(const Array& array, const Kind& kind) {
    const std::size_t rows = array.header.shape[0], cols = array.header.shape[1];
    std::vector<float> values(array.count);
    if (values.empty()) return values;  // a hostile shape may have 2^60 rows of nothing
    if (!array.header.fortranOrder && kind.descr == "<f4") {
        std::memcpy(values.data(), array.data(), values.size() * sizeof(float));
        return values;
    }
    for (std::size_t r = 0, i = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < cols; ++c, ++i) {
            const std::size_t source = array.header.fortranOrder ? c * rows + r : i;
            values[i] = static_cast<float>(kind.load(array.data() + source * kind.bytes));
        }
    }
    return values;
}

Status write(const fs::path& path, const std::string& header, std::span<const std::byte> values) {
    std::string file = header;
    file.append(reinterpret_cast<const char*>(values.data()), values.size());
    return writeFileAtomically(path, file);
}

}  // namespace

Result<Matrix> readNpyMatrix(const fs::path& path) {
    const auto array = openArray(path);
    if (!array) return failFrom(array);
    const Kind& kind = *kindOf(array->header.descr);
    if (array->header.shape.size() != 2)
        return npyError(path, "has " + std::to_string(array->header.shape.size()) + " dimensions, a matrix has two");
    if (!kind.isFloat)
        return npyError(path, "holds integers (" + array->header.descr + "); float16, float32 or float64 is expected");
    return Matrix::own(array->header.shape[0], array->header.shape[1], rowMajorFloats(*array, kind));
}

Result<std::vector<double>> readNpyVector(const fs::path& path) {
    const auto mapped = mapFile(path);
    if (!mapped) return failFrom(mapped);
    return npyVectorIn(*mapped, path);
}

Result<std::vector<double>> npyVectorIn(const MappedFile& file, const fs::path& path) {
    const auto array = arrayIn(file, path);
    if (!array) return failFrom(array);
    const auto& shape = array->header.shape;
    if (!(shape.size() == 1 || (shape.size() == 2 && shape[1] == 1)))
        return npyError(path, "a list of numbers (shape N or N × 1) is expected");
    const Kind& kind = *kindOf(array->header.descr);
    std::vector<double> values(array->count);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = kind.load(array->data() + i * kind.bytes);
    return values;
}

Status writeNpy(const fs::path& path, const Matrix& matrix) {
    const std::string shape = "(" + std::to_string(matrix.rows()) + ", " + std::to_string(matrix.cols()) + ")";
    return write(path, npyHeader("<f4", shape), std::as_bytes(matrix.values()));
}

Status writeNpy(const fs::path& path, std::span<const double> values) {
    return write(path, npyHeader("<f8", "(" + std::to_string(values.size()) + ",)"), std::as_bytes(values));
}

}  // namespace oodscope::io
