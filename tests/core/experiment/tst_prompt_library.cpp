// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/prompt_library.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <set>

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
        QCOMPARE(library.list(TextSetKind::Names).size(), std::size_t(4));
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

    /// The counts that method.md section 3 gives of ImageNet's two lists.
    void builtInClassNames() {
        const PromptLibrary library(m_folder / "workspace");
        const auto cleaned = library.names("imagenet").value();
        const auto lemmas = library.names("imagenet-wordnet").value();
        QCOMPARE(cleaned.size(), std::size_t(1000));
        QCOMPARE(lemmas.size(), std::size_t(1000));
        QCOMPARE(std::set(cleaned.begin(), cleaned.end()).size(), std::size_t(998));
        QCOMPARE(std::set(lemmas.begin(), lemmas.end()).size(), std::size_t(998));
        QCOMPARE(std::ranges::count(lemmas, std::string("crane")), 2);
        std::size_t differing = 0;
        for (std::size_t i = 0; i < 1000; ++i)
            differing += cleaned[i] == lemmas[i] ? 0 : 1;
        QCOMPARE(differing, std::size_t(363));
        QCOMPARE(lemmas.front(), std::string("tench"));
        QCOMPARE(lemmas.back(), std::string("toilet tissue"));
        QCOMPARE(cleaned.back(), std::string("toilet paper"));
        QCOMPARE(library.names("cifar100")->front(), std::string("apple"));
        QCOMPARE(library.names("cifar10")->size(), std::size_t(10));
        QVERIFY(!library.save(TextSetKind::Names, "imagenet", {"cat"}).has_value());
        const auto missing = library.names("nothing");
        QVERIFY(!missing && missing.error().message.find("imagenet-wordnet") != std::string::npos);
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
