// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tensor_file.h"

#include <array>

namespace oodscope::io {
namespace {

struct DTypeFacts {
    DType dtype;
    std::string_view name;
    std::size_t bytes;
};

constexpr std::array kFacts{
    DTypeFacts{DType::Bool, "BOOL", 1},       DTypeFacts{DType::U8, "U8", 1},
    DTypeFacts{DType::I8, "I8", 1},           DTypeFacts{DType::U16, "U16", 2},
    DTypeFacts{DType::I16, "I16", 2},         DTypeFacts{DType::U32, "U32", 4},
    DTypeFacts{DType::I32, "I32", 4},         DTypeFacts{DType::U64, "U64", 8},
    DTypeFacts{DType::I64, "I64", 8},         DTypeFacts{DType::F16, "F16", 2},
    DTypeFacts{DType::BF16, "BF16", 2},       DTypeFacts{DType::F32, "F32", 4},
    DTypeFacts{DType::F64, "F64", 8},         DTypeFacts{DType::F8_E4M3, "F8_E4M3", 1},
    DTypeFacts{DType::F8_E5M2, "F8_E5M2", 1},
};

const DTypeFacts& factsOf(DType dtype) {
    return kFacts[static_cast<std::size_t>(dtype)];
}

constexpr bool inEnumOrder() {
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
        if (static_cast<std::size_t>(kFacts[i].dtype) != i) return false;
    }
    return true;
}
static_assert(inEnumOrder());

}  // namespace

std::size_t dtypeBytes(DType dtype) {
    return factsOf(dtype).bytes;
}
std::string_view dtypeName(DType dtype) {
    return factsOf(dtype).name;
}

std::optional<DType> dtypeFromName(std::string_view name) {
    for (const DTypeFacts& facts : kFacts) {
        if (facts.name == name) return facts.dtype;
    }
    return std::nullopt;
}

std::string quotedName(std::string_view name) {
    constexpr std::size_t kLongest = 120;
    std::string quoted = "'";
    for (const char c : name.substr(0, kLongest))
        quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return quoted + (name.size() > kLongest ? "…'" : "'");
}

std::int64_t TensorView::elementCount() const {
    return static_cast<std::int64_t>(bytes.size() / dtypeBytes(dtype));
}

}  // namespace oodscope::io
