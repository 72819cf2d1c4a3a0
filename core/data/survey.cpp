// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/data/find_datasets.h"
#include "core/data/open_dataset.h"

namespace oodscope::data {
namespace {

using State = SetReport::State;

/// 50000 → "50,000".
std::string grouped(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    return text;
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
    return grouped(number) + " " + std::string(number == 1 ? one : many);
}

std::size_t skippedOf(const SetReport& report) {
    const auto found = report.skippedKinds.find(std::string(report.known->skippedKind));
    return report.known->skipped == 0 || found == report.skippedKinds.end() ? 0 : found->second;
}

/// Each difference from what is distributed.
void compare(SetReport& report) {
    const KnownSet& known = *report.known;
    const std::size_t expected = known.images - known.skipped;
    if (report.images < expected)
        report.remarks.push_back(fmt::format("{} of {} images: {} missing", grouped(report.images), grouped(expected),
                                             grouped(expected - report.images)));
    if (report.images > expected)
        report.remarks.push_back(fmt::format("{} images, {} more than the {} that are distributed",
                                             grouped(report.images), grouped(report.images - expected),
                                             grouped(expected)));
    if (report.classes != known.classes)
        report.remarks.push_back(
            fmt::format("{} instead of {}", counted(report.classes, "class", "classes"), grouped(known.classes)));
    if (skippedOf(report) != known.skipped)
        report.remarks.push_back(
            fmt::format("{} {} files instead of {}", skippedOf(report), known.skippedKind, known.skipped));
}

/// The candidate to use: the first complete one, else the first that opens, else the first.
SetReport best(const KnownSet& known, const std::vector<std::string>& sources) {
    SetReport chosen;
    chosen.known = &known;
    for (const std::string& source : sources) {
        SetReport report = examine(known, source);
        if (report.state == State::Complete) return report;
        if (chosen.source.empty() || (!chosen.isUsable() && report.isUsable())) chosen = std::move(report);
    }
    return chosen;
}

bool isWanted(const std::vector<std::string>& keys, std::string_view key) {
    return keys.empty() || std::ranges::find(keys, key) != keys.end();
}

/// Sources by key; a source that the user set goes before what is found.
std::map<std::string_view, std::vector<std::string>> sourcesOf(const DatasetFolders& folders,
                                                               const std::stop_token& stop) {
    std::map<std::string_view, std::vector<std::string>> sources;
    for (const auto& [key, source] : folders.sets) {
        if (const KnownSet* known = findKnownSet(key)) sources[known->key] = {source};
    }
    for (Candidate& candidate : findDatasets(folders.folders, stop)) {
        if (!folders.sets.contains(std::string(candidate.known->key)))
            sources[candidate.known->key].push_back(std::move(candidate.source));
    }
    return sources;
}

}  // namespace

std::string_view stateName(State state) {
    switch (state) {
        case State::Missing:
            return "missing";
        case State::Complete:
            return "complete";
        case State::Differs:
            return "differs";
        case State::Broken:
            return "broken";
    }
    return "?";
}

std::string summary(const SetReport& report) {
    if (report.state == State::Missing) return "not found; expected as " + std::string(report.known->layout);
    if (report.state == State::Broken) return report.remarks.empty() ? "cannot be opened" : report.remarks.front();
    std::string text = counted(report.images, "image", "images");
    if (report.classes > 0) text += ", " + counted(report.classes, "class", "classes");
    for (const auto& [kind, count] : report.skippedKinds) {
        const std::string what = kind.empty() ? "file" : kind;
        text += count == 1 ? ", one " + what : fmt::format(", {} {}", grouped(count), what);
        text += " that ImageFolder skips";
    }
    return text;
}

SetReport examine(const KnownSet& known, const std::string& source) {
    SetReport report;
    report.known = &known;
    report.source = source;
    const auto dataset = openDataset(source);
    if (!dataset) {
        report.state = State::Broken;
        report.remarks.push_back(dataset.error().message);
        return report;
    }
    report.images = dataset->samples.size();
    report.classes = known.classes == 0 ? 0 : dataset->classNames.size();
    report.skippedKinds = dataset->skippedKinds;
    compare(report);
    report.remarks.insert(report.remarks.end(), dataset->notes.begin(), dataset->notes.end());
    report.state = report.remarks.empty() ? State::Complete : State::Differs;
    return report;
}

Result<std::vector<SetReport>> survey(const DatasetFolders& folders, const std::vector<std::string>& keys,
                                      const std::stop_token& stop, const ProgressFn& progress) {
    if (progress) progress({"looking for data sets", {}, 0, 0, 0, -1, {}});
    auto sources = sourcesOf(folders, stop);
    std::vector<SetReport> reports;
    for (const KnownSet& known : knownSets()) {
        if (stop.stop_requested()) return cancelled();
        if (!isWanted(keys, known.key)) continue;
        if (progress) progress({"counting " + std::string(known.name), {}, 0, 0, 0, -1, {}});
        reports.push_back(best(known, sources[known.key]));
    }
    return reports;
}

}  // namespace oodscope::data
