// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/experiment/explain.h"
#include "core/experiment/export_results.h"
#include "core/experiment/html.h"
#include "core/experiment/pictures.h"

namespace oodscope::experiment {
namespace {

std::string percent(double fraction) {
    return fmt::format("{:.2f}", 100 * fraction);
}

std::string paragraph(const std::string& text) {
    return "<p>" + htmlEscaped(text) + "</p>\n";
}

std::string heading(const std::string& text) {
    return "<h2>" + htmlEscaped(text) + "</h2>\n";
}

std::string head(const Evaluation& evaluation, const Explanation& explanation) {
    return fmt::format("<h1>{}</h1>\n<p class=\"faint\">Evaluation {}, made {:%Y-%m-%d %H:%M} by {}</p>\n",
                       htmlEscaped(evaluation.title), htmlEscaped(evaluation.id),
                       fmt::localtime(explanation.artefact.createdMs / 1000),
                       htmlEscaped(explanation.made.value("program", std::string("oodscope"))));
}

std::string accuracies(const Evaluation& evaluation) {
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const char* what, double fraction) {
        if (fraction >= 0) rows.push_back({what, percent(fraction) + " %"});
    };
    add("Pseudo labels right on ID train", evaluation.pseudoLabelAccuracy);
    add("Zero-shot accuracy on ID test", evaluation.zeroShotAccuracy);
    add("Probe accuracy on ID test", evaluation.probeAccuracy);
    const std::array<std::string, 2> header{"Accuracy", ""};
    return rows.empty() ? std::string() : htmlTable(header, rows);
}

std::string results(const Evaluation& evaluation) {
    const std::array<std::string, 9> header{"Detector",  "OOD set",    "AUROC %",  "95 % interval", "FPR95 %",
                                            "AUPR-in %", "AUPR-out %", "at TPR %", "Tied scores"};
    std::vector<std::vector<std::string>> rows;
    for (const DetectorResult& result : evaluation.results) {
        const ood::OodMetrics& m = result.metrics;
        rows.push_back({result.detector, result.ood, percent(m.auroc),
                        percent(result.aurocLow) + " to " + percent(result.aurocHigh), percent(m.fpr95),
                        percent(m.auprIn), percent(m.auprOut), percent(m.realisedTpr), std::to_string(m.ties)});
    }
    const auto convention = ood::conventionName(evaluation.results.front().metrics.convention);
    return heading("Results") + htmlTable(header, rows) +
           paragraph(fmt::format("{} ID test images. ID is the positive class; a higher score means more "
                                 "in-distribution. FPR95 is read under the convention {}; intervals are DeLong's; AUPR "
                                 "is the trapezoid.",
                                 evaluation.idTest.size(), convention));
}

struct Figure {
    const char* file;
    const char* mediaType;
    const char* caption;
};

constexpr Figure kFigures[] = {
    {"roc.svg", "image/svg+xml", "ROC curves of the first detector, one for each OOD set."},
    {"scores.svg", "image/svg+xml", "Scores of the first detector; the dashed line accepts 95 % of ID."},
    {"pseudo-label-confusion.svg", "image/svg+xml", "True classes against pseudo labels on ID train."},
    {"false-accepts.png", "image/png", "OOD images taken for ID at that threshold, the most certain mistakes first."},
    {"false-rejects.png", "image/png", "ID images rejected at that threshold, the most certain mistakes first."},
};

/// Each picture that could be drawn, inside the page. An evaluation from embeddings files has no images to show.
std::string figures(const fs::path& folder) {
    std::string html = heading("Pictures");
    for (const Figure& figure : kFigures) {
        const auto bytes = readTextFile(folder / figure.file);
        if (!bytes) continue;
        html +=
            fmt::format("<figure><img src=\"{}\" alt=\"{}\"><figcaption>{}</figcaption></figure>\n",
                        dataAddress(figure.mediaType, *bytes), htmlEscaped(figure.file), htmlEscaped(figure.caption));
    }
    return html;
}

std::string dataSets(const Evaluation& evaluation) {
    const std::array<std::string, 5> header{"Set", "Role", "Images", "Unreadable", "Folder or file"};
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const ScoredSet& set, const char* role) {
        rows.push_back(
            {set.name, role, std::to_string(set.size()), std::to_string(set.unreadable.size()), set.root.string()});
    };
    add(evaluation.train, "ID train");
    add(evaluation.idTest, "ID test");
    for (const ScoredSet& set : evaluation.ood)
        add(set, "OOD");
    std::string html = heading("Data sets") + htmlTable(header, rows);
    html += fmt::format("<details><summary>{} ID classes</summary><p>", evaluation.classNames.size());
    for (const std::string& name : evaluation.classNames)
        html += (&name == &evaluation.classNames.front() ? "" : ", ") + htmlEscaped(name);
    return html + "</p></details>\n";
}

std::string repeat(const Explanation& explanation) {
    std::string html = heading("How to make it again");
    if (explanation.commands.empty())
        html += paragraph("The record does not tell how.");
    else
        html += "<pre>" + htmlEscaped(shellLine(explanation.commands)) + "</pre>\n";
    html += "<ul>\n";
    for (const Change& change : explanation.changes)
        html += "<li><b>" + htmlEscaped(change.what) + "</b>" + htmlEscaped(change.how) + "</li>\n";
    if (explanation.changes.empty())
        html += "<li>When this report was written, nothing that it was made from had changed.</li>\n";
    for (const std::string& note : explanation.notes)
        html += "<li>" + htmlEscaped(note) + "</li>\n";
    return html + "</ul>\n";
}

}  // namespace

Status writeReport(const workspace::Workspace& workspace, const Evaluation& evaluation, const fs::path& page,
                   bool overwrite) {
    if (auto free = checkOverwrite({page}, overwrite); !free) return free;
    if (evaluation.results.empty())
        return fail(ErrorCode::InvalidArgument, "evaluation " + evaluation.id + ": has no results to report");
    const auto explanation = explain(workspace, {evaluation.id});
    if (!explanation) return failFrom(explanation);
    const fs::path pictures = page.parent_path() / (page.stem().string() + "_files");
    if (auto drawn = writePictures(evaluation, pictures); !drawn) return drawn;
    const std::string body = head(evaluation, *explanation) + accuracies(evaluation) + results(evaluation) +
                             figures(pictures) + dataSets(evaluation) + heading("What it was made from") +
                             htmlTree(readableProvenance(explanation->made)) + repeat(*explanation);
    return writeFileAtomically(page, htmlPage(evaluation.title, body));
}

}  // namespace oodscope::experiment
