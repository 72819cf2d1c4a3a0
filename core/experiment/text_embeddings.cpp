// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/text_embeddings.h"

#include <algorithm>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/io/safetensors.h"
#include "core/probe/pseudo_labels.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;

// Note [Segments]
// What one call encodes becomes one file, <hash of its keys>.safetensors, written whole: "embeddings" [n, P] and
// "keys", n hashes of 32 bytes. Nobody changes a file, so readers need no lock; many small ones are joined into one.
constexpr std::string_view kRows = "embeddings";
constexpr std::string_view kKeys = "keys";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMostSegments = 32;
constexpr std::size_t kTextBatch = 256;

std::vector<fs::path> segmentsIn(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ec;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        if (it->path().extension() == ".safetensors") files.push_back(it->path());
    }
    std::ranges::sort(files);
    return files;
}

/// The new file.
Result<fs::path> writeSegment(const fs::path& folder, const std::vector<std::string>& keys, const Matrix& rows) {
    std::string all;
    for (const std::string& key : keys)
        all += key;
    const auto count = static_cast<std::int64_t>(keys.size());
    const std::vector<io::TensorToWrite> tensors{
        io::tensorOf(std::string(kRows), rows),
        {std::string(kKeys), io::DType::U8, {count, std::int64_t{kKeyBytes}}, std::as_bytes(std::span(all))}};
    fs::path file = folder / (hashText(all) + ".safetensors");
    if (auto written = io::writeSafetensors(file, tensors); !written) return failFrom(written);
    return file;
}

}  // namespace

std::vector<std::string> filledPrompts(const std::vector<std::string>& names, const text::PromptSet& prompts) {
    std::vector<std::string> texts;
    texts.reserve(names.size() * prompts.templates.size());
    for (const std::string& name : names) {
        for (const std::string& prompt : prompts.templates)
            texts.push_back(text::fillPrompt(prompt, name));
    }
    return texts;
}

Result<TextEmbeddings> TextEmbeddings::open(std::shared_ptr<const model::Model> model, model::Device device,
                                            const fs::path& folder) {
    if (!model->info().hasTextTower)
        return fail(ErrorCode::Unsupported,
                    model->info().folder.string() + ": this model has no text tower, so prompts say nothing to it");
    TextEmbeddings texts;
    auto tokenizer = model->tokenizer();
    if (!tokenizer) return failFrom(tokenizer);
    texts.m_tokenizer = std::make_shared<const text::Tokenizer>(*tokenizer);
    texts.m_device = device;
    texts.m_model = std::move(model);
    if (folder.empty()) return texts;
    auto identity = texts.m_model->identity();
    if (!identity) return failFrom(identity);
    Hasher hasher;
    hasher.add(std::string_view("texts 1")).add(*identity).add(tokenizer->hash());
    texts.m_folder = folder / hasher.hex();
    if (auto read = texts.readSegments(); !read) return failFrom(read);
    return texts;
}

Status TextEmbeddings::readSegments() {
    const std::vector<fs::path> files = segmentsIn(m_folder);
    for (const fs::path& path : files) {
        // A damaged segment costs the encoding of its texts, nothing else.
        const auto file = io::openSafetensors(path);
        const auto rows = file ? io::matrixFrom(*file, kRows) : Result<Matrix>(failFrom(file));
        const auto keys = file ? file->tensors.find(kKeys) : decltype(file->tensors.find(kKeys)){};
        if (!rows || keys == file->tensors.end() || keys->second.bytes.size() != rows->rows() * kKeyBytes) {
            spdlog::warn("{}: not a file of text embeddings; its texts are encoded again", path.string());
            continue;
        }
        const auto* bytes = reinterpret_cast<const char*>(keys->second.bytes.data());
        for (std::size_t i = 0; i < rows->rows(); ++i)
            m_places.insert_or_assign(std::string(bytes + i * kKeyBytes, kKeyBytes), Place{*rows, i});
    }
    return files.size() > kMostSegments ? compact() : Status{};
}

