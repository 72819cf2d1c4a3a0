// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/window_settings.h"

#include <QDir>
#include <QFileInfo>

namespace oodscope::ui {

namespace {
// Raise when docks change so much that an old layout would hide some.
constexpr int kLayoutVersion = 1;
const QString kGeometry = QStringLiteral("window/geometry");
const QString kState = QStringLiteral("window/state");
const QString kTheme = QStringLiteral("window/theme");
const QString kRecentList = QStringLiteral("workspaces/recent");
const QString kLocatedModels = QStringLiteral("models/located");
}  // namespace

void WindowSettings::saveLayout(const QMainWindow& window) {
    m_settings.setValue(kGeometry, window.saveGeometry());
    m_settings.setValue(kState, window.saveState(kLayoutVersion));
}

bool WindowSettings::restoreLayout(QMainWindow& window) {
    const bool geometry = window.restoreGeometry(m_settings.value(kGeometry).toByteArray());
    const bool state = window.restoreState(m_settings.value(kState).toByteArray(), kLayoutVersion);
    return geometry && state;
}

void WindowSettings::forgetLayout() {
    m_settings.remove(kGeometry);
    m_settings.remove(kState);
}

Theme WindowSettings::theme() const {
    return themeFromKey(m_settings.value(kTheme).toString());
}

void WindowSettings::setTheme(Theme theme) {
    m_settings.setValue(kTheme, themeKey(theme));
}

QStringList WindowSettings::recentWorkspaces() const {
    QStringList existing;
    for (const QString& folder : m_settings.value(kRecentList).toStringList())
        if (QFileInfo(folder).isDir()) existing << folder;
    return existing;
}

void WindowSettings::addRecentWorkspace(const QString& folder) {
    QStringList recent = m_settings.value(kRecentList).toStringList();
    const QString clean = QDir::cleanPath(QDir(folder).absolutePath());
    recent.removeAll(clean);
    recent.prepend(clean);
    while (recent.size() > kRecent)
        recent.removeLast();
    m_settings.setValue(kRecentList, recent);
}

void WindowSettings::clearRecentWorkspaces() {
    m_settings.remove(kRecentList);
}

QString WindowSettings::lastWorkspace() const {
    return recentWorkspaces().value(0);
}

std::vector<model::LocatedModel> WindowSettings::locatedModels() const {
    std::vector<model::LocatedModel> models;
    const QStringList stored = m_settings.value(kLocatedModels).toStringList();
    for (qsizetype i = 0; i + 1 < stored.size(); i += 2) {
        if (QFileInfo::exists(stored[i + 1])) models.push_back({stored[i].toStdString(), stored[i + 1].toStdString()});
    }
    return models;
}

void WindowSettings::setLocatedModels(const std::vector<model::LocatedModel>& models) {
    QStringList stored;  // name, path, name, path, …
    for (const model::LocatedModel& model : models)
        stored << QString::fromStdString(model.name) << QString::fromStdString(model.path.string());
    m_settings.setValue(kLocatedModels, stored);
}

}  // namespace oodscope::ui
