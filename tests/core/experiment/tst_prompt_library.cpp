// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/prompt_library.h"

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"

using namespace oodscope;
using namespace oodscope::experiment;

class TestPromptLibrary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
    }

    void savesListsReadsRemoves() {
        const PromptLibrary library(m_folder / "workspace");
        const std::size_t builtIn = text::builtInPromptSets().size();
        QCOMPARE(library.list(TextSetKind::Prompts).size(), builtIn);
        QVERIFY(library.list(TextSetKind::Names).empty());
        QVERIFY(library.save(TextSetKind::Prompts, "mine", {"a {c}", "the {c}"}).has_value());
        QVERIFY(library.save(TextSetKind::Names, "mine", {"cat", "dog", "cat"}).has_value());
        const auto sets = library.list(TextSetKind::Prompts);
        QCOMPARE(sets.size(), builtIn + 1);
        QCOMPARE(sets.back().name, std::string("mine"));
        QCOMPARE(sets.back().lines, std::size_t(2));
        QVERIFY(!sets.back().builtIn && sets.front().builtIn);
        QCOMPARE(library.prompts("mine")->templates, (std::vector<std::string>{"a {c}", "the {c}"}));
        QCOMPARE(library.prompts("mine")->name, std::string("mine"));
        QCOMPARE(*library.names("mine"), (std::vector<std::string>{"cat", "dog", "cat"}));
        QVERIFY(library.save(TextSetKind::Prompts, "mine", {"one {c}"}).has_value());
        QCOMPARE(library.prompts("mine")->templates.size(), std::size_t(1));
        QVERIFY(library.remove(TextSetKind::Prompts, "mine").has_value());
        QCOMPARE(library.remove(TextSetKind::Prompts, "mine").error().code, ErrorCode::NotFound);
        QVERIFY(library.names("mine").has_value());
    }

    void takesBuiltInSetsAndFiles() {
        const PromptLibrary library(m_folder / "workspace");
        QCOMPARE(library.prompts("reference5")->templates.size(), std::size_t(5));
        const fs::path file = m_folder / "some.txt";
        QVERIFY(writeFileAtomically(file, "# mine\na {c}\n").has_value());
        QCOMPARE(library.prompts(file.string())->templates, std::vector<std::string>{"a {c}"});
        const auto missing = library.prompts("nothing");
        QVERIFY(!missing);
        QVERIFY(missing.error().message.find("reference5") != std::string::npos);
    }

    /// What cannot be read back is not kept, and an older set of that name stays.
    void refusesWhatItCouldNotRead() {
        const PromptLibrary library(m_folder / "workspace");
        QVERIFY(library.save(TextSetKind::Prompts, "mine", {"a {c}"}).has_value());
        QVERIFY(!library.save(TextSetKind::Prompts, "mine", {"no place"}).has_value());
        QVERIFY(!library.save(TextSetKind::Prompts, "mine", {"a {c}", ""}).has_value());
        QVERIFY(!library.save(TextSetKind::Names, "mine", {"cat", "", "dog"}).has_value());
        QVERIFY(!library.save(TextSetKind::Names, "mine", {"cat\ndog"}).has_value());
        QCOMPARE(library.prompts("mine")->templates, std::vector<std::string>{"a {c}"});
        for (const char* name : {"", ".hidden", "../up", "a/b", "reference5"})
            QVERIFY2(!library.save(TextSetKind::Prompts, name, {"a {c}"}).has_value(), name);
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
};

QTEST_APPLESS_MAIN(TestPromptLibrary)
#include "tst_prompt_library.moc"
