// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <array>

#include "core/ood/detector.h"
#include "core/ood/principal_space_torch.h"

namespace oodscope::ood {

inline constexpr DetectorOption kPrincipalDim{"dim", "0", "principal directions; 0: 1000, 512 or half, by the width",
                                              0,     1e6, /*whole=*/true};

/// −‖x̂ outside its principal directions‖ (Wang et al. 2022, arXiv 2203.10807, after Ndiour et al. 2020).
class ResidualDetector final : public Detector {
public:
    static constexpr std::array kOptions{kPrincipalDim};
    static constexpr DetectorInfo kInfo{.key = "residual",
                                        .name = "Residual",
                                        .formula = "−‖R (x̂ − o)‖₂, R: all but the principal directions, o = −W⁺ b",
                                        .source = "Wang et al. 2022, arXiv 2203.10807",
                                        .needsFit = true,
                                        .needs = {.features = true, .head = true},
                                        .options = kOptions};

    using Detector::Detector;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    PrincipalSpace m_space;
};

}  // namespace oodscope::ood
