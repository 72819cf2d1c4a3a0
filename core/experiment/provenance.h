// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/experiment/probe_job.h"
#include "core/experiment/run.h"
#include "core/experiment/run_inputs.h"
#include "core/model/model.h"

namespace oodscope::experiment {

/// A model as a number's provenance names it: folder or checkpoint file and how it is opened, hash of the weights,
/// architecture, activation, preprocessing, logit scale.
nlohmann::json describeModel(const model::Model& model);

/// One data set of a run: where it came from, its key, how many images, the stamp of its files (see sourceStamp), and
/// the provenance of its embeddings.
nlohmann::json describeSource(const std::filesystem::path& source, const embed::EmbeddingSet& set);

/// What tells whether the files of `source` are still those of a recorded run: for a folder of images the hash of its
/// list of files with sizes and times, for a file its size and time. Error: the source is gone or cannot be read.
Result<std::string> sourceStamp(const std::filesystem::path& source);

/// The same for one file, whatever it is.
Result<std::string> fileStamp(const std::filesystem::path& file);

/// Everything that made the numbers of an evaluation (`run`: see recordRun). `probe` is null for zero-shot.
nlohmann::json evaluationProvenance(const RunOptions& options, const RunInputs& inputs, const StoredProbe* probe,
                                    nlohmann::json run);

/// Everything that made a probe.
nlohmann::json probeProvenance(const RunOptions& options, const RunInputs& inputs, nlohmann::json run);

}  // namespace oodscope::experiment