Status TextEmbeddings::compact() {
    const std::vector<fs::path> old = segmentsIn(m_folder);
    std::vector<std::string> keys;
    for (const auto& [key, place] : m_places)
        keys.push_back(key);
    std::ranges::sort(keys);
    const auto joined = writeSegment(m_folder, keys, rowsOf(keys));
    if (!joined) return failFrom(joined);
    std::error_code ec;
    for (const fs::path& path : old) {
        if (path != *joined) fs::remove(path, ec);  // mapped by us and others: the pages live on
    }
    return {};
}

Result<Matrix> TextEmbeddings::encode(const std::vector<std::string>& texts, std::stop_token stop,
                                      const ProgressFn& progress) {
    if (!m_encoder) {
        auto encoder = m_model->textEncoder(m_device, model::Precision::Fp32);
        if (!encoder) return failFrom(encoder);
        m_encoder = std::move(*encoder);
    }
    std::vector<float> values;
    std::size_t width = 0;
    for (std::size_t first = 0; first < texts.size(); first += kTextBatch) {
        if (stop.stop_requested()) return cancelled();
        std::vector<std::vector<std::int32_t>> tokens;
        for (std::size_t i = first; i < std::min(texts.size(), first + kTextBatch); ++i)
            tokens.push_back(m_tokenizer->encodePadded(texts[i], m_model->info().contextLength));
        auto rows = m_encoder->encode(tokens);
        if (!rows) return rows;
        width = rows->cols();
        values.insert(values.end(), rows->values().begin(), rows->values().end());
        if (progress) progress(Progress{"encoding prompts", "texts", first + tokens.size(), texts.size(), 0, -1, {}});
    }
    return Matrix::own(texts.size(), width, std::move(values));
}

Status TextEmbeddings::keep(const std::vector<std::string>& keys, const Matrix& rows) {
    for (std::size_t i = 0; i < keys.size(); ++i)
        m_places.insert_or_assign(keys[i], Place{rows, i});
    if (m_folder.empty()) return {};
    if (auto made = makeFolders(m_folder); !made) return made;
    const auto written = writeSegment(m_folder, keys, rows);
    return written ? Status() : Status(failFrom(written));
}

Matrix TextEmbeddings::rowsOf(const std::vector<std::string>& keys) const {
    std::vector<float> values;
    std::size_t width = 0;
    for (const std::string& key : keys) {
        const Place& place = m_places.at(key);
        const auto row = place.matrix.row(place.row);
        width = row.size();
        values.insert(values.end(), row.begin(), row.end());
    }
    return Matrix::own(keys.size(), width, std::move(values));
}

Result<Matrix> TextEmbeddings::embed(const std::vector<std::string>& texts, std::stop_token stop,
                                     const ProgressFn& progress) {
    std::vector<std::string> keys(texts.size());
    std::vector<std::string> newTexts, newKeys;
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        keys[i] = hashText(texts[i]);
        if (m_places.contains(keys[i]) || !seen.insert(keys[i]).second) continue;
        newTexts.push_back(texts[i]);
        newKeys.push_back(keys[i]);
    }
    m_encodedLast = newTexts.size();
    if (!newTexts.empty()) {
        auto rows = encode(newTexts, std::move(stop), progress);
        if (!rows) return rows;
        if (auto kept = keep(newKeys, *rows); !kept) return failFrom(kept);
    }
    return rowsOf(keys);
}

Result<Matrix> TextEmbeddings::classVectors(const std::vector<std::string>& names, const text::PromptSet& prompts,
                                            std::stop_token stop, const ProgressFn& progress) {
    auto rows = embed(filledPrompts(names, prompts), std::move(stop), progress);
    if (!rows) return rows;
    return probe::classVectors(*rows, names.size());
}

}  // namespace oodscope::experiment
