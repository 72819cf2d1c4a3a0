// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/label_updater.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/probe/cosine_blocks.h"

namespace oodscope::probe {

namespace {

/// A class and its cosine with an image.
struct Best {
    std::int32_t label = 0;
    float cosine = 0;
};

/// The largest of `cosines`, the first on ties; its label is the column.
Best bestOf(std::span<const float> cosines) {
    const auto at = std::max_element(cosines.begin(), cosines.end());
    return {std::int32_t(at - cosines.begin()), *at};
}

bool wins(const Best& challenger, const Best& holder) {
    return challenger.cosine > holder.cosine || (challenger.cosine == holder.cosine && challenger.label < holder.label);
}

}  // namespace

struct LabelUpdater::State {
    Matrix projected;
    Matrix vectors;  // of the last update; empty before the first
    std::vector<Best> best;
    std::size_t columnsDone = 0;
    std::size_t rowsDone = 0;

    std::vector<std::size_t> changedClasses(const Matrix& next) const {
        std::vector<std::size_t> changed;
        const bool all = next.rows() != vectors.rows() || next.cols() != vectors.cols();
        for (std::size_t c = 0; c < next.rows(); ++c) {
            if (all || !std::ranges::equal(next.row(c), vectors.row(c))) changed.push_back(c);
        }
        return changed;
    }

    Status multiplyAll(const Matrix& next, std::vector<Best>& result) const {
        return forEachCosineRow(projected, next,
                                [&](std::size_t i, std::span<const float> cosines) { result[i] = bestOf(cosines); });
    }

    /// New best of every row from the changed columns alone; `lost` gets the rows for which they do not suffice: their
    /// class changed and fell behind what it was, so that any other class may now be ahead.
    Status multiplyChanged(const Matrix& next, std::span<const std::size_t> changed, std::vector<Best>& result,
                           std::vector<char>& lost) const {
        const Matrix columns = next.selectRows(changed);
        return forEachCosineRow(projected, columns, [&](std::size_t i, std::span<const float> cosines) {
            Best holder = best[i];
            const auto own = std::ranges::lower_bound(changed, std::size_t(holder.label));
            if (own != changed.end() && *own == std::size_t(holder.label)) {
                const float now = cosines[std::size_t(own - changed.begin())];
                lost[i] = now < holder.cosine;
                holder.cosine = now;
            }
            Best challenger = bestOf(cosines);
            challenger.label = std::int32_t(changed[std::size_t(challenger.label)]);
            result[i] = wins(challenger, holder) ? challenger : holder;
        });
    }

    Status redo(const Matrix& next, std::span<const std::size_t> rows, std::vector<Best>& result) const {
        if (rows.empty()) return {};
        return forEachCosineRow(projected.selectRows(rows), next, [&](std::size_t i, std::span<const float> cosines) {
            result[rows[i]] = bestOf(cosines);
        });
    }
};

LabelUpdater::LabelUpdater(Matrix projected) : m_state(std::make_unique<State>()) {
    m_state->projected = std::move(projected);
}
LabelUpdater::~LabelUpdater() = default;
LabelUpdater::LabelUpdater(LabelUpdater&&) noexcept = default;
LabelUpdater& LabelUpdater::operator=(LabelUpdater&&) noexcept = default;

Result<std::vector<std::int32_t>> LabelUpdater::update(const Matrix& classVectors) {
    State& s = *m_state;
    std::vector<Best> result = s.best;
    const std::vector<std::size_t> changed = s.changedClasses(classVectors);
    std::size_t rowsDone = 0;
    if (s.vectors.empty() || classVectors.empty() || 2 * changed.size() > classVectors.rows()) {
        result.resize(s.projected.rows());
        if (auto done = s.multiplyAll(classVectors, result); !done) return failFrom(done);
        rowsDone = result.size();
    } else if (!changed.empty()) {
        std::vector<char> lost(result.size());
        if (auto done = s.multiplyChanged(classVectors, changed, result, lost); !done) return failFrom(done);
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < lost.size(); ++i) {
            if (lost[i] != 0) rows.push_back(i);
        }
        if (auto done = s.redo(classVectors, rows, result); !done) return failFrom(done);
        rowsDone = rows.size();
    }
    s.best = std::move(result);
    s.vectors = classVectors;
    s.columnsDone = changed.size();
    s.rowsDone = rowsDone;
    std::vector<std::int32_t> labels(s.best.size());
    std::ranges::transform(s.best, labels.begin(), [](const Best& best) { return best.label; });
    return labels;
}

std::size_t LabelUpdater::columnsDone() const {
    return m_state->columnsDone;
}

std::size_t LabelUpdater::rowsDone() const {
    return m_state->rowsDone;
}

}  // namespace oodscope::probe
