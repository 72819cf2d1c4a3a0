<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Artefact</name>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>image size</source>
        <translation>Bildgröße</translation>
    </message>
    <message>
        <source>images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>probe accuracy</source>
        <translation>Proben-Genauigkeit</translation>
    </message>
    <message>
        <source>projected width</source>
        <translation>projizierte Breite</translation>
    </message>
    <message>
        <source>skipped files</source>
        <translation>ausgelassene Dateien</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>unlesbar</translation>
    </message>
    <message>
        <source>width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>zero-shot accuracy</source>
        <translation>Zero-Shot-Genauigkeit</translation>
    </message>
</context>
<context>
    <name>GalleryHeader</name>
    <message>
        <source>Score, lowest first</source>
        <translation>Score, niedrigster zuerst</translation>
    </message>
    <message>
        <source>Score, highest first</source>
        <translation>Score, höchster zuerst</translation>
    </message>
    <message>
        <source>Nearest to the threshold</source>
        <translation>Nächste an der Schwelle</translation>
    </message>
    <message>
        <source>Farthest from the threshold</source>
        <translation>Fernste von der Schwelle</translation>
    </message>
    <message>
        <source>True class</source>
        <translation>Wahre Klasse</translation>
    </message>
    <message>
        <source>Predicted class</source>
        <translation>Vorhergesagte Klasse</translation>
    </message>
    <message>
        <source>Set and path</source>
        <translation>Satz und Pfad</translation>
    </message>
</context>
<context>
    <name>JobModel</name>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>hält an…</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>opening the model</source>
        <translation>Modell wird geöffnet</translation>
    </message>
    <message>
        <source>encoding prompts</source>
        <translation>Prompts werden kodiert</translation>
    </message>
    <message>
        <source>encoding the class names</source>
        <translation>Klassennamen werden kodiert</translation>
    </message>
    <message>
        <source>encoding the negative words</source>
        <translation>Negative Wörter werden kodiert</translation>
    </message>
    <message>
        <source>training the probe</source>
        <translation>Probe wird trainiert</translation>
    </message>
    <message>
        <source>scoring</source>
        <translation>Scores werden berechnet</translation>
    </message>
    <message>
        <source>looking up neighbours</source>
        <translation>Nachbarn werden gesucht</translation>
    </message>
    <message>
        <source>looking for data sets</source>
        <translation>Datensätze werden gesucht</translation>
    </message>
    <message>
        <source>drawing the demo world</source>
        <translation>Demo-Welt wird gezeichnet</translation>
    </message>
    <message>
        <source>images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>embedding %1</source>
        <translation>%1 wird eingebettet</translation>
    </message>
    <message>
        <source>counting %1</source>
        <translation>%1 wird gezählt</translation>
    </message>
    <message>
        <source>waiting for another OODscope that embeds %1</source>
        <translation>wartet auf ein anderes OODscope, das %1 einbettet</translation>
    </message>
</context>
<context>
    <name>ThresholdBar</name>
    <message>
        <source>%1 (zero-shot)</source>
        <translation>%1 (Zero-Shot)</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>True accept</source>
        <translation>Richtig angenommen</translation>
    </message>
    <message>
        <source>False reject</source>
        <translation>Falsch abgelehnt</translation>
    </message>
    <message>
        <source>False accept</source>
        <translation>Falsch angenommen</translation>
    </message>
    <message>
        <source>True reject</source>
        <translation>Richtig abgelehnt</translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation>Ohne Score</translation>
    </message>
    <message>
        <source>ID image above the threshold: right</source>
        <translation>ID-Bild über der Schwelle: richtig</translation>
    </message>
    <message>
        <source>ID image below the threshold: taken for OOD</source>
        <translation>ID-Bild unter der Schwelle: für OOD gehalten</translation>
    </message>
    <message>
        <source>OOD image above the threshold: taken for ID</source>
        <translation>OOD-Bild über der Schwelle: für ID gehalten</translation>
    </message>
    <message>
        <source>OOD image below the threshold: right</source>
        <translation>OOD-Bild unter der Schwelle: richtig</translation>
    </message>
    <message>
        <source>No score under this detector, so no verdict</source>
        <translation>Kein Score von diesem Detektor, also kein Urteil</translation>
    </message>
