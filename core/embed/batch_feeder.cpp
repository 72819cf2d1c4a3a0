// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/batch_feeder.h"

#include <algorithm>
#include <utility>

namespace oodscope::embed {

BatchFeeder::BatchFeeder(const Options& options, std::vector<std::size_t> batches)
    : m_options(options), m_batches(std::move(batches)) {
    const std::size_t slots = std::min(m_batches.size(), static_cast<std::size_t>(options.slots));
    for (std::size_t i = 0; i < slots; ++i) {
        m_slots.push_back(std::make_unique<Batch>());
        m_slots.back()->pixels.resize(static_cast<std::size_t>(options.batchSize) * options.bytesPerImage);
        m_free.push_back(m_slots.back().get());
    }
}

/// The batch whose images go out next. Null: none is left, or stopped.
Batch* BatchFeeder::openBatch(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    // Another decoder may open the next batch while this one waits for a slot.
    const auto canGoOn = [&] { return m_open != nullptr || m_opened == m_batches.size() || !m_free.empty(); };
    if (!m_changed.wait(lock, stop, canGoOn) || stop.stop_requested()) return nullptr;
    if (m_open != nullptr || m_opened == m_batches.size()) return m_open;
    Batch* batch = m_free.back();
    m_free.pop_back();
    batch->number = m_batches[m_opened++];
    batch->first = batch->number * static_cast<std::size_t>(m_options.batchSize);
    batch->count =
        static_cast<int>(std::min(static_cast<std::size_t>(m_options.batchSize), m_options.images - batch->first));
    batch->bad.clear();
    batch->handedOut = 0;
    batch->finished = 0;
    m_open = batch;
    m_changed.notify_all();  // decoders that wait for a slot find this batch's other images
    return batch;
}

std::optional<BatchFeeder::Task> BatchFeeder::nextImage(const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    Batch* batch = openBatch(lock, stop);
    if (batch == nullptr) return std::nullopt;
    const Task task{batch, batch->handedOut++};
    if (batch->handedOut == batch->count) m_open = nullptr;
    return task;
}

std::span<std::uint8_t> BatchFeeder::pixelsOf(const Task& task) const {
    return std::span(task.batch->pixels)
        .subspan(static_cast<std::size_t>(task.position) * m_options.bytesPerImage, m_options.bytesPerImage);
}

void BatchFeeder::finishImage(const Task& task, std::optional<BadImage> bad) {
    if (bad) std::ranges::fill(pixelsOf(task), std::uint8_t{0});
    const std::lock_guard lock(m_mutex);
    Batch* batch = task.batch;
    if (bad) batch->bad.push_back(std::move(*bad));
    if (++batch->finished < batch->count) return;
    std::ranges::sort(batch->bad, {}, &BadImage::index);
    m_ready.push_back(batch);
    m_changed.notify_all();
}

Batch* BatchFeeder::nextBatch(const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    const auto canGoOn = [&] { return !m_ready.empty() || m_taken == m_batches.size(); };
    if (!m_changed.wait(lock, stop, canGoOn) || stop.stop_requested() || m_ready.empty()) return nullptr;
    Batch* batch = m_ready.front();
    m_ready.pop_front();
    if (++m_taken == m_batches.size()) m_changed.notify_all();
    return batch;
}

void BatchFeeder::release(Batch* batch) {
    const std::lock_guard lock(m_mutex);
    m_free.push_back(batch);
    ++m_released;
    m_changed.notify_all();
}

bool BatchFeeder::complete() const {
    const std::lock_guard lock(m_mutex);
    return m_released == m_batches.size();
}

}  // namespace oodscope::embed
