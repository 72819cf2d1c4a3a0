// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "core/base/rng.h"
#include "core/ood/fpr_conventions.h"
#include "core/ood/percentile.h"
#include "core/ood/score_counts.h"

namespace oodscope::ood {
namespace {

__extension__ using Wide = unsigned __int128;

/// How often each score of a set is drawn. A byte is enough: more than 255 draws of one score need more than 255
/// scores, and then 256 hits on one of them have a chance below 1 in 256!.
using Draws = std::vector<std::uint8_t>;

void draw(Draws& draws, std::uint64_t seed, std::uint64_t firstDraw) {
    std::fill(draws.begin(), draws.end(), std::uint8_t{0});
    const std::uint64_t n = draws.size();
    for (std::uint64_t j = 0; j < n; ++j)
        ++draws[std::size_t(Wide(n) * mixSeed(seed, firstDraw + j) >> 64)];
}

/// One thread's work: draws, counts, measures; its buffers are used again.
class Resampler {
public:
    Resampler(const ScoreCounts& counts, const BootstrapOptions& options)
        : m_counts(counts), m_options(options), m_id(counts.idTotal()), m_ood(counts.oodTotal()) {}

    void measure(std::uint64_t resample, double& auroc, double& fpr) {
        const std::uint64_t seed = mixSeed(m_options.seed, resample);
        draw(m_id, seed, 0);
        draw(m_ood, seed, m_id.size());
        count();
        auroc = aurocFrom(m_drawn);
        fpr = readFpr(m_drawn, m_options.convention, m_options.tpr).fpr;
    }

private:
    /// The counts of the scores that were drawn; those that were not make no vertex.
    void count() {
        const std::size_t most = m_counts.size();
        m_drawn.value.resize(most);
        m_drawn.id.resize(most);
        m_drawn.ood.resize(most);
        std::uint64_t i = 0;
        std::uint64_t o = 0;
        std::uint64_t id = 0;
        std::uint64_t ood = 0;
        std::size_t used = 0;
        for (std::size_t k = 0; k < most; ++k) {
            const std::uint64_t before = id + ood;
            for (; i < m_counts.id[k]; ++i)
                id += m_id[i];
            for (; o < m_counts.ood[k]; ++o)
                ood += m_ood[o];
            m_drawn.value[used] = m_counts.value[k];
            m_drawn.id[used] = id;
            m_drawn.ood[used] = ood;
            used += id + ood != before ? 1 : 0;
        }
        m_drawn.value.resize(used);
        m_drawn.id.resize(used);
        m_drawn.ood.resize(used);
    }

    const ScoreCounts& m_counts;
    const BootstrapOptions& m_options;
    Draws m_id;
    Draws m_ood;
    ScoreCounts m_drawn;
};

Status check(const BootstrapOptions& options, std::size_t scores) {
    if (auto good = checkTpr(options.tpr); !good) return good;
    if (options.resamples < 2) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} bootstrap resamples: at least 2 are needed", options.resamples));
    }
    if (double(scores) * options.resamples <= kMostDraws) return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} bootstrap resamples of {} scores would take minutes: at most {} resamples",
                            options.resamples, scores, std::size_t(kMostDraws / double(scores))));
}

Percentiles percentiles(std::vector<double> values) {
    return {percentileOf(values, 2.5), percentileOf(values, 97.5)};
}

}  // namespace

Result<Bootstrap> bootstrap(std::span<const double> id, std::span<const double> ood, const BootstrapOptions& options,
                            std::stop_token stop) {
    if (auto good = check(options, id.size() + ood.size()); !good) return failFrom(good);
    const auto counts = countScores(id, ood);
    if (!counts) return failFrom(counts);
    const auto resamples = std::size_t(options.resamples);
    Bootstrap result;
    result.aurocs.resize(resamples);
    result.fprs.resize(resamples);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        Resampler resampler(*counts, options);
        for (std::size_t r = next++; r < resamples && !stop.stop_requested(); r = next++)
            resampler.measure(r, result.aurocs[r], result.fprs[r]);
    };
    const std::size_t wanted = options.threads > 0 ? std::size_t(options.threads) : std::thread::hardware_concurrency();
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 1; t < std::min(std::max<std::size_t>(wanted, 1), resamples); ++t)
            threads.emplace_back(work);
        work();
    }
    if (stop.stop_requested()) return cancelled();
    result.auroc = percentiles(result.aurocs);
    result.fpr = percentiles(result.fprs);
    return result;
}

}  // namespace oodscope::ood
