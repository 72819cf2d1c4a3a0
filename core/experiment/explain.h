// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/evaluation.h"
#include "core/experiment/run_record.h"
#include "core/workspace/workspace.h"

namespace oodscope::experiment {

/// Something that the numbers depend on and that is not, or may not be, what it was when they were made.
struct Change {
    std::string what;  // "ID test", "model", "program", …
    std::string how;   // one line
};

/// How a stored result was made, and how it is made again.
struct Explanation {
    std::string kind;  // "evaluation", "probe", "embedding", "document"
    workspace::Artefact artefact;
    std::optional<DetectorResult> number;  // the one that was asked for
    nlohmann::json made;                   // object: the provenance
    std::vector<Command> commands;         // to be run one after the other; empty: unknown (an older record)
    std::vector<Change> changes;           // found by looking at files, model and program now
    std::vector<std::string> notes;        // what else can move the last digits
};

/// `words`: the key of an evaluation, probe or embedding, or the beginning of it; for an evaluation also a detector and
/// an OOD set, to name one number. Errors: no such result, several, no such number.
Result<Explanation> explain(const workspace::Workspace& workspace, const std::vector<std::string>& words);

/// The same of a JSON document that a command printed (--json) and that no workspace keeps, as of knn or compare: its
/// "made_by" names the command and the folder it ran in. Errors: no such document; a damaged one.
Result<Explanation> explainDocument(const std::filesystem::path& file);

/// The commands that make an evaluation again, from its provenance alone.
std::vector<Command> commandsOf(const Evaluation& evaluation, const workspace::Workspace& workspace);

/// The commands as one line for a shell.
std::string shellLine(const std::vector<Command>& commands);

/// What a reader needs of a provenance: without the options that the command repeats, and of each set's embeddings only
/// what differs from those of ID train.
nlohmann::json readableProvenance(nlohmann::json made);

/// A tree for reading: what was made, the provenance, what changed, the command.
std::string explanationText(const Explanation& explanation);
/// Nested values as indented lines.
std::string treeText(const nlohmann::json& value, std::size_t indent);
nlohmann::json toJson(const Explanation& explanation);

}  // namespace oodscope::experiment
