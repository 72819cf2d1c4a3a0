// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tensor_shapes.h"

#include <algorithm>

namespace oodscope::model {
namespace {

constexpr std::int64_t kMostRows = 1 << 20;  // so that sizes made of it do not overflow

}  // namespace

void addLinear(TensorShapes& shapes, const std::string& name, std::int64_t out, std::int64_t in, bool bias) {
    shapes[name + ".weight"] = {out, in};
    if (bias) shapes[name + ".bias"] = {out};
}

int rowsOf(const TensorShapes& shapes, const std::string& name) {
    const auto found = shapes.find(name);
    if (found == shapes.end() || found->second.empty()) return 0;
    return static_cast<int>(std::clamp<std::int64_t>(found->second.front(), 0, kMostRows));
}

}  // namespace oodscope::model
