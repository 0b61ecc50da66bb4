package io.ztnio.tools.cli.node;

import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.runtime.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps a controller's networks as their files say: a file that changes takes effect at once, and whoever asks to be let into
 * a private network is told of. Thread: confined to the command's thread.
 */
final class ControlledNetworks {
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
     * @throws IOException naming the file, if it defines no network of this controller
     */
    void add(Path file) throws IOException {
        Watched network = new Watched(file);
        network.apply();
        networks.add(network);
    }

    /** Looks at the files and the members again. */
    void look() {
        networks.forEach(Watched::look);
    }

    /** One file with what has been done because of it. */
    private final class Watched {
        private final Path file;
        private String applied = "";
        private Set<Long> authorized = Set.of();
        private final Set<Long> announced = new HashSet<>();
        private long id;
        private String lastProblem = "";

        Watched(Path file) {
            this.file = file;
        }

        void apply() throws IOException {
            String text = Files.readString(file);
            NetworkFile network = NetworkFile.parse(file, text);
            id = network.id(engine.address());
            try {
                engine.define(network.definition(engine.address()));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
            Set<Long> wanted = new HashSet<>(network.authorizedMembers());
            wanted.stream().filter(member -> !authorized.contains(member)).forEach(member -> {
                engine.authorize(id, member);
                events.accept(String.format("network %016x lets %s in", id, Address.format(member)));
            });
            authorized.stream().filter(member -> !wanted.contains(member)).forEach(member -> {
                engine.deauthorize(id, member);
                announced.remove(member);
                events.accept(String.format("network %016x puts %s out", id, Address.format(member)));
            });
            authorized = wanted;
            applied = text;
        }

        void look() {
            try {
                if (!Files.readString(file).equals(applied)) {
                    apply();
                    events.accept(String.format("network %016x is as %s says now", id, file));
                }
            } catch (IOException e) {
                String problem = String.format("network %016x stays as it was: %s", id, e.getMessage());
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
