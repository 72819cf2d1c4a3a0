// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/image_candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "ui/models/image_info.h"

namespace oodscope::ui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool contains(const std::vector<Verdict>& verdicts, Verdict verdict) {
    return std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Text search that ignores case: bytes for an ASCII needle, since a million QStrings cost half a second.
class TextMatcher {
public:
    explicit TextMatcher(const QString& text) : m_text(text), m_bytes(text.toLower().toStdString()) {
        m_isAscii =
            std::all_of(m_bytes.begin(), m_bytes.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    }
    bool isEmpty() const { return m_text.isEmpty(); }
    bool matches(const std::string& text) const {
        if (!m_isAscii) return QString::fromStdString(text).contains(m_text, Qt::CaseInsensitive);
        return std::search(text.begin(), text.end(), m_bytes.begin(), m_bytes.end(),
                           [](char a, char b) { return lower(a) == b; }) != text.end();
    }
    std::vector<char> matchAll(const std::vector<std::string>& names) const {
        std::vector<char> found(names.size());
        std::transform(names.begin(), names.end(), found.begin(), [this](const auto& name) { return matches(name); });
        return found;
    }

private:
    QString m_text;
    std::string m_bytes;
    bool m_isAscii = true;
};

bool isMarked(const std::vector<char>& marks, int i) {
    return i >= 0 && i < static_cast<int>(marks.size()) && marks[static_cast<std::size_t>(i)];
}

/// The filter of a query over one set.
class RowFilter {
public:
    RowFilter(const experiment::Evaluation& evaluation, const experiment::ScoredSet& set, const ImageFilter& filter)
        : m_set(set), m_filter(filter), m_text(filter.text) {
        if (m_text.isEmpty()) return;
        m_ownNames = m_text.matchAll(set.classNames);
        m_idNames = m_text.matchAll(evaluation.classNames);
    }
    bool accepts(int row) const {
        if (m_filter.trueLabel && labelAt(m_set.trueLabels, row) != *m_filter.trueLabel) return false;
        if (m_filter.pseudoLabel && labelAt(m_set.pseudoLabels, row) != *m_filter.pseudoLabel) return false;
        if (m_filter.predicted && labelAt(m_set.predicted, row) != *m_filter.predicted) return false;
        return m_text.isEmpty() || acceptsText(row);
    }

private:
    bool acceptsText(int row) const {
        return isMarked(m_ownNames, labelAt(m_set.trueLabels, row)) ||
               isMarked(m_idNames, labelAt(m_set.pseudoLabels, row)) ||
               isMarked(m_idNames, labelAt(m_set.predicted, row)) ||
               m_text.matches(m_set.paths[static_cast<std::size_t>(row)]);
    }

    const experiment::ScoredSet& m_set;
    const ImageFilter& m_filter;
    TextMatcher m_text;
    std::vector<char> m_ownNames, m_idNames;
};

bool takesSet(const ImageQuery& query, int set) {
    const auto& sets = query.filter.sets;
    if (!sets.empty()) return std::find(sets.begin(), sets.end(), set) != sets.end();
    return set < kFirstOodSet || query.oodSet < 0 || set == query.oodSet;
}

/// The rows of a set in path order; data sets are read in that order, so mostly there is nothing to sort.
std::vector<int> pathOrder(const experiment::ScoredSet& set) {
    std::vector<int> order(set.size());
    std::iota(order.begin(), order.end(), 0);
    if (!std::is_sorted(set.paths.begin(), set.paths.end())) {
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return set.paths[a] < set.paths[b]; });
    }
    return order;
}

/// Position of each class name among all names of the evaluation in alphabetical order, ignoring case.
std::map<QString, int> nameRanks(const experiment::Evaluation& evaluation) {
    std::map<QString, int> ranks;
    const auto add = [&](const std::vector<std::string>& names) {
        for (const auto& name : names)
            ranks.emplace(QString::fromStdString(name).toLower(), 0);
    };
    add(evaluation.classNames);
    for (int set = 0; set < setCount(evaluation); ++set)
        add(scoredSet(evaluation, set)->classNames);
    int next = 0;
    for (auto& [name, rank] : ranks)
        rank = next++;
    return ranks;
}

std::vector<int> ranksOf(const std::vector<std::string>& names, const std::map<QString, int>& ranks) {
    std::vector<int> result;
    for (const auto& name : names)
        result.push_back(ranks.at(QString::fromStdString(name).toLower()));
    return result;
}

}  // namespace

ImageCandidates ImageCandidates::build(const ImageQuery& query, std::stop_token stop) {
    ImageCandidates result;
    result.m_sort = query.sort;
    if (!query.evaluation) return result;
    const auto& evaluation = *query.evaluation;
    const bool keepOrder = query.sort != ImageSort::Score && query.sort != ImageSort::Margin;
    for (int s = 0; s < setCount(evaluation); ++s) {
        if (!takesSet(query, s)) continue;
        const auto& set = *scoredSet(evaluation, s);
        const auto scores = setScores(evaluation, s, query.detector);
        const RowFilter filter(evaluation, set, query.filter);
        for (const int row : pathOrder(set)) {
            if (row % 4096 == 0 && stop.stop_requested()) return {};
            if (!filter.accepts(row)) continue;
            const Entry entry{scores.empty() ? kNan : scores[static_cast<std::size_t>(row)], {s, row}};
            const bool scored = verdictOf(s, entry.score, 0) != Verdict::None;
            (!scored ? result.m_unscored : s == kIdTestSet ? result.m_id : result.m_ood).push_back(entry);
            if (keepOrder) result.m_ordered.push_back(entry);
        }
    }
    result.sortByScore();
    if (query.sort == ImageSort::TrueClass || query.sort == ImageSort::PredictedClass) result.orderByClass(query);
    return result;
}

