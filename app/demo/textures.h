// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "app/demo/canvas.h"

namespace oodscope::demo {

/// A surface without any thing in it: the far out-of-distribution set.
struct TextureKind {
    std::string_view name;
    void (*paint)(cv::Mat3b&, Random&);
};

/// In the order of their names.
std::span<const TextureKind> textureKinds();

}  // namespace oodscope::demo
