// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/partial_set.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/log.h"

namespace oodscope::embed {
namespace {

using Json = nlohmann::json;
constexpr int kPartialFormat = 1;
constexpr std::uintmax_t kLargestPlan = 1 << 16;
constexpr std::uintmax_t kLargestJournal = std::uintmax_t{1} << 32;
constexpr std::chrono::seconds kSyncEvery{5};

std::string planText(const PartialPlan& plan) {
    return Json{{"format", kPartialFormat},
                {"key", plan.key},
                {"images", plan.images},
                {"batch_size", plan.batchSize},
                {"embedding_width", plan.embeddingWidth},
                {"projected_width", plan.projectedWidth}}
        .dump();
}

/// The batch size of the plan in `text`; 0 where that plan is not `plan` with another batch size.
int batchSizeOf(const std::string& text, PartialPlan plan) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("batch_size") || !json["batch_size"].is_number_integer()) return 0;
    const auto size = json["batch_size"].get<std::int64_t>();
    if (size < 1 || size > kLargestBatchSize) return 0;
    plan.batchSize = static_cast<int>(size);
    return text == planText(plan) ? plan.batchSize : 0;
}

std::string hashOfRows(std::span<const float> embeddings, std::span<const float> projected) {
    return Hasher().add(std::as_bytes(embeddings)).add(std::as_bytes(projected)).hex();
}

std::uint64_t rowBytes(std::size_t rows, int width) {
    return static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(width) * sizeof(float);
}

bool hasSize(const fs::path& path, std::uint64_t bytes) {
    std::error_code ec;
    return fs::is_regular_file(fs::symlink_status(path, ec)) && fs::file_size(path, ec) == bytes && !ec;
}

bool isSane(const JournalRecord& record, const PartialPlan& plan) {
    if (record.batch >= plan.batchCount()) return false;
    return std::ranges::all_of(record.bad, [&](const BadImage& image) {
        return image.index / static_cast<std::size_t>(plan.batchSize) == record.batch && image.index < plan.images;
    });
}

}  // namespace

std::size_t PartialPlan::batchCount() const {
    const auto size = static_cast<std::size_t>(batchSize);
    return (images + size - 1) / size;
}

std::size_t PartialPlan::imagesInBatch(std::size_t batch) const {
    const auto size = static_cast<std::size_t>(batchSize);
    return std::min(size, images - batch * size);
}

PartialSet::PartialSet(const fs::path& folder, const PartialPlan& plan) : m_folder(folder), m_plan(plan) {}

Result<std::unique_ptr<PartialSet>> PartialSet::open(const fs::path& folder, const PartialPlan& plan) {
    std::unique_ptr<PartialSet> set(new PartialSet(folder, plan));
    auto resumed = set->resume();
    if (!resumed) return failFrom(resumed);
    if (!*resumed) {
        set.reset(new PartialSet(folder, plan));
        if (auto begun = set->begin(); !begun) return failFrom(begun);
    }
    return set;
}

Status PartialSet::openFiles(bool create) {
    const auto openInto = [&](std::optional<RawFile>& file, const char* name) -> Status {
        auto opened = RawFile::open(m_folder / name, create);
        if (!opened) return failFrom(opened);
        file = std::move(*opened);
        return {};
    };
    if (auto opened = openInto(m_embeddings, kEmbeddingsName); !opened) return opened;
    if (m_plan.projectedWidth > 0) {
        if (auto opened = openInto(m_projected, kProjectedName); !opened) return opened;
    }
    return openInto(m_journal, kJournalName);
}

/// The plan goes first when old files are thrown away and comes last when new ones are made: files without a plan
/// count for nothing.
Status PartialSet::begin() {
    for (const char* name : {kPlanName, kJournalName, kEmbeddingsName, kProjectedName}) {
        std::error_code ec;
        fs::remove_all(m_folder / name, ec);
        if (ec) return fail(ErrorCode::Io, (m_folder / name).string() + ": cannot be removed: " + ec.message());
    }
    m_planHash = hashText(planText(m_plan));
    if (auto opened = openFiles(/*create=*/true); !opened) return opened;
    if (auto room = m_embeddings->reserve(rowBytes(m_plan.images, m_plan.embeddingWidth)); !room) return room;
    if (m_projected) {
        if (auto room = m_projected->reserve(rowBytes(m_plan.images, m_plan.projectedWidth)); !room) return room;
    }
    if (auto synced = syncFiles(); !synced) return synced;
    return writeFileAtomically(m_folder / kPlanName, planText(m_plan));
}

Result<bool> PartialSet::resume() {
    const auto text = readTextFile(m_folder / kPlanName, kLargestPlan);
    if (!text && text.error().code == ErrorCode::Io) return failFrom(text);  // it may be there all the same
    const int batchSize = text ? batchSizeOf(*text, m_plan) : 0;
    if (batchSize == 0) return false;
    m_plan.batchSize = batchSize;
    m_planHash = hashText(*text);
    if (!hasSize(m_folder / kEmbeddingsName, rowBytes(m_plan.images, m_plan.embeddingWidth))) return false;
    if (m_plan.projectedWidth > 0 &&
        !hasSize(m_folder / kProjectedName, rowBytes(m_plan.images, m_plan.projectedWidth)))
        return false;
    std::error_code ec;
    if (!fs::is_regular_file(fs::symlink_status(m_folder / kJournalName, ec))) return false;
    if (auto opened = openFiles(/*create=*/false); !opened) return failFrom(opened);
    if (auto taken = takeRecords(); !taken) return failFrom(taken);
    return true;
}

