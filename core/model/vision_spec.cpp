// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vision_spec.h"

namespace oodscope::model {

int widthOf(const VisionSpec& spec) {
    return std::visit([](const auto& tower) { return tower.width(); }, spec);
}

int imageSizeOf(const VisionSpec& spec) {
    return std::visit([](const auto& tower) { return tower.imageSize; }, spec);
}

std::string activationOf(const VisionSpec& spec) {
    return std::visit([](const auto& tower) { return tower.activation(); }, spec);
}

std::string describe(const VisionSpec& spec) {
    return std::visit([](const auto& tower) { return tower.describe(); }, spec);
}

std::string canonical(const VisionSpec& spec) {
    return std::visit([](const auto& tower) { return tower.canonical(); }, spec);
}

TensorShapes expectedTensors(const VisionSpec& spec) {
    return std::visit([](const auto& tower) { return expectedTensors(tower); }, spec);
}

}  // namespace oodscope::model
