// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::probe {

/// Pseudo labels of one set of images that follow edits of the class vectors. The first call multiplies everything;
/// later ones multiply only the classes whose vector changed, and the rows that such a class lost. The same labels as
/// pseudoLabels(), but where two cosines of a row agree to the last few bits.
class LabelUpdater {
public:
    /// Shares `projected` [N, P], which is read again at every call.
    explicit LabelUpdater(Matrix projected);
    ~LabelUpdater();
    LabelUpdater(LabelUpdater&&) noexcept;
    LabelUpdater& operator=(LabelUpdater&&) noexcept;

    /// Labels for `classVectors` [C, P]. Errors as those of pseudoLabels(); the state stays as it was.
    Result<std::vector<std::int32_t>> update(const Matrix& classVectors);

    /// How many class columns the last update multiplied for all rows, and how many rows it did over again.
    std::size_t columnsDone() const;
    std::size_t rowsDone() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace oodscope::probe