Status PartialSet::takeRecords() {
    const auto text = readTextFile(m_folder / kJournalName, kLargestJournal);
    if (!text) return failFrom(text);
    std::size_t validBytes = 0;
    auto records = parseJournal(*text, m_planHash, validBytes);
    if (auto cut = m_journal->truncate(validBytes); !cut) return cut;
    m_journalBytes = validBytes;
    std::vector<float> buffer;
    for (JournalRecord& record : records) {
        if (!isSane(record, m_plan)) continue;
        const auto hash = hashOfRows(record.batch, buffer);
        if (!hash) return failFrom(hash);
        // An image that could not be reached is tried again: the disk may be back.
        const bool tryAgain = std::ranges::any_of(record.bad, &BadImage::mayRecover);
        if (*hash == record.rowsHash && !tryAgain) take(record.batch, std::move(record.bad));
    }
    return {};
}

void PartialSet::take(std::size_t batch, std::vector<BadImage> bad) {
    std::vector<BadImage>& kept = m_finished[batch];
    m_unreadable += bad.size() - kept.size();
    kept = std::move(bad);
}

Result<std::string> PartialSet::hashOfRows(std::size_t batch, std::vector<float>& buffer) const {
    const std::size_t first = batch * static_cast<std::size_t>(m_plan.batchSize);
    const std::size_t rows = m_plan.imagesInBatch(batch);
    const std::size_t embeddingFloats = rows * static_cast<std::size_t>(m_plan.embeddingWidth);
    const std::size_t projectedFloats = rows * static_cast<std::size_t>(m_plan.projectedWidth);
    buffer.resize(embeddingFloats + projectedFloats);
    const std::span<float> embeddings = std::span(buffer).first(embeddingFloats);
    const std::span<float> projected = std::span(buffer).subspan(embeddingFloats);
    auto read = m_embeddings->read(rowBytes(first, m_plan.embeddingWidth), std::as_writable_bytes(embeddings));
    if (read && m_projected)
        read = m_projected->read(rowBytes(first, m_plan.projectedWidth), std::as_writable_bytes(projected));
    if (!read) return failFrom(read);
    return oodscope::embed::hashOfRows(embeddings, projected);
}

std::vector<std::size_t> PartialSet::missingBatches() const {
    const std::lock_guard lock(m_mutex);
    std::vector<std::size_t> missing;
    for (std::size_t batch = 0; batch < m_plan.batchCount(); ++batch) {
        if (!m_finished.contains(batch)) missing.push_back(batch);
    }
    return missing;
}

std::size_t PartialSet::finishedBatches() const {
    const std::lock_guard lock(m_mutex);
    return m_finished.size();
}

std::size_t PartialSet::finishedImages() const {
    const std::lock_guard lock(m_mutex);
    std::size_t images = 0;
    for (const auto& [batch, bad] : m_finished)
        images += m_plan.imagesInBatch(batch);
    return images;
}

std::size_t PartialSet::unreadableCount() const {
    const std::lock_guard lock(m_mutex);
    return m_unreadable;
}

std::map<std::size_t, BadImage> PartialSet::unreadable() const {
    const std::lock_guard lock(m_mutex);
    std::map<std::size_t, BadImage> all;
    for (const auto& [batch, bad] : m_finished) {
        for (const BadImage& image : bad)
            all.emplace(image.index, image);
    }
    return all;
}

Status PartialSet::write(const EncodedBatch& batch) {
    auto written = m_embeddings->write(rowBytes(batch.first, m_plan.embeddingWidth), std::as_bytes(batch.embeddings));
    if (written && m_projected)
        written = m_projected->write(rowBytes(batch.first, m_plan.projectedWidth), std::as_bytes(batch.projected));
    if (!written) return written;
    return append({batch.number, oodscope::embed::hashOfRows(batch.embeddings, batch.projected),
                   std::vector<BadImage>(batch.bad.begin(), batch.bad.end())});
}

Status PartialSet::append(const JournalRecord& record) {
    const std::string line = journalLine(record, m_planHash);
    bool syncDue = false;
    {
        const std::lock_guard lock(m_mutex);
        // At a fixed place: what a failed write left half is overwritten by the next one, or ends the journal.
        auto written = m_journal->write(m_journalBytes, std::as_bytes(std::span(line)));
        if (!written) return written;
        m_journalBytes += line.size();
        take(record.batch, record.bad);
        syncDue = Clock::now() - m_lastSync > kSyncEvery;
        if (syncDue) m_lastSync = Clock::now();
    }
    return syncDue ? syncFiles() : Status();
}

Status PartialSet::sync() {
    return syncFiles();
}

Status PartialSet::syncFiles() {
    for (std::optional<RawFile>* file : {&m_embeddings, &m_projected, &m_journal}) {
        if (!file->has_value()) continue;
        if (auto synced = (*file)->sync(); !synced) return synced;
    }
    return {};
}

}  // namespace oodscope::embed
