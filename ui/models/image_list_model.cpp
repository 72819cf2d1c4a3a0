// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/image_list_model.h"

#include <QtConcurrent>
#include <algorithm>
#include <map>

#include "ui/models/image_info.h"

namespace oodscope::ui {
namespace {

constexpr int kThresholdIntervalMs = 20;  // one refresh of the rows for all threshold steps within it

/// What the candidates do not depend on.
ImageFilter withoutDragged(ImageFilter filter) {
    filter.verdicts.clear();
    filter.scores.reset();
    return filter;
}

std::size_t imageCount(const ImageQuery& query) {
    std::size_t count = 0;
    if (!query.evaluation) return count;
    for (int set = 0; set < setCount(*query.evaluation); ++set) {
        const bool left = set >= kFirstOodSet && query.oodSet >= 0 && set != query.oodSet;
        if (!left) count += scoredSet(*query.evaluation, set)->size();
    }
    return count;
}

}  // namespace

ImageListModel::ImageListModel(EvaluationContext* context, QObject* parent)
    : QAbstractListModel(parent), m_context(context) {
    m_pool.setMaxThreadCount(1);
    m_thresholdTimer.setSingleShot(true);
    m_thresholdTimer.setInterval(kThresholdIntervalMs);
    connect(&m_thresholdTimer, &QTimer::timeout, this, [this] { refreshRows(/*reset=*/false); });
    connect(context, &EvaluationContext::evaluationChanged, this, &ImageListModel::onEvaluationChanged);
    connect(context, &EvaluationContext::detectorChanged, this, &ImageListModel::requery);
    connect(context, &EvaluationContext::oodSetChanged, this, &ImageListModel::requery);
    connect(context, &EvaluationContext::filterChanged, this, &ImageListModel::onFilterChanged);
    connect(context, &EvaluationContext::thresholdChanged, this, [this] {
        if (!m_thresholdTimer.isActive()) m_thresholdTimer.start();
    });
    onEvaluationChanged();
}

ImageListModel::~ImageListModel() {
    m_stop.request_stop();
    m_pool.waitForDone();
}

int ImageListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

ImageRef ImageListModel::imageAt(int row) const {
    return row >= 0 && row < static_cast<int>(m_rows.size()) ? m_rows[static_cast<std::size_t>(row)] : ImageRef{};
}

int ImageListModel::rowOf(ImageRef image) const {
    const auto found = std::find(m_rows.begin(), m_rows.end(), image);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

QVariant ImageListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const ImageRef image = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return relativePath(*m_evaluation, image).section(QLatin1Char('/'), -1);
        case ImageRefRole:
            return QVariant::fromValue(image);
        case PathRole:
            return m_context->filePath(image);
        case RelativePathRole:
            return relativePath(*m_evaluation, image);
        case SetNameRole:
            return setName(*m_evaluation, image.set);
        case VerdictRole:
            return static_cast<int>(m_context->verdict(image));
        case ScoreRole: {
            const auto score = m_context->score(image);
            return score ? QVariant(*score) : QVariant();
        }
        case TrueClassRole:
            return trueClassName(*m_evaluation, image);
        case PseudoClassRole:
            return pseudoClassName(*m_evaluation, image);
        case PredictedClassRole:
            return predictedClassName(*m_evaluation, image);
        default:
            return {};
    }
}

void ImageListModel::setSort(ImageSort key, bool descending) {
    if (key == m_sort && descending == m_descending) return;
    const bool sameKey = key == m_sort;
    m_sort = key;
    m_descending = descending;
    if (sameKey) {
        refreshRows(/*reset=*/true);
    } else {
        requery();
    }
}

ImageQuery ImageListModel::query() const {
    return {m_context->evaluation(), m_context->detector(), m_context->oodSet(), withoutDragged(m_context->filter()),
            m_sort};
}

void ImageListModel::onEvaluationChanged() {
    beginResetModel();  // at once: the rows point into the old evaluation
    m_rows.clear();
    m_candidates = {};
    m_evaluation = m_context->evaluation();
    endResetModel();
    m_query = {};
    if (!m_evaluation) {
        m_stop.request_stop();
        ++m_generation;
        m_total = 0;
        return adopt({});
    }
    requery();
}

void ImageListModel::onFilterChanged() {
    if (withoutDragged(m_context->filter()) != m_query.filter) {
        requery();
    } else {
        refreshRows(/*reset=*/true);
    }
}

