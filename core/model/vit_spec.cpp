// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vit_spec.h"

#include <fmt/format.h>

namespace oodscope::model {

std::string VitSpec::describe() const {
    if (backbone)
        return fmt::format("ViT {} layers, width {}, on {}", transformer.layers, transformer.width,
                           backbone->describe());
    return fmt::format("ViT {} layers, width {}, patch {}", transformer.layers, transformer.width, patchSize);
}

std::string VitSpec::canonical() const {
    return fmt::format("{} image {} patch {} {} position {} {} {} registers {} pre {} post {} pool {}{}",
                       transformer.canonical(), imageSize, patchSize, patchBias, static_cast<int>(position),
                       positionGrid(), static_cast<int>(resize), registers, normBefore, normAfterPooling,
                       static_cast<int>(pool), backbone ? " on " + backbone->canonical() : "");
}

TensorShapes expectedTensors(const VitSpec& spec) {
    TensorShapes shapes;
    const std::int64_t width = spec.width();
    shapes["class_embedding"] = {width};
    const std::int64_t patches = std::int64_t{spec.positionGrid()} * spec.positionGrid();
    if (spec.position == VitSpec::Position::All) shapes["positional_embedding"] = {patches + 1, width};
    if (spec.position == VitSpec::Position::PatchesOnly) shapes["positional_embedding"] = {patches, width};
    if (spec.registers > 0) shapes["register_tokens"] = {spec.registers, width};
    shapes["conv1.weight"] = {width, spec.patchChannels(), spec.patchSize, spec.patchSize};
    if (spec.backbone) shapes.merge(expectedTensors(*spec.backbone, kBackbonePrefix));
    if (spec.patchBias) shapes["conv1.bias"] = {width};
    if (spec.normBefore) addNorm(shapes, "ln_pre", width);
    addTransformer(shapes, "", spec.transformer);
    addNorm(shapes, "ln_post", width);
    return shapes;
}

}  // namespace oodscope::model
