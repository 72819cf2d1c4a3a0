// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <array>

#include "core/ood/shaped_energy_detector_torch.h"

namespace oodscope::ood {

/// Energy with the lowest inputs of the head set to zero, image by image. The others stay (p), become Σ x̂ over their
/// count (b), or are multiplied by exp(Σ x̂ / Σ of those kept) (s) (Djurisic et al. 2023, arXiv 2209.09858).
class AshDetector final : public ShapedEnergyDetector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"percentile", "90", "of an image's activations, below which they are cut", 0, 99.9},
        DetectorOption{.key = "variant", .standard = "s", .meaning = "what the others become", .words = "s|p|b"},
    };
    static constexpr DetectorInfo kInfo{.key = "ash",
                                        .name = "Activation shaping (ASH)",
                                        .formula =
                                            "logsumexp(W shape(x̂) + b): low activations cut, others kept (p), "
                                            "binarised (b) or scaled (s)",
                                        .source = "Djurisic et al. 2023, arXiv 2209.09858",
                                        .needs = {.features = true, .head = true},
                                        .options = kOptions};

    using ShapedEnergyDetector::ShapedEnergyDetector;

private:
    at::Tensor shapedLogits(const LinearHead& head, const at::Tensor& features) const override;
};

}  // namespace oodscope::ood