</context>
<context>
    <name>oodscope::ui</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG-Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation>PDF-Dokument (*.pdf)</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Could not write %1. Is the folder writable and the disk not full?</source>
        <translation>%1 konnte nicht geschrieben werden. Ist der Ordner beschreibbar und die Platte nicht voll?</translation>
    </message>
    <message>
        <source>Choose the %1.</source>
        <translation>Wählen Sie: %1.</translation>
    </message>
    <message>
        <source>ID train images</source>
        <translation>ID-Trainingsbilder</translation>
    </message>
    <message>
        <source>ID test images</source>
        <translation>ID-Testbilder</translation>
    </message>
    <message>
        <source>OOD images</source>
        <translation>OOD-Bilder</translation>
    </message>
    <message>
        <source>No such prompt file: %1</source>
        <translation>Keine solche Prompt-Datei: %1</translation>
    </message>
    <message>
        <source>The learning rate must be a number above 0.</source>
        <translation>Die Lernrate muss eine Zahl über 0 sein.</translation>
    </message>
    <message>
        <source>Choose at least one detector.</source>
        <translation>Wählen Sie mindestens einen Detektor.</translation>
    </message>
    <message>
        <source>%1: not a folder or file of images or embeddings: %2</source>
        <translation>%1: kein Ordner und keine Datei mit Bildern oder Embeddings: %2</translation>
    </message>
    <message>
        <source>NegLabel needs a file of negative words.</source>
        <translation>NegLabel braucht eine Datei mit negativen Wörtern.</translation>
    </message>
    <message>
        <source>No such file of negative words: %1</source>
        <translation>Keine solche Datei mit negativen Wörtern: %1</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>Modellordner wählen</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>Modelldatei wählen</translation>
    </message>
    <message>
        <source>Checkpoints and TorchScript files (*.safetensors *.pt *.pth *.bin *.tar *.ts *.torchscript)</source>
        <translation>Checkpoints und TorchScript-Dateien (*.safetensors *.pt *.pth *.bin *.tar *.ts *.torchscript)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Choose a model: a folder, a file or a name.</source>
        <translation>Wählen Sie ein Modell: einen Ordner, eine Datei oder einen Namen.</translation>
    </message>
    <message>
        <source>F&amp;older…</source>
        <translation>&amp;Ordner …</translation>
    </message>
    <message>
        <source>&amp;File…</source>
        <translation>&amp;Datei …</translation>
    </message>
    <message>
        <source>Add at least one set of OOD images.</source>
        <translation>Fügen Sie mindestens einen Satz OOD-Bilder hinzu.</translation>
    </message>
    <message>
        <source>ID train and ID test are the same.</source>
        <translation>ID-Training und ID-Test sind dasselbe.</translation>
    </message>
    <message>
        <source>An OOD set is also an ID set: %1</source>
        <translation>Ein OOD-Satz ist auch ein ID-Satz: %1</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::BenchmarkDialog</name>
    <message>
        <source>Run benchmark</source>
        <translation>Benchmark starten</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>Benchmark</translation>
    </message>
    <message>
        <source>A protocol of your own (.json file)</source>
        <translation>Ein eigenes Protokoll (.json-Datei)</translation>
    </message>
    <message>
        <source>Choose a protocol</source>
        <translation>Protokoll wählen</translation>
    </message>
    <message>
        <source>&apos;oodscope-cli benchmark --help&apos; describes the file</source>
        <translation>„oodscope-cli benchmark --help“ beschreibt die Datei</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>&amp;Protokoll:</translation>
    </message>
    <message>
        <source>&amp;File:</source>
        <translation>&amp;Datei:</translation>
    </message>
    <message>
        <source>Choose a file of class names</source>
        <translation>Datei mit Klassennamen wählen</translation>
    </message>
    <message>
        <source>Those of the data set; for ImageNet LOC_synset_mapping.txt near it</source>
        <translation>Die des Datensatzes; für ImageNet LOC_synset_mapping.txt in seiner Nähe</translation>
    </message>
    <message>
        <source>One name a line in the order of the classes, or lines of wnid and names</source>
        <translation>Ein Name je Zeile in der Reihenfolge der Klassen, oder Zeilen aus wnid und Namen</translation>
    </message>
    <message>
        <source>&amp;Model:</source>
        <translation>&amp;Modell:</translation>
    </message>
    <message>
        <source>Class &amp;names:</source>
        <translation>Klassen&amp;namen:</translation>
    </message>
    <message>
        <source>Data sets</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>Looked for below these &amp;folders:</source>
        <translation>Gesucht wird unterhalb dieser &amp;Ordner:</translation>
    </message>
    <message>
        <source>Choose a folder that holds data sets</source>
        <translation>Ordner mit Datensätzen wählen</translation>
    </message>
    <message>
        <source>Folders that hold your data sets; they are remembered. Drop them here.</source>
        <translation>Ordner mit Ihren Datensätzen; sie werden gemerkt. Hierher ziehen.</translation>
    </message>
    <message>
        <source>Go on without OOD sets that are &amp;missing</source>
        <translation>Ohne &amp;fehlende OOD-Sätze weitermachen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Choose the file of the protocol.</source>
        <translation>Wählen Sie die Datei des Protokolls.</translation>
    </message>
    <message>
        <source>Look for data sets</source>
        <translation>Datensätze suchen</translation>
    </message>
    <message>
        <source>Choose at least one detector.</source>
        <translation>Wählen Sie mindestens einen Detektor.</translation>
    </message>
    <message>
        <source>Both ID sets and at least one OOD set are needed.</source>
        <translation>Beide ID-Sätze und mindestens ein OOD-Satz werden gebraucht.</translation>
    </message>
    <message>
        <source>Data sets missing: %1. Add the folder that they are in.</source>
        <translation>Fehlende Datensätze: %1. Fügen Sie den Ordner hinzu, in dem sie liegen.</translation>
    </message>
    <message>
        <source>Looking for the data sets and counting their images…</source>
        <translation>Datensätze werden gesucht, ihre Bilder gezählt…</translation>
    </message>
    <message>
        <source>Prepare the benchmark</source>
        <translation>Benchmark vorbereiten</translation>
    </message>
    <message>
        <source>Choose a model: a folder, a file or a name.</source>
        <translation>Wählen Sie ein Modell: einen Ordner, eine Datei oder einen Namen.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::BenchmarkSetsModel</name>
    <message>
        <source>ID train</source>
        <translation>ID-Training</translation>
    </message>
    <message>
        <source>ID test</source>
        <translation>ID-Test</translation>
    </message>
    <message>
        <source>near OOD</source>
        <translation>nahes OOD</translation>
    </message>
    <message>
        <source>far OOD</source>
        <translation>fernes OOD</translation>
    </message>
    <message>
        <source>OOD</source>
        <translation>OOD</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>found</source>
        <translation>gefunden</translation>
    </message>
    <message>
        <source>differs</source>
        <translation>weicht ab</translation>
    </message>
    <message>
        <source>broken</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>%1 images</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>%1 classes</source>
        <translation>%1 Klassen</translation>
    </message>
    <message>
        <source>%1 files skipped, as by ImageFolder: %2</source>
        <translation>%1-Dateien übersprungen, wie von ImageFolder: %2</translation>
    </message>
    <message>
        <source>expected as %1</source>
        <translation>erwartet als %1</translation>
    </message>
    <message>
        <source>Layout: %1</source>
        <translation>Aufbau: %1</translation>
    </message>
    <message>
        <source>From: %1 (%2)</source>
        <translation>Von: %1 (%2)</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Used as</source>
        <translation>Benutzt als</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ConfusionModel</name>
    <message>
        <source>%1 → %2: %3 of %4 images (%5)</source>
        <translation>%1 → %2: %3 von %4 Bildern (%5)</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ConfusionPanel</name>
    <message>
        <source>Pseudo labels</source>
        <translation>Pseudo-Labels</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>Vorhersagen</translation>
    </message>
    <message>
        <source>Share of the row</source>
        <translation>Anteil der Zeile</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Log colours</source>
        <translation>Log-Farben</translation>
    </message>
    <message>
        <source>Most confused first</source>
        <translation>Stärkste Verwechslung zuerst</translation>
    </message>
    <message>
        <source>Hide the diagonal</source>
        <translation>Diagonale ausblenden</translation>
    </message>
    <message>
        <source>Show all classes</source>
        <translation>Alle Klassen zeigen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Pseudo label (zero-shot)</source>
        <translation>Pseudo-Label (Zero-Shot)</translation>
    </message>
    <message>
        <source>Predicted class (probe)</source>
        <translation>Vorhergesagte Klasse (Probe)</translation>
    </message>
    <message>
        <source>True class</source>
        <translation>Wahre Klasse</translation>
    </message>
    <message>
        <source>This set has no labels to compare</source>
        <translation>Dieser Satz hat keine Labels zum Vergleichen</translation>
    </message>
    <message>
        <source>No evaluation is open</source>
        <translation>Keine Auswertung ist geöffnet</translation>
    </message>
    <message>
        <source>%1 images, %2 right (%3)</source>
        <translation>%1 Bilder, %2 richtig (%3)</translation>
    </message>
    <message>
        <source>%1 images of %2 classes</source>
        <translation>%1 Bilder aus %2 Klassen</translation>
    </message>
    <message>
        <source>true: %1
%2: %3
%4 of %5 images (%6)</source>
        <translation>wahr: %1
%2: %3
%4 von %5 Bildern (%6)</translation>
    </message>
    <message>
        <source>pseudo</source>
        <translation>Pseudo</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>vorhergesagt</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::FilterChips</name>
    <message>
        <source>%1
Click to remove this filter</source>
        <translation>%1
