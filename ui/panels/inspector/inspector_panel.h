// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThreadPool>
#include <QTimer>
#include <QWidget>

#include "ui/models/evaluation_context.h"

class QFormLayout;
class QLabel;
class QSplitter;
class QTabWidget;
class QToolButton;
class QTreeView;

namespace oodscope::ui {

class ElidedField;
class ImageScoresModel;
class ImageView;
class ProvenanceModel;
class TopClassesModel;

/// The current image large, with its classes, its scores under all detectors and what the evaluation was made from.
class InspectorPanel : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(EvaluationContext* context, QWidget* parent = nullptr);
    ~InspectorPanel() override;

    ImageView* imageView() const { return m_image; }

Q_SIGNALS:
    /// +1: the next image in the gallery's order, −1: the one before.
    void stepRequested(int delta);

private:
    QWidget* createBar();
    QWidget* createDetails();
    QWidget* createClasses(QWidget* page);
    QWidget* createScores(QWidget* page);
    QWidget* createProvenance();
    ElidedField* addField(QFormLayout* form, const QString& name, const QString& label);
    void createShortcuts();
    void showEvaluation();
    void showImage();
    void showFields();
    void showVerdict();
    void load(const QString& path);
    void showZoom(double zoom);

    EvaluationContext* m_context;
    ImageView* m_image;
    TopClassesModel* m_classes;
    ImageScoresModel* m_scores;
    ProvenanceModel* m_provenance;
    QToolButton *m_previous = nullptr, *m_next = nullptr, *m_fit = nullptr, *m_actual = nullptr;
    QLabel* m_zoom = nullptr;
    QLabel* m_verdict = nullptr;
    ElidedField *m_file = nullptr, *m_size = nullptr, *m_set = nullptr;
    ElidedField *m_true = nullptr, *m_pseudo = nullptr, *m_predicted = nullptr;
    QTreeView* m_tree = nullptr;
    QTabWidget* m_tabs = nullptr;
    QString m_path;         // of the image that is shown or on its way
    int m_generation = 0;   // latest load wins
    QTimer m_loadingTimer;  // after it the old image gives way to a word
    QThreadPool m_pool;

protected:
    void changeEvent(QEvent* event) override;
};

}  // namespace oodscope::ui
