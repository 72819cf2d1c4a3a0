// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/resnetv2_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/tensor_shapes.h"

namespace oodscope::model {
namespace {

constexpr int kMostStages = 8;
constexpr int kMostBlocks = 1024;

std::string blockName(std::size_t stage, int index) {
    return fmt::format("stages.{}.blocks.{}.", stage, index);
}

void addNormalised(TensorShapes& shapes, const std::string& convolution, const std::string& norm, std::int64_t out,
                   std::int64_t in, std::int64_t kernel) {
    shapes[convolution + ".weight"] = {out, in, kernel, kernel};
    addNorm(shapes, norm, out);
}

}  // namespace

int ResNetV2Spec::gridSize(int imageSize) const {
    int side = imageSize;
    for (std::size_t halving = 0; halving < blocks.size() + 1; ++halving)
        side = (side + 1) / 2;
    return side;
}

std::string ResNetV2Spec::describe() const {
    return fmt::format("ResNet {}", fmt::join(blocks, "-"));
}

std::string ResNetV2Spec::canonical() const {
    return fmt::format("resnetv2 blocks {} width {}", fmt::join(blocks, "-"), stemWidth);
}

TensorShapes expectedTensors(const ResNetV2Spec& spec, const std::string& prefix) {
    TensorShapes shapes;
    addNormalised(shapes, prefix + "stem.conv", prefix + "stem.norm", spec.stemWidth, 3, 7);
    std::int64_t in = spec.stemWidth;
    for (std::size_t stage = 0; stage < spec.blocks.size(); ++stage) {
        const std::int64_t inner = std::int64_t(spec.stemWidth) << stage;
        const std::int64_t out = inner * ResNetV2Spec::kExpansion;
        for (int index = 0; index < spec.blocks[stage]; ++index) {
            const std::string block = prefix + blockName(stage, index);
            addNormalised(shapes, block + "conv1", block + "norm1", inner, in, 1);
            addNormalised(shapes, block + "conv2", block + "norm2", inner, inner, 3);
            addNormalised(shapes, block + "conv3", block + "norm3", out, inner, 1);
            if (index == 0) addNormalised(shapes, block + "downsample.conv", block + "downsample.norm", out, in, 1);
            in = out;
        }
    }
    return shapes;
}

std::optional<ResNetV2Spec> recogniseResNetV2(const TensorShapes& shapes, const std::string& prefix) {
    ResNetV2Spec spec;
    spec.stemWidth = rowsOf(shapes, prefix + "stem.conv.weight");
    if (spec.stemWidth == 0) return {};
    spec.blocks.clear();
    while (spec.blocks.size() < kMostStages) {
        int count = 0;
        while (count < kMostBlocks && shapes.contains(prefix + blockName(spec.blocks.size(), count) + "conv1.weight"))
            ++count;
        if (count == 0) break;
        spec.blocks.push_back(count);
    }
    if (spec.blocks.empty()) return {};
    return spec;
}

}  // namespace oodscope::model