Klicken entfernt diesen Filter</translation>
    </message>
    <message>
        <source>Remove filter: %1</source>
        <translation>Filter entfernen: %1</translation>
    </message>
    <message>
        <source>Sets: %1</source>
        <translation>Sätze: %1</translation>
    </message>
    <message>
        <source>True class: %1</source>
        <translation>Wahre Klasse: %1</translation>
    </message>
    <message>
        <source>Pseudo label: %1</source>
        <translation>Pseudo-Label: %1</translation>
    </message>
    <message>
        <source>Predicted: %1</source>
        <translation>Vorhergesagt: %1</translation>
    </message>
    <message>
        <source>Score %1 to %2</source>
        <translation>Score %1 bis %2</translation>
    </message>
    <message>
        <source>Text: %1</source>
        <translation>Text: %1</translation>
    </message>
    <message>
        <source>Clear all filters</source>
        <translation>Alle Filter löschen</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::FolderList</name>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::GalleryDelegate</name>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Satz</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>True class</source>
        <translation>Wahre Klasse</translation>
    </message>
    <message>
        <source>Pseudo label</source>
        <translation>Pseudo-Label</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::GalleryHeader</name>
    <message>
        <source>False accepts</source>
        <translation>Falsch angenommen</translation>
    </message>
    <message>
        <source>False rejects</source>
        <translation>Falsch abgelehnt</translation>
    </message>
    <message>
        <source>True accepts</source>
        <translation>Richtig angenommen</translation>
    </message>
    <message>
        <source>True rejects</source>
        <translation>Richtig abgelehnt</translation>
    </message>
    <message>
        <source>Images of every verdict</source>
        <translation>Bilder mit jedem Urteil</translation>
    </message>
    <message>
        <source>Show the images of one set only</source>
        <translation>Nur die Bilder eines Satzes zeigen</translation>
    </message>
    <message>
        <source>Several sets</source>
        <translation>Mehrere Sätze</translation>
    </message>
    <message>
        <source>Path or class name</source>
        <translation>Pfad oder Klassenname</translation>
    </message>
    <message>
        <source>Show images with this in their path, true class, pseudo label or predicted class</source>
        <translation>Bilder zeigen, in deren Pfad, wahrer Klasse, Pseudo-Label oder Vorhersage dies vorkommt</translation>
    </message>
    <message>
        <source>Order of the images</source>
        <translation>Reihenfolge der Bilder</translation>
    </message>
    <message>
        <source>Size of the thumbnails (Ctrl+wheel in the gallery)</source>
        <translation>Größe der Vorschaubilder (Strg+Mausrad in der Galerie)</translation>
    </message>
    <message>
        <source>All sets</source>
        <translation>Alle Sätze</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>All %1</source>
        <translation>Alle %1</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche…</translation>
    </message>
    <message>
        <source>%1 of %2 images</source>
        <translation>%1 von %2 Bildern</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
    <message>
        <source>⚠ %1 unreadable</source>
        <translation>⚠ %1 nicht lesbar</translation>
    </message>
    <message>
        <source>Files that could not be read and are left out</source>
        <translation>Dateien, die nicht gelesen werden konnten und fehlen</translation>
    </message>
    <message>
        <source>Copy the whole list</source>
        <translation>Ganze Liste kopieren</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::GalleryPanel</name>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>Betrachten</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Open image</source>
        <translation>Bild öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>No run is open</source>
        <translation>Kein Lauf ist geöffnet</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche…</translation>
    </message>
    <message>
        <source>No false accepts</source>
        <translation>Nichts falsch angenommen</translation>
    </message>
    <message>
        <source>No false rejects</source>
        <translation>Nichts falsch abgelehnt</translation>
    </message>
    <message>
        <source>No images</source>
        <translation>Keine Bilder</translation>
    </message>
    <message>
        <source>Open a run in the Library, or start a new one.</source>
        <translation>Öffnen Sie einen Lauf in der Bibliothek oder starten Sie einen neuen.</translation>
    </message>
    <message>
        <source>Other filters are on, too.</source>
        <translation>Es sind noch andere Filter gesetzt.</translation>
    </message>
    <message>
        <source>No OOD image scores above this threshold. Lower it to see which come first.</source>
        <translation>Kein OOD-Bild liegt über dieser Schwelle. Senken Sie sie, um zu sehen, welche zuerst kommen.</translation>
    </message>
    <message>
        <source>No ID image scores below this threshold. Raise it to see which fall first.</source>
        <translation>Kein ID-Bild liegt unter dieser Schwelle. Heben Sie sie an, um zu sehen, welche zuerst fallen.</translation>
    </message>
    <message>
        <source>This run has no images.</source>
        <translation>Dieser Lauf hat keine Bilder.</translation>
    </message>
    <message>
        <source>No image passes all the filters.</source>
        <translation>Kein Bild passiert alle Filter.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::HistogramPanel</name>
    <message>
        <source>Density</source>
        <translation>Dichte</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Density: each set has area 1, so sets of different size compare</source>
        <translation>Dichte: Jeder Satz hat die Fläche 1, so lassen sich Sätze verschiedener Größe vergleichen</translation>
    </message>
    <message>
        <source>Log scale</source>
        <translation>Log-Skala</translation>
    </message>
    <message>
        <source>Clear score range</source>
        <translation>Score-Bereich löschen</translation>
    </message>
    <message>
        <source>Score histogram; left and right move the threshold</source>
        <translation>Score-Histogramm; links und rechts bewegen die Schwelle</translation>
    </message>
    <message>
        <source>No evaluation is open</source>
        <translation>Keine Auswertung ist geöffnet</translation>
    </message>
    <message>
        <source>Threshold at 95 % TPR</source>
        <translation>Schwelle bei 95 % TPR</translation>
    </message>
    <message>
        <source>Show all scores</source>
        <translation>Alle Scores zeigen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>%1 (higher = more in-distribution)</source>
        <translation>%1 (höher = eher in der Verteilung)</translation>
    </message>
    <message>
        <source>Images per bin</source>
        <translation>Bilder je Balken</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ImageScoresModel</name>
    <message>
        <source>The score that decides</source>
        <translation>Der Score, der entscheidet</translation>
    </message>
    <message>
        <source>Higher means more in-distribution</source>
        <translation>Höher heißt: eher in der Verteilung</translation>
    </message>
    <message>
        <source>Share of the ID test images that score lower than this image</source>
        <translation>Anteil der ID-Testbilder mit niedrigerem Score als dieses Bild</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>Above ID</source>
        <translation>Über ID</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ImageView</name>
    <message>
        <source>Wheel: zoom. Drag: move. Double click: fit or one to one. Arrow keys: next and previous image.</source>
        <translation>Mausrad: Zoom. Ziehen: verschieben. Doppelklick: einpassen oder eins zu eins. Pfeiltasten: nächstes und voriges Bild.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::InspectorPanel</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Provenance</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Lädt…</translation>
    </message>
    <message>
        <source>Previous image of the gallery (P)</source>
        <translation>Voriges Bild der Galerie (P)</translation>
    </message>
    <message>
        <source>Next image of the gallery (N)</source>
        <translation>Nächstes Bild der Galerie (N)</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Fit the image into the panel (0)</source>
        <translation>Bild ins Fenster einpassen (0)</translation>
    </message>
    <message>
        <source>1:1</source>
        <translation>1:1</translation>
    </message>
    <message>
        <source>One image pixel for one screen pixel (1)</source>
        <translation>Ein Bildpunkt je Bildschirmpunkt (1)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Satz</translation>
    </message>
    <message>
        <source>True class</source>
        <translation>Wahre Klasse</translation>
    </message>
    <message>
        <source>Pseudo label</source>
        <translation>Pseudo-Label</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>Most probable classes</source>
        <translation>Wahrscheinlichste Klassen</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Scores</translation>
    </message>
    <message>
        <source>No image is chosen</source>
        <translation>Kein Bild ist gewählt</translation>
    </message>
    <message>
        <source>Click one in the gallery.</source>
        <translation>Klicken Sie eines in der Galerie an.</translation>
    </message>
    <message>
        <source>Open a run in the Library first.</source>
        <translation>Öffnen Sie zuerst einen Lauf in der Bibliothek.</translation>
    </message>
    <message>
        <source>This image cannot be read</source>
        <translation>Dieses Bild ist nicht lesbar</translation>
    </message>
    <message>
        <source>the file is missing</source>
        <translation>die Datei fehlt</translation>
    </message>
    <message>
        <source>%1 × %2 pixels, %3</source>
        <translation>%1 × %2 Pixel, %3</translation>
    </message>
    <message>
        <source>: %1 %2 %3 threshold %4</source>
        <translation>: %1 %2 %3 Schwelle %4</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::JobModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 %2/s</source>
        <translation>%1 %2/s</translation>
    </message>
    <message>
        <source>took %1</source>
        <translation>dauerte %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::JobsPanel</name>
    <message>
        <source>Cancel job</source>
        <translation>Aufgabe abbrechen</translation>
    </message>
    <message>
        <source>Remove finished</source>
        <translation>Fertige entfernen</translation>
    </message>
    <message>
        <source>Nothing is running. File → New run… starts one.</source>
        <translation>Nichts läuft. Datei → Neuer Lauf… startet etwas.</translation>
    </message>
    <message>
        <source>elapsed %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::LibraryModel</name>
    <message>
        <source>Data sets</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Einbettungen</translation>
    </message>
    <message>
        <source>Probes</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Image folders that a run has read</source>
        <translation>Bildordner, die ein Lauf gelesen hat</translation>
    </message>
    <message>
        <source>Model folders that a run has used</source>
        <translation>Modellordner, die ein Lauf benutzt hat</translation>
    </message>
    <message>
        <source>Image embeddings; reused by every run that needs them</source>
        <translation>Bildeinbettungen; jeder Lauf, der sie braucht, nutzt sie wieder</translation>
    </message>
    <message>
        <source>Linear probes trained on embeddings</source>
        <translation>Auf Einbettungen trainierte lineare Proben</translation>
    </message>
    <message>
        <source>Evaluations; double-click one to open it</source>
        <translation>Auswertungen; ein Doppelklick öffnet sie</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>heute %1</translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation>gestern %1</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::LibraryPanel</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Remove from library…</source>
        <translation>Aus der Bibliothek entfernen…</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Auffrischen</translation>
    </message>
    <message>
        <source>Remove from library</source>
        <translation>Aus der Bibliothek entfernen</translation>
    </message>
    <message>
        <source>Remove “%1” from the library?</source>
        <translation>„%1“ aus der Bibliothek entfernen?</translation>
    </message>
    <message>
        <source>Your files stay where they are.</source>
        <translation>Ihre Dateien bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Its files are deleted when the workspace is cleaned up. It can be made again, at the cost of computing it again.</source>
        <translation>Die Dateien werden beim Aufräumen des Arbeitsbereichs gelöscht. Alles lässt sich neu berechnen, das kostet aber Zeit.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Nothing here yet</source>
        <translation>Noch nichts hier</translation>
    </message>
    <message>
        <source>A run embeds your images, trains a probe and measures how well it tells known from unknown. What it reads and makes is kept here.</source>
        <translation>Ein Lauf bettet Ihre Bilder ein, trainiert eine Probe und misst, wie gut sie Bekanntes von Unbekanntem trennt. Was er liest und erzeugt, wird hier aufbewahrt.</translation>
    </message>
    <message>
        <source>New run…</source>
        <translation>Neuer Lauf…</translation>
    </message>
    <message>
        <source>No workspace is open</source>
        <translation>Kein Arbeitsbereich ist geöffnet</translation>
    </message>
    <message>
        <source>A workspace is a folder that keeps runs and embeddings.</source>
        <translation>Ein Arbeitsbereich ist ein Ordner, der Läufe und Einbettungen aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::MainWindow</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>ROC</source>
        <translation>ROC</translation>
    </message>
    <message>
        <source>Score histogram</source>
        <translation>Score-Histogramm</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>Verwechslung</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Run finished: %1</source>
        <translation>Lauf fertig: %1</translation>
    </message>
    <message>
        <source>Cancelled. What was finished is kept; the same run goes on from there.</source>
        <translation>Abgebrochen. Fertiges bleibt erhalten; derselbe Lauf geht von dort weiter.</translation>
    </message>
    <message>
        <source>OODscope</source>
        <translation>OODscope</translation>
    </message>
    <message>
        <source>zero-shot accuracy</source>
        <translation>Zero-Shot-Genauigkeit</translation>
    </message>
    <message>
        <source>probe accuracy</source>
        <translation>Proben-Genauigkeit</translation>
    </message>
    <message>
        <source>pseudo labels right</source>
        <translation>Pseudo-Labels richtig</translation>
    </message>
    <message>
        <source>No workspace</source>
        <translation>Kein Arbeitsbereich</translation>
    </message>
    <message>
        <source>Open a workspace folder</source>
        <translation>Ordner eines Arbeitsbereichs öffnen</translation>
    </message>
    <message>
        <source>A run needs a workspace to keep its results: choose or make a folder first.</source>
        <translation>Ein Lauf braucht einen Arbeitsbereich für seine Ergebnisse: Wählen oder erstellen Sie zuerst einen Ordner.</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open workspace…</source>
        <translation>Arbeitsbereich ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;New run…</source>
        <translation>&amp;Neuer Lauf…</translation>
    </message>
    <message>
        <source>&amp;Export pictures…</source>
        <translation>Bilder &amp;exportieren…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>&amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>Restore &amp;default layout</source>
        <translation>&amp;Standardanordnung herstellen</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About OODscope</source>
        <translation>Ü&amp;ber OODscope</translation>
    </message>
    <message>
        <source>Forget these</source>
        <translation>Diese vergessen</translation>
    </message>
    <message>
        <source>Choose a folder for the pictures</source>
        <translation>Ordner für die Bilder wählen</translation>
    </message>
    <message numerus="yes">
        <source>%n pictures in %1</source>
        <translation>
            <numerusform>%n Bild in %1</numerusform>
            <numerusform>%n Bilder in %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Could not write pictures into %1. Is the folder writable?</source>
        <translation>In %1 konnten keine Bilder geschrieben werden. Ist der Ordner beschreibbar?</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>← →</source>
        <translation>← →</translation>
    </message>
    <message>
        <source>Histogram: move the threshold (with Shift: faster)</source>
        <translation>Histogramm: Schwelle bewegen (mit Umschalt: schneller)</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Pos1</translation>
    </message>
    <message>
        <source>Histogram: threshold at 95 % TPR</source>
        <translation>Histogramm: Schwelle bei 95 % TPR</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Histogram: clear the score range</source>
        <translation>Histogramm: Score-Bereich löschen</translation>
    </message>
    <message>
        <source>Mouse wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>Plots: zoom; double click: show all</source>
        <translation>Diagramme: Zoom; Doppelklick: alles zeigen</translation>
    </message>
    <message>
        <source>About OODscope</source>
        <translation>Über OODscope</translation>
    </message>
    <message>
        <source>&lt;h3&gt;OODscope %1&lt;/h3&gt;&lt;p&gt;A workbench for out-of-distribution detection with CLIP: embeddings, pseudo-label probes, scores, and the images behind every number.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later. Built with Qt, LibTorch, OpenCV, SQLite and QCustomPlot. Nothing leaves this machine.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;OODscope %1&lt;/h3&gt;&lt;p&gt;Eine Werkbank für Out-of-Distribution-Erkennung mit CLIP: Einbettungen, Proben auf Pseudo-Labels, Scores und die Bilder hinter jeder Zahl.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder neuer. Gebaut mit Qt, LibTorch, OpenCV, SQLite und QCustomPlot. Nichts verlässt diesen Rechner.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Run &amp;benchmark…</source>
        <translation>&amp;Benchmark starten…</translation>
    </message>
    <message>
        <source>Export report</source>
        <translation>Bericht exportieren</translation>
    </message>
    <message>
        <source>HTML page (*.html)</source>
        <translation>HTML-Seite (*.html)</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Report in %1</source>
        <translation>Bericht in %1</translation>
    </message>
    <message>
        <source>The record of this evaluation does not tell how to make it again.</source>
        <translation>Aus der Aufzeichnung dieser Auswertung geht nicht hervor, wie man sie wieder erzeugt.</translation>
    </message>
    <message>
        <source>The command that makes this evaluation again was copied.</source>
        <translation>Der Befehl, der diese Auswertung wieder erzeugt, wurde kopiert.</translation>
    </message>
    <message>
        <source>Export &amp;report…</source>
        <translation>&amp;Bericht exportieren…</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>&amp;Modelle …</translation>
    </message>
    <message>
        <source>Self-&amp;test…</source>
        <translation>Selbst&amp;test …</translation>
    </message>
    <message>
        <source>%1 (read-only)</source>
        <translation>%1 (nur lesbar)</translation>
    </message>
    <message>
        <source>read-only workspace</source>
        <translation>Arbeitsbereich nur lesbar</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Es gibt keinen Ordner %1.</translation>
    </message>
    <message>
        <source>%1 is empty, it is no workspace yet.</source>
        <translation>%1 ist leer, also noch kein Arbeitsbereich.</translation>
    </message>
    <message>
        <source>%1 is not a workspace, it holds other files.</source>
        <translation>%1 ist kein Arbeitsbereich, dort liegen andere Dateien.</translation>
    </message>
    <message>
        <source>Make a workspace there</source>
        <translation>Dort einen Arbeitsbereich anlegen</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>Anderen Ordner wählen …</translation>
    </message>
    <message>
        <source>%1 is read-only: its results can be looked at and exported, but nothing new can be kept there.</source>
        <translation>%1 ist nur lesbar: Ergebnisse lassen sich ansehen und exportieren, aber nichts Neues wird dort aufgehoben.</translation>
    </message>
    <message>
        <source>%1 is read-only, a run cannot be kept there.</source>
        <translation>%1 ist nur lesbar, ein Lauf kann dort nicht aufgehoben werden.</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>N, P</source>
        <translation>N, P</translation>
    </message>
    <message>
        <source>Inspector: next, previous image of the gallery</source>
        <translation>Betrachter: nächstes, voriges Bild der Galerie</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::MessageBar</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ModelBox</name>
    <message>
        <source>Look for models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>Folder, file or name of a model</source>
        <translation>Ordner, Datei oder Name eines Modells</translation>
    </message>
    <message>
        <source>Browse for a folder or file with a model</source>
        <translation>Ordner oder Datei mit einem Modell suchen</translation>
    </message>
    <message>
        <source>Model f&amp;older…</source>
        <translation>Modell&amp;ordner …</translation>
    </message>
    <message>
        <source>Checkpoint or TorchScript &amp;file…</source>
        <translation>&amp;Checkpoint- oder TorchScript-Datei …</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ModelListModel</name>
    <message>
        <source>A TorchScript file, less checked: using it runs the code in the file, and its numbers were compared with nothing.</source>
        <translation>Eine TorchScript-Datei, weniger geprüft: Wer sie benutzt, führt den Code in der Datei aus, und ihre Zahlen wurden mit nichts verglichen.</translation>
    </message>
    <message>
        <source>Not on this machine. Locate the authors&apos; checkpoint file.</source>
        <translation>Nicht auf diesem Rechner. Geben Sie an, wo die Checkpoint-Datei der Autoren liegt.</translation>
    </message>
    <message>
        <source>Not on this machine. Get %1, or locate a folder or file that holds it.</source>
        <translation>Nicht auf diesem Rechner. Besorgen Sie %1, oder geben Sie an, in welchem Ordner oder welcher Datei es liegt.</translation>
    </message>
    <message>
        <source>here, less checked</source>
        <translation>vorhanden, weniger geprüft</translation>
    </message>
    <message>
        <source>here</source>
        <translation>vorhanden</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>passt nicht</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>nicht vorhanden</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Search names, architectures, repositories</source>
        <translation>Namen, Architekturen, Repositorien durchsuchen</translation>
    </message>
    <message>
        <source>Locate &amp;folder…</source>
        <translation>&amp;Ordner angeben …</translation>
    </message>
    <message>
        <source>Locate f&amp;ile…</source>
        <translation>&amp;Datei angeben …</translation>
    </message>
    <message>
        <source>&amp;Use for a new run</source>
        <translation>Für einen neuen Lauf &amp;verwenden</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>Suche Modelle …</translation>
    </message>
    <message>
        <source>Look for models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message numerus="yes">
        <source>%n models</source>
        <translation>
            <numerusform>%n Modell</numerusform>
            <numerusform>%n Modelle</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>Lese %1 …</translation>
    </message>
    <message>
        <source>Check a model</source>
        <translation>Modell prüfen</translation>
    </message>
    <message>
        <source>Does not fit: %1</source>
        <translation>Passt nicht: %1</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::NewRunDialog</name>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Model and images</source>
        <translation>Modell und Bilder</translation>
    </message>
    <message>
        <source>Choose the ID train images</source>
        <translation>ID-Trainingsbilder wählen</translation>
    </message>
    <message>
        <source>Choose the ID test images</source>
        <translation>ID-Testbilder wählen</translation>
    </message>
    <message>
        <source>Choose a file of prompts</source>
        <translation>Datei mit Prompts wählen</translation>
    </message>
    <message>
        <source>The five prompts of the reference</source>
        <translation>Die fünf Prompts der Referenz</translation>
    </message>
    <message>
        <source>A text file, one prompt a line, with {c} for the class name</source>
        <translation>Eine Textdatei, ein Prompt je Zeile, mit {c} für den Klassennamen</translation>
    </message>
    <message>
        <source>&amp;Model:</source>
        <translation>&amp;Modell:</translation>
    </message>
    <message>
        <source>ID &amp;train:</source>
        <translation>ID-&amp;Training:</translation>
    </message>
    <message>
        <source>ID t&amp;est:</source>
        <translation>ID-T&amp;est:</translation>
    </message>
    <message>
        <source>&amp;OOD sets:</source>
        <translation>&amp;OOD-Sätze:</translation>
    </message>
    <message>
        <source>&amp;Prompts:</source>
        <translation>&amp;Prompts:</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Check the run</source>
        <translation>Lauf prüfen</translation>
    </message>
    <message>
        <source>Here: File → Models…, choose the model in the list, then “Locate file…”.</source>
        <translation>Hier: Datei → Modelle …, das Modell in der Liste wählen, dann „Datei angeben …“.</translation>
    </message>
    <message>
        <source>Folders or a file as for ID train, with the same classes</source>
        <translation>Ordner oder eine Datei wie beim ID-Training, mit denselben Klassen</translation>
    </message>
    <message>
        <source>Choose OOD images</source>
        <translation>OOD-Bilder wählen</translation>
    </message>
    <message>
        <source>Images that belong to none of the classes: drop folders or files here, double click to edit (CIFAR: FOLDER#test)</source>
        <translation>Bilder, die zu keiner Klasse gehören: Ordner oder Dateien hierher ziehen, zum Ändern doppelklicken (CIFAR: ORDNER#test)</translation>
    </message>
    <message>
        <source>Images or embeddings in one file (*.npy *.pt *.pth *.safetensors *.txt *.bin)</source>
        <translation>Bilder oder Einbettungen in einer Datei (*.npy *.pt *.pth *.safetensors *.txt *.bin)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>One folder per class; its names become the class names. Or a file: images as .npy or .pt, a batch of CIFAR, a list of images as .txt, or embeddings as .safetensors, .npy or .pt</source>
        <translation>Ein Ordner je Klasse; die Ordnernamen werden Klassennamen. Oder eine Datei: Bilder als .npy oder .pt, ein Teil von CIFAR, eine Liste von Bildern als .txt oder Einbettungen als .safetensors, .npy oder .pt</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::PathEdit</name>
    <message>
        <source>Browse</source>
        <translation>Durchsuchen</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ProvenanceModel</name>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weiterer</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ResultsModel</name>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>OOD set</source>
        <translation>OOD-Satz</translation>
    </message>
    <message>
        <source>AUROC %</source>
        <translation>AUROC %</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95&#x202f;%-Intervall</translation>
    </message>
    <message>
        <source>FPR95 %</source>
        <translation>FPR95 %</translation>
    </message>
    <message>
        <source>AUPR-in %</source>
        <translation>AUPR-in %</translation>
    </message>
    <message>
        <source>AUPR-out %</source>
        <translation>AUPR-out %</translation>
    </message>
    <message>
        <source>TPR reached %</source>
        <translation>Erreichte TPR %</translation>
    </message>
    <message>
        <source>Ties</source>
        <translation>Gleichstände</translation>
    </message>
    <message>
        <source>ID images</source>
        <translation>ID-Bilder</translation>
    </message>
    <message>
        <source>OOD images</source>
        <translation>OOD-Bilder</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch keine</translation>
    </message>
    <message>
        <source>The score that decides; higher means more in-distribution</source>
        <translation>Der Score, der entscheidet; höher heißt: eher in der Verteilung</translation>
    </message>
    <message>
        <source>The out-of-distribution set that ID test is compared with, all its images pooled</source>
        <translation>Der OOD-Satz, mit dem ID-Test verglichen wird, alle Bilder zusammen</translation>
    </message>
    <message>
        <source>Share of OOD images accepted where 95 % of ID are, read by the convention “%1”. Lower is better</source>
        <translation>Anteil angenommener OOD-Bilder, wo 95&#x202f;% von ID angenommen werden, gelesen nach der Konvention „%1“. Niedriger ist besser</translation>
    </message>
    <message>
        <source>Area under precision and recall, ID positive, trapezoid</source>
        <translation>Fläche unter Precision und Recall, ID positiv, Trapez</translation>
    </message>
    <message>
        <source>Area under precision and recall, OOD positive, trapezoid</source>
        <translation>Fläche unter Precision und Recall, OOD positiv, Trapez</translation>
    </message>
    <message>
        <source>The TPR at which FPR95 was read, convention “%1”</source>
        <translation>Die TPR, bei der FPR95 gelesen wurde, Konvention „%1“</translation>
    </message>
    <message>
        <source>Scores that equal another score</source>
        <translation>Scores, die einem anderen gleichen</translation>
    </message>
    <message>
        <source>Images of the ID test set</source>
        <translation>Bilder des ID-Testsatzes</translation>
    </message>
    <message>
        <source>Images of the OOD set</source>
        <translation>Bilder des OOD-Satzes</translation>
    </message>
    <message>
        <source>Mean over classes (%1)</source>
        <translation>Mittel über Klassen (%1)</translation>
    </message>
    <message>
        <source>Above 10 % FPR: %1</source>
        <translation>Über 10&#x202f;% FPR: %1</translation>
    </message>
    <message>
        <source>Mean of near sets (%1)</source>
        <translation>Mittel der nahen Sätze (%1)</translation>
    </message>
    <message>
        <source>Mean of far sets (%1)</source>
        <translation>Mittel der fernen Sätze (%1)</translation>
    </message>
    <message>
        <source>Mean of all sets (%1)</source>
        <translation>Mittel aller Sätze (%1)</translation>
    </message>
    <message>
        <source>%1: above 10 %, so the class fails as an OOD unit test (NINCO)</source>
        <translation>%1: über 10&#x202f;%, die Klasse besteht als OOD-Einzeltest also nicht (NINCO)</translation>
    </message>
    <message>
        <source>%1: open the row for the mean over classes and each class</source>
        <translation>%1: die Zeile aufklappen für das Mittel über die Klassen und jede Klasse</translation>
    </message>
    <message>
        <source>Det. error %</source>
        <translation>Erk.-Fehler %</translation>
    </message>
    <message>
        <source>ID accuracy %</source>
        <translation>ID-Genauigkeit %</translation>
    </message>
    <message>
        <source>Area under the ROC curve, ties count one half. Higher is better</source>
        <translation>Fläche unter der ROC-Kurve, Gleichstände zählen halb. Höher ist besser</translation>
    </message>
    <message>
        <source>95 % confidence interval of the AUROC (DeLong)</source>
        <translation>95&#x202f;%-Konfidenzintervall der AUROC (DeLong)</translation>
    </message>
    <message>
        <source>Share of ID images flagged where 95 % of OOD are, read by the convention “%1”. Lower is better</source>
        <translation>Anteil gemeldeter ID-Bilder, wo 95&#x202f;% von OOD gemeldet werden, gelesen nach der Konvention „%1“. Niedriger ist besser</translation>
    </message>
    <message>
        <source>Least mean of the shares of ID rejected and OOD accepted, over all thresholds. Lower is better</source>
        <translation>Kleinstes Mittel der Anteile von abgelehntem ID und angenommenem OOD über alle Schwellen. Niedriger ist besser</translation>
    </message>
    <message>
        <source>Share of ID test images whose class is right, by the logits that the detector looks at</source>
        <translation>Anteil der ID-Testbilder mit richtiger Klasse, nach den Logits, die der Detektor ansieht</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ResultsPanel</name>
    <message>
        <source>How FPR at 95&#x202f;% TPR is read off the ROC curve; each names a library&apos;s own rule</source>
        <translation>Wie FPR bei 95&#x202f;% TPR von der ROC-Kurve abgelesen wird; jede Konvention ist die einer Bibliothek</translation>
    </message>
    <message>
        <source>Convention</source>
        <translation>Konvention</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>As CSV</source>
        <translation>Als CSV</translation>
    </message>
    <message>
        <source>As Markdown</source>
        <translation>Als Markdown</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>Maße</translation>
    </message>
    <message>
        <source>as stored with the evaluation</source>
        <translation>wie mit der Auswertung gespeichert</translation>
    </message>
    <message>
        <source>measured anew, not stored</source>
        <translation>neu gemessen, nicht gespeichert</translation>
    </message>
    <message>
        <source>Higher scores mean more in-distribution</source>
        <translation>Höhere Scores heißen: eher in der Verteilung</translation>
    </message>
    <message>
        <source>OOD classes as CSV</source>
        <translation>OOD-Klassen als CSV</translation>
    </message>
    <message>
        <source>OOD class</source>
        <translation>OOD-Klasse</translation>
    </message>
    <message>
        <source>OOD is the positive class</source>
        <translation>OOD ist die positive Klasse</translation>
    </message>
    <message>
        <source>ID is the positive class</source>
        <translation>ID ist die positive Klasse</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <translation>%1; %2</translation>
    </message>
    <message>
        <source>Command that makes it again</source>
        <translation>Befehl, der sie wieder erzeugt</translation>
    </message>
    <message>
        <source>This evaluation has no results</source>
        <translation>Diese Auswertung hat keine Ergebnisse</translation>
    </message>
    <message>
        <source>No evaluation is open</source>
        <translation>Keine Auswertung ist geöffnet</translation>
    </message>
    <message>
        <source>Open a run in the Library first.</source>
        <translation>Öffnen Sie zuerst einen Lauf in der Bibliothek.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::RocPanel</name>
    <message>
        <source>False positive rate (OOD accepted as ID)</source>
        <translation>Falsch-positiv-Rate (OOD als ID angenommen)</translation>
    </message>
    <message>
        <source>True positive rate (ID accepted)</source>
        <translation>Richtig-positiv-Rate (ID angenommen)</translation>
    </message>
    <message>
        <source>No evaluation is open</source>
        <translation>Keine Auswertung ist geöffnet</translation>
    </message>
    <message>
        <source>Logarithmic false positive rate</source>
        <translation>Logarithmische Falsch-positiv-Rate</translation>
    </message>
    <message>
        <source>Show the whole curve</source>
        <translation>Ganze Kurve zeigen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>ROC curves</source>
        <translation>ROC-Kurven</translation>
    </message>
    <message>
        <source>all OOD sets</source>
        <translation>alle OOD-Sätze</translation>
    </message>
    <message>
        <source>%1   AUROC %2   FPR95 %3</source>
        <translation>%1   AUROC %2   FPR95 %3</translation>
    </message>
    <message>
        <source>%1
FPR %2
TPR %3
threshold %4</source>
        <translation>%1
FPR %2
TPR %3
Schwelle %4</translation>
    </message>
    <message>
        <source>%1   AUROC %2</source>
        <translation>%1   AUROC %2</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::RunSettingsBox</name>
    <message>
        <source>Embedding</source>
        <translation>Einbettung</translation>
    </message>
    <message>
        <source>CPU (looking for GPUs…)</source>
        <translation>CPU (suche GPUs…)</translation>
    </message>
    <message>
        <source> images</source>
        <translation> Bilder</translation>
    </message>
    <message>
        <source>&amp;Device:</source>
        <translation>&amp;Gerät:</translation>
    </message>
    <message>
        <source>P&amp;recision:</source>
        <translation>Gena&amp;uigkeit:</translation>
    </message>
    <message>
        <source>Batch:</source>
        <translation>Stapel:</translation>
    </message>
    <message>
        <source>Probe and detectors</source>
        <translation>Probe und Detektoren</translation>
    </message>
    <message>
        <source>Pseudo labels (PLP)</source>
        <translation>Pseudo-Labels (PLP)</translation>
    </message>
    <message>
        <source>True labels (supervised)</source>
        <translation>Wahre Labels (überwacht)</translation>
    </message>
    <message>
        <source>%1: %2
%3</source>
        <translation>%1: %2
%3</translation>
    </message>
    <message>
        <source>Zero-shot scores beside the probe&apos;s</source>
        <translation>Zero-Shot-Scores neben denen der Probe</translation>
    </message>
    <message>
        <source>&amp;Labels:</source>
        <translation>&amp;Labels:</translation>
    </message>
    <message>
        <source>Ep&amp;ochs:</source>
        <translation>Ep&amp;ochen:</translation>
    </message>
    <message>
        <source>&amp;Batch size:</source>
        <translation>Sta&amp;pelgröße:</translation>
    </message>
    <message>
        <source>Learning r&amp;ate:</source>
        <translation>Lernr&amp;ate:</translation>
    </message>
    <message>
        <source>Dete&amp;ctors:</source>
        <translation>De&amp;tektoren:</translation>
    </message>
    <message>
        <source>Look for devices</source>
        <translation>Geräte suchen</translation>
    </message>
    <message numerus="yes">
        <source>All %n GPUs</source>
        <translation>
            <numerusform>Alle %n GPUs</numerusform>
            <numerusform>Alle %n GPUs</numerusform>
        </translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>CPU – %1</source>
        <translation>CPU – %1</translation>
    </message>
    <message>
        <source>Measure precisions</source>
        <translation>Genauigkeiten messen</translation>
    </message>
    <message>
        <source>%1 – equal to the reference</source>
        <translation>%1 – gleich der Referenz</translation>
    </message>
    <message>
        <source>%1 – small error, speed depends on the device</source>
        <translation>%1 – kleiner Fehler, Tempo je nach Gerät</translation>
    </message>
    <message>
        <source>%1 – not on this device</source>
        <translation>%1 – nicht auf diesem Gerät</translation>
    </message>
    <message>
        <source>%1 – %2× the speed of fp32 here, error %3 %</source>
        <translation>%1 – hier %2-mal so schnell wie fp32, Fehler %3 %</translation>
    </message>
    <message>
        <source>Detectors with options, separated by commas; the tooltips above name the options</source>
        <translation>Detektoren mit Optionen, durch Kommas getrennt; die Tooltips darüber nennen die Optionen</translation>
    </message>
    <message>
        <source>Choose a file of negative words</source>
        <translation>Datei mit negativen Wörtern wählen</translation>
    </message>
    <message>
        <source>For NegLabel only</source>
        <translation>Nur für NegLabel</translation>
    </message>
    <message>
        <source>A text file, one word a line; NegLabel takes those farthest from the classes</source>
        <translation>Eine Textdatei, ein Wort pro Zeile; NegLabel nimmt die von den Klassen entferntesten</translation>
    </message>
    <message>
        <source>With options:</source>
        <translation>Mit Optionen:</translation>
    </message>
    <message>
        <source>Negative words:</source>
        <translation>Negative Wörter:</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::SelftestDialog</name>
    <message>
        <source>Resizing</source>
        <translation>Skalierung</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>Tokenizer</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>%1 relative (at most %2)</source>
        <translation>%1 relativ (höchstens %2)</translation>
    </message>
    <message>
        <source>%1 of %2 differ</source>
        <translation>%1 von %2 weichen ab</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>Selbsttest</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Compared with Python</source>
        <translation>Verglichen mit Python</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Abweichung</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Look for devices</source>
        <translation>Geräte suchen</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleiche …</translation>
    </message>
    <message>
        <source>✓ agrees</source>
        <translation>✓ stimmt überein</translation>
    </message>
    <message>
        <source>✗ differs</source>
        <translation>✗ weicht ab</translation>
    </message>
    <message>
        <source>This build on this device gives the recorded numbers.</source>
        <translation>Dieses Programm liefert auf diesem Gerät die aufgezeichneten Zahlen.</translation>
    </message>
    <message>
        <source>This build on this device does not give the recorded numbers.</source>
        <translation>Dieses Programm liefert auf diesem Gerät nicht die aufgezeichneten Zahlen.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::StartPage</name>
    <message>
        <source>Open a workspace</source>
        <translation>Arbeitsbereich öffnen</translation>
    </message>
    <message>
        <source>Results that are already there, or an empty folder</source>
        <translation>Vorhandene Ergebnisse oder ein leerer Ordner</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Embed images, train a probe, score out-of-distribution sets</source>
        <translation>Bilder einbetten, Probe trainieren, OOD-Sätze bewerten</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>A small drawn world and a tiny CLIP; takes a minute or two</source>
        <translation>Eine kleine gezeichnete Welt und ein winziges CLIP; dauert ein, zwei Minuten</translation>
    </message>
    <message>
        <source>Recent workspaces</source>
        <translation>Zuletzt benutzte Arbeitsbereiche</translation>
    </message>
    <message>
        <source>OODscope</source>
        <translation>OODscope</translation>
    </message>
    <message>
        <source>From image files to the images behind the curve.</source>
        <translation>Von Bilddateien zu den Bildern hinter der Kurve.</translation>
    </message>
    <message>
        <source>The workspace %1 is open and has no evaluation yet.</source>
        <translation>Der Arbeitsbereich %1 ist geöffnet und hat noch keine Auswertung.</translation>
    </message>
    <message>
        <source>The workspace %1 is open: double-click one of its runs in the Library.</source>
        <translation>Der Arbeitsbereich %1 ist geöffnet: Doppelklicken Sie einen seiner Läufe in der Bibliothek.</translation>
    </message>
    <message>
        <source>It is read-only: a new run needs another one.</source>
        <translation>Er ist nur lesbar: ein neuer Lauf braucht einen anderen.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::StatusJobs</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ThresholdBar</name>
    <message>
        <source>Detector and threshold</source>
        <translation>Detektor und Schwelle</translation>
    </message>
    <message>
        <source>Images with a score of at least this are taken for in-distribution</source>
        <translation>Bilder mit mindestens diesem Score gelten als in der Verteilung</translation>
    </message>
    <message>
        <source>&amp;Detector</source>
        <translation>&amp;Detektor</translation>
    </message>
    <message>
        <source>&amp;OOD set</source>
        <translation>&amp;OOD-Satz</translation>
    </message>
    <message>
        <source>&amp;Threshold</source>
        <translation>&amp;Schwelle</translation>
    </message>
    <message>
        <source>95&#x202f;% TPR</source>
        <translation>95&#x202f;% TPR</translation>
    </message>
    <message>
        <source>Put the threshold where 95&#x202f;% of the ID test images are accepted</source>
        <translation>Schwelle dorthin setzen, wo 95&#x202f;% der ID-Testbilder angenommen werden</translation>
    </message>
    <message>
        <source>all OOD sets</source>
        <translation>alle OOD-Sätze</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ThresholdCountsBar</name>
    <message>
        <source>%1. Click to show exactly these images.</source>
        <translation>%1. Klicken zeigt genau diese Bilder.</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::ThumbnailProvider</name>
    <message>
        <source>the image is empty</source>
        <translation>das Bild ist leer</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::TopClassesDelegate</name>
    <message>
        <source>true</source>
        <translation>wahr</translation>
    </message>
    <message>
        <source>pseudo</source>
        <translation>Pseudo</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::TopClassesModel</name>
    <message>
        <source>%1
probability %2 (softmax over all classes)
logit %3</source>
        <translation>%1
Wahrscheinlichkeit %2 (Softmax über alle Klassen)
Logit %3</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::TrainingCurve</name>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>No training to show</source>
        <translation>Kein Training zu zeigen</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
</context>
<context>
    <name>oodscope::ui::WorkspaceSession</name>
    <message>
        <source>Open workspace</source>
        <translation>Arbeitsbereich öffnen</translation>
    </message>
    <message>
        <source>Load evaluation</source>
        <translation>Auswertung laden</translation>
    </message>
    <message>
        <source>Open a workspace first: File → Open workspace…</source>
        <translation>Öffnen Sie zuerst einen Arbeitsbereich: Datei → Arbeitsbereich öffnen…</translation>
    </message>
    <message>
        <source>Run on %1</source>
        <translation>Lauf auf %1</translation>
    </message>
    <message>
        <source>This build has no demo. Run: oodscope-cli demo</source>
        <translation>Dieses Programm hat keine Demo. Rufen Sie auf: oodscope-cli demo</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Demo</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 ist gescheitert: %2</translation>
    </message>
</context>
</TS>
