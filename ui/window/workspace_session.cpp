// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/workspace_session.h"

#include <QDir>

#include "ui/window/view_state.h"

namespace oodscope::ui {

namespace {
constexpr int kSaveDelayMs = 1000;
constexpr auto kLastEvaluation = "window/last-evaluation";

std::string viewKey(const std::string& evaluation) {
    return "window/view/" + evaluation;
}

struct Loaded {
    experiment::EvaluationPtr evaluation;
    std::string view;
};
}  // namespace

WorkspaceSession::WorkspaceSession(const Services& services, JobRunner* jobs, EvaluationContext* context,
                                   QObject* parent)
    : QObject(parent), m_services(services), m_jobs(jobs), m_context(context), m_opening(jobs), m_loading(jobs) {
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(kSaveDelayMs);
    connect(&m_saveTimer, &QTimer::timeout, this, &WorkspaceSession::saveView);
    const auto later = [this] {
        if (!m_restoring) m_saveTimer.start();
    };
    connect(m_context, &EvaluationContext::detectorChanged, this, later);
    connect(m_context, &EvaluationContext::oodSetChanged, this, later);
    connect(m_context, &EvaluationContext::thresholdChanged, this, later);
    connect(m_context, &EvaluationContext::filterChanged, this, later);
}

WorkspaceSession::~WorkspaceSession() = default;

QString WorkspaceSession::folder() const {
    return m_workspace ? QString::fromStdString(m_workspace->folder().string()) : QString();
}

Result<WorkspaceSession::Opened> WorkspaceSession::openAndChoose(const Services::OpenWorkspace& opener,
                                                                 const std::filesystem::path& folder,
                                                                 const std::string& wanted) {
    auto workspace = opener(folder);
    if (!workspace) return failFrom(workspace);
    auto evaluations = (*workspace)->list(workspace::ArtefactKind::Evaluation);
    if (!evaluations) return failFrom(evaluations);
    Opened opened{std::move(*workspace), wanted};
    if (!wanted.empty() || evaluations->empty()) return opened;
    opened.evaluation = evaluations->front().key;
    const auto last = opened.workspace->setting(kLastEvaluation);
    if (last && last->has_value())
        for (const auto& evaluation : *evaluations)
            if (evaluation.key == **last) opened.evaluation = **last;
    return opened;
}

void WorkspaceSession::open(const QString& folder, const QString& evaluation) {
    openWith(m_services.openWorkspace, folder, evaluation);
}

void WorkspaceSession::make(const QString& folder) {
    openWith(m_services.makeWorkspace, folder, {});
}

void WorkspaceSession::openWith(const Services::OpenWorkspace& opener, const QString& folder,
                                const QString& evaluation) {
    saveView();
    const QString clean = QDir::cleanPath(folder);
    m_opening.start<Opened>(
        tr("Open workspace"),
        [opener, path = std::filesystem::path(clean.toStdString()), wanted = evaluation.toStdString()](
            std::stop_token, const ProgressFn&) { return openAndChoose(opener, path, wanted); },
        this,
        [this, clean](Result<Opened> opened) {
            if (opened) return adopt(std::move(*opened));
            const QString message = QString::fromStdString(opened.error().message);
            if (opened.error().code == ErrorCode::NotFound)
                Q_EMIT notFound(clean, message);
            else
                Q_EMIT failed(message);
        });
}

void WorkspaceSession::adopt(Opened opened) {
    m_loading.drop();
    m_workspace = std::move(opened.workspace);
    m_context->setEvaluation(nullptr);
    Q_EMIT this->opened(folder());
    Q_EMIT libraryChanged();
    if (!opened.evaluation.empty()) load(QString::fromStdString(opened.evaluation));
}

void WorkspaceSession::load(const QString& evaluation) {
    if (!m_workspace) return;
    saveView();
    m_loading.start<Loaded>(
        tr("Load evaluation"),
        [load = m_services.load, workspace = m_workspace, id = evaluation.toStdString()](
            std::stop_token, const ProgressFn&) -> Result<Loaded> {
            auto loaded = load(*workspace, id);
            if (!loaded) return failFrom(loaded);
            const auto view = workspace->setting(viewKey(id));
            return Loaded{std::move(*loaded), view && *view ? **view : std::string()};
        },
        this,
        [this](Result<Loaded> loaded) {
            if (!loaded)
                Q_EMIT failed(QString::fromStdString(loaded.error().message));
            else
                show(loaded->evaluation, loaded->view);
        });
}

void WorkspaceSession::show(const experiment::EvaluationPtr& evaluation, const std::string& view) {
    m_restoring = true;
    m_context->setEvaluation(evaluation);
    if (view.empty() || !restoreView(*m_context, view)) showWorstMistakes(*m_context);
    m_restoring = false;
    rememberShown();
    Q_EMIT evaluationShown(QString::fromStdString(evaluation->title));
}

void WorkspaceSession::run(const experiment::RunOptions& options) {
    if (!m_workspace) {
        Q_EMIT failed(tr("Open a workspace first: File → Open workspace…"));
        return;
    }
    const QString title = tr("Run on %1").arg(QDir(QString::fromStdString(options.idTest.string())).dirName());
    m_jobs->start<experiment::EvaluationPtr>(
        title,
        [run = m_services.run, workspace = m_workspace, options](std::stop_token stop, const ProgressFn& progress) {
            return run(*workspace, options, stop, progress);
        },
        this,
        [this, title, workspace = m_workspace](Result<experiment::EvaluationPtr> result) {
            if (workspace != m_workspace) return;  // another one was opened meanwhile; the run is kept in its own
            Q_EMIT libraryChanged();
            if (!result) {
                if (result.error().code != ErrorCode::Cancelled)
                    Q_EMIT failed(tr("%1 failed: %2").arg(title, QString::fromStdString(result.error().message)));
                return;
            }
            saveView();
            show(*result, {});
            Q_EMIT finishedRun(QString::fromStdString((*result)->title));
        });
}

void WorkspaceSession::runDemo() {
    if (!m_services.demo) {
        Q_EMIT failed(tr("This build has no demo. Run: oodscope-cli demo"));
        return;
    }
    m_jobs->start<std::filesystem::path>(
        tr("Demo"),
        [demo = m_services.demo](std::stop_token stop, const ProgressFn& progress) { return demo(stop, progress); },
        this,
        [this](Result<std::filesystem::path> workspace) {
            if (workspace)
                open(QString::fromStdString(workspace->string()));
            else if (workspace.error().code != ErrorCode::Cancelled)
                Q_EMIT failed(QString::fromStdString(workspace.error().message));
        });
}

void WorkspaceSession::rememberShown() {
    // A disk that has become full or read-only does not hinder looking, so failures here are not reported.
    if (m_workspace && m_context->evaluation())
        (void)m_workspace->setSetting(kLastEvaluation, m_context->evaluation()->id);
}

void WorkspaceSession::saveView() {
    m_saveTimer.stop();
    if (!m_workspace || !m_context->evaluation()) return;
    (void)m_workspace->setSetting(viewKey(m_context->evaluation()->id), viewToJson(*m_context));
}

}  // namespace oodscope::ui
