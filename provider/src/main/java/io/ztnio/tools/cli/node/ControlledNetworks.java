package io.ztnio.tools.cli.node;

import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.controller.api.WrittenNetwork;
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
    private static final int GONE_LOOKS = 3;

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

    /** Ends what files of earlier runs defined, and no file defines any more. */
    void serveNothingElse() {
        for (NetworkDefinition served : engine.controller().definitions()) {
            long networkId = served.networkId();
            if (networks.stream().noneMatch(network -> network.id == networkId)) {
                if (isOfAFile(networkId)) {
                    engine.controller().withdraw(networkId);
                    events.accept(String.format(
                            "network %016x of an earlier run is not served any more: no --network file defines it",
                            networkId));
                } else {
                    events.accept(String.format("network %016x is served as controller.d has it", networkId));
                }
            }
        }
    }

    private boolean isOfAFile(long networkId) {
        return engine.controller()
                .call((controller, now) -> controller
                        .networkRecord(networkId)
                        .filter(WrittenNetwork::isRecord)
                        .isPresent());
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

        /** Looks in a row that did not find the file. */
        private int gone;

        Watched(Path file) {
            this.file = file;
        }

        void apply() throws IOException {
            String text = TextFile.read(file);
            // Whatever follows fails the same way until the file changes again.
            seen = text;
            NetworkFile network = NetworkFile.parse(file, text);
            id = claim(network.id(engine.address()));
            Set<Long> before = letIn();
            Set<Long> wanted = new HashSet<>(network.authorizedMembers());
            try {
                engine.controller().call((controller, now) -> {
                    network.apply(controller, now);
                    return null;
                });
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(file + ": " + e.getMessage(), e);
            }
            // Of earlier runs too, and of the time when the network was public.
            Set<Long> after = letIn();
            wanted.stream()
                    .filter(member -> !before.contains(member))
                    .forEach(member ->
                            events.accept(String.format("network %016x lets %s in", id, Address.format(member))));
            before.stream().filter(member -> !after.contains(member)).forEach(member -> {
                announced.remove(member);
                events.accept(String.format("network %016x puts %s out", id, Address.format(member)));
            });
            authorized = wanted;
            isPrivate = network.isPrivate();
        }

        private Set<Long> letIn() {
            return engine.controller().members(id).stream()
                    .filter(MemberDefinition::authorized)
                    .map(MemberDefinition::address)
                    .collect(Collectors.toCollection(TreeSet::new));
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
                            : authorized.stream().sorted().map(Address::format).collect(Collectors.joining(" ")));
        }

        /** An editor may be about to put it back: it must be missed several times. */
        private void withdrawIfGone() {
            gone++;
            if (gone == GONE_LOOKS) {
                engine.controller().withdraw(id);
                seen = "";
                events.accept(String.format("network %016x is not served any more: %s is gone", id, file));
            }
        }

        void look() {
            try {
                if (!TextFile.read(file).equals(seen)) {
                    apply();
                    events.accept(String.format("network %016x is as %s says now", id, file));
                }
                lastProblem = "";
                gone = 0;
            } catch (NoSuchFileException e) {
                withdrawIfGone();
            } catch (IOException | CommandFailure e) {
                String problem = String.format("network %016x stays as it was: %s", id, FailureText.of(e));
                if (!problem.equals(lastProblem)) {
                    events.accept(problem);
                }
                lastProblem = problem;
            }
            for (MemberDefinition member : engine.controller().members(id)) {
                if (!member.authorized() && announced.add(member.address())) {
                    events.accept(String.format(
                            "network %016x: %s asks to be let in; add it to authorizedMembers in %s",
                            id, Address.format(member.address()), file));
                }
            }
        }
    }
}
