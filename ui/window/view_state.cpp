// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/view_state.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace oodscope::ui {

namespace {

using Json = nlohmann::json;

std::string setName(const experiment::Evaluation& evaluation, int set) {
    if (set == kTrainSet) return "\ttrain";  // a tab: no data set's name
    const auto* scored = scoredSet(evaluation, set);
    return scored ? scored->name : std::string();
}

int setByName(const experiment::Evaluation& evaluation, const std::string& name) {
    for (int set = 0; set < setCount(evaluation); ++set)
        if (setName(evaluation, set) == name) return set;
    return -1;
}

Json filterToJson(const experiment::Evaluation& evaluation, const ImageFilter& filter) {
    Json json = Json::object();
    for (const int set : filter.sets)
        json["sets"].push_back(setName(evaluation, set));
    for (const Verdict verdict : filter.verdicts)
        json["verdicts"].push_back(static_cast<int>(verdict));
    if (filter.trueLabel) json["true"] = *filter.trueLabel;
    if (filter.pseudoLabel) json["pseudo"] = *filter.pseudoLabel;
    if (filter.predicted) json["predicted"] = *filter.predicted;
    if (filter.scores) json["scores"] = {filter.scores->first, filter.scores->second};
    if (!filter.text.isEmpty()) json["text"] = filter.text.toStdString();
    return json;
}

std::optional<int> labelIn(const Json& json, const char* key) {
    const auto it = json.find(key);
    if (it == json.end() || !it->is_number_integer()) return std::nullopt;
    const auto value = it->get<std::int64_t>();
    if (value < 0 || value > 1'000'000) return std::nullopt;
    return static_cast<int>(value);
}

ImageFilter filterFromJson(const experiment::Evaluation& evaluation, const Json& json) {
    ImageFilter filter;
    for (const auto& name : json.value("sets", Json::array()))
        if (const int set = name.is_string() ? setByName(evaluation, name.get<std::string>()) : -1; set >= 0)
            filter.sets.push_back(set);
    for (const auto& verdict : json.value("verdicts", Json::array()))
        if (verdict.is_number_integer() && verdict >= 0 && verdict <= static_cast<int>(Verdict::None))
            filter.verdicts.push_back(static_cast<Verdict>(verdict.get<int>()));
    filter.trueLabel = labelIn(json, "true");
    filter.pseudoLabel = labelIn(json, "pseudo");
    filter.predicted = labelIn(json, "predicted");
    const auto scores = json.find("scores");
    if (scores != json.end() && scores->is_array() && scores->size() == 2 && (*scores)[0].is_number() &&
        (*scores)[1].is_number())
        filter.scores = {(*scores)[0].get<double>(), (*scores)[1].get<double>()};
    if (const auto text = json.find("text"); text != json.end() && text->is_string())
        filter.text = QString::fromStdString(text->get<std::string>());
    return filter;
}

}  // namespace

std::string viewToJson(const EvaluationContext& context) {
    Json json = Json::object();
    const auto& evaluation = context.evaluation();
    if (!evaluation) return json.dump();
    if (context.detector() >= 0)
        json["detector"] = evaluation->detectorKeys[static_cast<std::size_t>(context.detector())];
    if (context.oodSet() >= 0) json["ood"] = setName(*evaluation, context.oodSet());
    if (std::isfinite(context.threshold())) json["threshold"] = context.threshold();
    json["filter"] = filterToJson(*evaluation, context.filter());
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool restoreView(EvaluationContext& context, const std::string& text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto& evaluation = context.evaluation();
    if (!json.is_object() || !evaluation) return false;
    const auto stringIn = [&](const char* key) {
        const auto it = json.find(key);
        return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    const std::string detector = stringIn("detector");
    bool sameDetector = false;
    for (std::size_t i = 0; i < evaluation->detectorKeys.size(); ++i) {
        if (evaluation->detectorKeys[i] != detector) continue;
        context.setDetector(static_cast<int>(i));
        sameDetector = true;
    }
    const int ood = setByName(*evaluation, stringIn("ood"));
    if (ood >= kFirstOodSet) context.setOodSet(ood);
    // A threshold means something only with the detector it was set for.
    const auto threshold = json.find("threshold");
    if (sameDetector && threshold != json.end() && threshold->is_number())
        context.setThreshold(threshold->get<double>());
    if (const auto filter = json.find("filter"); filter != json.end() && filter->is_object())
        context.setFilter(filterFromJson(*evaluation, *filter));
    return true;
}

void showWorstMistakes(EvaluationContext& context) {
    const auto& evaluation = context.evaluation();
    if (!evaluation) return;
    ImageRef worst;
    double highest = context.threshold();
    for (int set = kFirstOodSet; set < setCount(*evaluation); ++set) {
        const auto scores = setScores(*evaluation, set, context.detector());
        const auto best = std::ranges::max_element(scores);
        if (best == scores.end() || !(*best >= highest)) continue;
        highest = *best;
        worst = {set, static_cast<int>(best - scores.begin())};
    }
    if (!worst.isValid()) return;
    ImageFilter filter;
    filter.verdicts = {Verdict::FalseAccept};
    context.setFilter(filter);
    context.setCurrentImage(worst);
}

}  // namespace oodscope::ui
