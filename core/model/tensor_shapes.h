// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/model/transformer_config.h"

namespace oodscope::model {

/// weight [out, in] and bias [out] of the linear layer `name`.
void addLinear(TensorShapes& shapes, const std::string& name, std::int64_t out, std::int64_t in, bool bias = true);

/// The size of a tensor's first axis; 0 where there is no such tensor, at most a million.
int rowsOf(const TensorShapes& shapes, const std::string& name);

}  // namespace oodscope::model
