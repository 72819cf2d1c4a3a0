// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/detector.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>

namespace oodscope::ood {

namespace {

template <class Work>
auto guarded(Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory");
    } catch (const c10::OutOfMemoryError&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, error.what_without_backtrace());
    }
}

/// The first row that holds NaN or infinity; the number of rows where none does.
std::size_t firstBadRow(const Matrix& matrix) {
    std::atomic<std::size_t> first{matrix.rows()};
    at::parallel_for(0, std::int64_t(matrix.rows()), 256, [&](std::int64_t begin, std::int64_t end) {
        for (auto r = std::size_t(begin); r < std::size_t(end); ++r) {
            float sum = 0;  // v · 0 is NaN for NaN and infinity alone
            for (const float v : matrix.row(r))
                sum += v * 0.0F;
            if (sum == 0) continue;
            std::size_t known = first;
            while (r < known && !first.compare_exchange_weak(known, r)) {
            }
            return;
        }
    });
    return first;
}

Status checkMatrix(const Matrix& matrix, std::string_view what) {
    if (matrix.empty()) return fail(ErrorCode::InvalidArgument, fmt::format("there are no {}", what));
    const std::size_t bad = firstBadRow(matrix);
    if (bad == matrix.rows()) return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("row {} of {} (from 0) of the {} holds NaN or infinity", bad, matrix.rows(), what));
}

Status checkHead(const DetectorInput& input) {
    if (input.head == nullptr) return fail(ErrorCode::InvalidArgument, "needs the linear head of a probe");
    const probe::LinearProbe& head = *input.head;
    if (head.weight.cols() != input.features.cols())
        return fail(ErrorCode::InvalidArgument, fmt::format("features are {} wide, the inputs of the head {}",
                                                            input.features.cols(), head.weight.cols()));
    return {};
}

Status checkText(const DetectorInput& input) {
    if (input.text == nullptr || input.text->classVectors.empty())
        return fail(ErrorCode::InvalidArgument, "needs the class vectors of a text tower");
    return {};
}

}  // namespace

Status Detector::check(const DetectorInput& input) const {
    const DetectorNeeds& needs = m_info.needs;
    if (needs.logits) {
        if (auto good = checkMatrix(input.logits, "logits"); !good) return good;
    }
    if (needs.features) {
        if (auto good = checkMatrix(input.features, "features"); !good) return good;
    }
    if (needs.logits && needs.features && input.logits.rows() != input.features.rows())
        return fail(ErrorCode::InvalidArgument, fmt::format("{} rows of logits for {} rows of features",
                                                            input.logits.rows(), input.features.rows()));
    if (needs.head) {
        if (auto good = checkHead(input); !good) return good;
    }
    return needs.text ? checkText(input) : Status{};
}

Status Detector::checkLabels(const DetectorInput& train) const {
    if (!m_info.needs.labels) return {};
    const std::size_t rows = m_info.needs.features ? train.features.rows() : train.logits.rows();
    if (train.labels.size() != rows)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} labels for {} samples", train.labels.size(), rows));
    // Where neither logits nor a head tell the number of classes, only absurd labels are refused.
    const std::size_t classes = m_info.needs.logits ? train.logits.cols() : std::size_t{1} << 24;
    for (std::size_t i = 0; i < train.labels.size(); ++i) {
        if (train.labels[i] < 0) return fail(ErrorCode::InvalidArgument, fmt::format("sample {} has no label", i));
        if (std::size_t(train.labels[i]) >= classes)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("label {} of sample {} (from 0) is out of range: there are {} classes",
                                    train.labels[i], i, classes));
    }
    return {};
}

Status Detector::checkWidths(const DetectorInput& input) const {
    if (!m_info.needsFit) return {};
    if (!m_fitted) return fail(ErrorCode::InvalidArgument, "not fitted to a train set");
    if (m_info.needs.logits && input.logits.cols() != m_logitWidth)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("logits are {} wide, those of the train set {}", input.logits.cols(), m_logitWidth));
    if (m_info.needs.features && input.features.cols() != m_featureWidth)
        return fail(ErrorCode::InvalidArgument, fmt::format("features are {} wide, those of the train set {}",
                                                            input.features.cols(), m_featureWidth));
    return {};
}

tl::unexpected<Error> Detector::named(const Error& error) const {
    return fail(error.code, fmt::format("{}: {}", m_info.key, error.message));
}

Status Detector::fit(const DetectorInput& train) {
    if (!m_info.needsFit) return {};
    m_fitted = false;
    if (auto good = check(train); !good) return named(good.error());
    if (auto good = checkLabels(train); !good) return named(good.error());
    if (auto done = guarded([&] { return fitTrain(train); }); !done) return named(done.error());
    m_logitWidth = train.logits.cols();
    m_featureWidth = train.features.cols();
    m_fitted = true;
    return {};
}

Result<std::vector<double>> Detector::score(const DetectorInput& input) const {
    if (auto good = check(input); !good) return named(good.error());
    if (auto good = checkWidths(input); !good) return named(good.error());
    auto scores = guarded([&] { return scoreRows(input); });
    if (!scores) return named(scores.error());
    const auto bad = std::ranges::find_if(*scores, [](double s) { return !std::isfinite(s); });
    if (bad == scores->end()) return scores;
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: the score of row {} (from 0) is not finite", m_info.key, bad - scores->begin()));
}

}  // namespace oodscope::ood
