// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/explain.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text_util.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/provenance.h"
#include "core/experiment/run.h"
#include "core/io/json.h"
#include "core/model/model.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using workspace::Artefact;
using workspace::ArtefactKind;
using workspace::Workspace;

constexpr const char* kProgram = "oodscope " OODSCOPE_VERSION;

std::string textAt(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The commands that make a stored probe, or none where that is not known.
std::vector<Command> probeCommands(const json& details, const fs::path& workspaceFolder) {
    if (details.contains("imported")) return {details["imported"].at("command").get<Command>()};
    const json made = details.value("provenance", json::object());
    if (!made.contains("run")) return {};
    return {runCommand(made["run"], workspaceFolder)};
}

/// Whether both runs name the same classes and ask with the same prompts.
bool sameTexts(const json& a, const json& b) {
    const auto same = [&](const char* key) { return a.value(key, "") == b.value(key, ""); };
    return same("names_file") && same("prompts_file") && a.at("model") == b.at("model");
}

/// An evaluation with a stored probe first needs that probe. One that was trained on the same embeddings, classes and
/// prompts is trained by the evaluation's own command.
std::vector<Command> evaluationCommands(json run, const std::optional<Artefact>& probe, const std::string& trainKey,
                                        const fs::path& workspaceFolder) {
    if (!probe) return {runCommand(run, workspaceFolder)};
    const json& details = probe->details;
    const json made = details.value("provenance", json::object());
    if (made.contains("run") && details.value("embeddings", "") == trainKey && sameTexts(run, made["run"])) {
        run["probe_id"] = "";
        run["probe_options"] = made["run"].at("probe_options");
        run["labels"] = made["run"].at("labels");
        return {runCommand(run, workspaceFolder)};
    }
    std::vector<Command> commands = probeCommands(details, workspaceFolder);
    commands.push_back(runCommand(run, workspaceFolder));
    return commands;
}

std::vector<Command> evaluationCommands(const json& made, const Workspace& workspace) {
    if (made.contains("imported")) return {made["imported"].at("command").get<Command>()};
    if (!made.contains("run")) return {};
    const std::string probeId = made["run"].at("probe_id").get<std::string>();
    std::optional<Artefact> probe;
    if (!probeId.empty()) {
        if (auto row = workspace.find(ArtefactKind::Probe, probeId)) probe = std::move(*row);
    }
    return evaluationCommands(made["run"], probe, made.at("id_train").at("key").get<std::string>(), workspace.folder());
}

/// How the model of a record was opened.
model::OpenOptions openingOf(const json& made) {
    model::OpenOptions options;
    options.architecture = textAt(made, "arch");
    options.preprocessing =
        model::parsePreprocessing(textAt(made, "preprocessing")).value_or(model::Preprocessing::Own);
    return options;
}

Command embedCommand(const json& made) {
    const std::string source = textAt(made, "model_folder");
    const std::string root = textAt(made, "dataset_root");
    if (source.empty() || root.empty()) return {};
    std::string devices;
    for (const json& device : made.value("devices", json::array()))
        devices += (devices.empty() ? "" : ",") + device.get<std::string>();
    Command command{"oodscope-cli", "embed",
                    "--model",      source,
                    "--data",       root,
                    "--device",     devices,
                    "--precision",  made.at("precision").get<std::string>(),
                    "--batch-size", std::to_string(made.at("batch_size").get<int>()),
                    "--threads",    std::to_string(made.at("compute_threads").get<int>())};
    const model::OpenOptions opening = openingOf(made);
    if (!opening.architecture.empty()) command.insert(command.end(), {"--arch", opening.architecture});
    if (opening.preprocessing != model::Preprocessing::Own)
        command.insert(command.end(), {"--preprocess", std::string(preprocessingName(opening.preprocessing))});
    return command;
}

/// Looks whether what a result was made from is still there and the same.
class ChangeFinder {
public:
    void lookAtProgram(const json& made) {
        const std::string program = textAt(made, "program");
        if (!program.empty() && program != kProgram) add("program", program + " made it, this is " + kProgram);
    }

    void lookAtModel(const json& made) {
        const std::string source = textAt(made, "folder");
        if (source.empty()) return;
        const auto model = model::openModel(source, openingOf(made));
        if (!model) return add("model", model.error().message);
        const auto identity = (*model)->identity();
        if (!identity) return add("model", identity.error().message);
        if (*identity != textAt(made, "weights"))
            add("model", source + ": other weights or another configuration than then");
        const std::string preprocess = (*model)->info().preprocess.describe();
        if (preprocess != textAt(made, "preprocess")) add("model", source + ": another preprocessing than then");
    }

    void lookAtSource(const std::string& what, const json& made) {
        const std::string source = textAt(made, "source");
        const std::string files = textAt(made, "files");
        if (source.empty() || files.empty()) return;
        std::error_code ec;
        const bool isFile = fs::is_regular_file(source, ec);
        const auto stamp = isFile ? fileStamp(source) : sourceStamp(source);
        if (!stamp)
            add(what, stamp.error().message);
        else if (*stamp != files)
            add(what, source + ": files were added, removed or changed since then");
    }

    std::vector<Change> take() { return std::move(m_changes); }

private:
    void add(std::string what, std::string how) { m_changes.push_back({std::move(what), std::move(how)}); }

    std::vector<Change> m_changes;
};

std::vector<Change> findChanges(const json& made) {
    ChangeFinder finder;
    finder.lookAtProgram(made);
    finder.lookAtModel(made.value("model", json::object()));
    finder.lookAtSource("ID train", made.value("id_train", json::object()));
    finder.lookAtSource("ID test", made.value("id_test", json::object()));
    finder.lookAtSource("images", made.value("data", json::object()));
    for (const json& source : made.value("ood", json::array()))
        finder.lookAtSource("OOD", source);
    return finder.take();
}

/// An embedding's record is flat: it is its own model and source.
std::vector<Change> findEmbeddingChanges(const json& made) {
    ChangeFinder finder;
    finder.lookAtProgram(made);
    json model = made;
    model["folder"] = made.value("model_folder", "");
    finder.lookAtModel(model);
    json source = made;
    source["source"] = made.value("dataset_root", "");
    finder.lookAtSource("images", source);
    return finder.take();
}

std::vector<std::string> notesOf(const json& made) {
    std::vector<std::string> notes{
        "The last digits can differ on another device, CPU or number of threads: floating-point sums depend on their "
        "order."};
    const json extract = made.contains("run") ? made["run"].value("extract", json::object()) : json::object();
    std::vector<const json*> sets;
    for (const char* key : {"id_train", "id_test"}) {
        if (made.contains(key)) sets.push_back(&made[key]);
    }
    if (made.contains("ood")) {
        for (const json& source : made["ood"])
            sets.push_back(&source);
    }
    for (const json* set : sets) {
        const json embeddings = set->value("embeddings", json::object());
        const auto differs = [&](const char* made, const char* asked, const json& free) {
            const json wanted = extract.value(asked, json());
            return embeddings.contains(made) && wanted != free && embeddings[made] != wanted;
        };
        if (differs("batch_size", "batch_size", {}))
            notes.push_back(fmt::format("{}: its stored embeddings were made with batch size {}",
                                        textAt(*set, "source"), embeddings["batch_size"].dump()));
        if (differs("compute_threads", "threads", 0))  // 0: all cores, whatever their number
            notes.push_back(fmt::format("{}: its stored embeddings were made with {} threads", textAt(*set, "source"),
                                        embeddings["compute_threads"].dump()));
    }
    return notes;
}

Result<DetectorResult> findNumber(const Evaluation& evaluation, const std::vector<std::string>& words) {
    std::string known;
    for (const DetectorResult& result : evaluation.results) {
        if (result.detector == words[1] && (words.size() < 3 || result.ood == words[2])) return result;
        known += fmt::format("{}{} {}", known.empty() ? "" : ", ", result.detector, shellQuoted(result.ood));
    }
    return fail(ErrorCode::NotFound, fmt::format("evaluation {}: has no number {}; there are {}", evaluation.id,
                                                 fmt::join(words.begin() + 1, words.end(), " "), known));
}

Status explainEvaluation(const Workspace& workspace, const std::vector<std::string>& words, Explanation& explanation) {
    const auto evaluation = loadEvaluation(workspace, explanation.artefact.key);
    if (!evaluation) return failFrom(evaluation);
    if (words.size() > 1) {
        auto number = findNumber(**evaluation, words);
        if (!number) return failFrom(number);
        explanation.number = std::move(*number);
    }
    explanation.made = (*evaluation)->provenance;
    explanation.commands = evaluationCommands(explanation.made, workspace);
    explanation.changes = findChanges(explanation.made);
    explanation.notes = notesOf(explanation.made);
    return {};
}

void explainProbe(const Workspace& workspace, Explanation& explanation) {
    const json& details = explanation.artefact.details;
    explanation.made = details.value("provenance", json::object());
    if (details.contains("imported")) explanation.made["imported"] = details["imported"];
    explanation.commands = probeCommands(details, workspace.folder());
    explanation.changes = findChanges(explanation.made);
    explanation.notes = notesOf(explanation.made);
}

void explainEmbedding(Explanation& explanation) {
    explanation.made = explanation.artefact.details.value("provenance", json::object());
    if (Command command = embedCommand(explanation.made); !command.empty())
        explanation.commands.push_back(std::move(command));
    explanation.changes = findEmbeddingChanges(explanation.made);
    explanation.notes = notesOf(explanation.made);
}

std::string scalarText(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool isShort(const json& list) {
    const auto simple = [](const json& value) { return value.is_primitive() && !value.is_string(); };
    return std::ranges::all_of(list, simple);
}

std::string numberText(const DetectorResult& result) {
    const ood::OodMetrics& m = result.metrics;
    return fmt::format(
        "{} on {}: AUROC {:.4f} % ({:.4f} to {:.4f}), FPR95 {:.4f} % (convention {}, at TPR {:.4f} %), "
        "{} ID and {} OOD images, {} tied scores\n",
        result.detector, result.ood, 100 * m.auroc, 100 * result.aurocLow, 100 * result.aurocHigh, 100 * m.fpr95,
        ood::conventionName(m.convention), 100 * m.realisedTpr, m.idCount, m.oodCount, m.ties);
}

}  // namespace

Result<Explanation> explain(const Workspace& workspace, const std::vector<std::string>& words) {
    if (words.empty()) return fail(ErrorCode::InvalidArgument, "nothing to explain was named");
    auto artefact = workspace.findByPrefix(words[0]);
    if (!artefact) return failFrom(artefact);
    Explanation explanation;
    explanation.artefact = std::move(*artefact);
    explanation.kind = workspace::kindName(explanation.artefact.kind);
    const ArtefactKind kind = explanation.artefact.kind;
    if (words.size() > 1 && kind != ArtefactKind::Evaluation)
        return fail(ErrorCode::InvalidArgument,
                    words[0] + ": only an evaluation has numbers of detectors and OOD sets");
    try {
        if (kind == ArtefactKind::Evaluation) {
            if (auto done = explainEvaluation(workspace, words, explanation); !done) return failFrom(done);
        } else if (kind == ArtefactKind::Probe) {
            explainProbe(workspace, explanation);
        } else if (kind == ArtefactKind::Embedding) {
            explainEmbedding(explanation);
        } else {
            return fail(ErrorCode::InvalidArgument,
                        std::string(workspace::kindName(kind)) + " " + words[0] +
                            ": was not made by this program, so there is nothing to explain");
        }
    } catch (const json::exception& error) {
        return fail(ErrorCode::BadFile,
                    explanation.artefact.path.string() + ": its record is damaged: " + error.what());
    }
    return explanation;
}

Result<Explanation> explainDocument(const fs::path& file) {
    auto document = io::readJson(file);
    if (!document) return failFrom(document);
    const json how = document->is_object() ? document->value("made_by", json()) : json();
    if (!how.is_object())
        return fail(ErrorCode::InvalidArgument,
                    file.string() + ": no result of this program: it does not say what it was made by");
    Explanation explanation;
    try {
        explanation.made = document->value("provenance", json::object());
        explanation.made["program"] = how.at("program");
        for (const auto& [theirs, ours] : {std::pair("model", "model"), {"train", "id_train"}, {"test", "id_test"}}) {
            if (document->contains(theirs)) explanation.made[ours] = (*document)[theirs];
        }
        explanation.commands = {{"cd", how.at("folder").get<std::string>()}, how.at("command").get<Command>()};
        explanation.changes = findChanges(explanation.made);
    } catch (const json::exception& error) {
        return fail(ErrorCode::BadFile, file.string() + ": its record is damaged: " + error.what());
    }
    explanation.kind = "document";
    explanation.artefact.key = file.filename().string();
    explanation.artefact.path = file;
    explanation.artefact.title = fmt::format("{}", fmt::join(explanation.commands.back(), " "));
    explanation.notes = notesOf(explanation.made);
    return explanation;
}

std::vector<Command> commandsOf(const Evaluation& evaluation, const Workspace& workspace) {
    try {
        return evaluationCommands(evaluation.provenance, workspace);
    } catch (const json::exception&) {
        return {};  // a record of another program's making
    }
}

std::string shellLine(const std::vector<Command>& commands) {
    std::string line;
    for (const Command& command : commands)
        line += (line.empty() ? "" : " && ") + shellCommand(command);
    return line;
}

json readableProvenance(json made) {
    if (!made.is_object()) return made;
    made.erase("run");
    const json first = made.value("id_train", json::object()).value("embeddings", json::object());
    const auto shorten = [&](json& set) {
        if (!set.is_object() || !set.contains("embeddings")) return;
        json& embeddings = set["embeddings"];
        for (const auto& [key, value] : first.items()) {
            if (embeddings.is_object() && embeddings.contains(key) && embeddings[key] == value) embeddings.erase(key);
        }
        if (embeddings.empty()) set.erase("embeddings");
    };
    if (made.contains("id_test")) shorten(made["id_test"]);
    if (made.contains("ood")) std::ranges::for_each(made["ood"], shorten);
    return made;
}

std::string treeText(const json& value, std::size_t indent) {
    std::string text;
    const std::string space(indent, ' ');
    for (const auto& [key, inner] : value.items()) {
        const std::string name = value.is_array() ? std::string("-") : key;
        if (inner.empty() && inner.is_structured()) continue;
        if (inner.is_primitive() || (inner.is_array() && isShort(inner)))
            text += space + name + "  " + scalarText(inner) + "\n";
        else
            text += space + name + "\n" + treeText(inner, indent + 2);
    }
    return text;
}

std::string explanationText(const Explanation& explanation) {
    const Artefact& artefact = explanation.artefact;
    std::string text = fmt::format("{} {}\n{}\n", explanation.kind, artefact.key, artefact.title);
    if (artefact.createdMs > 0)
        text += fmt::format("made {:%Y-%m-%d %H:%M:%S}, in {}\n", fmt::localtime(artefact.createdMs / 1000),
                            artefact.path.string());
    if (explanation.number) text += "\n" + numberText(*explanation.number);
    text += "\nmade from\n" + treeText(readableProvenance(explanation.made), 2);
    text += "\nsince then\n";
    for (const Change& change : explanation.changes)
        text += "  " + change.what + ": " + change.how + "\n";
    if (explanation.changes.empty()) text += "  nothing that it was made from has changed\n";
    for (const std::string& note : explanation.notes)
        text += "  " + note + "\n";
    if (explanation.commands.empty()) return text + "\nThe record does not tell how to make it again.\n";
    return text + "\nmake it again (with --workspace NEW: from nothing)\n  " + shellLine(explanation.commands) + "\n";
}

json toJson(const Explanation& explanation) {
    const Artefact& artefact = explanation.artefact;
    json changes = json::array();
    for (const Change& change : explanation.changes)
        changes.push_back({{"what", change.what}, {"how", change.how}});
    json document{{"kind", explanation.kind},
                  {"id", artefact.key},
                  {"title", artefact.title},
                  {"created_ms", artefact.createdMs},
                  {"provenance", explanation.made},
                  {"commands", explanation.commands},
                  {"command", shellLine(explanation.commands)},
                  {"changes", std::move(changes)},
                  {"notes", explanation.notes}};
    if (explanation.number) document["result"] = toJson(*explanation.number);
    return document;
}

}  // namespace oodscope::experiment
