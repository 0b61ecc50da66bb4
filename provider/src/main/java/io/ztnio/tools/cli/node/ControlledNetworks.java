package io.ztnio.tools.cli.node;

import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.FailureText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Keeps a controller's networks as their files say: a file that changes takes effect at once, and whoever asks to be let into
 * a private network is told of. Thread: confined to the command's thread.
 */
final class ControlledNetworks {
    private static final int LOOKS_UNTIL_GONE = 3;

    private final Engine engine;
    private final Consumer<String> events;
    private final List<Watched> networks = new ArrayList<>();

    ControlledNetworks(Engine engine, Consumer<String> events) {
        this.engine = engine;
        this.events = events;
    }

    /**
     * Defines the network of a file, and watches it from now on.
     *
     * @throws CommandFailure naming the file, if it defines no network of this controller
     * @throws IOException if it cannot be read
     */
    void add(Path file) throws IOException {
        Watched network = new Watched(file);
        network.apply();
        networks.add(network);
        events.accept(network.description());
    }

    /** Serves the networks that were added, and none that an earlier run left behind. */
    void serveOnlyThese() {
        Set<Long> ids = networks.stream().map(network -> network.id).collect(Collectors.toSet());
        engine.serveOnly(ids)
                .forEach(id ->
                        events.accept(String.format("network %016x is no longer served: no file defines it", id)));
    }

    /** Looks at the files and the members again. */
    void look() {
        networks.forEach(Watched::look);
    }

    /** One file with what has been done because of it. */
    private final class Watched {
        private final Path file;
        private String seen = "";
        private boolean isPrivate;
        private Set<Long> authorized = Set.of();
        private final Set<Long> announced = new HashSet<>();
        private long id;
        private String lastProblem = "";
        private int missing;

        Watched(Path file) {
            this.file = file;
        }

        void apply() throws IOException {
            String text = TextFile.read(file);
            // Whatever follows fails the same way until the file changes again.
            seen = text;
            NetworkFile network = NetworkFile.parse(file, text);
            id = claim(network.id(engine.address()));
            Set<Long> before = members();
            Set<Long> wanted = new TreeSet<>(network.authorizedMembers());
            try {
                engine.define(network.definition(engine.address()), wanted);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(file + ": " + e.getMessage(), e);
            }
            Set<Long> after = members();
            after.stream()
                    .filter(member -> !before.contains(member))
                    .forEach(member ->
                            events.accept(String.format("network %016x lets %s in", id, Address.format(member))));
            before.stream().filter(member -> !after.contains(member)).forEach(member -> {
                // It has not asked for anything.
                announced.add(member);
                events.accept(String.format("network %016x puts %s out", id, Address.format(member)));
            });
            authorized = wanted;
            isPrivate = network.isPrivate();
        }

        /** Who is let in, in this run or an earlier one. */
        private Set<Long> members() {
            return engine.members(id).stream()
                    .filter(MemberDefinition::authorized)
                    .map(MemberDefinition::address)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private void withdraw() {
            engine.serveOnly(networks.stream()
                    .filter(network -> network != this)
                    .map(network -> network.id)
                    .collect(Collectors.toSet()));
            events.accept(String.format("network %016x is no longer served: %s is gone", id, file));
        }

        /** Two files of one network would undo each other. */
        private long claim(long wanted) {
            if (id != 0 && wanted != id) {
                throw new CommandFailure(String.format(
                        "%s: id is %016x now; a running controller does not change it: start again", file, wanted));
            }
            for (Watched other : networks) {
                if (other != this && other.id == wanted) {
                    throw new CommandFailure(String.format(
                            "%s defines the network %016x, which %s defines; give one of them another \"id\"",
                            file, wanted, other.file));
                }
            }
            return wanted;
        }

        String description() {
            if (!isPrivate) {
                return String.format("network %016x is served; it lets everybody in", id);
            }
            return String.format(
                    "network %016x is served; it lets in %s",
                    id,
                    authorized.isEmpty()
                            ? "nobody yet: who joins it is named here"
                            : authorized.stream().map(Address::format).collect(Collectors.joining(" ")));
        }

        void look() {
            try {
                String text = TextFile.read(file);
                if (!text.equals(seen) || missing >= LOOKS_UNTIL_GONE) {
                    apply();
                    events.accept(String.format("network %016x is as %s says now", id, file));
                }
                missing = 0;
                lastProblem = "";
            } catch (NoSuchFileException e) {
                // Whoever saves it may replace it: it is not there for a moment.
                if (++missing == LOOKS_UNTIL_GONE) {
                    withdraw();
                }
                return;
            } catch (IOException | CommandFailure e) {
                String problem = String.format("network %016x stays as it was: %s", id, FailureText.of(e));
                if (!problem.equals(lastProblem)) {
                    events.accept(problem);
                }
                lastProblem = problem;
            }
            for (MemberDefinition member : engine.members(id)) {
                if (!member.authorized() && announced.add(member.address())) {
                    events.accept(String.format(
                            "network %016x: %s asks to be let in; add it to authorizedMembers in %s",
                            id, Address.format(member.address()), file));
                }
            }
        }
    }
}
