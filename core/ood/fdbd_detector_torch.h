// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/ood/detector.h"

namespace oodscope::ood {

/// The mean distance of x̂ to the decision boundaries between the predicted class and each other, over its distance to
/// the train mean (Liu and Qin 2024, arXiv 2312.11536). A class whose weights equal those of the predicted one has no
/// boundary with it and adds nothing.
class FdbdDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{
        .key = "fdbd",
        .name = "Decision boundary distance (fDBD)",
        .formula = "mean over c ≠ p of (z_p − z_c) / ‖w_p − w_c‖₂, over ‖x̂ − μ‖₂; p = argmax z",
        .source = "Liu and Qin 2024, arXiv 2312.11536",
        .needsFit = true,
        .needs = {.features = true, .head = true}};

    using Detector::Detector;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    at::Tensor m_mean;       // [D] double: of x̂ over the train set
    at::Tensor m_weightGap;  // [C, C]: ‖w_p − w_c‖, infinite where it is 0
};

}  // namespace oodscope::ood
