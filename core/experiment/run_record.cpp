// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/experiment/probe_job.h"
#include "core/experiment/sources.h"

namespace oodscope::experiment {
namespace {

using nlohmann::json;

/// Where `lines` are kept, relative to the workspace: named by their contents, so that they are never another's.
Result<std::string> keepLines(const workspace::Workspace& workspace, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    const std::string name = "texts/" + hashText(text) + ".txt";
    std::error_code ec;
    if (fs::exists(workspace.folder() / name, ec)) return name;
    if (auto written = writeFileAtomically(workspace.folder() / name, text); !written) return failFrom(written);
    return name;
}

std::string absoluteText(const fs::path& path) {
    std::error_code ec;
    return path.empty() ? std::string() : fs::absolute(path, ec).lexically_normal().string();
}

/// A model folder by its path, a model of the cache by its name.
std::string modelText(const std::string& model) {
    std::error_code ec;
    return !model.empty() && fs::exists(model, ec) ? absoluteText(model) : model;
}

json extractJson(const embed::ExtractOptions& options) {
    std::string devices;
    for (const model::Device& device : options.devices)
        devices += (devices.empty() ? "" : ",") + device.name();
    return {{"devices", devices},
            {"precision", model::precisionName(options.precision)},
            {"batch_size", options.batchSize},
            {"threads", options.computeThreads},
            {"max_unreadable", options.maxUnreadableShare}};
}

/// Collects words; an option whose value is the default is left out.
class Words {
public:
    explicit Words(Command start) : m_words(std::move(start)) {}

    void add(const char* option, std::string value) {
        m_words.emplace_back(option);
        m_words.push_back(std::move(value));
    }
    void addFlag(const char* option, bool given) {
        if (given) m_words.emplace_back(option);
    }
    void addText(const char* option, const json& value) {
        if (auto text = value.get<std::string>(); !text.empty()) add(option, std::move(text));
    }
    template <class T>
    void addUnless(const T& standard, const char* option, const json& value) {
        if (value != json(standard)) add(option, value.is_string() ? value.get<std::string>() : value.dump());
    }
    Command take() { return std::move(m_words); }

private:
    Command m_words;
};

void addSources(Words& words, const json& run, const fs::path& workspace) {
    words.addText("--model", run.at("model"));
    words.addUnless("", "--arch", run.value("arch", ""));
    words.addUnless("own", "--preprocess", run.value("preprocessing", "own"));
    words.addText("--train", run.at("train"));
    words.addText(run.at("ood").empty() ? "--test" : "--id", run.at("id_test"));
    for (const json& source : run.at("ood"))
        words.addText("--ood", source);
    // Named again with their group: a set keeps the place where it was named first.
    const json groups = run.value("ood_groups", json::array());
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (const auto group = groups[i].get<std::string>(); !group.empty())
            words.addText(group == "near" ? "--near" : "--far", run.at("ood").at(i));
    }
    for (const auto& [key, option] : {std::pair("names_file", "--names"), std::pair("prompts_file", "--prompts"),
                                      std::pair("negative_words_file", "--negative-words")}) {
        if (run.contains(key)) words.add(option, (workspace / run.at(key).get<std::string>()).string());
    }
    words.addUnless("pseudo", "--labels", run.at("labels"));
}

void addScoring(Words& words, const json& run) {
    const RunOptions standard;
    if (!run.at("probe").get<bool>())
        words.add("--probe", "zero-shot");
    else
        words.addText("--probe", run.at("probe_id"));
    if (run.at("detectors") != json(standard.detectors))
        words.add("--detectors",
                  fmt::format("{}", fmt::join(run.at("detectors").get<std::vector<std::string>>(), ",")));
    words.addFlag("--no-zero-shot", !run.at("zero_shot").get<bool>());
    words.addUnless(ood::conventionName(standard.convention), "--convention", run.at("convention"));
    words.addFlag("--reference-defect-id-train", run.value("id_on_train", false));
}

void addTraining(Words& words, const json& options, const char* batchSizeOption) {
    const probe::ProbeOptions standard;
    words.addUnless(standard.epochs, "--epochs", options.at("epochs"));
    words.addUnless(standard.batchSize, batchSizeOption, options.at("batch_size"));
    words.addUnless(standard.learningRate, "--lr", options.at("learning_rate"));
    words.addUnless(standard.weightDecay, "--wd", options.at("weight_decay"));
    words.addUnless("adam", "--optimizer", options.at("optimizer"));
    words.addUnless(standard.shots, "--shots", options.at("shots"));
    words.addUnless(standard.warmupShare, "--warmup", options.at("warmup_share"));
    words.addUnless("fp32", "--probe-precision", options.at("precision"));
    words.addFlag("--no-standardise", !options.value("standardise", true));
    words.addFlag("--scale-lr", options.at("scale_learning_rate").get<bool>());
    words.addUnless(standard.seed, "--seed", options.at("seed"));
}

void addComputing(Words& words, const json& extract, const char* batchSizeOption) {
    const embed::ExtractOptions standard;
    words.addText("--device", extract.at("devices"));
    words.addUnless("fp32", "--precision", extract.at("precision"));
    words.addUnless(standard.batchSize, batchSizeOption, extract.at("batch_size"));
    words.addUnless(standard.computeThreads, "--threads", extract.at("threads"));
    words.addUnless(standard.maxUnreadableShare, "--max-unreadable", extract.at("max_unreadable"));
}

}  // namespace

