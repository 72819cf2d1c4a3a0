// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/detector.h"
#include "core/ood/nearest_rows.h"

namespace oodscope::ood {

/// Energy times guidance, the mean over the top-k of a bank of train features of E_j · cos(x, x_j), E = logsumexp(z)
/// (Park, Jung and Teoh 2023, arXiv 2309.14888). The bank is a random share of the train set, k rows at least.
class NnguideDetector final : public Detector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"k", "10", "neighbours", 1, 1e6, /*whole=*/true},
        DetectorOption{"share", "0.01", "of the train set in the bank", 1e-6, 1},
        DetectorOption{"seed", "42", "of the draw of the bank", 0, 1e15, /*whole=*/true},
    };
    static constexpr DetectorInfo kInfo{.key = "nnguide",
                                        .name = "Nearest neighbour guidance (NNGuide)",
                                        .formula = "E(x) · mean over top-k of E_j cos(x, x_j), E = logsumexp(z)",
                                        .source = "Park, Jung and Teoh 2023, arXiv 2309.14888",
                                        .needsFit = true,
                                        .needs = {.logits = true, .features = true},
                                        .options = kOptions};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    NearestRows m_bank;
    std::size_t m_trainRows = 0;
};

}  // namespace oodscope::ood
