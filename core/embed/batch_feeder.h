// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace oodscope::embed {

/// An image that could not be read.
struct BadImage {
    std::size_t index = 0;  // into the data set
    std::string reason;
    bool mayRecover = false;  // the file could not be reached, as against: its contents are broken
};

/// One batch under way; the buffer is used again for a later one.
struct Batch {
    std::size_t number = 0;  // images [number × batchSize, … + count) of the data set
    std::size_t first = 0;
    int count = 0;
    std::vector<std::uint8_t> pixels;  // count × bytesPerImage; a bad image is all zeros
    std::vector<BadImage> bad;         // by index
    int handedOut = 0;
    int finished = 0;
};

/// Hands single images to decoders, in order, and whole batches to device workers. The batches are cut by index
/// beforehand, so their composition never depends on timing. `slots` bounds what is in memory: decoders wait for a free
/// one, workers for a whole batch, and both wake when the run is stopped.
class BatchFeeder {
public:
    struct Options {
        std::size_t images = 0;
        int batchSize = 1;
        std::size_t bytesPerImage = 0;
        int slots = 2;
    };
    struct Task {
        Batch* batch = nullptr;
        int position = 0;  // in the batch
        std::size_t index() const { return batch->first + static_cast<std::size_t>(position); }
    };

    /// `batches`: the numbers of those to do, ascending.
    BatchFeeder(const Options& options, std::vector<std::size_t> batches);

    /// The next image to decode; empty: none is left, or stopped.
    std::optional<Task> nextImage(const std::stop_token& stop);
    /// Where the task's pixels go.
    std::span<std::uint8_t> pixelsOf(const Task& task) const;
    void finishImage(const Task& task, std::optional<BadImage> bad);

    /// A batch whose images are all decoded; null: none is left, or stopped.
    Batch* nextBatch(const std::stop_token& stop);
    /// Gives a batch back that is done with.
    void release(Batch* batch);
    /// Whether every batch was given back.
    bool complete() const;

private:
    Batch* openBatch(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);

    Options m_options;
    std::vector<std::size_t> m_batches;
    std::vector<std::unique_ptr<Batch>> m_slots;

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<Batch*> m_free;
    std::deque<Batch*> m_ready;
    Batch* m_open = nullptr;   // whose images are being handed out
    std::size_t m_opened = 0;  // of m_batches
    std::size_t m_taken = 0;   // by device workers
    std::size_t m_released = 0;
};

}  // namespace oodscope::embed
