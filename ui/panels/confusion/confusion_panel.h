// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <vector>

#include "ui/models/confusion_model.h"
#include "ui/panels/confusion/class_ticker.h"
#include "ui/widgets/deferred_panel.h"
#include "ui/widgets/elided_label.h"

namespace oodscope::ui {

/// True class × pseudo label (or prediction) of one set as a picture that zooms; a click on a cell shows its images.
class ConfusionPanel : public DeferredPanel {
    Q_OBJECT
public:
    explicit ConfusionPanel(EvaluationContext* context, QWidget* parent = nullptr);

    QCustomPlot* plot() const { return m_plot; }
    const ConfusionModel& model() const { return m_model; }
    QString readoutText() const { return m_readout->visible() ? m_readout->text() : QString(); }
    /// Where a cell of the model is drawn, in pixels of the plot.
    QPointF cellCentre(int row, int column) const;

Q_SIGNALS:
    void failed(const QString& message);

protected:
    void refresh() override;
    void applyPalette() override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Cell {
        int row = -1;
        int column = -1;
        bool isValid() const { return row >= 0; }
    };
    QWidget* createBar();
    void createPlot();
    void createMap();
    void fillSets();
    void setSource();
    void orderClasses();
    void paintCells();
    double cellValue(int row, int column) const;
    void updateTickers();
    void updateSelection();
    void showAll();
    Cell cellAt(QPointF pixel) const;
    void moved(QMouseEvent* event);
    void released(QMouseEvent* event);
    QString describe(Cell cell) const;
    QString csv() const;

    EvaluationContext* m_context;
    ConfusionModel m_model;
    std::vector<int> m_rowOrder;  // drawn row → model row
    std::vector<int> m_columnOrder;
    QComboBox* m_set = nullptr;
    QComboBox* m_columns = nullptr;
    QComboBox* m_shade = nullptr;
    QCheckBox* m_log = nullptr;
    QCheckBox* m_byConfusion = nullptr;
    QCheckBox* m_dim = nullptr;
    ElidedLabel* m_summary = nullptr;
    QCustomPlot* m_plot;
    QCPColorMap* m_map = nullptr;
    QCPItemRect* m_selection = nullptr;
    QCPItemText* m_readout = nullptr;
    QCPItemText* m_empty = nullptr;
    QSharedPointer<ClassTicker> m_rowTicker;
    QSharedPointer<ClassTicker> m_columnTicker;
    QPointF m_pressedAt;
};

}  // namespace oodscope::ui
