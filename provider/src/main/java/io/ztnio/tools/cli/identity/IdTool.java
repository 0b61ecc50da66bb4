package io.ztnio.tools.cli.identity;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.Console;
import io.ztnio.tools.cli.command.FailureText;
import io.ztnio.tools.cli.command.InputFile;
import io.ztnio.tools.cli.command.OutputFile;
import io.ztnio.tools.cli.command.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The commands of {@code zerotier-idtool} 1.14.1: arguments, both output streams and exit codes alike. */
final class IdTool {
    /** What there is, a line each. */
    static final String COMMANDS = """
              generate [<identity.secret>] [<identity.public>] [<vanity>]
              validate <identity.secret/public>
              getpublic <identity.secret>
              sign <identity.secret> <file>
              verify <identity.secret/public> <file> <signature>
              initmoon <identity.public of first seed>
              genmoon <moon json>
            """;

    private static final int SIGNATURE_DIGITS = 2 * Identity.SIGNATURE_LENGTH;
    private static final int ADDRESS_DIGITS = 10;
    private static final int BITS_PER_DIGIT = 4;
    /** The search for a vanity address always compares at least one byte. */
    private static final int MIN_VANITY_DIGITS = 2;

    private final Path directory;
    private final Clock clock;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final boolean force;

    /**
     * What a command did.
     *
     * @param out for the output stream, line ends included
     * @param err for the error stream, line ends included; without them the error of the JSON form
     * @param fields the result of the JSON form; empty if there is none
     */
    record Outcome(int exitCode, String out, String err, Map<String, Object> fields) {
        static Outcome done(String out, String field, Object value) {
            return new Outcome(0, out, "", Map.of(field, value));
        }

        static Outcome failed(String err) {
            return new Outcome(1, "", err + "\n", Map.of());
        }

        /** An answer that is no. */
        static Outcome invalid(String err) {
            return new Outcome(1, "", err + "\n", Map.of("valid", false));
        }
    }

    /**
     * Makes one.
     *
     * @param directory where relative names are looked for
     * @param force whether files that exist are replaced
     */
    IdTool(Path directory, Clock clock, PrintWriter out, PrintWriter err, boolean json, boolean force) {
        this.directory = directory;
        this.clock = clock;
        this.out = out;
        this.err = err;
        this.json = json;
        this.force = force;
    }

    int run(List<String> arguments) {
        String command = arguments.isEmpty() ? "" : arguments.get(0);
        if (json) {
            return runForJson(command, arguments);
        }
        Outcome outcome = outcome(command, arguments);
        out.print(outcome.out());
        err.print(outcome.err());
        out.flush();
        err.flush();
        return outcome.exitCode();
    }

    /** The reference has no JSON: wrong arguments are what they are of every other command. */
    private int runForJson(String command, List<String> arguments) {
        Console console = new Console(out, err, true);
        Optional<String> wrong = wrongArguments(command, arguments.size() - 1);
        if (wrong.isPresent()) {
            console.error(wrong.get(), CommandFailure.WRONG_ARGUMENTS);
            return CommandFailure.WRONG_ARGUMENTS;
        }
        Outcome outcome = outcome(command, arguments);
        if (!outcome.fields().isEmpty()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("command", command);
            object.put("exitCode", outcome.exitCode());
            object.putAll(outcome.fields());
            console.print("", object);
        }
        if (outcome.exitCode() != 0) {
            console.error(outcome.err().strip(), outcome.exitCode());
        }
        return outcome.exitCode();
    }

