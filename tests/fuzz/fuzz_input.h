// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/io/mapped_file.h"
#include "core/io/tensor_file.h"

namespace oodscope::fuzz {

/// The input as a mapping of exactly its size, so that a read past its end is seen.
inline io::MappedFile mappingOf(const std::uint8_t* data, std::size_t size) {
    const auto* begin = reinterpret_cast<const std::byte*>(data);
    const auto copy = std::make_shared<std::vector<std::byte>>(begin, begin + size);
    return {*copy, copy};
}

inline void require(bool promise) {
    if (!promise) std::abort();
}

/// What every reader promises of what it accepts: bytes that can be read and fit shape and type.
inline void checkTensors(const io::TensorFile& file) {
    unsigned sum = 0;
    for (const auto& [name, view] : file.tensors) {
        std::uint64_t size = io::dtypeBytes(view.dtype);
        for (const std::int64_t extent : view.shape)
            size *= static_cast<std::uint64_t>(extent);
        require(size == view.bytes.size());
        for (const std::byte byte : view.bytes)
            sum += static_cast<unsigned>(byte);
    }
    volatile unsigned kept = sum;
    static_cast<void>(kept);
}

}  // namespace oodscope::fuzz
