// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <limits>

#include "core/base/files.h"
#include "core/io/npy.h"

using namespace oodscope;

class TestNpy : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place() const { return fs::path(m_folder.path().toStdString()) / "x.npy"; }
    static fs::path data(const char* name) { return fs::path(OODSCOPE_TEST_DATA) / "npy" / name; }
    void put(const std::string& bytes) const {
        if (!writeFileAtomically(place(), bytes)) qFatal("cannot write");
    }
    static std::string fileOf(const std::string& dict, std::size_t dataBytes, char version = 1) {
        std::string file = "\x93NUMPY";
        file += version;
        file += '\0';
        file += static_cast<char>(dict.size() & 0xff);
        file += static_cast<char>(dict.size() >> 8);
        if (version > 1) file += std::string(2, '\0');
        return file + dict + std::string(dataBytes, '\0');
    }

private Q_SLOTS:
    void readsNumpysMatrices_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"f4.npy", "f8.npy", "f2.npy", "fortran.npy"})
            QTest::newRow(name) << QByteArray(name);
    }
    /// Each file holds [[0, 0.25, 0.5], [0.75, 1, 1.25]].
    void readsNumpysMatrices() {
        QFETCH(QByteArray, name);
        const auto matrix = io::readNpyMatrix(data(name.constData()));
        QVERIFY2(matrix, matrix ? "" : matrix.error().message.c_str());
        QCOMPARE(matrix->rows(), 2U);
        QCOMPARE(matrix->cols(), 3U);
        for (std::size_t i = 0; i < 6; ++i)
            QCOMPARE(matrix->values()[i], static_cast<float>(i) / 4);
    }

    void readsNumpysVectors() {
        QCOMPARE(*io::readNpyVector(data("i8.npy")), (std::vector<double>{3, -4, 5}));
        QCOMPARE(*io::readNpyVector(data("column.npy")), (std::vector<double>{0.5, 0.1F}));
        QCOMPARE(*io::readNpyVector(data("bool.npy")), (std::vector<double>{1, 0}));
        QVERIFY(!io::readNpyVector(data("f4.npy")));
        QCOMPARE(io::readNpyVector(data("big.npy")).error().code, ErrorCode::Unsupported);
        QCOMPARE(io::readNpyVector(data("object.npy")).error().code, ErrorCode::Unsupported);
        QVERIFY(!io::readNpyMatrix(data("i8.npy")));
    }

    void roundTrip() {
        const Matrix matrix = Matrix::own(3, 2, {1, 2, 3, 4, 5, 0.1F});
        QVERIFY(io::writeNpy(place(), matrix));
        const auto read = io::readNpyMatrix(place());
        QVERIFY(std::ranges::equal(read->values(), matrix.values()));
        QCOMPARE(fs::file_size(place()) % 8, 0U);
        const std::vector<double> values{0.1, -1e300, std::numeric_limits<double>::infinity()};
        QVERIFY(io::writeNpy(place(), values));
        QCOMPARE(*io::readNpyVector(place()), values);
        QVERIFY(io::writeNpy(place(), std::vector<double>{}));
        QVERIFY(io::readNpyVector(place())->empty());
    }

    void everyPrefixIsAnError() {
        const auto whole = readTextFile(data("f4.npy"));
        for (std::size_t length = 0; length < whole->size(); ++length) {
            put(whole->substr(0, length));
            QVERIFY2(!io::readNpyMatrix(place()), std::to_string(length).c_str());
        }
    }

    void malformedFilesAreErrors_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* tag, const std::string& bytes) {
            QTest::newRow(tag) << QByteArray::fromStdString(bytes);
        };
        const std::string start = "{'descr': '<f4', 'fortran_order': False, ";
        row("rest", fileOf(start + "'shape': (1, 2), }", 9));
        row("overflow", fileOf(start + "'shape': (4294967296, 4294967296), }", 0));
        row("bytes overflow", fileOf(start + "'shape': (4611686018427387904, 1), }", 0));
        row("huge number", fileOf(start + "'shape': (99999999999999999999, 0), }", 0));
        row("negative", fileOf(start + "'shape': (-1, 2), }", 8));
        row("no shape", fileOf(start + "}", 8));
        row("shape twice", fileOf(start + "'shape': (1, 2), 'shape': (1, 2), }", 8));
        row("unknown key", fileOf(start + "'shape': (1, 2), 'x': 1, }", 8));
        row("text after", fileOf(start + "'shape': (1, 2), } x", 8));
        row("code", fileOf(start + "'shape': __import__('os'), }", 8));
        row("version", fileOf(start + "'shape': (1, 2), }", 8, 9));
        row("structured", fileOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2), }", 8));
    }
    void malformedFilesAreErrors() {
        QFETCH(QByteArray, bytes);
        put(bytes.toStdString());
        const auto matrix = io::readNpyMatrix(place());
        QVERIFY(!matrix);
        QVERIFY2(matrix.error().message.find("x.npy: ") != std::string::npos, matrix.error().message.c_str());
    }

    void version2AndRowsOfNothing() {
        put(fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", 8, 2));
        QVERIFY(io::readNpyMatrix(place()));
        put(fileOf("{'descr': '<f4', 'fortran_order': True, 'shape': (1152921504606846976, 0), }", 0));
        const auto nothing = io::readNpyMatrix(place());
        QVERIFY(nothing);
        QVERIFY(nothing->empty());
    }
};

QTEST_APPLESS_MAIN(TestNpy)
#include "tst_npy.moc"