void ImageCandidates::sortByScore() {
    const auto byScore = [](const Entry& a, const Entry& b) { return a.score < b.score; };
    std::stable_sort(m_id.begin(), m_id.end(), byScore);
    std::stable_sort(m_ood.begin(), m_ood.end(), byScore);
}

void ImageCandidates::orderByClass(const ImageQuery& query) {
    const auto& evaluation = *query.evaluation;
    const auto ranks = nameRanks(evaluation);
    const bool byTrue = query.sort == ImageSort::TrueClass;
    std::vector<std::vector<int>> setRanks;
    for (int set = 0; set < setCount(evaluation); ++set) {
        setRanks.push_back(ranksOf(byTrue ? scoredSet(evaluation, set)->classNames : evaluation.classNames, ranks));
    }
    const int last = static_cast<int>(ranks.size());  // images without a class
    std::vector<std::pair<int, Entry>> keyed;
    keyed.reserve(m_ordered.size());
    for (const auto& entry : m_ordered) {
        const auto& set = *scoredSet(evaluation, entry.image.set);
        const int label = labelAt(byTrue ? set.trueLabels : set.predicted, entry.image.row);
        const auto& rankOf = setRanks[static_cast<std::size_t>(entry.image.set)];
        const bool known = label >= 0 && label < static_cast<int>(rankOf.size());
        keyed.emplace_back(known ? rankOf[static_cast<std::size_t>(label)] : last, entry);
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::transform(keyed.begin(), keyed.end(), m_ordered.begin(), [](const auto& pair) { return pair.second; });
}

ImageCandidates::Parts ImageCandidates::split(double threshold, const ScoreRange& scores) const {
    const auto lowerBound = [](Slice slice, double score) {
        return std::lower_bound(slice.begin(), slice.end(), score,
                                [](const Entry& entry, double value) { return entry.score < value; });
    };
    const auto inRange = [&](Slice slice) {
        if (!scores) return slice;
        const auto high = std::upper_bound(slice.begin(), slice.end(), scores->second,
                                           [](double value, const Entry& entry) { return value < entry.score; });
        const auto low = std::min(lowerBound(slice, scores->first), high);
        return Slice(low, high);
    };
    const Slice id = inRange(m_id), ood = inRange(m_ood);
    const auto idCut = lowerBound(id, threshold), oodCut = lowerBound(ood, threshold);
    return {{id.begin(), idCut}, {idCut, id.end()}, {ood.begin(), oodCut}, {oodCut, ood.end()}};
}

VerdictCounts ImageCandidates::counts(double threshold, const ScoreRange& scores) const {
    const Parts parts = split(threshold, scores);
    return {parts.trueAccepts.size(), parts.falseRejects.size(), parts.falseAccepts.size(), parts.trueRejects.size(),
            scores ? 0 : m_unscored.size()};
}

std::vector<ImageRef> ImageCandidates::rows(double threshold, const std::vector<Verdict>& verdicts,
                                            const ScoreRange& scores, bool descending) const {
    if (m_sort != ImageSort::Score && m_sort != ImageSort::Margin) {
        return rowsByKey(threshold, verdicts, scores, descending);
    }
    const Parts parts = split(threshold, scores);
    const auto take = [&](Verdict verdict, Slice slice) {
        return verdicts.empty() || contains(verdicts, verdict) ? slice : Slice();
    };
    const Slice idLow = take(Verdict::FalseReject, parts.falseRejects);
    const Slice idHigh = take(Verdict::TrueAccept, parts.trueAccepts);
    const Slice oodLow = take(Verdict::TrueReject, parts.trueRejects);
    const Slice oodHigh = take(Verdict::FalseAccept, parts.falseAccepts);
    const auto byScore = [](const Entry& a, const Entry& b) { return a.score < b.score; };
    Entries low(idLow.size() + oodLow.size()), high(idHigh.size() + oodHigh.size()), merged(low.size() + high.size());
    std::merge(idLow.begin(), idLow.end(), oodLow.begin(), oodLow.end(), low.begin(), byScore);
    std::merge(idHigh.begin(), idHigh.end(), oodHigh.begin(), oodHigh.end(), high.begin(), byScore);
    if (m_sort == ImageSort::Score) {
        std::copy(high.begin(), high.end(), std::copy(low.begin(), low.end(), merged.begin()));
    } else {
        std::merge(low.rbegin(), low.rend(), high.begin(), high.end(), merged.begin(),
                   [threshold](const Entry& a, const Entry& b) {
                       return std::abs(a.score - threshold) < std::abs(b.score - threshold);
                   });
    }
    if (descending) std::reverse(merged.begin(), merged.end());
    if (!scores && (verdicts.empty() || contains(verdicts, Verdict::None))) {
        merged.insert(merged.end(), m_unscored.begin(), m_unscored.end());
    }
    std::vector<ImageRef> images(merged.size());
    std::transform(merged.begin(), merged.end(), images.begin(), [](const Entry& entry) { return entry.image; });
    return images;
}

std::vector<ImageRef> ImageCandidates::rowsByKey(double threshold, const std::vector<Verdict>& verdicts,
                                                 const ScoreRange& scores, bool descending) const {
    std::vector<ImageRef> images;
    images.reserve(verdicts.empty() && !scores ? m_ordered.size() : 0);
    for (const auto& entry : m_ordered) {
        const Verdict verdict = verdictOf(entry.image.set, entry.score, threshold);
        if (!verdicts.empty() && !contains(verdicts, verdict)) continue;
        if (scores && (verdict == Verdict::None || entry.score < scores->first || entry.score > scores->second))
            continue;
        images.push_back(entry.image);
    }
    if (descending) std::reverse(images.begin(), images.end());
    return images;
}

}  // namespace oodscope::ui
