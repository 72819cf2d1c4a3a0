// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/resnet_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "core/model/tensor_shapes.h"

namespace oodscope::model {
namespace {

constexpr int kMostBlocks = 1024;
constexpr int kHeadWidth = 64;

void addNormalised(TensorShapes& shapes, const std::string& convolution, const std::string& norm, std::int64_t out,
                   std::int64_t in, std::int64_t kernel) {
    shapes[convolution + ".weight"] = {out, in, kernel, kernel};
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
        shapes[norm + part] = {out};
}

void addStem(TensorShapes& shapes, const ResNetSpec& spec) {
    const std::int64_t width = spec.stemWidth;
    if (spec.kind == ResNetSpec::Kind::Standard) {
        addNormalised(shapes, "conv1", "bn1", width, 3, 7);
        return;
    }
    addNormalised(shapes, "conv1", "bn1", width / 2, 3, 3);
    addNormalised(shapes, "conv2", "bn2", width / 2, width / 2, 3);
    addNormalised(shapes, "conv3", "bn3", width, width / 2, 3);
}

void addAttentionPool(TensorShapes& shapes, const ResNetSpec& spec) {
    const std::int64_t width = spec.featureWidth();
    const std::int64_t side = spec.imageSize / ResNetSpec::kReduction;
    shapes["attnpool.positional_embedding"] = {side * side + 1, width};
    for (const char* name : {"attnpool.q_proj", "attnpool.k_proj", "attnpool.v_proj"})
        addLinear(shapes, name, width, width);
    addLinear(shapes, "attnpool.c_proj", spec.outputWidth, width);
}

}  // namespace

std::string ResNetSpec::describe() const {
    return fmt::format("{} {} blocks, width {}", kind == Kind::Clip ? "ModifiedResNet" : "ResNet",
                       fmt::join(blocks, "-"), stemWidth);
}

std::string ResNetSpec::canonical() const {
    return fmt::format("resnet kind {} blocks {} width {} image {} eps {} heads {} output {}", static_cast<int>(kind),
                       fmt::join(blocks, "-"), stemWidth, imageSize, epsilon, heads, outputWidth);
}

TensorShapes expectedTensors(const ResNetSpec& spec) {
    TensorShapes shapes;
    addStem(shapes, spec);
    std::int64_t in = spec.stemWidth;
    for (int layer = 0; layer < 4; ++layer) {
        const std::int64_t inner = std::int64_t(spec.stemWidth) << layer;
        const std::int64_t out = inner * ResNetSpec::kExpansion;
        for (int index = 0; index < spec.blocks[layer]; ++index) {
            const std::string block = fmt::format("layer{}.{}.", layer + 1, index);
            addNormalised(shapes, block + "conv1", block + "bn1", inner, in, 1);
            addNormalised(shapes, block + "conv2", block + "bn2", inner, inner, 3);
            addNormalised(shapes, block + "conv3", block + "bn3", out, inner, 1);
            if (index == 0) addNormalised(shapes, block + "downsample.0", block + "downsample.1", out, in, 1);
            in = out;
        }
    }
    if (spec.kind == ResNetSpec::Kind::Clip) addAttentionPool(shapes, spec);
    return shapes;
}

std::optional<ResNetSpec> recogniseResNet(const TensorShapes& shapes) {
    for (const char* name : {"conv1.weight", "layer1.0.conv3.weight", "layer4.0.conv3.weight"}) {
        if (!shapes.contains(name)) return {};
    }
    ResNetSpec spec;
    for (int layer = 0; layer < 4; ++layer) {
        while (spec.blocks[layer] < kMostBlocks &&
               shapes.contains(fmt::format("layer{}.{}.conv1.weight", layer + 1, spec.blocks[layer])))
            ++spec.blocks[layer];
    }
    spec.stemWidth = rowsOf(shapes, "layer1.0.conv1.weight");
    const int positions = rowsOf(shapes, "attnpool.positional_embedding") - 1;
    if (positions < 1) return spec;
    spec.kind = ResNetSpec::Kind::Clip;
    spec.imageSize = ResNetSpec::kReduction * static_cast<int>(std::lround(std::sqrt(positions)));
    spec.outputWidth = rowsOf(shapes, "attnpool.c_proj.weight");
    spec.heads = spec.featureWidth() / kHeadWidth;
    return spec;
}

}  // namespace oodscope::model
