// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::io {

enum class DType { Bool, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64, F8_E4M3, F8_E5M2 };

std::size_t dtypeBytes(DType dtype);
std::string_view dtypeName(DType dtype);  // as safetensors spells it: "F32"
std::optional<DType> dtypeFromName(std::string_view name);
/// A name from an untrusted file for use in a message: in quotes, cut, without control characters.
std::string quotedName(std::string_view name);

/// A tensor inside a file: row-major, little-endian, not copied. `owner` keeps the mapping alive.
struct TensorView {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;

    std::int64_t elementCount() const;
};

/// Named tensors of one checkpoint, whatever its format.
struct TensorFile {
    std::filesystem::path path;
    std::map<std::string, TensorView, std::less<>> tensors;
    std::map<std::string, std::string> metadata;
};

}  // namespace oodscope::io
