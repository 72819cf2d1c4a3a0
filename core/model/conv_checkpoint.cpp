// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/conv_checkpoint.h"

#include <string>
#include <string_view>
#include <utility>

namespace oodscope::model {
namespace {

// A tower that reads the tensors under the names of the file.
Result<TowerCheckpoint> fitAsNamed(const io::TensorFile& file, const VisionSpec& spec, const std::string& classHead) {
    Layout layout;
    for (const auto& [name, shape] : expectedTensors(spec))
        layout[name] = {name, shape};
    const auto ignorable = [&](std::string_view name) {
        return name.starts_with(classHead + ".") || name.ends_with(".num_batches_tracked");
    };
    auto fitted = fitLayout(file, spec, layout, ignorable);
    if (!fitted) return fitted;
    if (const Status status = addClassHead(*fitted, file, classHead); !status) return failFrom(status);
    return fitted;
}

}  // namespace

std::optional<Result<TowerCheckpoint>> fitConvNext(const io::TensorFile& file, const TowerHints& hints) {
    auto spec = recogniseConvNext(shapesOf(file));
    if (!spec) return std::nullopt;
    if (hints.imageSize > 0) spec->imageSize = hints.imageSize;
    spec->finalNorm = hints.finalNorm;
    return fitAsNamed(file, *spec, ConvNextNames(*spec).classHead());
}

std::optional<Result<TowerCheckpoint>> fitResNet(const io::TensorFile& file, const TowerHints& hints) {
    auto spec = recogniseResNet(shapesOf(file));
    if (!spec) return std::nullopt;
    // CLIP's own comes with a size that its positions fix.
    if (hints.imageSize > 0 && spec->kind == ResNetSpec::Kind::Standard) spec->imageSize = hints.imageSize;
    return fitAsNamed(file, *spec, ResNetSpec::kClassHead);
}

}  // namespace oodscope::model
