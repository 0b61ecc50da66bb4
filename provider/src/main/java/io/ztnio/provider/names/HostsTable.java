package io.ztnio.provider.names;

import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The content of a file in the format of hosts(5): an address and its names a line, {@code #} begins a comment. Immutable. */
final class HostsTable {
    static final HostsTable EMPTY = new HostsTable(Map.of(), Map.of(), List.of());

    private final Map<String, List<InetAddress>> addresses;
    private final Map<InetAddress, String> names;
    private final List<Integer> skipped;

    private HostsTable(
            Map<String, List<InetAddress>> addresses, Map<InetAddress, String> names, List<Integer> skipped) {
        this.addresses = addresses;
        this.names = names;
        this.skipped = List.copyOf(skipped);
    }

    /** Reads a file's text; lines that are not in the format are left out. */
    static HostsTable parse(String text) {
        Map<String, List<InetAddress>> addresses = new LinkedHashMap<>();
        Map<InetAddress, String> names = new LinkedHashMap<>();
        List<Integer> skipped = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int comment = lines[i].indexOf('#');
            String line = (comment < 0 ? lines[i] : lines[i].substring(0, comment)).strip();
            if (line.isEmpty()) {
                continue;
            }
            String[] words = line.split("\\s+", -1);
            Optional<InetAddress> address = SocketAddressField.parseAddress(words[0]);
            if (address.isEmpty() || words.length < 2) {
                skipped.add(i + 1);
                continue;
            }
            // As an entry of hosts(5): the first name is the canonical one.
            names.putIfAbsent(address.get(), words[1]);
            for (int word = 1; word < words.length; word++) {
                List<InetAddress> known =
                        addresses.computeIfAbsent(HostName.of(words[word]).text(), name -> new ArrayList<>());
                if (!known.contains(address.get())) {
                    known.add(address.get());
                }
            }
        }
        return new HostsTable(addresses, names, skipped);
    }

    /** In the order of the file; empty if the name is not there. */
    List<InetAddress> addressesOf(HostName name) {
        return addresses.getOrDefault(name.text(), List.of());
    }

    /** The first name of the first line with this address. */
    Optional<String> nameOf(InetAddress address) {
        return Optional.ofNullable(names.get(address));
    }

    /** The numbers of lines that are not in the format. */
    List<Integer> skipped() {
        return skipped;
    }
}
