// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>

#include "ui/jobs/latest_job.h"
#include "ui/models/evaluation_context.h"
#include "ui/window/services.h"

namespace oodscope::ui {

/// The open workspace and evaluation: opens, runs and loads on workers, hands evaluations to the context and keeps each
/// one's view (detector, threshold, filter) in the workspace.
class WorkspaceSession : public QObject {
    Q_OBJECT
public:
    WorkspaceSession(const Services& services, JobRunner* jobs, EvaluationContext* context, QObject* parent = nullptr);
    ~WorkspaceSession() override;

    workspace::Workspace* workspace() const { return m_workspace.get(); }
    const std::shared_ptr<workspace::Workspace>& sharedWorkspace() const { return m_workspace; }
    QString folder() const;
    /// Whether the open workspace is there for looking only.
    bool isReadOnly() const { return m_workspace && !m_workspace->writable(); }

public Q_SLOTS:
    /// `evaluation`: which to show; empty: the one shown last, or the newest.
    void open(const QString& folder, const QString& evaluation = {});
    /// Makes a workspace in `folder` and opens it.
    void make(const QString& folder);
    void load(const QString& evaluation);
    void run(const oodscope::experiment::RunOptions& options);
    void runDemo();
    /// Writes the view now (on closing); otherwise it follows changes after a moment.
    void saveView();

Q_SIGNALS:
    void opened(const QString& folder);
    void notFound(const QString& folder, const QString& message);  // to open: it is no workspace
    void libraryChanged();
    void evaluationShown(const QString& title);
    void failed(const QString& message);
    void finishedRun(const QString& title);

private:
    struct Opened {
        std::shared_ptr<workspace::Workspace> workspace;
        std::string evaluation;  // to show; empty: none
    };
    void openWith(const Services::OpenWorkspace& opener, const QString& folder, const QString& evaluation);
    void adopt(Opened opened);
    void show(const experiment::EvaluationPtr& evaluation, const std::string& view);
    void rememberShown();
    static Result<Opened> openAndChoose(const Services::OpenWorkspace& opener, const std::filesystem::path& folder,
                                        const std::string& wanted);

    Services m_services;
    JobRunner* m_jobs;
    EvaluationContext* m_context;
    LatestJob m_opening;
    LatestJob m_loading;
    std::shared_ptr<workspace::Workspace> m_workspace;
    QTimer m_saveTimer;
    bool m_restoring = false;
};

}  // namespace oodscope::ui
