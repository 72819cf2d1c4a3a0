// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <array>

#include "core/ood/detector.h"
#include "core/ood/principal_space_torch.h"
#include "core/ood/residual_detector_torch.h"

namespace oodscope::ood {

/// logsumexp(z) − α ‖x̂ outside its principal directions‖; α makes the residual as large as the largest logit, on the
/// mean over the train set (Wang et al. 2022, arXiv 2203.10807).
class VimDetector final : public Detector {
public:
    static constexpr std::array kOptions{kPrincipalDim};
    static constexpr DetectorInfo kInfo{.key = "vim",
                                        .name = "Virtual-logit matching (ViM)",
                                        .formula = "logsumexp(z) − α ‖R (x̂ − o)‖₂, α = mean max z / mean residual",
                                        .source = "Wang et al. 2022, arXiv 2203.10807",
                                        .needsFit = true,
                                        .needs = {.features = true, .head = true},
                                        .options = kOptions};

    using Detector::Detector;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    PrincipalSpace m_space;
    double m_alpha = 0;
};

}  // namespace oodscope::ood
