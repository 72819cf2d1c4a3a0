// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/parity_support.h"

#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/rng.h"
#include "core/io/safetensors.h"

namespace oodscope::parity {
namespace {

bool endsWithAny(const std::string& name, std::initializer_list<const char*> ends) {
    return std::ranges::any_of(ends, [&](const char* end) { return name.ends_with(end); });
}

std::vector<float> weightValues(std::uint64_t caseNumber, std::uint64_t tensorNumber, const std::string& name,
                                const std::vector<std::int64_t>& shape) {
    std::int64_t count = 1;
    for (const std::int64_t side : shape)
        count *= side;
    const bool vector = shape.size() < 2;
    const bool scale = vector && endsWithAny(name, {".weight", "gamma", "running_var"});
    const double fanIn = vector ? 1.0 : static_cast<double>(count) / static_cast<double>(shape[0]);
    const bool small = vector || name.find("embedding") != std::string::npos ||
                       endsWithAny(name, {"pos_embed", "token", "tokens", "table"});
    const float factor = scale   ? 0.25F
                         : small ? 0.5F
                                 : static_cast<float>(std::exp2(-std::floor(std::log2(fanIn) / 2)));
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint64_t bits = mixSeed(caseNumber, i + (tensorNumber << 32)) >> 40;
        const float unit = static_cast<float>(bits) / 8388608.0F - 1.0F;
        values[i] = name == "logit_scale" ? 3.0F : (scale ? 1.0F : 0.0F) + factor * unit;
    }
    return values;
}

}  // namespace

void writeWeights(const std::filesystem::path& path, const model::TensorShapes& shapes, std::uint64_t caseNumber,
                  bool half) {
    std::vector<std::vector<float>> values;
    std::vector<std::vector<c10::Half>> halves;
    std::vector<io::TensorToWrite> tensors;
    for (const auto& [name, shape] : shapes) {
        values.push_back(weightValues(caseNumber, values.size(), name, shape));
        tensors.push_back({name, half ? io::DType::F16 : io::DType::F32, shape, {}});
        halves.emplace_back(values.back().begin(), values.back().end());
    }
    for (std::size_t i = 0; i < tensors.size(); ++i)
        tensors[i].bytes = half ? std::as_bytes(std::span(halves[i])) : std::as_bytes(std::span(values[i]));
    if (const Status written = io::writeSafetensors(path, tensors); !written) {
        std::cerr << written.error().message << '\n';
        std::abort();
    }
}

std::vector<std::uint8_t> bytesOf(const io::TensorFile& file, std::string_view name) {
    std::vector<std::uint8_t> bytes;
    for (const std::byte byte : file.tensors.find(name)->second.bytes)
        bytes.push_back(std::to_integer<std::uint8_t>(byte));
    return bytes;
}

double relativeError(const Matrix& a, const Matrix& b) {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    if (a.rows() != b.rows() || a.cols() != b.cols() || b.empty()) return kInfinite;
    double difference = 0;
    double largest = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (!std::isfinite(a.data()[i])) return kInfinite;
        difference = std::max(difference, std::abs(double(a.data()[i]) - double(b.data()[i])));
        largest = std::max(largest, std::abs(double(b.data()[i])));
    }
    return difference / largest;
}

}  // namespace oodscope::parity
