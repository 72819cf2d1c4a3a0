// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/torch_tensors.h"

#include <cstring>
#include <optional>
#include <string>

namespace oodscope::io {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint64_t kSmallCopies = std::uint64_t{16} << 20;

tl::unexpected<Error> bad(std::string reason) {
    return fail(ErrorCode::BadFile, std::move(reason));
}

std::uint64_t elementBytes(const PickledStorage& storage) {
    return storage.untyped || !storage.dtype ? 1 : dtypeBytes(*storage.dtype);
}

/// The storage's own bytes, less those before a view.
Result<Bytes> storageBytes(const PickledStorage& storage, const FindStorage& find) {
    const auto found = find(storage);
    if (!found) return found;
    const std::uint64_t size = elementBytes(storage);
    std::uint64_t needed = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(storage.elements), size, &needed) || needed > found->size())
        return bad("storage " + quotedName(storage.key) + " has " + std::to_string(found->size()) +
                   " bytes in the file, its pickle says " + std::to_string(storage.elements) + " elements of " +
                   std::to_string(size));
    const std::uint64_t first = static_cast<std::uint64_t>(storage.first) * size;
    return found->subspan(first, needed - first);
}

/// Where a tensor lies in its storage.
struct Extent {
    std::uint64_t first = 0;  // byte
    std::uint64_t bytes = 0;  // of the tensor itself, contiguous
    bool contiguous = true;
};

/// Absent: outside the storage, or too large to be counted.
std::optional<Extent> extentOf(const PickledTensor& tensor, std::uint64_t storageBytes) {
    const std::vector<std::int64_t>& shape = tensor.view->shape;
    const std::uint64_t size = dtypeBytes(tensor.view->dtype);
    Extent extent{0, size, true};
    std::uint64_t last = static_cast<std::uint64_t>(tensor.offset);
    std::uint64_t expected = 1;
    bool overflow = false;
    for (std::size_t i = shape.size(); i-- > 0;) {
        const auto count = static_cast<std::uint64_t>(shape[i]), stride = static_cast<std::uint64_t>(tensor.strides[i]);
        std::uint64_t reach = 0;
        overflow |= __builtin_mul_overflow(extent.bytes, count, &extent.bytes);
        overflow |= count > 1 && __builtin_mul_overflow(count - 1, stride, &reach);
        overflow |= __builtin_add_overflow(last, reach, &last);
        extent.contiguous = extent.contiguous && (count <= 1 || stride == expected);
        overflow |= count > 1 && __builtin_mul_overflow(expected, count, &expected);
    }
    if (overflow) return std::nullopt;
    if (extent.bytes == 0) return Extent{};
    if (last >= storageBytes / size) return std::nullopt;
    extent.first = static_cast<std::uint64_t>(tensor.offset) * size;
    return extent;
}

template <std::size_t Size>
void copyStrided(const PickledTensor& tensor, const std::byte* from, std::byte* to) {
    const std::vector<std::int64_t>& shape = tensor.view->shape;
    const std::size_t inner = shape.size() - 1;
    const auto step = static_cast<std::size_t>(tensor.strides[inner]) * Size;
    std::vector<std::int64_t> index(shape.size(), 0);
    for (;;) {
        std::size_t row = 0;
        for (std::size_t i = 0; i < inner; ++i)
            row += static_cast<std::size_t>(index[i] * tensor.strides[i]);
        const std::byte* at = from + row * Size;
        for (std::int64_t i = 0; i < shape[inner]; ++i, at += step, to += Size)
            std::memcpy(to, at, Size);
        std::size_t axis = inner;
        while (axis > 0 && ++index[axis - 1] == shape[axis - 1])
            index[--axis] = 0;
        if (axis == 0) return;
    }
}

void copyStrided(const PickledTensor& tensor, const std::byte* from, std::byte* to) {
    switch (dtypeBytes(tensor.view->dtype)) {
        case 1:
            return copyStrided<1>(tensor, from, to);
        case 2:
            return copyStrided<2>(tensor, from, to);
        case 4:
            return copyStrided<4>(tensor, from, to);
        default:
            return copyStrided<8>(tensor, from, to);
    }
}

}  // namespace

Status bindTensors(PickleDocument& document, const MappedFile& mapped, const FindStorage& find) {
    std::uint64_t budget = mapped.bytes.size() + kSmallCopies;
    for (const PickledTensor& tensor : document.tensors) {
        const auto storage = storageBytes(document.storages[tensor.storage], find);
        if (!storage) return failFrom(storage);
        const auto extent = extentOf(tensor, storage->size());
        if (!extent)
            return bad("a tensor lies outside its storage " + quotedName(document.storages[tensor.storage].key));
        TensorView& view = *tensor.view;
        if (extent->contiguous) {
            view.bytes = storage->subspan(extent->first, extent->bytes);
            view.owner = mapped.owner;
            continue;
        }
        if (extent->bytes > budget) return bad("its strided tensors need more memory than the file has bytes");
        budget -= extent->bytes;
        const auto copy = std::make_shared<std::vector<std::byte>>(extent->bytes);
        copyStrided(tensor, storage->data() + extent->first, copy->data());
        view.bytes = *copy;
        view.owner = copy;
    }
    return {};
}

}  // namespace oodscope::io
