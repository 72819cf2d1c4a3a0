// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::model {

class Model;

/// What a model with a text tower also is.
class Projector {
public:
    virtual ~Projector() = default;
    virtual Result<Matrix> project(const Matrix& embeddings) const = 0;
};

/// Embeddings as the image tower of `model` gives them ([N, D], before the projection) in the space of its texts:
/// [N, P], not normalised. For embeddings that other programs kept without it. Errors: no text tower; another width.
Result<Matrix> projectEmbeddings(const Model& model, const Matrix& embeddings);

}  // namespace oodscope::model
