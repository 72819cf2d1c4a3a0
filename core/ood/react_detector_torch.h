// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <array>

#include "core/ood/shaped_energy_detector_torch.h"

namespace oodscope::ood {

/// Energy with the inputs of the head clipped at c, a percentile of all of them over the train set (Sun, Guo and Li
/// 2021, arXiv 2111.12797).
class ReactDetector final : public ShapedEnergyDetector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"percentile", "90", "of the train activations, where they are clipped", 0, 100}};
    static constexpr DetectorInfo kInfo{.key = "react",
                                        .name = "Rectified activations (ReAct)",
                                        .formula = "logsumexp(W min(x̂, c) + b), c = percentile of x̂ over the train set",
                                        .source = "Sun, Guo and Li 2021, arXiv 2111.12797",
                                        .needsFit = true,
                                        .needs = {.features = true, .head = true},
                                        .options = kOptions};

    using ShapedEnergyDetector::ShapedEnergyDetector;

private:
    Status fitTrain(const DetectorInput& train) override;
    at::Tensor shapedLogits(const LinearHead& head, const at::Tensor& features) const override;

    double m_clip = 0;
};

}  // namespace oodscope::ood
