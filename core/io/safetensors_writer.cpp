// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>

#include "core/base/files.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_header.h"

namespace oodscope::io {
namespace {

using Order = std::vector<const TensorToWrite*>;

/// Wide dtypes first, so that every tensor is aligned to its own; then by name.
Result<Order> writingOrder(std::span<const TensorToWrite> tensors) {
    Order order;
    std::set<std::string_view> names;
    for (const TensorToWrite& tensor : tensors) {
        if (tensor.name == "__metadata__")
            return fail(ErrorCode::InvalidArgument, "tensor '__metadata__': this name is reserved");
        if (auto ok = checkSizes(tensor); !ok) return failFrom(ok);
        if (!names.insert(tensor.name).second)
            return fail(ErrorCode::InvalidArgument, "tensor " + quotedName(tensor.name) + " is given twice");
        order.push_back(&tensor);
    }
    std::ranges::sort(order, [](const TensorToWrite* a, const TensorToWrite* b) {
        const std::size_t left = dtypeBytes(a->dtype), right = dtypeBytes(b->dtype);
        return left != right ? left > right : a->name < b->name;
    });
    return order;
}

Result<std::string> headerOf(const Order& order, const std::map<std::string, std::string>& metadata) {
    auto json = nlohmann::ordered_json::object();
    if (!metadata.empty()) json["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const TensorToWrite* tensor : order) {
        auto& entry = json[tensor->name];
        entry["dtype"] = dtypeName(tensor->dtype);
        entry["shape"] = tensor->shape;
        entry["data_offsets"] = {offset, offset + tensor->bytes.size()};
        offset += tensor->bytes.size();
    }
    std::string text;
    try {
        text = json.dump();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::InvalidArgument, "a tensor name or metadata text is not valid UTF-8");
    }
    text.resize((text.size() + 7) / 8 * 8, ' ');
    if (text.size() > kLargestSafetensorsHeader)
        return fail(ErrorCode::InvalidArgument,
                    "the header would be too large (" + std::to_string(text.size()) + " bytes)");
    return text;
}

Status writeParts(const fs::path& path, const std::string& header, const Order& order) {
    const auto failed = [&] {
        return fail(ErrorCode::Io, path.string() + ": writing failed: " + systemMessage(errno));
    };
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), &std::fclose);
    if (!file) return failed();
    const auto put = [&](const void* data, std::size_t size) {
        return size == 0 || std::fwrite(data, 1, size, file.get()) == size;
    };
    const std::uint64_t length = header.size();
    bool ok = put(&length, sizeof length) && put(header.data(), header.size());
    for (const TensorToWrite* tensor : order)
        ok = ok && put(tensor->bytes.data(), tensor->bytes.size());
    if (!ok || std::fflush(file.get()) != 0) return failed();
    if (std::fclose(file.release()) != 0) return failed();
    return {};
}

template <class T>
std::int64_t extent(const std::span<const T>& values) {
    return static_cast<std::int64_t>(values.size());
}

}  // namespace

Status checkSizes(const TensorToWrite& tensor) {
    const auto bad = [&](const std::string& reason) {
        return fail(ErrorCode::InvalidArgument, "tensor " + quotedName(tensor.name) + ": " + reason);
    };
    std::size_t size = dtypeBytes(tensor.dtype);
    for (const std::int64_t extent : tensor.shape) {
        if (extent < 0) return bad("its shape is negative");
        if (__builtin_mul_overflow(size, static_cast<std::size_t>(extent), &size)) return bad("its shape overflows");
    }
    if (size != tensor.bytes.size())
        return bad("its shape needs " + std::to_string(size) + " bytes, it has " + std::to_string(tensor.bytes.size()));
    return {};
}

TensorToWrite tensorOf(std::string name, const Matrix& matrix) {
    return {std::move(name),
            DType::F32,
            {static_cast<std::int64_t>(matrix.rows()), static_cast<std::int64_t>(matrix.cols())},
            std::as_bytes(matrix.values())};
}

TensorToWrite tensorOf(std::string name, std::span<const float> values) {
    return {std::move(name), DType::F32, {extent(values)}, std::as_bytes(values)};
}

TensorToWrite tensorOf(std::string name, std::span<const std::int64_t> values) {
    return {std::move(name), DType::I64, {extent(values)}, std::as_bytes(values)};
}

Status writeSafetensors(const fs::path& path, std::span<const TensorToWrite> tensors,
                        const std::map<std::string, std::string>& metadata) {
    const auto named = [&](const Error& error) { return fail(error.code, path.string() + ": " + error.message); };
    const auto order = writingOrder(tensors);
    if (!order) return named(order.error());
    const auto header = headerOf(*order, metadata);
    if (!header) return named(header.error());
    return writeAtomically(path, [&](const fs::path& temporary) { return writeParts(temporary, *header, *order); });
}

}  // namespace oodscope::io
