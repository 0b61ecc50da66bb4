package io.ztnio.it.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fenced blocks of a document. */
public final class Markdown {
    private static final String FENCE = "```";

    /**
     * A fenced block.
     *
     * @param language what the fence says, such as {@code sh}; empty if nothing
     * @param line of the fence
     */
    public record Block(String language, int line, List<String> lines) {
        public Block {
            lines = List.copyOf(lines);
        }

        /** The commands of a block of shell commands, each as it is written, over as many lines as it takes. */
        public List<String> commands() {
            List<String> commands = new ArrayList<>();
            StringBuilder command = new StringBuilder();
            for (String text : lines) {
                command.append(command.isEmpty() ? "" : "\n").append(text);
                if (!text.endsWith("\\") && isBalanced(command, '\'') && isBalanced(command, '"')) {
                    commands.add(command.toString());
                    command.setLength(0);
                }
            }
            if (!command.isEmpty()) {
                commands.add(command.toString());
            }
            commands.removeIf(each -> each.isBlank() || each.startsWith("#"));
            return commands;
        }

        private static boolean isBalanced(CharSequence command, char quote) {
            return command.chars().filter(c -> c == quote).count() % 2 == 0;
        }
    }

    private Markdown() {}

    public static List<Block> blocks(Path document) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> content = null;
        String language = "";
        int start = 0;
        int number = 0;
        for (String line : Files.readAllLines(document)) {
            number++;
            if (line.startsWith(FENCE) && content == null) {
                content = new ArrayList<>();
                language = line.substring(FENCE.length()).strip();
                start = number;
            } else if (line.startsWith(FENCE)) {
                blocks.add(new Block(language, start, content));
                content = null;
            } else if (content != null) {
                content.add(line);
            }
        }
        if (content != null) {
            throw new IOException(document + ":" + start + ": the block does not end");
        }
        return blocks;
    }
}
