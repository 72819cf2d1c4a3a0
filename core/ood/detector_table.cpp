// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text_util.h"
#include "core/ood/ash_detector_torch.h"
#include "core/ood/detector.h"
#include "core/ood/dice_detector_torch.h"
#include "core/ood/entropy_detector.h"
#include "core/ood/fdbd_detector_torch.h"
#include "core/ood/free_energy_detector.h"
#include "core/ood/gen_detector.h"
#include "core/ood/kl_matching_detector_torch.h"
#include "core/ood/kmeans_mahalanobis_detector.h"
#include "core/ood/knn_detector.h"
#include "core/ood/l1_norm_detector.h"
#include "core/ood/mahalanobis_detector.h"
#include "core/ood/max_logit_detector.h"
#include "core/ood/max_norm_detector.h"
#include "core/ood/mcm_detector.h"
#include "core/ood/msp_detector.h"
#include "core/ood/neglabel_detector_torch.h"
#include "core/ood/nnguide_detector.h"
#include "core/ood/perplexity_detector.h"
#include "core/ood/react_detector_torch.h"
#include "core/ood/relative_mahalanobis_detector.h"
#include "core/ood/residual_detector_torch.h"
#include "core/ood/scale_detector_torch.h"
#include "core/ood/she_detector_torch.h"
#include "core/ood/vim_detector_torch.h"

namespace oodscope::ood {

namespace {

using Maker = std::unique_ptr<Detector> (*)(const DetectorInfo&, DetectorOptions);

template <class D>
std::unique_ptr<Detector> make(const DetectorInfo& info, DetectorOptions options) {
    return std::make_unique<D>(info, std::move(options));
}

struct Entry {
    DetectorInfo info;
    Maker maker;
};

constexpr std::array kEntries{
    Entry{MspDetector::kInfo, make<MspDetector>},
    Entry{FreeEnergyDetector::kInfo, make<FreeEnergyDetector>},
    Entry{MaxLogitDetector::kInfo, make<MaxLogitDetector>},
    Entry{L1NormDetector::kInfo, make<L1NormDetector>},
    Entry{EntropyDetector::kInfo, make<EntropyDetector>},
    Entry{PerplexityDetector::kInfo, make<PerplexityDetector>},
    Entry{GenDetector::kInfo, make<GenDetector>},
    Entry{KlMatchingDetector::kInfo, make<KlMatchingDetector>},
    Entry{McmDetector::kInfo, make<McmDetector>},
    Entry{NeglabelDetector::kInfo, make<NeglabelDetector>},
    Entry{MahalanobisDetector::kInfo, make<MahalanobisDetector>},
    Entry{RelativeMahalanobisDetector::kInfo, make<RelativeMahalanobisDetector>},
    Entry{MahalanobisDetector::kFeatureInfo, make<MahalanobisDetector>},
    Entry{RelativeMahalanobisDetector::kFeatureInfo, make<RelativeMahalanobisDetector>},
    Entry{KmeansMahalanobisDetector::kInfo, make<KmeansMahalanobisDetector>},
    Entry{KnnDetector::kInfo, make<KnnDetector>},
    Entry{NnguideDetector::kInfo, make<NnguideDetector>},
    Entry{SheDetector::kInfo, make<SheDetector>},
    Entry{MaxNormDetector::kInfo, make<MaxNormDetector>},
    Entry{ReactDetector::kInfo, make<ReactDetector>},
    Entry{AshDetector::kInfo, make<AshDetector>},
    Entry{ScaleDetector::kInfo, make<ScaleDetector>},
    Entry{DiceDetector::kInfo, make<DiceDetector>},
    Entry{VimDetector::kInfo, make<VimDetector>},
    Entry{ResidualDetector::kInfo, make<ResidualDetector>},
    Entry{FdbdDetector::kInfo, make<FdbdDetector>},
};

constexpr auto kInfos = [] {
    std::array<DetectorInfo, kEntries.size()> infos;
    std::ranges::transform(kEntries, infos.begin(), &Entry::info);
    return infos;
}();

}  // namespace

std::span<const DetectorInfo> detectors() {
    return kInfos;
}

const DetectorInfo* findDetector(std::string_view text) {
    const std::string wanted = toLowerAscii(text.substr(0, text.find(':')));  // the paper's tables say "Mahalanobis"
    const auto found = std::ranges::find(kInfos, wanted, &DetectorInfo::key);
    return found == kInfos.end() ? nullptr : &*found;
}

Result<std::unique_ptr<Detector>> makeDetector(std::string_view text) {
    const DetectorInfo* info = findDetector(text);
    if (info == nullptr) {
        std::string known;
        for (const DetectorInfo& one : kInfos)
            known += fmt::format("{}{}", known.empty() ? "" : ", ", one.key);
        return fail(ErrorCode::NotFound,
                    fmt::format("unknown detector '{}' (there are: {})", text.substr(0, text.find(':')), known));
    }
    const std::size_t colon = text.find(':');
    auto options = DetectorOptions::parse(*info, colon == std::string_view::npos ? "" : text.substr(colon + 1));
    if (!options) return failFrom(options);
    return kEntries[std::size_t(info - kInfos.data())].maker(*info, std::move(*options));
}

}  // namespace oodscope::ood
