// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/data/pixel_array.h"

namespace oodscope::data {

/// The images of a file of torch.save: its tensor of shape [N,3,H,W] or [N,H,W,3] of uint8, or of floats in [0, 1].
/// `part` names the tensor where there are several ("orig" of the sets of adversarial images). A tensor of whole
/// numbers named "labels", "label", "targets" or "y" that is as long becomes the labels. Nothing in the file is
/// executed. Errors name the file, and what tensors it has where none or several fit.
Result<PixelArrayPtr> openTorchImages(const std::filesystem::path& file, const std::string& part);

/// Whether the file can be read and has a tensor of such a shape.
bool hasTorchImages(const std::filesystem::path& file);

}  // namespace oodscope::data
