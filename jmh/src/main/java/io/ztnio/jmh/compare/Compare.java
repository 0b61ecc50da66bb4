package io.ztnio.jmh.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares what JMH has measured of two builds on one machine: {@code before.json after.json [--svg FILE]}. */
public final class Compare {
    private static final String USAGE =
            "java -cp benchmarks.jar io.ztnio.jmh.compare.Compare before.json after.json [--svg FILE]";
    private static final int BAD_USAGE = 2;

    private Compare() {}

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        List<Path> files = new ArrayList<>();
        Path svg = null;
        for (int i = 0; i < args.length; i++) {
            if (!args[i].equals("--svg")) {
                files.add(Path.of(args[i]));
            } else if (i + 1 < args.length) {
                svg = Path.of(args[++i]);
            } else {
                files.clear();
            }
        }
        if (files.size() != 2) {
            err.println(USAGE);
            return BAD_USAGE;
        }
        try {
            Comparison comparison = Comparison.of(Measured.read(files.get(0)), Measured.read(files.get(1)));
            out.print(comparison.table());
            if (svg != null) {
                String title = "Speed, where " + name(files.get(0)) + " is 1: " + name(files.get(1));
                Files.writeString(svg, BarPlot.draw(comparison.pairs(), title));
            }
            return 0;
        } catch (NoSuchFileException e) {
            err.println(e.getFile() + ": there is no such file");
            return BAD_USAGE;
        } catch (IOException e) {
            err.println(e.getMessage() == null ? e.toString() : e.getMessage());
            return BAD_USAGE;
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\.json$", "");
    }
}
