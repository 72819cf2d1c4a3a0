// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include "core/ood/blocks_torch.h"
#include "core/ood/neglabel_detector_torch.h"

namespace oodscope::ood {

namespace {

/// Indices of the words, those farthest from the classes first.
at::Tensor farthestFirst(const TextSide& text, double percentile) {
    const at::Tensor classes = train::viewOf(text.classVectors).to(at::kDouble);
    std::vector<at::Tensor> nearness;
    constexpr std::int64_t kMostValues = 1 << 23;  // torch's quantile takes 2^24 at a time
    const std::int64_t rows = std::max<std::int64_t>(1, kMostValues / classes.size(0));
    for (const at::Tensor& part : train::viewOf(text.negativeVectors).split(rows))
        nearness.push_back(part.to(at::kDouble).mm(classes.t()).quantile(percentile / 100, 1));
    return at::cat(nearness).argsort(/*stable=*/true);
}

}  // namespace

Status NeglabelDetector::fitTrain(const DetectorInput& train) {
    const Matrix& words = train.text->negativeVectors;
    if (words.empty()) return fail(ErrorCode::InvalidArgument, "no negative words were given");
    if (words.cols() != train.text->classVectors.cols())
        return fail(ErrorCode::InvalidArgument, "the words and the classes come from different text towers");
    m_given = words.rows();
    const double share = options().number("share");
    const auto kept = std::max(std::int64_t{1}, std::int64_t(double(m_given) * share));
    m_groups = std::min<std::int64_t>(options().whole("groups"), kept);
    at::Tensor chosen = share < 1 ? farthestFirst(*train.text, options().number("percentile"))
                                  : at::arange(std::int64_t(m_given), at::kLong);
    chosen = chosen.narrow(0, 0, kept - kept % m_groups);
    m_words = train::viewOf(words).index_select(0, chosen).to(at::kDouble);
    return {};
}

Result<std::vector<double>> NeglabelDetector::scoreRows(const DetectorInput& input) const {
    if (input.projected.rows() != input.logits.rows() || std::int64_t(input.projected.cols()) != m_words.size(1))
        return fail(ErrorCode::InvalidArgument, "needs projected embeddings in the space of the words");
    const double temperature = options().number("temperature");
    return scoresByBlock(input.logits, [&](std::int64_t first, const at::Tensor& cosines) {
        const at::Tensor images = train::viewOf(input.projected).narrow(0, first, cosines.size(0)).to(at::kDouble);
        const at::Tensor words = unitRows(images).mm(m_words.t()).div_(temperature);
        const at::Tensor grouped = words.view({words.size(0), -1, m_groups}).logsumexp(1);
        return cosines.div(temperature).logsumexp(1, /*keepdim=*/true).sub(grouped).sigmoid_().mean(1);
    });
}

std::string NeglabelDetector::note() const {
    return fmt::format("{} of {} words in {} groups", m_words.defined() ? m_words.size(0) : 0, m_given, m_groups);
}

}  // namespace oodscope::ood
