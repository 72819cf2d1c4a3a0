// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/data/survey.h"
#include "core/experiment/evaluation.h"
#include "core/experiment/run.h"

namespace oodscope::experiment {

/// One set of a protocol.
struct ProtocolSet {
    std::string set;  // key of a known set ("ninco"), or a source for data::openDataset or an embeddings file
    OodGroup group = OodGroup::None;
};

/// Which sets an OOD benchmark compares, and with what training (method.md sections 4 and 5).
struct Protocol {
    std::string key;    // "in1k"
    std::string title;  // "ImageNet-1k against six OOD sets"
    std::string train;  // as ProtocolSet::set
    std::string idTest;
    std::vector<ProtocolSet> ood;
    std::filesystem::path names;  // one name a line, or "wnid name, other names"; empty: found, or as the train set has
    int probeBatch = 256;

    /// Keys of the known sets that it uses.
    std::vector<std::string> knownKeys() const;
};

/// IN1K → iNaturalist, SUN, Places, ImageNet-O, Textures, NINCO; CIFAR-10 → CIFAR-100 and back.
const std::vector<Protocol>& builtInProtocols();
/// A built-in one by its key, or one of the user's own from a .json file:
///   {"title": "…", "id_train": S, "id_test": S, "ood": [S or {"set": S, "group": "near" or "far"}, …],
///    "names": FILE, "probe_batch": 256}
/// where S is the key of a known set or a path, relative to the file. Errors name the file and the field.
Result<Protocol> findProtocol(const std::string& keyOrFile);

enum class SetRole { IdTrain, IdTest, Ood };
std::string_view roleName(SetRole role);  // "ID train"

/// What a protocol finds of one of its sets.
struct LocatedSet {
    SetRole role = SetRole::Ood;
    std::string set;     // as in the protocol
    std::string source;  // empty: not usable
    OodGroup group = OodGroup::None;
    data::SetReport report;  // without `known` where the set is a path

    bool isUsable() const { return !source.empty(); }
    std::string name() const;
    /// What was found, or why it cannot be used.
    std::string text() const;
};

/// ID train, ID test and the OOD sets, in this order.
using LocatedSets = std::vector<LocatedSet>;

/// Whether a run can start: both ID sets are there, and all OOD sets or, with `skipMissing`, one of them.
bool canRun(const LocatedSets& sets, bool skipMissing);

/// Looks for everything that `protocol` needs. Error: Cancelled.
Result<LocatedSets> locate(const Protocol& protocol, const data::DatasetFolders& folders, const std::stop_token& stop,
                           const ProgressFn& progress);

/// The run that `protocol` means: `base` with the sets and, where it has none, class names filled in. Those of
/// ImageNet's wnids come from Protocol::names or LOC_synset_mapping.txt in the train folder or above. With
/// `skipMissing` OOD sets that are missing are left out. Error: something is missing; it names all of it.
Result<RunOptions> protocolRun(const Protocol& protocol, const LocatedSets& sets, RunOptions base, bool skipMissing);

}  // namespace oodscope::experiment