    private static Optional<String> wrongArguments(String command, int count) {
        if (least(command) < 0) {
            return Optional.of(
                    (command.isEmpty() ? "name a command" : "'" + command + "' is not a command") + " of idtool: "
                            + COMMANDS.lines()
                                    .map(line -> line.strip().split(" ", 2)[0])
                                    .collect(Collectors.joining(", ")));
        }
        return count >= least(command)
                ? Optional.empty()
                : COMMANDS.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith(command + " "))
                        .map(line -> "an argument is missing: " + line)
                        .findFirst();
    }

    /** How many arguments a command needs; -1 if there is no such command. */
    private static int least(String command) {
        return switch (command) {
            case "generate" -> 0;
            case "validate", "getpublic", "initmoon", "genmoon" -> 1;
            case "sign" -> 2;
            case "verify" -> 3;
            default -> -1;
        };
    }

    private Outcome outcome(String command, List<String> arguments) {
        try {
            return dispatch(command, arguments);
        } catch (IOException | CommandFailure e) {
            return Outcome.failed(FailureText.of(e));
        }
    }

    private Outcome dispatch(String command, List<String> arguments) throws IOException {
        if (least(command) < 0) {
            return usage(1);
        }
        if (arguments.size() - 1 < least(command)) {
            return usage(command.endsWith("moon") ? 0 : 1);
        }
        return switch (command) {
            case "generate" -> generate(arguments.subList(1, arguments.size()));
            case "validate" -> withIdentity(arguments.get(1), this::validate);
            case "getpublic" -> withIdentity(arguments.get(1), this::getPublic);
            case "sign" -> withIdentity(arguments.get(1), (name, identity) -> sign(name, identity, arguments.get(2)));
            case "verify" ->
                withIdentity(
                        arguments.get(1), (name, identity) -> verify(identity, arguments.get(2), arguments.get(3)));
            case "initmoon" -> moons().init(arguments.get(1), identity(arguments.get(1)));
            case "genmoon" -> moons().generate(arguments.get(1));
            default -> throw new IllegalStateException(command);
        };
    }

    private MoonFiles moons() {
        return new MoonFiles(directory, clock, force);
    }

    private static Outcome usage(int exitCode) {
        String text = "ztnio " + Version.text() + "\nUsage: ztnio idtool <command> [<args>]\n\nCommands:\n" + COMMANDS;
        return new Outcome(exitCode, text, "", Map.of());
    }

    private interface IdentityCommand {
        Outcome run(String name, Identity identity) throws IOException;
    }

    private Outcome withIdentity(String name, IdentityCommand command) throws IOException {
        Optional<Identity> identity;
        try {
            identity = identity(name);
        } catch (IOException e) {
            return Outcome.failed("Identity argument invalid or file unreadable: " + FailureText.of(e));
        }
        return identity.isPresent()
                ? command.run(name, identity.get())
                : Outcome.failed("Identity argument invalid or file unreadable: " + name);
    }

    /** An argument is an identity or the name of its file; empty if it is neither. */
    private Optional<Identity> identity(String argument) throws IOException {
        Optional<Identity> identity = Identity.parse(argument);
        if (identity.isPresent()) {
            return identity;
        }
        try {
            return IdentityFile.read(file(argument));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Path file(String name) throws IOException {
        try {
            return directory.resolve(name);
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(name);
        }
    }

    private Outcome generate(List<String> arguments) throws IOException {
        for (String name : arguments.subList(0, Math.min(2, arguments.size()))) {
            if (!force) {
                OutputFile.keep(file(name));
            }
        }
        if (arguments.size() > 1
                && file(arguments.get(0))
                        .normalize()
                        .equals(file(arguments.get(1)).normalize())) {
            return Outcome.failed(arguments.get(0) + " cannot be both the secret and the public identity");
        }
        Identity identity = arguments.size() < 3 ? Identity.generate(new SecureRandom()) : vanity(arguments.get(2));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("address", Address.format(identity.address()));
        fields.put("public", identity.toPublicString());
        if (arguments.isEmpty()) {
            fields.put("secret", identity.toSecretString());
            return new Outcome(0, identity.toSecretString(), "", fields);
        }
        StringBuilder written = new StringBuilder();
        for (int i = 0; i < Math.min(2, arguments.size()); i++) {
            String name = arguments.get(i);
            try {
                if (i == 0) {
                    IdentityFile.writeSecret(file(name), identity);
                } else {
                    IdentityFile.writePublic(file(name), identity);
                }
            } catch (IOException e) {
                String error = "Error writing to " + name + ": " + FailureText.of(e);
                return new Outcome(1, written.toString(), error + "\n", Map.of());
            }
            written.append(name).append(" written\n");
        }
        fields.put("written", arguments.subList(0, Math.min(2, arguments.size())));
        return new Outcome(0, written.toString(), "", fields);
    }

    private Identity vanity(String wanted) {
        String digits = leadingHexDigits(wanted);
        int compared = Math.max(MIN_VANITY_DIGITS, digits.length());
        long prefix = digits.isEmpty() ? 0 : Long.parseLong(digits, 16);
        int otherBits = BITS_PER_DIGIT * (ADDRESS_DIGITS - compared);
        long target = prefix << otherBits;
        SecureRandom random = new SecureRandom();
        while (true) {
            Identity identity = Identity.generate(random);
            String address = Address.format(identity.address());
            if (identity.address() >>> otherBits == prefix) {
                report("vanity address: found " + address + " !");
                return identity;
            }
            report("vanity address: tried " + address + " looking for first " + BITS_PER_DIGIT * compared + " bits of "
                    + Address.format(target));
        }
    }

    private static String leadingHexDigits(String text) {
        int end = 0;
        while (end < Math.min(text.length(), ADDRESS_DIGITS) && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
        }
        return text.substring(0, end);
    }

    private void report(String line) {
        if (!json) {
            err.print(line + "\n");
            err.flush();
        }
    }

    private Outcome validate(String name, Identity identity) {
        return identity.locallyValid()
                ? Outcome.done(name + " is a valid identity\n", "valid", true)
                : Outcome.invalid(name + " FAILED validation.");
    }

    private Outcome getPublic(String name, Identity identity) {
        return Outcome.done(identity.toPublicString(), "public", identity.toPublicString());
    }

    private Outcome sign(String name, Identity identity, String fileName) throws IOException {
        if (!identity.hasSecret()) {
            return Outcome.failed(name + " does not contain a private key (must use private to sign)");
        }
        return readFile(fileName)
                .map(message -> HexFormat.of().formatHex(identity.sign(message)))
                .map(signature -> Outcome.done(signature, "signature", signature))
                .orElseGet(() -> Outcome.failed(fileName + " is not readable"));
    }

    private Outcome verify(Identity identity, String fileName, String signatureOrFile) throws IOException {
        Optional<byte[]> message = readFile(fileName);
        if (message.isEmpty()) {
            return Outcome.failed(fileName + " is not readable");
        }
        Optional<byte[]> signature = signature(signatureOrFile);
        boolean valid = signature.isPresent() && identity.verify(message.get(), signature.get());
        return valid
                ? Outcome.done(fileName + " signature valid\n", "valid", true)
                : Outcome.invalid(fileName + " signature check FAILED");
    }

    /** A signature argument is hexadecimal, or the name of a file that is. */
    private Optional<byte[]> signature(String argument) throws IOException {
        Optional<byte[]> signature = unhex(argument);
        if (signature.isPresent()) {
            return signature;
        }
        try {
            return unhex(TextFile.read(file(argument)).strip());
        } catch (FileSystemException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> unhex(String text) {
        return text.length() == SIGNATURE_DIGITS && text.matches("[0-9a-fA-F]+")
                ? Optional.of(HexFormat.of().parseHex(text))
                : Optional.empty();
    }

    private Optional<byte[]> readFile(String name) throws IOException {
        try {
            return Optional.of(InputFile.read(file(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
