// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/ood/detector.h"

namespace oodscope::ood {

/// −min_c KL(p ‖ d_c), p = softmax(z), d_c = mean of p over the train rows that are predicted as c (Hendrycks et al.
/// 2022, arXiv 1911.11132). Classes that are never predicted are left out. Probabilities of d_c below 1e-300 count as
/// that.
class KlMatchingDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{.key = "kl_matching",
                                        .name = "KL matching",
                                        .formula = "−min_c KL(softmax(z) ‖ mean softmax of those predicted as c)",
                                        .source = "Hendrycks et al. 2022, arXiv 1911.11132",
                                        .needsFit = true,
                                        .needs = {.logits = true}};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    at::Tensor m_logTypical;  // [C', C] double: ln d_c
    std::int64_t m_neverPredicted = 0;
};

}  // namespace oodscope::ood
