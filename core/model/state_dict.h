// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/io/tensor_file.h"

namespace oodscope::model {

struct StateDict {
    io::TensorFile file;  // names as the architecture has them
    std::string inside;   // what was taken off in front of them, "state_dict.module"; empty: nothing
};

/// The weights inside whatever a training script wrapped around them, found by content: names that begin with
/// "state_dict.", "model.", "teacher.", "target_encoder." and the like are taken without it and all others left out,
/// also one inside the other ("state_dict." + "module." + …); averaged weights are preferred, as timm does. Names of
/// "module." (DataParallel) and "_orig_mod." (torch.compile) count as wrappers; the parts of a model ("backbone.",
/// "base_encoder.", "visual.") do not. The three sizes that OpenAI's archives
/// carry as tensors (input_resolution, context_length, vocab_size) are left out, and so is the causal mask that an
/// open_clip model carries once it is traced.
StateDict unwrapStateDict(const io::TensorFile& file);

}  // namespace oodscope::model
