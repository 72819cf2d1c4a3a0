// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <array>

#include "core/ood/shaped_energy_detector_torch.h"

namespace oodscope::ood {

/// Energy with only those weights whose mean contribution W'_cd · mean(x_d) over the train set is above a percentile of
/// all (Sun and Li 2022, arXiv 2111.09805). W' = W/std takes the standardisation in, as the mean of x̂ over the train
/// set is zero and would tell nothing.
class DiceDetector final : public ShapedEnergyDetector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"percentile", "90", "of the contributions, up to which weights are dropped", 0, 99.9}};
    static constexpr DetectorInfo kInfo{.key = "dice",
                                        .name = "Directed sparsification (DICE)",
                                        .formula =
                                            "logsumexp((M ⊙ W') x + b'), M = contribution W' ⊙ mean(x) above its "
                                            "percentile, W' = W / std",
                                        .source = "Sun and Li 2022, arXiv 2111.09805",
                                        .needsFit = true,
                                        .needs = {.features = true, .head = true},
                                        .options = kOptions};

    using ShapedEnergyDetector::ShapedEnergyDetector;

private:
    Status fitTrain(const DetectorInput& train) override;
    at::Tensor shapedLogits(const LinearHead& head, const at::Tensor& features) const override;

    at::Tensor m_weight;  // [C, D] double: M ⊙ W'
    at::Tensor m_bias;    // [C]: b − W' mean
};

}  // namespace oodscope::ood
