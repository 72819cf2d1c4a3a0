// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/embed/batch_encoder.h"
#include "core/model/device.h"
#include "core/model/encoder.h"

namespace oodscope::embed {

struct DeviceWorker {
    model::Device device;
    std::unique_ptr<model::ImageEncoder> encoder;
};

struct PipelineOptions {
    image::Preprocess preprocess;
    int batchSize = 32;
    int decoderThreads = 1;
    int computeThreads = 0;  // for a CPU worker; 0: as they are
};

/// Takes a batch that is done: called from the device workers, several at once.
using BatchSink = std::function<Status(const EncodedBatch&)>;

/// Decodes, preprocesses and encodes the named batches of `dataset` (ascending) and hands each to `sink`. Returns when
/// all threads have ended: done, Cancelled, or the first error of a worker, of the sink, or thrown.
Status runPipeline(const data::Dataset& dataset, const PipelineOptions& options, std::span<DeviceWorker> workers,
                   std::vector<std::size_t> batches, const BatchSink& sink, const std::stop_token& stop);

}  // namespace oodscope::embed
