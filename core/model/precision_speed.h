// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "core/base/error.h"
#include "core/model/device.h"

namespace oodscope::model {

struct PrecisionSpeed {
    Precision precision = Precision::Fp32;
    double flops = 0;          // floating-point operations per second
    double relativeError = 0;  // max |y - y_fp32| / max |y_fp32|
};

/// Runs a layer of a ViT-B encoder (768 → 3072 channels) in every precision on `device` for some tens of milliseconds
/// each, with as many threads as the calling thread uses. fp32 comes first; a precision that the device refuses is left
/// out. What a processor says of itself does not tell: bf16 is between ten times slower and eight times faster than
/// fp32.
Result<std::vector<PrecisionSpeed>> measurePrecisions(Device device, const std::stop_token& stop);

}  // namespace oodscope::model