void ImageListModel::requery() {
    if (m_evaluation != m_context->evaluation()) return;  // evaluationChanged is on its way
    const ImageQuery query = this->query();
    if (query == m_query) return;
    m_query = query;
    m_stop.request_stop();
    m_stop = {};
    const int generation = ++m_generation;
    m_total = imageCount(query);
    std::size_t searched = 0;
    for (int set = 0; query.evaluation && set < setCount(*query.evaluation); ++set) {
        searched += scoredSet(*query.evaluation, set)->size();
    }
    if (searched <= kSynchronousLimit) return adopt(ImageCandidates::build(query));
    setBusy(true);
    QtConcurrent::run(&m_pool, [query, stop = m_stop.get_token()] {
        return std::make_shared<ImageCandidates>(ImageCandidates::build(query, stop));
    }).then(this, [this, generation](const std::shared_ptr<ImageCandidates>& candidates) {
        if (generation == m_generation) adopt(std::move(*candidates));
    });
}

void ImageListModel::adopt(ImageCandidates candidates) {
    m_candidates = std::move(candidates);
    setBusy(false);
    refreshRows(/*reset=*/true);
}

void ImageListModel::refreshRows(bool reset) {
    if (m_busy) return;  // adopt() comes
    m_thresholdTimer.stop();
    const double threshold = m_context->threshold();
    const auto& filter = m_context->filter();
    const bool followsThreshold = !filter.verdicts.empty() || m_sort == ImageSort::Margin;
    if (reset) {
        beginResetModel();
        m_rows = m_candidates.rows(threshold, filter.verdicts, filter.scores, m_descending);
        endResetModel();
    } else {
        if (followsThreshold) replaceRows(m_candidates.rows(threshold, filter.verdicts, filter.scores, m_descending));
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {VerdictRole});
    }
    m_counts = m_candidates.counts(threshold, filter.scores);
    Q_EMIT countsChanged();
}

/// One removal and one insertion between the rows that stay in front and those that stay behind.
void ImageListModel::replaceRows(std::vector<ImageRef> rows) {
    const auto [oldFront, newFront] = std::mismatch(m_rows.begin(), m_rows.end(), rows.begin(), rows.end());
    if (oldFront == m_rows.end() && newFront == rows.end()) return;
    const std::size_t front = static_cast<std::size_t>(newFront - rows.begin());
    const auto back = static_cast<std::size_t>(std::mismatch(m_rows.rbegin(), std::make_reverse_iterator(oldFront),
                                                             rows.rbegin(), std::make_reverse_iterator(newFront))
                                                   .first -
                                               m_rows.rbegin());
    const std::size_t removed = m_rows.size() - front - back, added = rows.size() - front - back;
    if (removed == added) return permuteRows(std::move(rows));
    if (removed > 0) {
        beginRemoveRows({}, static_cast<int>(front), static_cast<int>(front + removed) - 1);
        m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(front),
                     m_rows.begin() + static_cast<std::ptrdiff_t>(front + removed));
        endRemoveRows();
    }
    if (added > 0) {
        beginInsertRows({}, static_cast<int>(front), static_cast<int>(front + added) - 1);
        m_rows = std::move(rows);
        endInsertRows();
    }
}

/// The same number of rows, mostly the same images in another order: indexes follow their images.
void ImageListModel::permuteRows(std::vector<ImageRef> rows) {
    Q_EMIT layoutAboutToBeChanged();
    const auto before = persistentIndexList();
    std::map<std::pair<int, int>, int> wanted;
    std::vector<ImageRef> images;
    for (const auto& index : before) {
        images.push_back(imageAt(index.row()));
        wanted[{images.back().set, images.back().row}] = -1;
    }
    m_rows = std::move(rows);
    for (std::size_t i = 0; i < m_rows.size() && !wanted.empty(); ++i) {
        const auto found = wanted.find({m_rows[i].set, m_rows[i].row});
        if (found != wanted.end()) found->second = static_cast<int>(i);
    }
    QModelIndexList after;
    for (const ImageRef image : images)
        after.push_back(index(wanted.at({image.set, image.row})));  // -1: gone
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void ImageListModel::setBusy(bool busy) {
    if (busy == m_busy) return;
    m_busy = busy;
    Q_EMIT busyChanged(busy);
}

}  // namespace oodscope::ui
