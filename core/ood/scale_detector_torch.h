// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <array>

#include "core/ood/shaped_energy_detector_torch.h"

namespace oodscope::ood {

/// Energy with the inputs of the head multiplied by exp(Σ x̂ / Σ of the largest), image by image; none is cut (Xu et al.
/// 2024, arXiv 2310.00227).
class ScaleDetector final : public ShapedEnergyDetector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"percentile", "85", "of an image's activations, above which they count as large", 0, 99.9}};
    static constexpr DetectorInfo kInfo{.key = "scale",
                                        .name = "Activation scaling (SCALE)",
                                        .formula = "logsumexp(W x̂ exp(r) + b), r = Σ x̂ / Σ of the largest x̂",
                                        .source = "Xu et al. 2024, arXiv 2310.00227",
                                        .needs = {.features = true, .head = true},
                                        .options = kOptions};

    using ShapedEnergyDetector::ShapedEnergyDetector;

private:
    at::Tensor shapedLogits(const LinearHead& head, const at::Tensor& features) const override;
};

}  // namespace oodscope::ood
