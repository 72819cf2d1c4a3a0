// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::workspace {

enum class ArtefactKind { Dataset, Model, Embedding, Probe, Evaluation };
std::string_view kindName(ArtefactKind kind);  // "dataset", …
/// Every kind, in the order in which one is made from another.
std::span<const ArtefactKind> allKinds();

/// One row of the library: what exists and where it came from.
struct Artefact {
    ArtefactKind kind = ArtefactKind::Dataset;
    std::string key;  // content key; for a data set or model: hash of its canonical path
    std::string title;
    std::filesystem::path path;  // its folder or file
    std::int64_t createdMs = 0;  // Unix time in ms; set by record() where 0
    nlohmann::json details;      // object: counts, provenance, parents' keys
};

/// One folder: workspace.sqlite (WAL) and content-keyed folders of safetensors (design.md, Store).
/// Thread-safe: each call takes a connection lock for one short transaction.
class Workspace {
public:
    /// To work in: makes the folder where it is missing. Errors: a workspace of a newer program, not a database,
    /// nothing may be written there.
    static Result<std::shared_ptr<Workspace>> open(const std::filesystem::path& folder);
    /// To look at: makes no workspace, and opens one that cannot be written (a colleague's folder, a mounted archive, a
    /// full disk) for reading only. NotFound: no such folder, or no workspace in it.
    static Result<std::shared_ptr<Workspace>> openExisting(const std::filesystem::path& folder);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    /// The error that record(), remove(), setSetting() and collectGarbage() give where it was opened for reading only.
    const Status& writable() const;

    const std::filesystem::path& folder() const;
    std::filesystem::path embeddingsFolder() const;   // folder()/embeddings
    std::filesystem::path probesFolder() const;       // folder()/probes
    std::filesystem::path evaluationsFolder() const;  // folder()/evaluations

    /// Inserts or replaces (kind, key). Call after the artefact's files are whole.
    Status record(const Artefact& artefact);
    Status remove(ArtefactKind kind, std::string_view key);       // the row only
    Result<std::vector<Artefact>> list(ArtefactKind kind) const;  // newest first
    Result<std::optional<Artefact>> find(ArtefactKind kind, std::string_view key) const;
    /// The one artefact, of any kind, whose key is or starts with `prefix`. Error: none or several, which are named.
    Result<Artefact> findByPrefix(std::string_view prefix) const;

    /// Files in the store without a row (left by a crash), and rows whose files are gone. What a running job may be
    /// about to record is no orphan: folders whose lock is held, files younger than an hour, stopped extractions
    /// younger than a week (Note [What is garbage] in garbage.cpp).
    struct CheckReport {
        std::vector<std::filesystem::path> orphans;
        std::vector<Artefact> missing;
        std::uint64_t orphanBytes = 0;
    };
    Result<CheckReport> check() const;
    /// Deletes orphans and rows without files; returns what it did. Rows whose path lies outside the workspace stay
    /// (data sets, models): a disk that is not mounted today is no garbage.
    Result<CheckReport> collectGarbage();

    /// Small settings kept with the workspace (last view, threshold, …).
    Status setSetting(std::string_view name, std::string_view value);
    Result<std::optional<std::string>> setting(std::string_view name) const;

private:
    struct Private;
    static Result<std::shared_ptr<Workspace>> openFolder(const std::filesystem::path& folder, bool forReadingToo);
    explicit Workspace(std::unique_ptr<Private> d);
    std::unique_ptr<Private> m_d;
};

}  // namespace oodscope::workspace
