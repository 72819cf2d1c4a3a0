// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/detector.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/base/text_util.h"
#include "core/ood/free_energy_detector.h"
#include "core/ood/knn_detector.h"
#include "core/ood/l1_norm_detector.h"
#include "core/ood/mahalanobis_detector.h"
#include "core/ood/max_logit_detector.h"
#include "core/ood/msp_detector.h"
#include "core/ood/perplexity_detector.h"
#include "core/ood/relative_mahalanobis_detector.h"

namespace oodscope::ood {

namespace {

using DetectorPtr = std::unique_ptr<Detector>;

template <class D>
DetectorPtr make(const DetectorOptions& options) {
    if constexpr (std::is_constructible_v<D, const DetectorOptions&>) {
        return std::make_unique<D>(options);
    } else {
        return std::make_unique<D>();
    }
}

constexpr std::array kInfos{
    MspDetector::kInfo,
    FreeEnergyDetector::kInfo,
    MaxLogitDetector::kInfo,
    L1NormDetector::kInfo,
    PerplexityDetector::kInfo,
    MahalanobisDetector::kInfo,
    RelativeMahalanobisDetector::kInfo,
    KnnDetector::kInfo,
};
constexpr std::array<DetectorPtr (*)(const DetectorOptions&), kInfos.size()> kMakers{
    make<MspDetector>,
    make<FreeEnergyDetector>,
    make<MaxLogitDetector>,
    make<L1NormDetector>,
    make<PerplexityDetector>,
    make<MahalanobisDetector>,
    make<RelativeMahalanobisDetector>,
    make<KnnDetector>,
};

}  // namespace

std::span<const DetectorInfo> detectors() {
    return kInfos;
}

Result<std::unique_ptr<Detector>> makeDetector(std::string_view key, const DetectorOptions& options) {
    if (!(options.temperature > 0) || !std::isfinite(options.temperature)) {
        return fail(ErrorCode::InvalidArgument, fmt::format("temperature {} is not above zero", options.temperature));
    }
    const std::string wanted = toLowerAscii(key);  // the paper's tables say "Mahalanobis"
    std::string known;
    for (std::size_t i = 0; i < kInfos.size(); ++i) {
        if (kInfos[i].key == wanted) return kMakers[i](options);
        known += fmt::format("{}{}", known.empty() ? "" : ", ", kInfos[i].key);
    }
    return fail(ErrorCode::NotFound, fmt::format("unknown detector '{}' (there are: {})", key, known));
}

}  // namespace oodscope::ood
