// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>
#include <array>

#include "ui/models/image_list_model.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSlider;
class QToolButton;

namespace oodscope::ui {

class FlowLayout;

/// The controls above the gallery: verdicts with their counts, set, search, order, size, and the filters in force.
class GalleryHeader : public QWidget {
    Q_OBJECT
public:
    GalleryHeader(EvaluationContext* context, ImageListModel* model, QWidget* parent = nullptr);
    QSlider* sizeSlider() const { return m_size; }
    void focusSearch();

protected:
    void changeEvent(QEvent* event) override;

private:
    static constexpr std::array kVerdicts{Verdict::FalseAccept, Verdict::FalseReject, Verdict::TrueAccept,
                                          Verdict::TrueReject};

    void createVerdictChips(FlowLayout* line);
    void createControls(FlowLayout* line);
    void createOrder(FlowLayout* line);
    void fillSets();
    void showFilter();
    void showCounts();
    void showUnreadable();
    void updateIcons();
    void tint(QToolButton* chip);
    void toggleVerdict(Verdict verdict, bool on);
    void chooseSet(int comboIndex);
    void applySearch();
    void applyOrder();

    EvaluationContext* m_context;
    ImageListModel* m_model;
    QToolButton* m_all = nullptr;
    std::array<QToolButton*, kVerdicts.size()> m_verdicts{};
    QComboBox* m_sets = nullptr;
    QLineEdit* m_search = nullptr;
    QComboBox* m_order = nullptr;
    QSlider* m_size = nullptr;
    QLabel* m_count = nullptr;
    QToolButton* m_unreadable = nullptr;
    QTimer m_searchTimer;
};

}  // namespace oodscope::ui
