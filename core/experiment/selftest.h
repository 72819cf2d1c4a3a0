// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/model/device.h"

namespace oodscope::experiment {

/// One comparison with what Python recorded.
struct SelftestCheck {
    enum class Kind { Resize, Tokenizer, Encoder };

    Kind kind = Kind::Resize;
    std::string name;       // "shortest bicubic 61 x 43 to 24", "open_clip ViT 1 layers, …: text"
    std::size_t cases = 0;  // pixels, texts or rows compared
    double error = 0;       // differing pixels, differing texts, or max |a - b| / max |b|
    double tolerance = 0;
    bool passed() const { return error <= tolerance; }
};

struct SelftestReport {
    std::vector<SelftestCheck> checks;
    std::string device;  // "cpu", "cuda:0"
    std::string precision;

    bool passed() const;
};

struct SelftestOptions {
    std::filesystem::path folder;  // empty: the vectors that ship with the program
    model::Device device;
    model::Precision precision = model::Precision::Fp32;
};

/// Resizing, tokenizer and encoders against the vectors that tests/parity/make_selftest.py recorded with Pillow,
/// open_clip and timm: whether this build on this device gives the right numbers. A difference is no error but a check
/// that did not pass; an error is that the vectors cannot be read or the device fails.
Result<SelftestReport> runSelftest(const SelftestOptions& options, std::stop_token stop, const ProgressFn& progress);

}  // namespace oodscope::experiment
