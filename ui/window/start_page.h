// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLinkButton>
#include <QLabel>
#include <QVBoxLayout>
#include <QWidget>

namespace oodscope::ui {

/// What the central area shows while no evaluation is open: the ways to get one.
class StartPage : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);

    void setRecent(const QStringList& folders);
    /// Empty: no workspace is open, so a run has nowhere to go. `hasRuns`: one of its runs can be opened.
    void setWorkspace(const QString& folder, bool hasRuns, bool readOnly);
    void setDemoAvailable(bool available);
    QCommandLinkButton* openButton() const { return m_open; }
    QCommandLinkButton* runButton() const { return m_run; }
    QCommandLinkButton* demoButton() const { return m_demo; }

Q_SIGNALS:
    void openRequested();
    void runRequested();
    void demoRequested();
    void recentRequested(const QString& folder);

private:
    QLabel* m_where;
    QCommandLinkButton* m_open;
    QCommandLinkButton* m_run;
    QCommandLinkButton* m_demo;
    QLabel* m_recentTitle;
    QVBoxLayout* m_recent;
};

}  // namespace oodscope::ui
