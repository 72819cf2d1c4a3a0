// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <fstream>

#include "core/base/files.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/html.h"
#include "core/experiment/report.h"
#include "support/synthetic_evaluation.h"

using namespace oodscope;
using namespace oodscope::experiment;

class TestReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
        auto workspace = workspace::Workspace::open(m_folder / "workspace");
        QVERIFY(workspace.has_value());
        m_workspace = *workspace;
    }

    void pageIsWholeInItself() {
        testing::SyntheticOptions options;
        options.imageFolder = m_folder / "images";
        store(*testing::makeSyntheticEvaluation(options));
        const fs::path page = m_folder / "out" / "report.html";
        const auto written = writeReport(*m_workspace, m_evaluation, page, false);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        const std::string html = *readTextFile(page);
        for (const char* part : {"<!DOCTYPE html>", "synthetic, PLP &lt;b&gt;", "free_energy", "far ood", "DeLong",
                                 "0123456789abcdef0123456789abcdef", "a blurry photo of a {c}.", "Pictures"})
            QVERIFY2(html.find(part) != std::string::npos, part);
        QVERIFY2(html.find("<b>model") != std::string::npos, "no provenance");
        // Nothing that a browser would fetch, and nothing that runs.
        for (const char* part : {"http://", "https://", "<script", "src=\"r", "href="})
            QVERIFY2(html.find(part) == std::string::npos, part);
        std::size_t pictures = 0;
        for (std::size_t at = html.find("src=\"data:image/"); at != std::string::npos; at = html.find("src=\"", at + 1))
            ++pictures;
        QCOMPARE(pictures, std::size_t{5});
        for (const char* name : {"roc.svg", "scores.svg", "false-accepts.png", "false-rejects.csv"})
            QVERIFY2(fs::exists(m_folder / "out/report_files" / name), name);
        // Well formed: every element that is opened is closed.
        std::string body = html.substr(html.find("<body>"), html.find("</body>") + 7 - html.find("<body>"));
        for (const auto& [from, to] : {std::pair("\"><figcaption>", "\"/><figcaption>")}) {
            for (std::size_t at = body.find(from); at != std::string::npos; at = body.find(from, at + 4))
                body.replace(at, std::strlen(from), to);
        }
        QXmlStreamReader reader(QByteArray::fromStdString(body));
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    }

    void nothingIsOverwritten() {
        store(*testing::makeSyntheticEvaluation());
        const fs::path page = m_folder / "report.html";
        std::ofstream(page) << "mine";
        const auto refused = writeReport(*m_workspace, m_evaluation, page, false);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.starts_with(page.string()));
        QCOMPARE(*readTextFile(page), std::string("mine"));
        QVERIFY(!fs::exists(m_folder / "report_files"));
        QVERIFY(writeReport(*m_workspace, m_evaluation, page, true).has_value());
        QVERIFY(*readTextFile(page) != "mine");
    }

    void whatCannotBeReportedIsSaid() {
        Evaluation empty = *testing::makeSyntheticEvaluation();
        QVERIFY(!writeReport(*m_workspace, empty, m_folder / "a.html", false));  // not in this workspace
        empty.results.clear();
        store(empty);
        const auto refused = writeReport(*m_workspace, empty, m_folder / "a.html", false);
        QVERIFY(!refused && refused.error().message.find("no results") != std::string::npos);
        QVERIFY(!fs::exists(m_folder / "a.html"));
    }

    void textIsEscaped() {
        QCOMPARE(htmlEscaped("<a href=\"x\">&"), std::string("&lt;a href=&quot;x&quot;&gt;&amp;"));
        const std::string tree = htmlTree({{"a<", {{"b", nullptr}, {"c", "1 < 2"}, {"d", nlohmann::json::array()}}}});
        QVERIFY2(tree.find("<b>a&lt;</b>") != std::string::npos && tree.find("1 &lt; 2") != std::string::npos,
                 tree.c_str());
        QVERIFY(tree.find("<b>b</b>") == std::string::npos && tree.find("<b>d</b>") == std::string::npos);
    }

    // The test vectors of RFC 4648.
    void bytesAsAddress() {
        const std::pair<const char*, const char*> vectors[] = {
            {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
        for (const auto& [bytes, text] : vectors)
            QCOMPARE(dataAddress("a/b", bytes), std::string("data:a/b;base64,") + text);
        QCOMPARE(dataAddress("a/b", "\xff\xfe"), std::string("data:a/b;base64,//4="));
    }

private:
    void store(Evaluation evaluation) {
        evaluation.id = "0123456789abcdef0123456789abcde0";
        evaluation.title += " <b>";
        m_evaluation = std::move(evaluation);
        const fs::path folder = m_workspace->evaluationsFolder() / m_evaluation.id;
        QVERIFY(saveEvaluation(m_evaluation, folder).has_value());
        QVERIFY(m_workspace
                    ->record({workspace::ArtefactKind::Evaluation, m_evaluation.id, m_evaluation.title, folder, 0, {}})
                    .has_value());
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    std::shared_ptr<workspace::Workspace> m_workspace;
    Evaluation m_evaluation;
};

QTEST_APPLESS_MAIN(TestReport)
#include "tst_report.moc"
