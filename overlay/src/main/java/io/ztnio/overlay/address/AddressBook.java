package io.ztnio.overlay.address;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.overlay.identity.NodeId;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A user's names and IP addresses for node ids, kept in the file {@code addressbook} (JSON: name or address to node id).
 * What nodes announce themselves is not in it, and it wins over that.
 *
 * <p>Thread: thread-safe.
 */
public final class AddressBook {
    /** The key of the file. */
    public static final String KEY = "addressbook";

    /** Entries that it may have. */
    public static final int MAX_ENTRIES = 65_536;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.:-]{0,252}[a-z0-9])?|[0-9a-f:]{2,39}");

    private final StateStore store;
    private final Map<String, Long> entries = new TreeMap<>();

    private AddressBook(StateStore store) {
        this.store = store;
    }

    /**
     * The stored one, or an empty one.
     *
     * @throws IOException if the file cannot be read or is damaged; it says what to do
     */
    public static AddressBook load(StateStore store) throws IOException {
        AddressBook book = new AddressBook(store);
        byte[] file = store.get(KEY).orElse(null);
        if (file != null) {
            try {
                Map<String, Object> facts = JSON.std.mapFrom(TextFile.decode(KEY, file));
                facts.forEach((name, id) -> book.entries.put(normalized(name), NodeId.parse(String.valueOf(id))));
            } catch (TextFile.EncodingException e) {
                throw new IOException(e.getMessage() + ". It was left as it is", e);
            } catch (IOException | RuntimeException e) {
                throw new IOException(
                        KEY + " is damaged. It was left as it is: restore it from a backup, or remove it", e);
            }
        }
        return book;
    }

    /**
     * Adds or replaces an entry, and stores the book.
     *
     * @param name a host name or an IP address
     * @throws IllegalArgumentException if it is neither, or the book is full
     */
    public synchronized void put(String name, long nodeId) throws IOException {
        if (!NodeId.isValid(nodeId)) {
            throw new IllegalArgumentException(Long.toHexString(nodeId) + " is not a node id");
        }
        if (entries.size() >= MAX_ENTRIES && !entries.containsKey(normalized(name))) {
            throw new IllegalArgumentException("the address book is full: " + MAX_ENTRIES + " entries");
        }
        entries.put(normalized(name), nodeId);
        save();
    }

    /** Removes an entry, and stores the book. */
    public synchronized void remove(String name) throws IOException {
        if (entries.remove(normalized(name)) != null) {
            save();
        }
    }

    /** The node that a name or IP address stands for. */
    public synchronized OptionalLong find(String name) {
        Long id = entries.get(name.toLowerCase(Locale.ROOT));
        return id == null ? OptionalLong.empty() : OptionalLong.of(id);
    }

    /** All entries, by name. */
    public synchronized Map<String, Long> entries() {
        return new TreeMap<>(entries);
    }

    private static String normalized(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(lower).matches()) {
            throw new IllegalArgumentException("'" + name + "' is neither a host name nor an IP address");
        }
        return lower;
    }

    private void save() throws IOException {
        Map<String, String> facts = new TreeMap<>();
        entries.forEach((name, id) -> facts.put(name, NodeId.format(id)));
        store.put(
                KEY,
                JSON.std
                        .with(JSON.Feature.PRETTY_PRINT_OUTPUT)
                        .asString(facts)
                        .concat("\n")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
