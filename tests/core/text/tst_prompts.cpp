// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <set>

#include "core/base/files.h"
#include "core/text/prompts.h"

using namespace oodscope;

class TestPrompts : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path put(const std::string& contents) const {
        const fs::path path = fs::path(m_folder.path().toStdString()) / "list.txt";
        if (!writeFileAtomically(path, contents)) qFatal("cannot write");
        return path;
    }

private Q_SLOTS:
    void builtInSets() {
        QCOMPARE(text::builtInPrompts("reference5")->templates.size(), 5U);
        QCOMPARE(text::builtInPrompts("single")->templates, std::vector<std::string>{"a photo of a {c}."});
        QCOMPARE(text::builtInPrompts("imagenet80")->templates.size(), 80U);
        QCOMPARE(text::builtInPrompts("imagenet80")->templates.front(), std::string("a bad photo of a {c}."));
        QCOMPARE(text::builtInPrompts("none").error().code, ErrorCode::NotFound);
        for (const text::PromptSet& set : text::builtInPromptSets()) {
            const std::set<std::string> different(set.templates.begin(), set.templates.end());
            QCOMPARE(different.size(), set.templates.size());
            for (const std::string& prompt : set.templates)
                QCOMPARE(text::fillPrompt(prompt, "x").find('{'), std::string::npos);
        }
    }

    void filling() {
        QCOMPARE(text::fillPrompt("a photo of a {c}.", "maple_tree"), std::string("a photo of a maple_tree."));
        QCOMPARE(text::fillPrompt("{}", "x"), std::string("x"));
        QCOMPARE(text::fillPrompt("{c} and {}", "{c}"), std::string("{c} and {c}"));
    }

    void readsTemplates() {
        const auto prompts = text::readPrompts(put("\xef\xbb\xbf# comment\n\na photo of a {c}.\r\n {} \n"));
        QVERIFY2(prompts, prompts ? "" : prompts.error().message.c_str());
        QCOMPARE(prompts->name, std::string("list"));
        QCOMPARE(prompts->templates, (std::vector<std::string>{"a photo of a {c}.", "{}"}));
    }

    void badTemplatesAreNamed() {
        const auto missing = text::readPrompts(put("a {c}\na photo\n"));
        QVERIFY(!missing);
        QVERIFY2(missing.error().message.find("list.txt: line 2: 'a photo'") != std::string::npos,
                 missing.error().message.c_str());
        QVERIFY(!text::readPrompts(put("# nothing\n")));
        QVERIFY(text::readPrompts(put("a {c}\n\xff {c}\n")).error().message.find("line 2") != std::string::npos);
        QCOMPARE(text::readPrompts(put("x").parent_path() / "none").error().code, ErrorCode::NotFound);
    }

    void readsClassNames() {
        const auto names =
            text::readClassNames(put("crane\nmaillot\ncrane \npi\xc3\xb1"
                                     "ata\n\n"));
        QCOMPARE(*names, (std::vector<std::string>{"crane", "maillot", "crane", "piñata"}));
        QVERIFY(text::readClassNames(put("a\n\nb\n")).error().message.find("line 2") != std::string::npos);
        QVERIFY(text::readClassNames(put("a\n\xc3\n")).error().message.find("line 2") != std::string::npos);
        QVERIFY(!text::readClassNames(put("\n\n")));
    }
};

QTEST_APPLESS_MAIN(TestPrompts)
#include "tst_prompts.moc"
