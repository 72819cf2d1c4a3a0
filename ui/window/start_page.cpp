// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/start_page.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>

namespace oodscope::ui {

namespace {
constexpr int kNameChars = 24;  // of a recent workspace's folder
constexpr int kPathChars = 30;
}  // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent),
      m_where(new QLabel(this)),
      m_open(new QCommandLinkButton(tr("Open a workspace"), tr("Results that are already there, or an empty folder"),
                                    this)),
      m_run(new QCommandLinkButton(tr("New run"), tr("Embed images, train a probe, score out-of-distribution sets"),
                                   this)),
      m_demo(new QCommandLinkButton(tr("Try the demo"),
                                    tr("A small drawn world and a tiny CLIP; takes a minute or two"), this)),
      m_recentTitle(new QLabel(tr("Recent workspaces"), this)),
      m_recent(new QVBoxLayout) {
    setObjectName(QStringLiteral("StartPage"));
    auto* title = new QLabel(tr("OODscope"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 2.2);
    title->setFont(large);
    QFont bold = m_recentTitle->font();
    bold.setBold(true);
    m_recentTitle->setFont(bold);
    m_where->setWordWrap(true);
    auto* column = new QVBoxLayout;
    column->addStretch(1);
    column->addWidget(title);
    column->addWidget(m_where);
    column->addSpacing(12);
    for (auto* button : {m_open, m_run, m_demo})
        column->addWidget(button);
    column->addSpacing(12);
    column->addWidget(m_recentTitle);
    column->addLayout(m_recent);
    column->addStretch(2);
    auto* row = new QHBoxLayout(this);
    row->addStretch(1);
    row->addLayout(column, 4);
    row->addStretch(1);
    connect(m_open, &QAbstractButton::clicked, this, &StartPage::openRequested);
    connect(m_run, &QAbstractButton::clicked, this, &StartPage::runRequested);
    connect(m_demo, &QAbstractButton::clicked, this, &StartPage::demoRequested);
    setWorkspace({}, /*hasRuns=*/false, /*readOnly=*/false);
    setRecent({});
}

void StartPage::setRecent(const QStringList& folders) {
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recentTitle->setVisible(!folders.isEmpty());
    for (const QString& folder : folders.mid(0, 5)) {
        auto* link = new QLabel(this);
        link->setTextFormat(Qt::RichText);
        const QString name =
            fontMetrics()
                .elidedText(QDir(folder).dirName(), Qt::ElideMiddle, kNameChars * fontMetrics().averageCharWidth())
                .toHtmlEscaped();
        const QString path =
            fontMetrics().elidedText(folder, Qt::ElideMiddle, kPathChars * fontMetrics().averageCharWidth());
        link->setText(QStringLiteral("<a href=\"open\">%1</a>  –  %2").arg(name, path.toHtmlEscaped()));
        link->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        link->setToolTip(folder);
        link->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        connect(link, &QLabel::linkActivated, this, [this, folder] { Q_EMIT recentRequested(folder); });
        m_recent->addWidget(link);
    }
}

void StartPage::setWorkspace(const QString& folder, bool hasRuns, bool readOnly) {
    QString where = tr("From image files to the images behind the curve.");
    if (!folder.isEmpty())
        where = (hasRuns ? tr("The workspace %1 is open: double-click one of its runs in the Library.")
                         : tr("The workspace %1 is open and has no evaluation yet."))
                    .arg(folder);
    if (readOnly) where += QLatin1Char(' ') + tr("It is read-only: a new run needs another one.");
    m_where->setText(where);
}

void StartPage::setDemoAvailable(bool available) {
    m_demo->setVisible(available);
}

}  // namespace oodscope::ui