Result<json> recordRun(const workspace::Workspace& workspace, const RunOptions& options) {
    json ood = json::array();
    for (const fs::path& source : options.ood)
        ood.push_back(absoluteText(source));
    json run{{"model", modelText(options.model)},
             {"train", absoluteText(options.train)},
             {"id_test", absoluteText(options.idTest)},
             {"ood", std::move(ood)},
             {"labels", options.labels == LabelSource::True ? "true" : "pseudo"},
             {"detectors", options.detectors},
             {"zero_shot", options.zeroShot},
             {"probe", options.probe},
             {"probe_id", options.probeId},
             {"extract", extractJson(options.extract)},
             {"probe_options", describe(options.probeOptions)},
             {"convention", ood::conventionName(options.convention)}};
    if (!options.opening.architecture.empty()) run["arch"] = options.opening.architecture;
    if (options.opening.preprocessing != model::Preprocessing::Own)
        run["preprocessing"] = model::preprocessingName(options.opening.preprocessing);
    if (options.idOnTrain) run["id_on_train"] = true;
    if (options.hasGroups()) {
        for (std::size_t i = 0; i < options.ood.size(); ++i)
            run["ood_groups"].push_back(groupName(options.groupOf(i)));
    }
    if (!options.classNames.empty()) {
        auto kept = keepLines(workspace, options.classNames);
        if (!kept) return failFrom(kept);
        run["names_file"] = *kept;
    }
    if (options.prompts.templates != text::referencePrompts().templates) {
        auto kept = keepLines(workspace, options.prompts.templates);
        if (!kept) return failFrom(kept);
        run["prompts_file"] = *kept;
    }
    if (!options.negativeWords.empty() && !options.ood.empty()) {
        auto kept = keepLines(workspace, options.negativeWords);
        if (!kept) return failFrom(kept);
        run["negative_words_file"] = *kept;
    }
    return run;
}

Command runCommand(const json& run, const fs::path& workspaceFolder) {
    const bool evaluates = !run.at("ood").empty();
    Words words({"oodscope-cli", evaluates ? "evaluate" : "probe"});
    addSources(words, run, workspaceFolder);
    if (evaluates) addScoring(words, run);
    const bool trains = run.at("probe").get<bool>() && run.at("probe_id").get<std::string>().empty();
    if (trains) addTraining(words, run.at("probe_options"), evaluates ? "--probe-batch-size" : "--batch-size");
    addComputing(words, run.at("extract"), evaluates ? "--batch-size" : "--embed-batch-size");
    return words.take();
}

}  // namespace oodscope::experiment
