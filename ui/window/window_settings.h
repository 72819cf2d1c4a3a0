// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QSettings>
#include <QStringList>
#include <vector>

#include "core/model/model.h"
#include "ui/window/theme.h"

namespace oodscope::ui {

/// Everything the window remembers between sessions, in one place. What it finds may come from another version or a
/// broken file: every value falls back to its default.
class WindowSettings {
public:
    WindowSettings() = default;  // the user's own file
    explicit WindowSettings(const QString& iniFile) : m_settings(iniFile, QSettings::IniFormat) {}

    /// By object names: every dock and tool bar needs one.
    void saveLayout(const QMainWindow& window);
    bool restoreLayout(QMainWindow& window);  // false: nothing there, or it does not fit
    void forgetLayout();

    Theme theme() const;
    void setTheme(Theme theme);

    static constexpr int kRecent = 8;
    QStringList recentWorkspaces() const;  // newest first, existing ones only
    void addRecentWorkspace(const QString& folder);
    void clearRecentWorkspaces();
    QString lastWorkspace() const;

    /// Folders and files that the user said hold a model.
    std::vector<model::LocatedModel> locatedModels() const;
    void setLocatedModels(const std::vector<model::LocatedModel>& models);

    QVariant value(const QString& key, const QVariant& fallback = {}) const { return m_settings.value(key, fallback); }
    void setValue(const QString& key, const QVariant& value) { m_settings.setValue(key, value); }
    void sync() { m_settings.sync(); }

private:
    QSettings m_settings;
};

}  // namespace oodscope::ui
