// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/top_classes_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/models/image_info.h"
#include "ui/models/number_text.h"

namespace oodscope::ui {

TopClassesModel::TopClassesModel(int count, QObject* parent) : QAbstractListModel(parent), m_count(count) {}

void TopClassesModel::setImage(const experiment::Evaluation* evaluation, ImageRef image) {
    beginResetModel();
    m_items.clear();
    const auto* set = evaluation ? scoredSet(*evaluation, image.set) : nullptr;
    if (set && image.row >= 0 && image.row < static_cast<int>(set->logits.rows())) {
        const auto logits = set->logits.row(static_cast<std::size_t>(image.row));
        std::vector<int> order(logits.size());
        std::iota(order.begin(), order.end(), 0);
        const auto shown = std::min<std::size_t>(order.size(), static_cast<std::size_t>(std::max(m_count, 0)));
        const auto before = [&](int a, int b) { return logits[a] > logits[b] || (logits[a] == logits[b] && a < b); };
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(), before);
        const double highest = logits.empty() ? 0 : *std::max_element(logits.begin(), logits.end());
        double sum = 0;
        for (const float logit : logits)
            sum += std::exp(logit - highest);
        for (std::size_t i = 0; i < shown; ++i) {
            const int c = order[i];
            const QString name = nameAt(evaluation->classNames, c);
            m_items.push_back({name, std::exp(logits[c] - highest) / sum, logits[c], c,
                               !name.isEmpty() && name == trueClassName(*evaluation, image),
                               c == labelAt(set->pseudoLabels, image.row)});
        }
    }
    endResetModel();
}

int TopClassesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant TopClassesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Item& item = m_items[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return item.name;
        case Qt::ToolTipRole:
            return tr("%1\nprobability %2 (softmax over all classes)\nlogit %3")
                .arg(item.name, scoreText(item.probability), numberText(item.logit, 7));
        case ProbabilityRole:
            return item.probability;
        case LogitRole:
            return item.logit;
        case ClassRole:
            return item.classIndex;
        case IsTrueRole:
            return item.isTrue;
        case IsPseudoRole:
            return item.isPseudo;
        default:
            return {};
    }
}

}  // namespace oodscope::ui
