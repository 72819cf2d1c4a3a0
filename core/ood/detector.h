// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::ood {

/// What a detector may look at. Unused parts may be empty; a detector that misses one says so.
struct DetectorInput {
    Matrix logits;                         // [N, C]
    Matrix features;                       // [N, D]
    std::span<const std::int32_t> labels;  // N, for fit only
};

struct DetectorOptions {
    double temperature = 1.0;  // > 0; of the softmax scores
    int neighbours = 1;        // k of knn
};

struct DetectorInfo {
    std::string_view key;      // "msp": in files and on the command line
    std::string_view name;     // "Maximum softmax probability"
    std::string_view formula;  // "max softmax(z / T)"
    std::string_view source;   // paper
    bool needsFit = false;     // statistics of the ID train set
};

/// A post-hoc OOD score; higher means more in-distribution.
class Detector {
public:
    virtual ~Detector() = default;
    virtual const DetectorInfo& info() const = 0;
    virtual Status fit(const DetectorInput& train) = 0;
    virtual Result<std::vector<double>> score(const DetectorInput& input) const = 0;
    /// What a reader of the scores should know of the fit ("covariance has rank 9 of 10 …"); usually empty.
    virtual std::string note() const { return {}; }
};

/// All detectors of this build, in display order.
std::span<const DetectorInfo> detectors();
/// Error NotFound names the known keys.
Result<std::unique_ptr<Detector>> makeDetector(std::string_view key, const DetectorOptions& options = {});

}  // namespace oodscope::ood
